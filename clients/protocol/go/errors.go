package protocol

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

const (
	maxMessage = 2000
	maxChain   = 8
)

// Theirs runs code of the SDK; its error, or its panic, becomes an outcome of the phase.
func Theirs(phase string, act func() error) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			shown := ErrorShown{Class: "panic", Message: bounded(fmt.Sprint(fault))}
			err = &Shown{Outcome{Phase: phase, Ended: "raised", Error: &shown}}
		}
	}()
	if raised := act(); raised != nil {
		shown, fault := ShowError(raised)
		if fault != nil {
			return fault
		}
		return &Shown{Outcome{Phase: phase, Ended: "raised", Error: shown}}
	}
	return nil
}

// ShowError returns an error with the names of its types, outermost first. Status, body and decoded fields come from
// the outermost error in the chain that has them, in the order of errors.As.
func ShowError(raised error) (*ErrorShown, error) {
	shown := &ErrorShown{Class: TypeName(reflect.TypeOf(raised)), Message: bounded(raised.Error())}
	for link := raised; link != nil && len(shown.Chain) < maxChain; link = cause(link) {
		if link != raised {
			shown.Chain = append(shown.Chain, TypeName(reflect.TypeOf(link)))
		}
		value := reflect.Indirect(reflect.ValueOf(link))
		if value.Kind() != reflect.Struct {
			continue
		}
		if shown.Status == nil {
			shown.Status = HTTPStatus(value)
		}
		if body := untagged(value, "Body"); shown.Body == nil && body.Kind() == reflect.String {
			text := strings.ToValidUTF8(body.String(), "\uFFFD")
			shown.Body = &text
		}
		if shown.Fields == nil && hasTags(value.Type()) {
			fields, err := Render(value)
			if err != nil {
				return nil, err
			}
			shown.Fields = &fields
		}
	}
	shown.Settle()
	return shown, nil
}

// Settle sets the status of an error without an HTTP status to the `statusCode` of its decoded body.
func (e *ErrorShown) Settle() {
	if e.Status != nil || e.Fields == nil {
		return
	}
	fields, _ := (*e.Fields).(map[string]any)
	for name, value := range fields {
		if digits, ok := value.(json.Number); ok && strings.EqualFold(strings.ReplaceAll(name, "_", ""), "statuscode") {
			if code, err := strconv.Atoi(digits.String()); err == nil {
				e.Status = status(code)
			}
		}
	}
}

func cause(err error) error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok && len(joined.Unwrap()) > 0 {
		return joined.Unwrap()[0]
	}
	return errors.Unwrap(err)
}

// HTTPStatus returns the HTTP status of an error or an envelope, from its response or else from its own field; nil
// without both. A field with a json tag is part of the decoded body and does not count.
func HTTPStatus(value reflect.Value) *int {
	for _, path := range [][]string{{"RawResponse"}, {"HTTPMeta", "Response"}, nil} {
		found := value
		for _, name := range append(path, "StatusCode") {
			if found = reflect.Indirect(untagged(found, name)); !found.IsValid() {
				break
			}
		}
		if found.IsValid() && found.CanInt() {
			if code := status(int(found.Int())); code != nil {
				return code
			}
		}
	}
	return nil
}

// status returns the code if HTTP defines it, and nil otherwise; an SDK uses 0 or -1 for no status.
func status(code int) *int {
	if code < 100 || code > 599 {
		return nil
	}
	return &code
}

// untagged returns the field of that name if it has no wire name, and an invalid value otherwise.
func untagged(value reflect.Value, name string) reflect.Value {
	if value.Kind() != reflect.Struct {
		return reflect.Value{}
	}
	member, ok := value.Type().FieldByName(name)
	if tag, tagged := member.Tag.Lookup("json"); !ok || !member.IsExported() || (tagged && tag != "-") {
		return reflect.Value{}
	}
	if throughPointer(value.Type(), member.Index) {
		return reflect.Value{}
	}
	return value.FieldByIndex(member.Index)
}

// TypeName returns the name of a type, or of the type that it points to.
func TypeName(t reflect.Type) string {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Name() == "" {
		return t.String()
	}
	return t.Name()
}

func bounded(text string) string {
	if len(text) > maxMessage {
		text = text[:maxMessage]
	}
	return strings.ToValidUTF8(text, "\uFFFD")
}
