package protocol

import (
	"encoding/json"
	"os"
)

// Hello is the adapter's first line. Serve sets the fields that are equal for every Go program.
type Hello struct {
	Type       string   `json:"type"`
	Protocol   int      `json:"protocol"`
	Style      string   `json:"style"`
	Package    string   `json:"package"`
	Version    string   `json:"version"`
	Language   string   `json:"language"`
	Runtime    string   `json:"runtime"`
	Operations []string `json:"operations"`
	Modes      []string `json:"modes"`
	Features   []string `json:"features"`
}

// Open builds a fresh SDK client. Timeout is in milliseconds, nil for the SDK's own.
type Open struct {
	ServerURL string  `json:"serverUrl"`
	Auth      *string `json:"auth"`
	Retries   Retries `json:"retries"`
	Timeout   *int    `json:"timeout"`
}

// Retries is `none`, `default`, or (Mode empty) a policy in numbers, times in milliseconds.
type Retries struct {
	Mode                  string  `json:"-"`
	InitialInterval       int     `json:"initialInterval"`
	MaxInterval           int     `json:"maxInterval"`
	MaxElapsedTime        int     `json:"maxElapsedTime"`
	Exponent              float64 `json:"exponent"`
	RetryConnectionErrors bool    `json:"retryConnectionErrors"`
}

// UnmarshalJSON reads the word or the object.
func (r *Retries) UnmarshalJSON(data []byte) error {
	if json.Unmarshal(data, &r.Mode) == nil {
		return nil
	}
	type numbers Retries
	return json.Unmarshal(data, (*numbers)(r))
}

type message struct {
	Type      string         `json:"type"`
	ID        int            `json:"id"`
	Operation string         `json:"operation"`
	Arguments map[string]any `json:"arguments"`
	Open
}

// Outcome is the result of a call, with the parts that the SDK provides. Payload points to nil for null.
type Outcome struct {
	Phase       string      `json:"phase"`
	Ended       string      `json:"ended"`
	Status      *int        `json:"status,omitempty"`
	ContentType *string     `json:"content_type,omitempty"`
	Payload     *any        `json:"payload,omitempty"`
	Error       *ErrorShown `json:"error,omitempty"`
	Detail      string      `json:"detail,omitempty"`
}

// ErrorShown is an error with the parts that its caller can read.
type ErrorShown struct {
	Class   string   `json:"class"`
	Chain   []string `json:"chain,omitempty"`
	Message string   `json:"message,omitempty"`
	Status  *int     `json:"status,omitempty"`
	Body    *string  `json:"body,omitempty"`
	Fields  *any     `json:"fields,omitempty"`
}

type outcomeMessage struct {
	Type    string  `json:"type"`
	ID      int     `json:"id"`
	Outcome Outcome `json:"outcome"`
}

type doneReport struct {
	Type string `json:"type"`
	ID   int    `json:"id"`
}

func done(id int) doneReport { return doneReport{"done", id} }

type failedReport struct {
	Type    string `json:"type"`
	ID      *int   `json:"id"`
	Message string `json:"message"`
	Detail  string `json:"detail"`
}

// Shown is an error that returns an outcome from nested code to the function that reports it.
type Shown struct{ Outcome Outcome }

func (s *Shown) Error() string { return s.Outcome.Ended + " " + s.Outcome.Detail }

// Unsupported reports that the SDK lacks the operation.
func Unsupported(operation string) *Shown {
	return &Shown{Outcome{Phase: "build", Ended: "unsupported", Detail: operation}}
}

// Unrepresentable reports that the SDK's interface cannot represent the argument with this wire name.
func Unrepresentable(argument string) *Shown {
	return &Shown{Outcome{Phase: "build", Ended: "unrepresentable", Detail: argument}}
}

func tooMuch(detail string) *Shown {
	return &Shown{Outcome{Phase: "render", Ended: "unrepresentable", Detail: detail}}
}

// Config is CONFIG.json, the program's only argument.
type Config struct {
	Style      string          `json:"style"`
	Module     string          `json:"module"`
	Operations map[string]Spec `json:"operations"`
}

// Spec is the binding of one operation: Body is the request's field for the body (`*`: the request is the body),
// Payload the response's field for the payload; Arguments maps wire names to fields without a tag.
type Spec struct {
	Call      string            `json:"call"`
	Body      *string           `json:"body"`
	Payload   *string           `json:"payload"`
	Arguments map[string]string `json:"arguments"`
}

// ReadConfig reads the program's CONFIG.json.
func ReadConfig() (Config, error) {
	var config Config
	data, err := os.ReadFile(os.Args[1])
	if err != nil {
		return config, err
	}
	return config, json.Unmarshal(data, &config)
}
