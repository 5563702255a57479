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

// Address has an optional part only.
type Address struct {
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
	Addresses        []Address         `json:"addresses,omitempty"`
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
	PageNumber *int       `json:"pageNumber,omitempty"`
	Results    []Customer `json:"results,omitempty"`
}

// Links are those of a page.
type Links struct {
	Self HalRef `json:"self"`
}

// HalRef is one link.
type HalRef struct {
	Href string `json:"href"`
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

// ErrorMessage is what a failure's body says.
type ErrorMessage struct {
	Error_     *string `json:"error,omitempty"`
	StatusCode *int64  `json:"statusCode,omitempty"`
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
