package store

// Sealer encrypts small secrets that records have to keep, such as the secret of a second factor: who reads the database,
// or a copy of it, learns nothing of them. purpose says what the secret is for and whose it is, such as
// "operator totp 01h…": what was sealed for one purpose opens for no other, so that it cannot be moved between records.
type Sealer interface {
	// Seal returns secret, encrypted; the same secret looks different every time.
	Seal(purpose string, secret []byte) ([]byte, error)
	// Unseal returns what was sealed for purpose. What was not, or was changed, or was sealed with a key that is not
	// there any more, is an error of kind Damaged.
	Unseal(purpose string, sealed []byte) ([]byte, error)
}
