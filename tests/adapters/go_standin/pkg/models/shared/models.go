// Package shared holds the stand-in's models.
package shared

import (
	"encoding/json"
	"time"
)

// Security holds the credential.
type Security struct {
	AuthHeader string `security:"scheme,type=apiKey,subtype=header,name=Authorization"`
}

// Addressesitems has an optional part only.
type Addressesitems struct {
	City *string `json:"city,omitempty"`
}

// SupplementalData is free-form.
type SupplementalData struct {
	Content map[string]map[string]interface{} `json:"content,omitempty"`
}

// Customer has one field of each kind that the documents show.
type Customer struct {
	ID               *string           `json:"id,omitempty"`
	CustomerName     *string           `json:"customerName,omitempty"`
	Addresses        []Addressesitems  `json:"addresses,omitempty"`
	CreditLimit      *float64          `json:"creditLimit,omitempty"`
	Revision         *int64            `json:"revision,omitempty"`
	Opened           *Date             `json:"opened,omitempty"`
	Nickname         *string           `json:"nickname"`
	Status           string            `json:"status"`
	SupplementalData *SupplementalData `json:"supplementalData,omitempty"`
}

// Customers is a page.
type Customers struct {
	Links      Links      `json:"_links"`
	PageNumber int64      `json:"pageNumber"`
	Results    []Customer `json:"results,omitempty"`
}

// Links are those of a page.
type Links struct {
	Next *HalRef `json:"next,omitempty"`
	Self HalRef  `json:"self"`
}

// HalRef is one link.
type HalRef struct {
	Href *string `json:"href,omitempty"`
}

// CreateCustomerResponse is a push operation.
type CreateCustomerResponse struct {
	Data             *Customer `json:"data,omitempty"`
	CompanyID        string    `json:"companyId"`
	TimeoutInMinutes *int      `json:"timeoutInMinutes,omitempty"`
}

// CompanyRequestBody is a body that is its own request.
type CompanyRequestBody struct {
	Name        string  `json:"name"`
	Description *string `json:"description,omitempty"`
}

// Schema is what a failure's body says.
type Schema struct {
	CorrelationID *string `json:"correlationId,omitempty"`
	Error         *string `json:"error,omitempty"`
	StatusCode    *int64  `json:"statusCode,omitempty"`
}

// Date is a value with a JSON shape of its own.
type Date struct{ time.Time }

// NewDate reads a date.
func NewDate(text string) *Date {
	day, _ := time.Parse("2006-01-02", text)
	return &Date{day}
}

// MarshalJSON writes the day.
func (d Date) MarshalJSON() ([]byte, error) { return json.Marshal(d.Format("2006-01-02")) }
