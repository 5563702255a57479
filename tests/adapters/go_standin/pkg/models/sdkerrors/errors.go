// Package sdkerrors holds the stand-in's errors.
package sdkerrors

import "fmt"

// SDKError is an answer that the client could not use.
type SDKError struct {
	Message    string
	StatusCode int
	Body       string
}

// NewSDKError makes one.
func NewSDKError(message string, statusCode int, body string) *SDKError {
	return &SDKError{Message: message, StatusCode: statusCode, Body: body}
}

func (e *SDKError) Error() string {
	return fmt.Sprintf("%s: Status %d\n%s", e.Message, e.StatusCode, e.Body)
}

// ErrorMessage is a decoded failure that is an error of its own.
type ErrorMessage struct {
	StatusCode int `json:"statusCode,omitempty"`
}

func (e *ErrorMessage) Error() string { return "no such customer" }
