package store

import (
	"errors"
	"fmt"
)

// Kind says what an error means for whoever asked. The web layer alone turns it into a status.
type Kind uint8

const (
	Internal    Kind = iota // a fault of ours
	NotFound                // it does not exist, or this reader may not know that it does
	Conflict                // it exists already, or was changed meanwhile
	Invalid                 // the input breaks a rule; Key says which
	Denied                  // known to the reader, but not theirs to do
	Unavailable             // something we depend on is away; asking again later may help
	Damaged                 // what was stored is not what comes back
	TooLarge                // over a size limit
	Expired                 // it was good once
)

var kindNames = [...]string{"internal", "not found", "conflict", "invalid", "denied", "unavailable", "damaged", "too large", "expired"}

func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind(%d)", k)
}

// Error is an error with a meaning: a Kind, a message Key that exists in every language, and the words' arguments.
// Err is the cause; it is logged and never shown.
type Error struct {
	Kind Kind
	Key  string         // message key such as "error.file_too_large"; empty: the kind's own sentence
	Args map[string]any // what the sentence needs; shown to a person, so never a secret
	Err  error
}

func (e *Error) Error() string {
	s := e.Kind.String()
	if e.Key != "" {
		s += " (" + e.Key + ")"
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// Is matches the sentinels below by kind, and a target with a Key by kind and key.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Err == nil && t.Kind == e.Kind && (t.Key == "" || t.Key == e.Key)
}

// Sentinels for errors.Is: every error of that kind matches.
var (
	ErrNotFound    = &Error{Kind: NotFound}
	ErrConflict    = &Error{Kind: Conflict}
	ErrInvalid     = &Error{Kind: Invalid}
	ErrDenied      = &Error{Kind: Denied}
	ErrUnavailable = &Error{Kind: Unavailable}
	ErrDamaged     = &Error{Kind: Damaged}
	ErrTooLarge    = &Error{Kind: TooLarge}
	ErrExpired     = &Error{Kind: Expired}
)

// KindOf returns the kind of the outermost [Error] in err's chain, Internal if there is none.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// Fail returns an Error of kind with a message key; format and args are the cause for the log.
func Fail(kind Kind, key, format string, args ...any) *Error {
	return &Error{Kind: kind, Key: key, Err: fmt.Errorf(format, args...)}
}

// With adds an argument to the sentence that a person reads, and returns e.
func (e *Error) With(name string, value any) *Error {
	if e.Args == nil {
		e.Args = map[string]any{}
	}
	e.Args[name] = value
	return e
}
