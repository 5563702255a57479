package protocol

import (
	"bytes"
	"encoding"
	"encoding/base64"
	"encoding/json"
	"math"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	maxDepth    = 10_000
	safeInteger = 1<<53 - 1
)

// Render returns a value as the caller reads it: exported fields by their json names, nil fields as absent, other nils
// as null. A too deeply nested value ends in an `unrepresentable` outcome.
func Render(value reflect.Value) (any, error) { return render(value, 0) }

func render(value reflect.Value, depth int) (any, error) {
	if depth > maxDepth {
		return nil, tooMuch("nested too deep")
	}
	switch value.Kind() {
	case reflect.Invalid:
		return nil, nil
	case reflect.Pointer, reflect.Interface:
		if value.IsNil() {
			return nil, nil
		}
		return render(value.Elem(), depth+1)
	case reflect.Bool:
		return value.Bool(), nil
	case reflect.String:
		return renderText(value.String()), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return number(strconv.FormatInt(value.Int(), 10), math.Abs(float64(value.Int())) <= safeInteger), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return number(strconv.FormatUint(value.Uint(), 10), value.Uint() <= safeInteger), nil
	case reflect.Float32, reflect.Float64:
		return renderFloat(value), nil
	case reflect.Slice, reflect.Array:
		return renderList(value, depth)
	case reflect.Map:
		return renderMap(value, depth)
	case reflect.Struct:
		return renderStruct(value, depth)
	default:
		return map[string]any{"$object": TypeName(value.Type())}, nil
	}
}

func number(text string, plain bool) any {
	if plain {
		return json.Number(text)
	}
	return map[string]any{"$number": text}
}

func renderFloat(value reflect.Value) any {
	double := value.Float()
	switch {
	case math.IsNaN(double):
		return number("NaN", false)
	case math.IsInf(double, 1):
		return number("Infinity", false)
	case math.IsInf(double, -1):
		return number("-Infinity", false)
	case math.Abs(double) > safeInteger && double == math.Trunc(double):
		return number(strconv.FormatFloat(double, 'g', -1, value.Type().Bits()), false)
	case value.Kind() == reflect.Float32:
		return float32(double)
	}
	return double
}

// renderText returns a string, or its bytes if it is not UTF-8.
func renderText(text string) any {
	if utf8.ValidString(text) {
		return text
	}
	return renderBytes([]byte(text))
}

func renderBytes(data []byte) any {
	return map[string]any{"$bytes": base64.StdEncoding.EncodeToString(data)}
}

func renderList(value reflect.Value, depth int) (any, error) {
	if value.Kind() == reflect.Slice && value.IsNil() {
		return nil, nil
	}
	if value.Kind() == reflect.Slice && value.Type().Elem().Kind() == reflect.Uint8 {
		return renderBytes(value.Bytes()), nil
	}
	list := make([]any, value.Len())
	for at := range list {
		item, err := render(value.Index(at), depth+1)
		if err != nil {
			return nil, err
		}
		list[at] = item
	}
	return list, nil
}

func renderMap(value reflect.Value, depth int) (any, error) {
	if value.Type().Key().Kind() != reflect.String {
		return map[string]any{"$object": value.Type().String()}, nil
	}
	if value.IsNil() {
		return nil, nil
	}
	shown := make(map[string]any, value.Len())
	for _, key := range value.MapKeys() {
		item, err := render(value.MapIndex(key), depth+1)
		if err != nil {
			return nil, err
		}
		shown[wireKey(key.String())] = item
	}
	return shown, nil
}

func wireKey(key string) string {
	if strings.HasPrefix(key, "$") {
		return "$" + key
	}
	return key
}

func renderStruct(value reflect.Value, depth int) (any, error) {
	if !hasTags(value.Type()) {
		return renderOpaque(value)
	}
	shown := map[string]any{}
	for _, field := range fieldsOf(value.Type()) {
		item := value.FieldByIndex(field.index)
		if isNil(item) {
			continue
		}
		rendered, err := render(item, depth+1)
		if err != nil {
			return nil, err
		}
		shown[wireKey(field.name)] = rendered
	}
	return shown, nil
}

// renderOpaque returns a struct without json names (a date, a decimal) in its JSON form, if it has one.
func renderOpaque(value reflect.Value) (any, error) {
	copied := reflect.New(value.Type())
	copied.Elem().Set(value)
	switch copied.Interface().(type) {
	case json.Marshaler, encoding.TextMarshaler:
		text, err := json.Marshal(copied.Interface())
		if err != nil {
			return nil, err
		}
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		var shape any
		if err := decoder.Decode(&shape); err != nil {
			return nil, err
		}
		if digits, ok := shape.(json.Number); ok {
			return number(digits.String(), isExact(digits.String())), nil
		}
		return render(reflect.ValueOf(shape), 0)
	}
	return map[string]any{"$object": TypeName(value.Type())}, nil
}

func isNil(value reflect.Value) bool {
	switch value.Kind() {
	case reflect.Pointer, reflect.Interface, reflect.Map, reflect.Slice:
		return value.IsNil()
	}
	return false
}
