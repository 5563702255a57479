package protocol

import (
	"errors"
	"fmt"
	"reflect"
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

// ShowError shows an error by the names of its types, outermost first. Status, body and decoded fields are those of the
// outermost error in the chain that has them.
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
			shown.Status = statusOf(value)
		}
		if body := value.FieldByName("Body"); shown.Body == nil && body.Kind() == reflect.String {
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
	return shown, nil
}

func cause(err error) error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok && len(joined.Unwrap()) > 0 {
		return joined.Unwrap()[0]
	}
	return errors.Unwrap(err)
}

// statusOf reads the response's status from an error: a field of its own, or the raw response that it carries. A field
// with a json tag is part of the decoded body and no status.
func statusOf(value reflect.Value) *int {
	if field, ok := value.Type().FieldByName("StatusCode"); ok && field.Type.Kind() == reflect.Int {
		if _, tagged := field.Tag.Lookup("json"); !tagged {
			status := int(value.FieldByIndex(field.Index).Int())
			return &status
		}
	}
	for _, path := range [][]string{{"RawResponse"}, {"HTTPMeta", "Response"}} {
		found := value
		for _, name := range append(path, "StatusCode") {
			found = reflect.Indirect(found)
			if found.Kind() != reflect.Struct {
				break
			}
			found = found.FieldByName(name)
		}
		if found.Kind() == reflect.Int {
			status := int(found.Int())
			return &status
		}
	}
	return nil
}

// TypeName is the bare name of a type, or of what it points to.
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
