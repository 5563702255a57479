// Package utils holds the stand-in's retry policy.
package utils

// BackoffStrategy is in milliseconds.
type BackoffStrategy struct {
	InitialInterval int
	MaxInterval     int
	Exponent        float64
	MaxElapsedTime  int
}

// RetryConfig is a policy; the strategy `none` switches retries off.
type RetryConfig struct {
	Strategy              string
	Backoff               *BackoffStrategy
	RetryConnectionErrors bool
}
