// Package shared holds the models.
package shared

// Security holds the credential.
type Security struct{ AuthHeader string }

// Customer is a customer, as far as the gate's tests need one.
type Customer struct {
	ID           *string `json:"id,omitempty"`
	CustomerName *string `json:"customerName,omitempty"`
	Status       *string `json:"status,omitempty"`
}

// Customers is a page.
type Customers struct {
	PageNumber   *int       `json:"pageNumber,omitempty"`
	PageSize     *int       `json:"pageSize,omitempty"`
	TotalResults *int       `json:"totalResults,omitempty"`
	Results      []Customer `json:"results,omitempty"`
}

// PushOperation is what a write comes to.
type PushOperation struct {
	PushOperationKey *string   `json:"pushOperationKey,omitempty"`
	Status           *string   `json:"status,omitempty"`
	Data             *Customer `json:"data,omitempty"`
}

// ErrorMessage is what a failure says of itself.
type ErrorMessage struct {
	StatusCode    *int    `json:"statusCode,omitempty"`
	Error_        *string `json:"error,omitempty"`
	CorrelationID *string `json:"correlationId,omitempty"`
}
