package store

// ReceiptCell is how the delivery of one document to one office stands: where the two meet in the firm's matrix.
type ReceiptCell struct {
	DeliveryID   ID
	DocumentID   ID
	OfficeID     ID
	State        DeliveryState
	Recipients   int // receipts, hidden ones included
	Viewed       int
	Downloaded   int
	Acknowledged int
}
