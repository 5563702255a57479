package operations

import (
	"net/http"

	"concordat.local/standin/pkg/models/shared"
)

// CreateCustomerRequest has a body, path and query parameters.
type CreateCustomerRequest struct {
	Customer         *shared.Customer `request:"mediaType=application/json"`
	CompanyID        string           `pathParam:"style=simple,explode=false,name=companyId"`
	ConnectionID     string           `pathParam:"style=simple,explode=false,name=connectionId"`
	TimeoutInMinutes *int             `queryParam:"style=form,explode=true,name=timeoutInMinutes"`
}

// CreateCustomerResponse is an envelope.
type CreateCustomerResponse struct {
	ContentType            string
	CreateCustomerResponse *shared.CreateCustomerResponse
	Schema                 *shared.Schema
	StatusCode             int
	RawResponse            *http.Response
}

// GetCustomerRequest has path parameters.
type GetCustomerRequest struct {
	CompanyID  string `pathParam:"style=simple,explode=false,name=companyId"`
	CustomerID string `pathParam:"style=simple,explode=false,name=customerId"`
}

// GetCustomer409ApplicationJSON is the body of one failure of one operation.
type GetCustomer409ApplicationJSON struct {
	StatusCode *int64 `json:"statusCode,omitempty"`
}

// GetCustomerResponse is an envelope.
type GetCustomerResponse struct {
	GetCustomer409ApplicationJSONObject *GetCustomer409ApplicationJSON
	ContentType                         string
	Customer                            *shared.Customer
	Schema                              *shared.Schema
	StatusCode                          int
	RawResponse                         *http.Response
}

// ListCustomersRequest has query parameters.
type ListCustomersRequest struct {
	CompanyID string  `pathParam:"style=simple,explode=false,name=companyId"`
	OrderBy   *string `queryParam:"style=form,explode=true,name=orderBy"`
	Page      *int    `default:"1" queryParam:"style=form,explode=true,name=page"`
}

// ListCustomersResponse is an envelope.
type ListCustomersResponse struct {
	ContentType string
	Customers   *shared.Customers
	Schema      *shared.Schema
	StatusCode  int
	RawResponse *http.Response
}

// DownloadCustomerAttachmentRequest has path parameters.
type DownloadCustomerAttachmentRequest struct {
	AttachmentID string `pathParam:"style=simple,explode=false,name=attachmentId"`
}

// DownloadCustomerAttachmentResponse is an envelope of bytes.
type DownloadCustomerAttachmentResponse struct {
	ContentType string
	Data        []byte
	Schema      *shared.Schema
	StatusCode  int
	RawResponse *http.Response
}

// CreateCompanyResponse is an envelope.
type CreateCompanyResponse struct {
	ContentType string
	Company     *shared.CompanyRequestBody
	StatusCode  int
	RawResponse *http.Response
}
