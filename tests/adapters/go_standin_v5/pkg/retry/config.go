// Package retry holds the stand-in's retry policy.
package retry

// BackoffStrategy is how long to wait.
type BackoffStrategy struct {
	InitialInterval int
	MaxInterval     int
	Exponent        float64
	MaxElapsedTime  int
}

// Config is the policy.
type Config struct {
	Strategy              string
	Backoff               *BackoffStrategy
	RetryConnectionErrors bool
}
