// Package operations holds the stand-in's request, response and options.
package operations

import (
	"fmt"
	"io"
	"net/http"

	"concordat.local/standin/v5/pkg/models/shared"
	"concordat.local/standin/v5/pkg/retry"
)

// GetCustomerRequest asks for a customer.
type GetCustomerRequest struct {
	CompanyID  string `pathParam:"style=simple,explode=false,name=companyId"`
	CustomerID string `pathParam:"style=simple,explode=false,name=customerId"`
}

// GetCustomerResponse is the envelope.
type GetCustomerResponse struct {
	ContentType string
	Customer    *shared.Customer
	StatusCode  int
	RawResponse *http.Response
}

// DownloadCustomerAttachmentRequest asks for a file.
type DownloadCustomerAttachmentRequest struct {
	AttachmentID string `pathParam:"style=simple,explode=false,name=attachmentId"`
}

// DownloadCustomerAttachmentResponse is an envelope of a stream.
type DownloadCustomerAttachmentResponse struct {
	ContentType string
	Data        io.ReadCloser
	StatusCode  int
	RawResponse *http.Response
}

// Options are those of one call.
type Options struct{ Retries *retry.Config }

// String spells them out.
func (o Options) String() string {
	switch {
	case o.Retries == nil:
		return "default"
	case o.Retries.Backoff == nil:
		return o.Retries.Strategy
	default:
		return fmt.Sprintf("%s %+v %t", o.Retries.Strategy, *o.Retries.Backoff, o.Retries.RetryConnectionErrors)
	}
}

// Option changes one call.
type Option func(*Options, ...string) error

// WithRetries sets the policy of one call.
func WithRetries(config retry.Config) Option {
	return func(options *Options, _ ...string) error {
		options.Retries = &config
		return nil
	}
}
