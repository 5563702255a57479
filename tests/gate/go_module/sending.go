// Package sending is a small client of our own with the public API that the documents of the Go SDKs describe. It is no SDK;
// the gate's tests change it in one place.
package sending

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"concordat.local/sending/pkg/models/operations"
	"concordat.local/sending/pkg/models/shared"
)

// Sending is the client.
type Sending struct {
	Customers *Customers
	server    string
	auth      string
}

// SDKOption configures the client.
type SDKOption func(*Sending)

// WithServerURL sets the server.
func WithServerURL(server string) SDKOption { return func(sdk *Sending) { sdk.server = server } }

// WithSecurity sets the credential.
func WithSecurity(security shared.Security) SDKOption {
	return func(sdk *Sending) { sdk.auth = security.AuthHeader }
}

// New makes a client.
func New(opts ...SDKOption) *Sending {
	sdk := &Sending{}
	sdk.Customers = &Customers{sdk}
	for _, opt := range opts {
		opt(sdk)
	}
	return sdk
}

// Customers are the operations on customers.
type Customers struct{ sdk *Sending }

// Get reads one customer.
func (c *Customers) Get(ctx context.Context, request operations.GetCustomerRequest, _ ...operations.Option) (*operations.GetCustomerResponse, error) {
	answer := &operations.GetCustomerResponse{}
	found := &shared.Customer{}
	path := "/companies/" + segment(request.CompanyID) + "/data/customers/" + segment(request.CustomerID)
	failed, err := c.sdk.send(ctx, "GET", path, nil, nil, found, &answer.StatusCode, &answer.ContentType)
	if answer.ErrorMessage = failed; err == nil && failed == nil {
		answer.Customer = found
	}
	return answer, err
}

// List reads a page of customers.
func (c *Customers) List(ctx context.Context, request operations.ListCustomersRequest, _ ...operations.Option) (*operations.ListCustomersResponse, error) {
	answer := &operations.ListCustomersResponse{}
	query := url.Values{}
	if request.Page != nil {
		query.Set("page", strconv.Itoa(*request.Page))
	}
	if request.PageSize != nil {
		query.Set("pageSize", strconv.Itoa(*request.PageSize))
	}
	found := &shared.Customers{}
	path := "/companies/" + segment(request.CompanyID) + "/data/customers"
	failed, err := c.sdk.send(ctx, "GET", path, query, nil, found, &answer.StatusCode, &answer.ContentType)
	if answer.ErrorMessage = failed; err == nil && failed == nil {
		answer.Customers = found
	}
	return answer, err
}

// Create writes a customer.
func (c *Customers) Create(ctx context.Context, request operations.CreateCustomerRequest, _ ...operations.Option) (*operations.CreateCustomerResponse, error) {
	answer := &operations.CreateCustomerResponse{}
	found := &shared.PushOperation{}
	path := "/companies/" + segment(request.CompanyID) + "/connections/" + segment(request.ConnectionID) + "/push/customers"
	failed, err := c.sdk.send(ctx, "POST", path, nil, request.Customer, found, &answer.StatusCode, &answer.ContentType)
	if answer.ErrorMessage = failed; err == nil && failed == nil {
		answer.PushOperation = found
	}
	return answer, err
}

func segment(id string) string { return url.PathEscape(id) }

// send makes one request, and decodes the answer into `found`, or returns what a failure says of itself.
func (s *Sending) send(ctx context.Context, method, path string, query url.Values, body, found any, status *int, mediaType *string) (*shared.ErrorMessage, error) {
	var content io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(encoded)
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	request, err := http.NewRequestWithContext(ctx, method, s.server+path, content)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", s.auth)
	request.Header.Set("Accept", "application/json")
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	*status, *mediaType = response.StatusCode, response.Header.Get("Content-Type")
	decoder := json.NewDecoder(response.Body)
	if response.StatusCode >= 400 {
		failed := &shared.ErrorMessage{}
		return failed, decoder.Decode(failed)
	}
	return nil, decoder.Decode(found)
}
