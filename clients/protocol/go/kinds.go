package protocol

import (
	"math/big"
	"reflect"
	"strconv"
	"strings"
)

func tagOf(given any) (tag string, held any, ok bool) {
	object, isObject := given.(map[string]any)
	if !isObject || len(object) != 1 {
		return "", nil, false
	}
	for tag, held = range object {
	}
	return tag, held, strings.HasPrefix(tag, "$") && !strings.HasPrefix(tag, "$$")
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

// holds tells whether a double keeps the number as written; 0.1 counts, since every reader writes it back as 0.1.
func holds(text string) bool {
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
