package embed

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"cloudpocket/sso"
	"cloudpocket/sso/departed"
	"cloudpocket/store"
)

// Grant is what a code stands for: somebody whom an identity provider vouched for, in one partner's page.
type Grant struct {
	TenantID  store.ID
	ClientID  store.ID // the partner's
	AccountID store.ID
	TrustID   store.ID
	Origin    string // of the page that the embed is in, one of the client's (RFC 6454)
	Subject   string // what the trust's logout messages will call the person
	Index     string // SAML SessionIndex or OIDC sid
	NameID    string // SAML: the NameID element
	Context   string // the authentication context
	Previous  time.Time
	Ends      time.Time // the IdP's own end of the session, or the parent session's; zero if none is known
	Left      []string  // what was noted of the person's departures when the IdP's word for them came, as departed.Notes has it

	// For a code that a popup gives.
	Challenge string   // base64url of the SHA-256 of the verifier (RFC 7636 4.2, S256); empty: no verifier may come with the code
	Parent    store.ID // the browser's session that it comes from
}

// CodeLife is how long a code is good.
const CodeLife = 30 * time.Second

const (
	codePrefix  = "cpc_" // so that a code which lies about is known for what it is
	tokenPrefix = "cpe_"
	secretBytes = 32
	secretText  = (secretBytes*8 + 5) / 6 // as base64url

	maxNameID = 8 << 10 // bytes; a longer one is not kept, and the IdP is not told of the embed's end
)

// Codes gives codes and takes them back.
type Codes struct {
	Marks store.Marks
}

// Give returns a new code for g, of 256 random bits, good for [CodeLife] and for one use. Its hash alone is kept. A grant that
// is for nobody, or for no page, is an error of kind Invalid.
func (c Codes) Give(ctx context.Context, g Grant) (code string, err error) {
	if g.TenantID == "" || g.ClientID == "" || g.AccountID == "" || g.TrustID == "" || g.Origin == "" || (g.Challenge == "") != (g.Parent == "") {
		return "", store.Fail(store.Invalid, "", "a code for account %q of client %q at %q", g.AccountID, g.ClientID, g.Origin)
	}
	if len(g.NameID) > maxNameID {
		g.NameID = ""
	}
	value, err := json.Marshal(g)
	if err != nil {
		return "", fmt.Errorf("write what a code stands for: %w", err)
	}
	code = secret(codePrefix)
	if err := c.Marks.Put(ctx, codeMark(code), value, CodeLife); err != nil {
		return "", fmt.Errorf("keep a code: %w", err)
	}
	return code, nil
}

// take returns what code stands for, to one of however many ask; a refusal when it is no code of ours, or not good any more.
func (c Codes) take(ctx context.Context, code string) (g Grant, err error) {
	if !shaped(code, codePrefix) {
		return g, refuse(reasonCodeForm, "what came is no code")
	}
	value, err := c.Marks.Take(ctx, codeMark(code))
	if errors.Is(err, store.ErrNotFound) {
		return g, refuse(reasonCode, "no such code, or it was used: %w", err)
	}
	if err != nil {
		return g, fmt.Errorf("take a code: %w", err)
	}
	if err := json.Unmarshal(value, &g); err != nil {
		return Grant{}, store.Fail(store.Damaged, "", "read what a code stands for: %w", err)
	}
	return g, nil
}

// secret returns 256 random bits as base64url, after prefix.
func secret(prefix string) string {
	var b [secretBytes]byte
	rand.Read(b[:]) // never fails: crypto/rand ends the process instead
	return prefix + base64.RawURLEncoding.EncodeToString(b[:])
}

// shaped reports whether text is what [secret] returns for prefix.
func shaped(text, prefix string) bool {
	body, ok := strings.CutPrefix(text, prefix)
	return ok && isDigest(body)
}

// isDigest reports whether text is 256 bits as base64url, written as they are written.
func isDigest(text string) bool {
	var b [secretBytes]byte
	if len(text) != secretText {
		return false
	}
	n, err := base64.RawURLEncoding.Strict().Decode(b[:], []byte(text))
	return err == nil && n == secretBytes
}

// codeMark is the name under which a code is kept.
func codeMark(code string) string { return sso.MarkName("embed-code", code) }

// GiveOf is Give for the person of a browser's session, in a popup that a frame in a page of origin opened with a challenge. The
// embed ends with that session. That the client may show them the portal there is for the caller to know.
func (c Codes) GiveOf(ctx context.Context, s store.Session, client store.ID, origin, challenge string) (code string, err error) {
	if s.Embedded() || !isDigest(challenge) {
		return "", store.Fail(store.Invalid, "", "a popup's code for session %s", s.ID)
	}
	notes, who := departed.Notes{Marks: c.Marks}, departed.Person{TrustID: s.TrustID, Subject: s.Subject, Index: s.Index}
	last, err := notes.Last(ctx, s.TrustID)
	if err != nil {
		return "", err
	}
	left, err := notes.Before(ctx, who, last)
	if err != nil {
		return "", err
	}
	return c.Give(ctx, Grant{TenantID: s.TenantID, ClientID: client, AccountID: s.AccountID, TrustID: s.TrustID, Origin: origin, Subject: s.Subject, Index: s.Index,
		NameID: s.NameID, Context: s.Context, Previous: s.Previous, Ends: s.Ends, Left: left, Challenge: challenge, Parent: s.ID})
}

// IsChallenge reports whether text can be a challenge: 256 bits as base64url.
func IsChallenge(text string) bool { return isDigest(text) }
