package scim

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"cloudpocket/store"
)

// Error is a refusal in SCIM's words (RFC 7644 3.12). Its detail is read by whoever set the client up, so it never holds
// anything that they did not send.
type Error struct {
	Status int
	Type   string // scimType; empty when the status says it all
	Detail string
	Reason string // the word for what the firm's administrators can mend; empty when status and type say it, or they cannot
	Err    error  // the cause, for the log
}

func (e *Error) Error() string {
	s := fmt.Sprintf("scim %d %s: %s", e.Status, e.Type, e.Detail)
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// The types of errors that we answer with (RFC 7644 table 9).
const (
	InvalidFilter = "invalidFilter"
	InvalidPath   = "invalidPath"
	InvalidSyntax = "invalidSyntax"
	InvalidValue  = "invalidValue"
	Mutability    = "mutability"
	NoTarget      = "noTarget"
	TooMany       = "tooMany"
	Uniqueness    = "uniqueness"
)

// Refuse returns a refusal with status 400.
func Refuse(kind, format string, args ...any) *Error {
	return &Error{Status: http.StatusBadRequest, Type: kind, Detail: fmt.Sprintf(format, args...)}
}

// Taken is the refusal of what another resource has already.
func Taken(format string, args ...any) *Error {
	return &Error{Status: http.StatusConflict, Type: Uniqueness, Detail: fmt.Sprintf(format, args...)}
}

// meanings say what the kinds of package store are in SCIM's words. A kind that is not here is a fault of ours.
var meanings = map[store.Kind]Error{
	store.NotFound:    {Status: http.StatusNotFound, Detail: "There is no such resource."},
	store.Conflict:    {Status: http.StatusConflict, Detail: "It was changed meanwhile, or exists already. Read it again."},
	store.Invalid:     {Status: http.StatusBadRequest, Type: InvalidValue, Detail: "A value cannot be kept."},
	store.Denied:      {Status: http.StatusForbidden, Detail: "Provisioning is switched off for this trust."},
	store.Expired:     {Status: http.StatusUnauthorized, Detail: "The bearer token is missing, wrong, expired or revoked."},
	store.TooLarge:    {Status: http.StatusRequestEntityTooLarge, Detail: "The request is too large."},
	store.Unavailable: {Status: http.StatusServiceUnavailable, Detail: "Something the service depends on is away. Try again later."},
}

// meaning returns err in SCIM's words.
func meaning(err error) *Error {
	var own *Error
	if errors.As(err, &own) {
		return own
	}
	e, known := meanings[store.KindOf(err)]
	if !known {
		e = Error{Status: http.StatusInternalServerError, Detail: "The service failed. The request's ID is in the header X-Request-Id."}
	}
	e.Err = err
	return &e
}

// reasonOf returns the word for what the firm's administrators can mend; "" for what is the client's, a stranger's or ours.
func reasonOf(err error) string {
	var own *Error
	isOwn := errors.As(err, &own)
	switch e := meaning(err); {
	case errors.Is(err, ErrOver):
		return "token_over"
	case e.Reason != "":
		return e.Reason
	case e.Status == http.StatusForbidden:
		return "switched_off"
	case e.Status == http.StatusConflict && isOwn:
		return e.Type
	case e.Status == http.StatusConflict:
		return "conflict"
	}
	return ""
}

// aboutOne reports whether a reason is about one resource, and not about whatever is sent.
func aboutOne(reason string) bool {
	return reason != "" && reason != "token_over" && reason != "maker_gone" && reason != "switched_off"
}

// body is the error as it is sent.
func (e *Error) body() map[string]any {
	b := map[string]any{"schemas": []string{urnError}, "status": strconv.Itoa(e.Status), "detail": e.Detail}
	if e.Type != "" {
		b["scimType"] = e.Type
	}
	return b
}
