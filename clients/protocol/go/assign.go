package protocol

import (
	"encoding/base64"
	"encoding/json"
	"reflect"
	"strconv"
)

// Request fills the SDK's request from arguments by wire name.
func Request(request reflect.Value, spec Spec, arguments map[string]any) error {
	for request.Kind() == reflect.Pointer {
		request.Set(reflect.New(request.Type().Elem()))
		request = request.Elem()
	}
	for name, given := range arguments {
		place, ok := placeOf(request, spec, name)
		if !ok || (given == nil && !isEmptyInterface(place)) {
			return Unrepresentable(name)
		}
		if err := assign(place, given, name); err != nil {
			return err
		}
	}
	return nil
}

func placeOf(request reflect.Value, spec Spec, name string) (reflect.Value, bool) {
	field := spec.Arguments[name]
	if name == "body" {
		if spec.Body == nil {
			return reflect.Value{}, false
		}
		if *spec.Body == "*" {
			return request, true
		}
		field = *spec.Body
	}
	if request.Kind() != reflect.Struct {
		return reflect.Value{}, false
	}
	if field != "" {
		place := request.FieldByName(field)
		return place, place.IsValid()
	}
	member, ok := parameterField(request.Type(), name)
	if !ok {
		return reflect.Value{}, false
	}
	return request.FieldByIndex(member.Index), true
}

// assign sets a Go value from JSON with tags. It returns Unrepresentable, with the argument's wire name, for a value
// that the type cannot represent.
func assign(place reflect.Value, given any, argument string) error {
	refused := Unrepresentable(argument)
	if tag, content, ok := tagOf(given); ok {
		return assignTagged(place, tag, content, refused)
	}
	if given == nil {
		if !canBeNil(place) {
			return refused
		}
		place.SetZero()
		return nil
	}
	if place.Kind() == reflect.Pointer {
		place.Set(reflect.New(place.Type().Elem()))
		return assign(place.Elem(), given, argument)
	}
	if isEmptyInterface(place) {
		return assignAny(place, given, argument)
	}
	switch value := given.(type) {
	case bool:
		if place.Kind() == reflect.Bool {
			place.SetBool(value)
			return nil
		}
	case string:
		return assignText(place, value, refused)
	case json.Number:
		return assignNumber(place, value.String(), refused)
	case []any:
		return assignList(place, value, argument)
	case map[string]any:
		return assignObject(place, value, argument)
	}
	return refused
}

func assignTagged(place reflect.Value, tag string, content any, refused *Shown) error {
	text, _ := content.(string)
	for place.Kind() == reflect.Pointer {
		place.Set(reflect.New(place.Type().Elem()))
		place = place.Elem()
	}
	switch tag {
	case "$number":
		if isEmptyInterface(place) {
			place.Set(reflect.ValueOf(json.Number(text)))
			return nil
		}
		return assignNumber(place, text, refused)
	case "$bytes":
		data, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return err
		}
		if place.Kind() == reflect.Slice && place.Type().Elem().Kind() == reflect.Uint8 {
			place.SetBytes(data)
			return nil
		}
	}
	return refused // Go has no `$undefined` and no `$object`, and `$utf16` is not UTF-8
}

func assignText(place reflect.Value, text string, refused *Shown) error {
	if place.Kind() == reflect.String {
		place.SetString(text)
		return nil
	}
	if reader, ok := place.Addr().Interface().(json.Unmarshaler); ok && place.Kind() == reflect.Struct {
		quoted, err := json.Marshal(text)
		if err == nil && reader.UnmarshalJSON(quoted) == nil {
			return nil
		}
	}
	return refused
}

func assignNumber(place reflect.Value, text string, refused *Shown) error {
	switch place.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if whole, err := strconv.ParseInt(text, 10, place.Type().Bits()); err == nil {
			place.SetInt(whole)
			return nil
		}
	case reflect.Float32, reflect.Float64:
		if double, err := strconv.ParseFloat(text, place.Type().Bits()); err == nil && (isExact(text) || isWord(text)) {
			place.SetFloat(double)
			return nil
		}
	case reflect.Struct:
		if reader, ok := place.Addr().Interface().(json.Unmarshaler); ok && reader.UnmarshalJSON([]byte(text)) == nil {
			return nil
		}
	}
	return refused
}

func assignList(place reflect.Value, items []any, argument string) error {
	if place.Kind() != reflect.Slice {
		return Unrepresentable(argument)
	}
	list := reflect.MakeSlice(place.Type(), len(items), len(items))
	for at, item := range items {
		if err := assign(list.Index(at), item, argument); err != nil {
			return err
		}
	}
	place.Set(list)
	return nil
}

func assignObject(place reflect.Value, object map[string]any, argument string) error {
	switch {
	case place.Kind() == reflect.Map && place.Type().Key().Kind() == reflect.String:
		filled := reflect.MakeMapWithSize(place.Type(), len(object))
		for key, item := range object {
			value := reflect.New(place.Type().Elem()).Elem()
			if err := assign(value, item, argument); err != nil {
				return err
			}
			filled.SetMapIndex(reflect.ValueOf(realKey(key)).Convert(place.Type().Key()), value)
		}
		place.Set(filled)
		return nil
	case place.Kind() == reflect.Struct:
		known := map[string]field{}
		for _, member := range fieldsOf(place.Type()) {
			known[member.name] = member
		}
		for key, item := range object {
			member, ok := known[realKey(key)]
			if !ok || (item == nil && member.omitEmpty) { // Go omits a nil field with omitempty, so that it cannot send null
				return Unrepresentable(argument)
			}
			if err := assign(place.FieldByIndex(member.index), item, argument); err != nil {
				return err
			}
		}
		return nil
	}
	return Unrepresentable(argument)
}

// assignAny sets an `interface{}` to the value that a Go program would use.
func assignAny(place reflect.Value, given any, argument string) error {
	var target reflect.Value
	switch value := given.(type) {
	case json.Number:
		whole, err := strconv.ParseInt(value.String(), 10, 64)
		if err == nil {
			place.Set(reflect.ValueOf(whole))
			return nil
		}
		double, err := value.Float64()
		if err == nil && isExact(value.String()) {
			place.Set(reflect.ValueOf(double))
		} else {
			place.Set(reflect.ValueOf(value))
		}
		return nil
	case []any:
		target = reflect.ValueOf(new([]any)).Elem()
	case map[string]any:
		target = reflect.ValueOf(new(map[string]any)).Elem()
	default:
		place.Set(reflect.ValueOf(given))
		return nil
	}
	if err := assign(target, given, argument); err != nil {
		return err
	}
	place.Set(target)
	return nil
}
