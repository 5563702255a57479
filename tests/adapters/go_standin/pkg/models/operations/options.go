// Package operations holds the stand-in's requests and responses.
package operations

import (
	"fmt"

	"concordat.local/standin/pkg/utils"
)

// Options are those of one call.
type Options struct{ Retries *Retries }

// Retries is the policy that a call was given.
type Retries utils.RetryConfig

// String spells the policy out.
func (r *Retries) String() string {
	if r == nil {
		return "default"
	}
	if r.Backoff == nil {
		return r.Strategy
	}
	return fmt.Sprintf("%s %+v %t", r.Strategy, *r.Backoff, r.RetryConnectionErrors)
}

// Option changes one call.
type Option func(*Options, ...string) error

// WithRetries sets the policy of one call.
func WithRetries(config utils.RetryConfig) Option {
	return func(o *Options, _ ...string) error {
		retries := Retries(config)
		o.Retries = &retries
		return nil
	}
}
