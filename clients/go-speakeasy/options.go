package main

import (
	"errors"
	"fmt"
	"reflect"

	"concordat.local/adapter/protocol"
)

// security returns the credential in the form of the release under test: a string, or a struct that contains it.
func security(auth string) reflect.Value {
	wanted := reflect.TypeOf(bound.withSecurity).In(0)
	if wanted.Kind() == reflect.String {
		return reflect.ValueOf(auth)
	}
	holder := reflect.New(wanted).Elem()
	holder.FieldByName("AuthHeader").SetString(auth)
	return holder
}

// retryPolicy returns the SDK's retry option; its strategy `none` switches retries off.
func retryPolicy(retries protocol.Retries) (reflect.Value, error) {
	policy := reflect.New(reflect.TypeOf(bound.withRetries).In(0)).Elem()
	if retries.Mode == "none" {
		err := set(policy, map[string]any{"Strategy": "none"})
		return call(bound.withRetries, policy), err
	}
	backoff := reflect.New(policy.FieldByName("Backoff").Type().Elem())
	err := errors.Join(
		set(backoff.Elem(), map[string]any{
			"InitialInterval": retries.InitialInterval,
			"MaxInterval":     retries.MaxInterval,
			"MaxElapsedTime":  retries.MaxElapsedTime,
			"Exponent":        retries.Exponent,
		}),
		set(policy, map[string]any{
			"Strategy":              "backoff",
			"RetryConnectionErrors": retries.RetryConnectionErrors,
			"Backoff":               backoff.Interface(),
		}),
	)
	return call(bound.withRetries, policy), err
}

func set(owner reflect.Value, values map[string]any) error {
	for name, value := range values {
		field := owner.FieldByName(name)
		if !field.IsValid() {
			return fmt.Errorf("the retry policy has no %s", name)
		}
		field.Set(reflect.ValueOf(value).Convert(field.Type()))
	}
	return nil
}

func call(function any, arguments ...reflect.Value) reflect.Value {
	return reflect.ValueOf(function).Call(arguments)[0]
}
