// Package syncforexpenses is a stand-in with the public shapes of later Go SDKs (accounting 0.32, sync-for-expenses 5):
// the package is not called as its path ends, the credential is a string, the retry policy has a package of its own, a
// failure is an error with a type of its own, a download is a stream. It is no SDK and sends nothing.
package syncforexpenses

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"concordat.local/standin/v5/pkg/models/operations"
	"concordat.local/standin/v5/pkg/models/sdkerrors"
	"concordat.local/standin/v5/pkg/models/shared"
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

// New makes a client; a server `refused` makes it panic.
func New(opts ...SDKOption) *SyncForExpenses {
	own := &settings{}
	sdk := &SyncForExpenses{Customers: &Customers{own}, settings: own}
	for _, opt := range opts {
		opt(sdk)
	}
	if own.serverURL == "refused" {
		panic("server index 7 out of range")
	}
	return sdk
}

// Customers are the operations on customers.
type Customers struct{ settings *settings }

// Get answers by the customer's id, else with how the client was built.
func (c *Customers) Get(ctx context.Context, request operations.GetCustomerRequest, opts ...operations.Option) (*operations.GetCustomerResponse, error) {
	if err := raised(request.CustomerID); err != nil {
		return nil, err
	}
	if customer, ok := shown[request.CustomerID]; ok {
		return &operations.GetCustomerResponse{StatusCode: 200, ContentType: "application/json", Customer: &customer}, nil
	}
	chosen := operations.Options{}
	for _, opt := range opts {
		if err := opt(&chosen); err != nil {
			return nil, err
		}
	}
	text := c.settings.serverURL + " " + c.settings.auth + " " + chosen.String()
	return &operations.GetCustomerResponse{StatusCode: 200, ContentType: "application/json", Customer: &shared.Customer{
		ID: &request.CustomerID, CustomerName: &text, Status: "Active",
	}}, nil
}

var (
	id    = "1"
	shown = map[string]shared.Customer{
		"value.absent-and-null": {ID: &id, Status: "Active", SupplementalData: &shared.SupplementalData{
			Content: map[string]map[string]interface{}{"a": {"none": nil}},
		}},
		"value.null-optional": {ID: &id, Status: "Active", Phone: nil},
	}
)

// raised is the error that a customer's id asks for.
func raised(customer string) error {
	reason, quote, found, zero := "no such customer", "c1", int64(404), int64(0)
	switch customer {
	case "error.http-status":
		answer := &http.Response{StatusCode: 502}
		return sdkerrors.NewSDKError("unknown content-type received: text/html", 502, "<h1>no</h1>", answer)
	case "error.wrapped":
		return fmt.Errorf("error reading: %w", sdkerrors.NewSDKError("odd", 502, "<h1>no</h1>", nil))
	case "error.decoded-status":
		return &sdkerrors.ErrorMessage{Error_: &reason, StatusCode: &found}
	case "error.both-equal":
		return sdkerrors.NewAnswered(reason, found, 404)
	case "error.both-different":
		return sdkerrors.NewAnswered(reason, found, 409)
	case "error.decoded-fields":
		return &sdkerrors.ErrorMessage{Error_: &reason, CorrelationID: &quote}
	case "error.decoded-zero":
		return &sdkerrors.ErrorMessage{Error_: &reason, StatusCode: &zero}
	case "error.neither":
		return fmt.Errorf("error sending request: %w", errors.New("connection refused"))
	}
	return nil
}

// DownloadAttachment answers with a stream.
func (c *Customers) DownloadAttachment(ctx context.Context, request operations.DownloadCustomerAttachmentRequest, opts ...operations.Option) (*operations.DownloadCustomerAttachmentResponse, error) {
	answer := &operations.DownloadCustomerAttachmentResponse{StatusCode: 200, ContentType: "application/octet-stream"}
	if request.AttachmentID == "cut" {
		answer.Data = io.NopCloser(io.MultiReader(strings.NewReader("half"), cut{}))
	} else {
		answer.Data = io.NopCloser(strings.NewReader("\x00\xffpdf"))
	}
	return answer, nil
}

type cut struct{}

func (cut) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
