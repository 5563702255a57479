// Package operations holds requests, responses and the options of one call.
package operations

import "concordat.local/sending/pkg/models/shared"

// Backoff is in milliseconds.
type Backoff struct {
	InitialInterval, MaxInterval, MaxElapsedTime int
	Exponent                                     float64
}

// RetryConfig is a policy. This client repeats nothing, and takes it all the same.
type RetryConfig struct {
	Strategy              string
	Backoff               *Backoff
	RetryConnectionErrors bool
}

// Option changes one call.
type Option func(*RetryConfig)

// WithRetries sets the policy of one call.
func WithRetries(config RetryConfig) Option { return func(own *RetryConfig) { *own = config } }

// GetCustomerRequest names a customer.
type GetCustomerRequest struct {
	CompanyID  string `pathParam:"style=simple,explode=false,name=companyId"`
	CustomerID string `pathParam:"style=simple,explode=false,name=customerId"`
}

// GetCustomerResponse is an envelope.
type GetCustomerResponse struct {
	StatusCode   int
	ContentType  string
	Customer     *shared.Customer
	ErrorMessage *shared.ErrorMessage
}

// ListCustomersRequest names a page.
type ListCustomersRequest struct {
	CompanyID string `pathParam:"style=simple,explode=false,name=companyId"`
	Page      *int   `queryParam:"style=form,explode=true,name=page"`
	PageSize  *int   `queryParam:"style=form,explode=true,name=pageSize"`
}

// ListCustomersResponse is an envelope.
type ListCustomersResponse struct {
	StatusCode   int
	ContentType  string
	Customers    *shared.Customers
	ErrorMessage *shared.ErrorMessage
}

// CreateCustomerRequest has a body.
type CreateCustomerRequest struct {
	Customer     *shared.Customer `request:"mediaType=application/json"`
	CompanyID    string           `pathParam:"style=simple,explode=false,name=companyId"`
	ConnectionID string           `pathParam:"style=simple,explode=false,name=connectionId"`
}

// CreateCustomerResponse is an envelope.
type CreateCustomerResponse struct {
	StatusCode    int
	ContentType   string
	PushOperation *shared.PushOperation
	ErrorMessage  *shared.ErrorMessage
}
