// Package standin is a stand-in with the surface that the documents of the Go SDKs describe. It is no SDK, sends
// nothing, and answers by the customer that it is asked for; tests of the adapter are built with it.
package standin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"concordat.local/standin/pkg/models/operations"
	"concordat.local/standin/pkg/models/sdkerrors"
	"concordat.local/standin/pkg/models/shared"
)

// Standin is the client.
type Standin struct {
	Customers *Customers
	Companies *Companies
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
	sdk := &Standin{Customers: &Customers{shared}, Companies: &Companies{}, config: shared}
	for _, opt := range opts {
		opt(sdk)
	}
	if shared.serverURL == "refused" {
		panic("server index 7 out of range")
	}
	return sdk
}

// Customers are the operations on customers.
type Customers struct{ config *config }

// Companies are the operations on companies.
type Companies struct{}

// Create answers with what it was sent.
func (c *Customers) Create(ctx context.Context, request operations.CreateCustomerRequest, opts ...operations.Option) (*operations.CreateCustomerResponse, error) {
	return &operations.CreateCustomerResponse{StatusCode: 200, ContentType: "application/json", CreateCustomerResponse: &shared.CreateCustomerResponse{
		Data: request.Customer, CompanyID: request.CompanyID, TimeoutInMinutes: request.TimeoutInMinutes,
	}}, nil
}

// Get answers by the customer's id.
func (c *Customers) Get(ctx context.Context, request operations.GetCustomerRequest, opts ...operations.Option) (*operations.GetCustomerResponse, error) {
	answer := &operations.GetCustomerResponse{StatusCode: 200, ContentType: "application/json"}
	switch request.CustomerID {
	case "sparse":
		name := ""
		answer.Customer = &shared.Customer{ID: &request.CustomerID, CustomerName: &name, Addresses: []shared.Address{}}
	case "rich":
		big, limit := int64(9007199254740993), 0.1
		answer.Customer = &shared.Customer{ID: &request.CustomerID, Revision: &big, CreditLimit: &limit, SupplementalData: &shared.SupplementalData{
			Content: map[string]map[string]interface{}{"a": {"$ref": 1.5, "none": nil, "text": "ü"}},
		}, Opened: shared.NewDate("2022-10-23")}
	case "forbidden":
		answer.StatusCode = 403
	case "missing":
		code, reason := int64(404), "no such customer"
		answer.StatusCode, answer.ErrorMessage = 404, &shared.ErrorMessage{StatusCode: &code, Error_: &reason}
	case "html":
		return nil, fmt.Errorf("error reading: %w", sdkerrors.NewSDKError("unknown content-type received: text/html", 502, "<h1>no</h1>"))
	case "raised":
		return nil, &sdkerrors.ErrorMessage{StatusCode: 404}
	case "unreachable":
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
func (c *Customers) List(ctx context.Context, request operations.ListCustomersRequest, opts ...operations.Option) (*operations.ListCustomersResponse, error) {
	return &operations.ListCustomersResponse{StatusCode: 200, ContentType: "application/json", Customers: &shared.Customers{
		Links: shared.Links{Self: shared.HalRef{Href: "/" + request.CompanyID}}, PageNumber: request.Page,
	}}, nil
}

// DownloadAttachment answers with bytes, or with a stream of them.
func (c *Customers) DownloadAttachment(ctx context.Context, request operations.DownloadCustomerAttachmentRequest, opts ...operations.Option) (*operations.DownloadCustomerAttachmentResponse, error) {
	answer := &operations.DownloadCustomerAttachmentResponse{StatusCode: 200, ContentType: "application/octet-stream"}
	switch request.AttachmentID {
	case "stream":
		answer.Stream = io.NopCloser(strings.NewReader("\x00\xffpdf"))
	case "cut":
		answer.Stream = io.NopCloser(io.MultiReader(strings.NewReader("half"), cut{}))
	default:
		answer.Data = []byte("\x00\xffpdf")
	}
	return answer, nil
}

type cut struct{}

func (cut) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// Create takes the body itself as its request.
func (c *Companies) Create(ctx context.Context, request *shared.CompanyRequestBody, opts ...operations.Option) (*operations.CreateCompanyResponse, error) {
	if request == nil {
		return &operations.CreateCompanyResponse{StatusCode: 400}, nil
	}
	return &operations.CreateCompanyResponse{StatusCode: 200, ContentType: "application/json", Company: request}, nil
}
