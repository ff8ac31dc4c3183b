package dpop

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// Why a proof was refused: one reason per rule.
const (
	reasonMissing    sso.Reason = "dpop.missing"
	reasonMany       sso.Reason = "dpop.many" // there are several
	reasonSize       sso.Reason = "dpop.size"
	reasonForm       sso.Reason = "dpop.form" // no compact JWS
	reasonHeader     sso.Reason = "dpop.header"
	reasonType       sso.Reason = "dpop.typ"
	reasonAlgorithm  sso.Reason = "dpop.alg"
	reasonKey        sso.Reason = "dpop.jwk"
	reasonSignature  sso.Reason = "dpop.signature"
	reasonClaims     sso.Reason = "dpop.claims"
	reasonID         sso.Reason = "dpop.jti"
	reasonMethod     sso.Reason = "dpop.htm"
	reasonURL        sso.Reason = "dpop.htu"
	reasonIssued     sso.Reason = "dpop.iat"
	reasonToken      sso.Reason = "dpop.ath"
	reasonThumbprint sso.Reason = "dpop.thumbprint" // the key is another than the token was given for
	reasonReplay     sso.Reason = "dpop.replayed"
)

// Header is where a proof stands in a request (RFC 9449 4.1).
const Header = "DPoP"

const (
	maxProof = 4 << 10 // bytes
	maxID    = 128     // bytes of a jti

	// Skew is how far the prover's clock may be off, either way.
	Skew = time.Minute
)

// Want is what a proof is for.
type Want struct {
	Method     string
	URL        string // of the request, made from our own base URL, without query and fragment
	Token      string // the access token that comes with it, whose hash the proof must have; empty: none
	Thumbprint string // of the key that it must be by; empty: of any
}

// Verifier tells proofs from what is none. It is safe for concurrent use.
type Verifier struct {
	Marks store.Marks
	Now   func() time.Time
}

// Of returns the one proof that r brings; none, or several, are a refusal (RFC 9449 4.3, 1).
func Of(r *http.Request) (string, error) {
	switch values := r.Header.Values(Header); len(values) {
	case 0:
		return "", refuse(reasonMissing, "there is no proof")
	case 1:
		return values[0], nil
	default:
		return "", refuse(reasonMany, "there are %d proofs", len(values))
	}
}

// Verify returns the thumbprint of the key that proof was made with (RFC 7638, SHA-256, base64url), once it is what want says
// (RFC 9449 4.3). All else is a refusal, a proof that came before too; marks that are away are an error of kind Unavailable. What
// was sent is in no error.
func (v Verifier) Verify(ctx context.Context, proof string, want Want) (thumbprint string, err error) {
	p, err := parse(proof)
	if err != nil {
		return "", err
	}
	thumbprint = p.key.thumbprint()
	if err := v.check(p, thumbprint, want); err != nil {
		return "", err
	}
	if !p.key.verifies(p.signed, p.signature) {
		return "", refuse(reasonSignature, "the signature does not verify")
	}
	if err := v.spend(ctx, p, thumbprint); err != nil {
		return "", err
	}
	return thumbprint, nil
}

// check holds what p claims against want.
func (v Verifier) check(p proof, thumbprint string, want Want) error {
	c, off := p.claims, v.Now().Sub(time.Unix(p.issued, 0))
	switch {
	case c.Method != want.Method:
		return refuse(reasonMethod, "the proof is for another method than %s", want.Method)
	case c.URL != want.URL:
		return refuse(reasonURL, "the proof is for another address than %s", want.URL)
	case off > Skew || off < -Skew:
		return refuse(reasonIssued, "the proof was made %s ago", off.Truncate(time.Second))
	case strings.TrimSpace(c.ID) == "" || len(c.ID) > maxID:
		return refuse(reasonID, "jti has %d bytes, or is blank", len(c.ID))
	case want.Token == "" && c.Token != "", want.Token != "" && !same(c.Token, digest(want.Token)):
		return refuse(reasonToken, "the proof is for another token")
	case want.Thumbprint != "" && !same(thumbprint, want.Thumbprint):
		return refuse(reasonThumbprint, "the proof is by another key than the token's")
	}
	return nil
}

// spend remembers p for as long as it would pass (RFC 9449 11.1), also with an instance whose clock is behind by as much as a
// prover's may be off.
func (v Verifier) spend(ctx context.Context, p proof, thumbprint string) error {
	left := time.Unix(p.issued, 0).Add(2*Skew).Sub(v.Now()) + time.Second
	err := v.Marks.Put(ctx, "dpop:"+digest(thumbprint+"."+p.claims.ID), []byte{1}, left)
	if errors.Is(err, store.ErrConflict) {
		return refuse(reasonReplay, "the proof was used before")
	}
	if err != nil {
		return fmt.Errorf("remember a proof: %w", err)
	}
	return nil
}

// digest is text's SHA-256 as base64url, as ath is made (RFC 9449 4.2).
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

func refuse(reason sso.Reason, format string, args ...any) error {
	return sso.Refuse(reason, sso.KeyMessage, format, args...)
}
