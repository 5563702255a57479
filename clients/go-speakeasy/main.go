// The adapter of the Speakeasy generation of Go SDKs: one client built from options, operations as
// `sdk.Resource.Method(ctx, request, opts...)`, results as an envelope of StatusCode, ContentType, RawResponse and one
// further field with a value. Except for the five names in bindings.go, the adapter uses reflection.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"concordat.local/adapter/protocol"
)

const errorField = "ErrorMessage"

// The fields of a response that belong to the envelope.
var envelope = []string{"StatusCode", "ContentType", "RawResponse", "HTTPMeta"}

type adapter struct {
	config  protocol.Config
	client  reflect.Value
	options []reflect.Value
	timeout time.Duration
}

func main() {
	config, err := protocol.ReadConfig()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(protocol.Serve(&adapter{config: config}))
}

// Hello returns the module and version that the build recorded.
func (a *adapter) Hello() protocol.Hello {
	hello := protocol.Hello{
		Style:    a.config.Style,
		Modes:    []string{"sync"},
		Features: []string{"cancel", "timeout", "retries"},
	}
	for operation := range a.config.Operations {
		hello.Operations = append(hello.Operations, operation)
	}
	slices.Sort(hello.Operations)
	if build, ok := debug.ReadBuildInfo(); ok {
		for _, module := range build.Deps {
			inside := module.Path == bound.module || strings.HasPrefix(bound.module, module.Path+"/")
			if inside && len(module.Path) > len(hello.Package) {
				hello.Package, hello.Version = module.Path, module.Version
			}
		}
	}
	return hello
}

func (a *adapter) Open(message protocol.Open) error {
	a.client, a.options, a.timeout = reflect.Value{}, nil, 0
	if message.Timeout != nil {
		a.timeout = time.Duration(*message.Timeout) * time.Millisecond
	}
	if message.Retries.Mode != "default" {
		policy, err := retryPolicy(message.Retries)
		if err != nil {
			return err
		}
		a.options = []reflect.Value{policy}
	}
	return protocol.Theirs("build", func() error {
		settings := []reflect.Value{call(bound.withServerURL, reflect.ValueOf(message.ServerURL))}
		if message.Auth != nil {
			settings = append(settings, call(bound.withSecurity, security(*message.Auth)))
		}
		a.client = call(bound.new, settings...)
		return nil
	})
}

func (a *adapter) Call(ctx context.Context, operation string, arguments map[string]any) (protocol.Outcome, error) {
	var nothing protocol.Outcome
	if !a.client.IsValid() {
		return nothing, errors.New("call before open")
	}
	spec, ok := a.config.Operations[operation]
	if !ok {
		return nothing, protocol.Unsupported(operation)
	}
	method := find(a.client, spec.Call)
	if !method.IsValid() {
		return nothing, protocol.Unsupported(operation)
	}
	if a.timeout > 0 {
		limited, cancel := context.WithTimeout(ctx, a.timeout)
		defer cancel()
		ctx = limited
	}
	given, err := a.argumentsOf(ctx, method.Type(), spec, arguments)
	if err != nil {
		return nothing, err
	}
	var response reflect.Value
	err = protocol.Theirs("call", func() error {
		results := method.Call(given)
		raised, _ := results[len(results)-1].Interface().(error)
		response = results[0]
		return raised
	})
	if err != nil {
		return nothing, err
	}
	return outcomeOf(response, spec)
}

// argumentsOf returns the method's arguments: the context, a request if it has one, and the retry option.
func (a *adapter) argumentsOf(
	ctx context.Context, method reflect.Type, spec protocol.Spec, arguments map[string]any,
) ([]reflect.Value, error) {
	given := []reflect.Value{reflect.ValueOf(ctx)}
	fixed := method.NumIn()
	if method.IsVariadic() {
		fixed--
	}
	switch {
	case fixed == 2:
		request := reflect.New(method.In(1)).Elem()
		if err := protocol.Request(request, spec, arguments); err != nil {
			return nil, err
		}
		given = append(given, request)
	case fixed != 1:
		return nil, fmt.Errorf("%s takes %d arguments", spec.Call, fixed)
	default:
		for name := range arguments {
			return nil, protocol.Unrepresentable(name)
		}
	}
	if method.IsVariadic() {
		given = append(given, a.options...)
	}
	return given, nil
}

// outcomeOf returns the outcome of an envelope. A returned failure is reported as returned, with its error field.
func outcomeOf(response reflect.Value, spec protocol.Spec) (protocol.Outcome, error) {
	shown := protocol.Outcome{Phase: "call", Ended: "returned"}
	response = reflect.Indirect(response)
	if response.Kind() != reflect.Struct {
		return shown, nil
	}
	shown.Status = protocol.HTTPStatus(response)
	if own := response.FieldByName("StatusCode"); own.IsValid() {
		code := int(own.Int())
		shown.Status = &code
	}
	if contentType := response.FieldByName("ContentType"); contentType.IsValid() {
		text := contentType.String()
		shown.ContentType = &text
	}
	for _, member := range reflect.VisibleFields(response.Type()) {
		value := response.FieldByIndex(member.Index)
		if !member.IsExported() || slices.Contains(envelope, member.Name) || value.IsZero() {
			continue
		}
		rendered, err := read(value)
		if err != nil {
			return shown, err
		}
		if member.Name == errorField || (spec.Payload != nil && *spec.Payload != member.Name) {
			status := protocol.HTTPStatus(response)
			shown.Error = &protocol.ErrorShown{Class: protocol.TypeName(value.Type()), Status: status, Fields: &rendered}
			shown.Error.Settle()
		} else {
			shown.Payload = &rendered
		}
	}
	return shown, nil
}

// read returns the content of a stream, which a caller must read too, and renders any other value.
func read(value reflect.Value) (any, error) {
	stream, ok := value.Interface().(io.Reader)
	if !ok {
		return protocol.Render(value)
	}
	var data []byte
	err := protocol.Theirs("read", func() (err error) {
		data, err = io.ReadAll(stream)
		return err
	})
	if err != nil {
		return nil, err
	}
	return protocol.Render(reflect.ValueOf(data))
}

// find returns the method at `Resource.Method`, an invalid value if it does not exist.
func find(owner reflect.Value, path string) reflect.Value {
	names := strings.Split(path, ".")
	for _, name := range names[:len(names)-1] {
		owner = reflect.Indirect(owner)
		if owner.Kind() != reflect.Struct {
			return reflect.Value{}
		}
		owner = owner.FieldByName(name)
	}
	if !owner.IsValid() {
		return owner
	}
	return owner.MethodByName(names[len(names)-1])
}

// Close removes the client: the SDK has no method to close it.
func (a *adapter) Close() { a.client = reflect.Value{} }
