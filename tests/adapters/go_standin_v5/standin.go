// Package syncforexpenses is a stand-in with what later Go SDKs changed: the package is not called as its path ends, the
// credential is a string, the retry policy has a package of its own. It is no SDK and sends nothing.
package syncforexpenses

import (
	"context"

	"concordat.local/standin/v5/pkg/models/operations"
)

// SyncForExpenses is the client.
type SyncForExpenses struct {
	Customers *Customers
	settings  *settings
}

type settings struct{ serverURL, auth string }

// SDKOption configures the client.
type SDKOption func(*SyncForExpenses)

// WithServerURL sets the server.
func WithServerURL(serverURL string) SDKOption {
	return func(sdk *SyncForExpenses) { sdk.settings.serverURL = serverURL }
}

// WithSecurity sets the credential.
func WithSecurity(authHeader string) SDKOption {
	return func(sdk *SyncForExpenses) { sdk.settings.auth = authHeader }
}

// New makes a client.
func New(opts ...SDKOption) *SyncForExpenses {
	own := &settings{}
	sdk := &SyncForExpenses{Customers: &Customers{own}, settings: own}
	for _, opt := range opts {
		opt(sdk)
	}
	return sdk
}

// Customers are the operations on customers.
type Customers struct{ settings *settings }

// Get answers with how the client was built.
func (c *Customers) Get(ctx context.Context, request operations.GetCustomerRequest, opts ...operations.Option) (*operations.GetCustomerResponse, error) {
	chosen := operations.Options{}
	for _, opt := range opts {
		if err := opt(&chosen); err != nil {
			return nil, err
		}
	}
	text := c.settings.serverURL + " " + c.settings.auth + " " + chosen.String()
	return &operations.GetCustomerResponse{StatusCode: 200, ContentType: "application/json", Customer: &operations.Customer{
		ID: &request.CustomerID, CustomerName: &text,
	}}, nil
}
