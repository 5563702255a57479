package protocol

import (
	"reflect"
	"strings"
)

type field struct {
	name      string
	index     []int
	omitEmpty bool
}

// fieldsOf lists the exported fields of a model by their json names, including the fields of embedded structs.
func fieldsOf(t reflect.Type) []field {
	var found []field
	for _, member := range reflect.VisibleFields(t) {
		tag, tagged := member.Tag.Lookup("json")
		name, options, _ := strings.Cut(tag, ",")
		if !member.IsExported() || name == "-" || (member.Anonymous && !tagged) || throughPointer(t, member.Index) {
			continue
		}
		if name == "" {
			name = member.Name
		}
		found = append(found, field{name, member.Index, strings.Contains(options, "omitempty")})
	}
	return found
}

func throughPointer(t reflect.Type, index []int) bool {
	for _, at := range index[:len(index)-1] {
		if t = t.Field(at).Type; t.Kind() == reflect.Pointer {
			return true
		}
	}
	return false
}

// hasTags returns whether a type is a model, whose fields have json names, and not a scalar such as a date.
func hasTags(t reflect.Type) bool {
	for _, member := range reflect.VisibleFields(t) {
		tag, tagged := member.Tag.Lookup("json")
		if member.IsExported() && tagged && tag != "-" {
			return true
		}
	}
	return false
}

// parameterField returns the field whose pathParam, queryParam or header tag has the wire name.
func parameterField(t reflect.Type, wireName string) (reflect.StructField, bool) {
	for _, member := range reflect.VisibleFields(t) {
		for _, key := range []string{"pathParam", "queryParam", "header"} {
			for _, part := range strings.Split(member.Tag.Get(key), ",") {
				if part == "name="+wireName {
					return member, true
				}
			}
		}
	}
	return reflect.StructField{}, false
}
