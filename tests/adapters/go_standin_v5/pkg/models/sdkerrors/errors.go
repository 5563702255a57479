// Package sdkerrors holds the stand-in's errors.
package sdkerrors

import (
	"encoding/json"
	"fmt"
	"net/http"

	"concordat.local/standin/v5/pkg/models/shared"
)

// SDKError is an answer that the client could not use.
type SDKError struct {
	Message     string
	StatusCode  int
	Body        string
	RawResponse *http.Response
}

// NewSDKError makes one.
func NewSDKError(message string, statusCode int, body string, httpRes *http.Response) *SDKError {
	return &SDKError{Message: message, StatusCode: statusCode, Body: body, RawResponse: httpRes}
}

func (e *SDKError) Error() string {
	return fmt.Sprintf("%s: Status %d\n%s", e.Message, e.StatusCode, e.Body)
}

// ErrorMessage is a decoded failure: optional fields of the body, and no way to the response.
type ErrorMessage struct {
	CorrelationID *string                 `json:"correlationId,omitempty"`
	Error_        *string                 `json:"error,omitempty"`
	StatusCode    *int64                  `json:"statusCode,omitempty"`
	Validation    *shared.ErrorValidation `json:"validation,omitempty"`
}

func (e *ErrorMessage) Error() string { return text(e) }

// Answered is a decoded failure of the generator's newest releases, which leads to the response too.
type Answered struct {
	ErrorText  *string      `json:"error,omitempty"`
	StatusCode *int64       `json:"statusCode,omitempty"`
	HTTPMeta   HTTPMetadata `json:"-"`
}

// HTTPMetadata leads to the response.
type HTTPMetadata struct {
	Response *http.Response `json:"-"`
	Request  *http.Request  `json:"-"`
}

// NewAnswered makes one from a reason, the decoded status and the response's.
func NewAnswered(reason string, decoded int64, status int) *Answered {
	return &Answered{&reason, &decoded, HTTPMetadata{Response: &http.Response{StatusCode: status}}}
}

func (e *Answered) Error() string { return text(e) }

func text(e any) string {
	data, _ := json.Marshal(e)
	return string(data)
}
