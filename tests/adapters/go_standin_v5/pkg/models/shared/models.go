// Package shared holds the stand-in's models.
package shared

// Customer is one.
type Customer struct {
	CustomerName     *string           `json:"customerName,omitempty"`
	ID               *string           `json:"id,omitempty"`
	Phone            *string           `json:"phone,omitempty"`
	Status           CustomerStatus    `json:"status"`
	SupplementalData *SupplementalData `json:"supplementalData,omitempty"`
}

// CustomerStatus is a closed set.
type CustomerStatus string

// SupplementalData is free-form.
type SupplementalData struct {
	Content map[string]map[string]interface{} `json:"content,omitempty"`
}

// ErrorValidation is a part of an error that may be missing.
type ErrorValidation struct {
	ItemID *string `json:"itemId,omitempty"`
}
