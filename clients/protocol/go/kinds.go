package protocol

import (
	"math/big"
	"reflect"
	"strconv"
	"strings"
)

func tagOf(given any) (tag string, content any, ok bool) {
	object, isObject := given.(map[string]any)
	if !isObject || len(object) != 1 {
		return "", nil, false
	}
	for tag, content = range object {
	}
	return tag, content, strings.HasPrefix(tag, "$") && !strings.HasPrefix(tag, "$$")
}

func realKey(key string) string {
	if strings.HasPrefix(key, "$") {
		return key[1:]
	}
	return key
}

func isEmptyInterface(place reflect.Value) bool {
	return place.Kind() == reflect.Interface && place.NumMethod() == 0
}

func canBeNil(place reflect.Value) bool {
	switch place.Kind() {
	case reflect.Pointer, reflect.Interface, reflect.Map, reflect.Slice:
		return true
	}
	return false
}

// isExact returns whether a double keeps the text of a number, as printed by every writer of JSON (0.1 counts).
func isExact(text string) bool {
	if double, err := strconv.ParseFloat(text, 64); err != nil || (double == 0 && strings.Trim(text, "-+.0") != "") {
		return false // beyond a double's range, in either direction
	}
	exact, ok := new(big.Rat).SetString(text)
	if !ok {
		return false
	}
	double, _ := exact.Float64()
	back, ok := new(big.Rat).SetString(strconv.FormatFloat(double, 'g', -1, 64))
	return ok && back.Cmp(exact) == 0
}

func isWord(text string) bool {
	return text == "NaN" || text == "Infinity" || text == "-Infinity"
}
