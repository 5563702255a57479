// Package standin is a stand-in with the public shapes of the Go SDKs of 2023 (accounting 0.20 to 0.25): resources of
// unexported types, a failure decoded into a field of the envelope, no error type of their own. It is no SDK, sends
// nothing, and answers by the customer that it is asked for; tests of the adapter are built with it.
package standin

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"concordat.local/standin/pkg/models/operations"
	"concordat.local/standin/pkg/models/shared"
)

// Standin is the client.
type Standin struct {
	Customers *customers
	Companies *companies
	config    *config
}

type config struct{ serverURL, auth string }

// SDKOption configures the client.
type SDKOption func(*Standin)

// WithServerURL sets the server.
func WithServerURL(serverURL string) SDKOption {
	return func(sdk *Standin) { sdk.config.serverURL = serverURL }
}

// WithSecurity sets the credential.
func WithSecurity(security shared.Security) SDKOption {
	return func(sdk *Standin) { sdk.config.auth = security.AuthHeader }
}

// New makes a client; a server `refused` makes it panic.
func New(opts ...SDKOption) *Standin {
	shared := &config{}
	sdk := &Standin{Customers: &customers{shared}, Companies: &companies{}, config: shared}
	for _, opt := range opts {
		opt(sdk)
	}
	if shared.serverURL == "refused" {
		panic("server index 7 out of range")
	}
	return sdk
}

type customers struct{ config *config }

type companies struct{}

// Create answers with what it was sent.
func (c *customers) Create(ctx context.Context, request operations.CreateCustomerRequest, opts ...operations.Option) (*operations.CreateCustomerResponse, error) {
	return &operations.CreateCustomerResponse{StatusCode: 200, ContentType: "application/json", CreateCustomerResponse: &shared.CreateCustomerResponse{
		Data: request.Customer, CompanyID: request.CompanyID, TimeoutInMinutes: request.TimeoutInMinutes,
	}}, nil
}

// Get answers by the customer's id.
func (c *customers) Get(ctx context.Context, request operations.GetCustomerRequest, opts ...operations.Option) (*operations.GetCustomerResponse, error) {
	answer := &operations.GetCustomerResponse{StatusCode: 200, ContentType: "application/json"}
	switch request.CustomerID {
	case "sparse":
		name := ""
		answer.Customer = &shared.Customer{ID: &request.CustomerID, CustomerName: &name, Addresses: []shared.Addressesitems{}}
	case "rich":
		big, limit := int64(9007199254740993), 0.1
		answer.Customer = &shared.Customer{ID: &request.CustomerID, Revision: &big, CreditLimit: &limit, SupplementalData: &shared.SupplementalData{
			Content: map[string]map[string]interface{}{"a": {"$ref": 1.5, "none": nil, "text": "ü"}, "nothing": nil},
		}, Opened: shared.NewDate("2022-10-23")}
	case "error.returned-alone":
		answer.StatusCode = 403
	case "missing":
		code, reason := int64(404), "no such customer"
		answer.StatusCode, answer.Schema = 404, &shared.Schema{StatusCode: &code, Error: &reason}
	case "syncing":
		code := int64(409)
		answer.StatusCode = 409
		answer.GetCustomer409ApplicationJSONObject = &operations.GetCustomer409ApplicationJSON{StatusCode: &code}
	case "error.returned":
		code, reason := int64(429), "no such customer"
		answer.StatusCode, answer.RawResponse = 403, &http.Response{StatusCode: 403}
		answer.Schema = &shared.Schema{StatusCode: &code, Error: &reason}
	case "value.absent-and-null":
		one := "1"
		answer.Customer = &shared.Customer{ID: &one, Status: "Active", SupplementalData: &shared.SupplementalData{
			Content: map[string]map[string]interface{}{"a": {"none": nil}},
		}}
	case "value.null-optional":
		one := "1"
		answer.Customer = &shared.Customer{ID: &one, Status: "Active", Nickname: nil}
	case "unreachable", "error.neither":
		return nil, fmt.Errorf("error sending request: %w", errors.New("connection refused"))
	case "broken":
		var nobody *shared.Customer
		return nil, errors.New(*nobody.ID)
	case "slow":
		<-ctx.Done()
		return nil, fmt.Errorf("error sending request: %w", ctx.Err())
	case "settings":
		o := operations.Options{}
		for _, opt := range opts {
			if err := opt(&o); err != nil {
				return nil, err
			}
		}
		text := c.config.serverURL + " " + c.config.auth + " " + o.Retries.String()
		answer.Customer = &shared.Customer{CustomerName: &text}
	}
	return answer, nil
}

// List answers with the page that it was asked for.
func (c *customers) List(ctx context.Context, request operations.ListCustomersRequest, opts ...operations.Option) (*operations.ListCustomersResponse, error) {
	href, page := "/"+request.CompanyID, int64(1)
	if request.Page != nil {
		page = int64(*request.Page)
	}
	return &operations.ListCustomersResponse{StatusCode: 200, ContentType: "application/json", Customers: &shared.Customers{
		Links: shared.Links{Self: shared.HalRef{Href: &href}}, PageNumber: page,
	}}, nil
}

// DownloadAttachment answers with bytes.
func (c *customers) DownloadAttachment(ctx context.Context, request operations.DownloadCustomerAttachmentRequest, opts ...operations.Option) (*operations.DownloadCustomerAttachmentResponse, error) {
	return &operations.DownloadCustomerAttachmentResponse{StatusCode: 200, ContentType: "application/octet-stream", Data: []byte("\x00\xffpdf")}, nil
}

// Create takes the body itself as its request.
func (c *companies) Create(ctx context.Context, request *shared.CompanyRequestBody, opts ...operations.Option) (*operations.CreateCompanyResponse, error) {
	if request == nil {
		return &operations.CreateCompanyResponse{StatusCode: 400}, nil
	}
	return &operations.CreateCompanyResponse{StatusCode: 200, ContentType: "application/json", Company: request}, nil
}
