package hook

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/url"

	"cloudpocket/sso/outbound"
	"cloudpocket/store"
)

// Failure says why a request was not taken.
type Failure struct {
	Why store.HookFailure
	Err error
}

func (f *Failure) Error() string { return string(f.Why) + ": " + f.Err.Error() }
func (f *Failure) Unwrap() error { return f.Err }

// failureOf says why there is no answer, without the address that was asked.
func failureOf(err error) *Failure {
	var asked *url.Error
	if errors.As(err, &asked) {
		err = asked.Err
	}
	return &Failure{Why: reasonOf(err), Err: err}
}

func reasonOf(err error) store.HookFailure {
	var certificate *tls.CertificateVerificationError
	var slow net.Error
	switch {
	case errors.Is(err, outbound.ErrPrivate) || errors.Is(err, outbound.ErrPlain):
		return store.HookPrivate
	case errors.As(err, &certificate):
		return store.HookCertificate
	case errors.Is(err, context.DeadlineExceeded) || errors.As(err, &slow) && slow.Timeout():
		return store.HookTimeout
	}
	return store.HookUnreachable
}
