package operator

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"cloudpocket/store"
)

const (
	passkeyTime = 5 * time.Minute
	maxPasskeys = 10
	maxKeyName  = 60 // characters
	maxAnswer   = 64 << 10
)

// holder is an operator as the library knows people.
type holder struct {
	store.Operator
	keys []webauthn.Credential
}

func (h holder) WebAuthnID() []byte                         { return []byte(h.ID) }
func (h holder) WebAuthnName() string                       { return h.Name }
func (h holder) WebAuthnDisplayName() string                { return h.Name }
func (h holder) WebAuthnCredentials() []webauthn.Credential { return h.keys }

func holderOf(o store.Operator) (holder, error) {
	h := holder{Operator: o}
	for _, k := range o.Passkeys {
		var one webauthn.Credential
		if err := json.Unmarshal(k.Credential, &one); err != nil {
			return h, store.Fail(store.Damaged, "", "read passkey %s of operator %s: %w", k.ID, o.ID, err)
		}
		h.keys = append(h.keys, one)
	}
	return h, nil
}

// BeginPasskey returns what a browser needs to make a passkey (WebAuthn level 3, section 5.4), in JSON.
func (c *Console) BeginPasskey(ctx context.Context, w Who) ([]byte, error) {
	if !w.mayEnrol() {
		return nil, unproved()
	}
	if len(w.Operator.Passkeys) >= maxPasskeys {
		return nil, store.Fail(store.Invalid, "error.operator_passkeys", "there are %d passkeys", len(w.Operator.Passkeys))
	}
	h, err := holderOf(w.Operator)
	if err != nil {
		return nil, err
	}
	var known []protocol.CredentialDescriptor
	for _, k := range h.keys {
		known = append(known, k.Descriptor())
	}
	options, ceremony, err := c.passkeys.BeginRegistration(h, webauthn.WithExclusions(known))
	if err != nil {
		return nil, fmt.Errorf("begin to make a passkey: %w", err)
	}
	return c.remember(ctx, "make", w, ceremony, options)
}

// remember keeps a ceremony until the browser's answer, and returns the options in JSON.
func (c *Console) remember(ctx context.Context, what string, w Who, ceremony *webauthn.SessionData, options any) ([]byte, error) {
	kept, err := json.Marshal(ceremony)
	if err != nil {
		return nil, err
	}
	if err := c.Marks.Set(ctx, ceremonyMark(what, w), kept, passkeyTime); err != nil {
		return nil, fmt.Errorf("keep a passkey's challenge: %w", err)
	}
	return json.Marshal(options)
}

func ceremonyMark(what string, w Who) string {
	return "operator passkey " + what + " " + string(w.Session.ID)
}

// recall takes a ceremony, which is good for one answer.
func (c *Console) recall(ctx context.Context, what string, w Who) (ceremony webauthn.SessionData, err error) {
	kept, err := c.Marks.Take(ctx, ceremonyMark(what, w))
	if errors.Is(err, store.ErrNotFound) {
		return ceremony, store.Fail(store.Expired, "error.operator_passkey_late", "no passkey was asked for")
	}
	if err != nil {
		return ceremony, err
	}
	return ceremony, json.Unmarshal(kept, &ceremony)
}

// MadePasskey adds the passkey of a browser's answer under a name. With the first second factor come recovery codes, which
// are shown this once; later there are none.
func (c *Console) MadePasskey(ctx context.Context, w Who, name string, answer []byte) (p Proved, codes []string, err error) {
	if !w.mayEnrol() {
		return p, nil, unproved()
	}
	h, err := holderOf(w.Operator)
	if err != nil {
		return p, nil, err
	}
	ceremony, err := c.recall(ctx, "make", w)
	if err != nil {
		return p, nil, err
	}
	one, err := c.made(h, ceremony, answer)
	if err != nil {
		return p, nil, err
	}
	kept, err := json.Marshal(one)
	if err != nil {
		return p, nil, err
	}
	return c.keepPasskey(ctx, w, store.Passkey{ID: base64.RawURLEncoding.EncodeToString(one.ID), Name: keyName(name), Credential: kept, CreatedAt: c.Portal.Now()})
}

func (c *Console) keepPasskey(ctx context.Context, w Who, key store.Passkey) (p Proved, codes []string, err error) {
	p, err = c.prove(ctx, w, map[string]string{"factor": "passkey", "by": byEnrol, "passkey": key.Name}, func(o *store.Operator) error {
		codes = nil
		if !w.Session.Proved && o.SecondFactor() {
			return unproved()
		}
		if len(o.Passkeys) >= maxPasskeys {
			return store.Fail(store.Invalid, "error.operator_passkeys", "there are %d passkeys", len(o.Passkeys))
		}
		if !o.SecondFactor() {
			codes, o.Recovery = newRecovery()
		}
		o.Passkeys = append(o.Passkeys, key)
		return nil
	})
	if err != nil {
		return p, nil, err
	}
	return p, codes, nil
}

func (c *Console) made(h holder, ceremony webauthn.SessionData, answer []byte) (*webauthn.Credential, error) {
	if len(answer) > maxAnswer {
		return nil, badPasskey(errors.New("the answer is too long"))
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return nil, badPasskey(err)
	}
	one, err := c.passkeys.CreateCredential(h, ceremony, parsed)
	if err != nil {
		return nil, badPasskey(err)
	}
	if !one.Flags.UserVerified {
		return nil, badPasskey(errors.New("the user was not verified"))
	}
	return one, nil
}

func badPasskey(err error) *store.Error {
	return store.Fail(store.Invalid, "error.operator_passkey", "a passkey is refused: %w", err)
}

// keyName is a passkey's name as it can be shown.
func keyName(name string) string {
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, strings.TrimSpace(strings.ToValidUTF8(name, "")))
	if utf8.RuneCountInString(name) > maxKeyName {
		name = string([]rune(name)[:maxKeyName])
	}
	if name == "" {
		name = "Passkey"
	}
	return name
}

// AskPasskey returns what a browser needs to use a passkey as the second factor, in JSON.
func (c *Console) AskPasskey(ctx context.Context, w Who) ([]byte, error) {
	if len(w.Operator.Passkeys) == 0 {
		return nil, store.Fail(store.NotFound, "", "the operator has no passkey")
	}
	h, err := holderOf(w.Operator)
	if err != nil {
		return nil, err
	}
	options, ceremony, err := c.passkeys.BeginLogin(h, webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return nil, fmt.Errorf("ask for a passkey: %w", err)
	}
	return c.remember(ctx, "use", w, ceremony, options)
}

// UsedPasskey takes a browser's answer as the second factor.
func (c *Console) UsedPasskey(ctx context.Context, w Who, answer []byte) (Proved, error) {
	if err := c.countSecond(ctx, w); err != nil {
		return Proved{}, err
	}
	ceremony, err := c.recall(ctx, "use", w)
	if err != nil {
		return Proved{}, err
	}
	p, err := c.prove(ctx, w, map[string]string{"factor": "passkey"}, func(o *store.Operator) error { return c.used(o, ceremony, answer) })
	var wrong *store.Error
	if errors.As(err, &wrong) && wrong.Key == badPasskey(nil).Key {
		return p, c.refused(ctx, w.Operator, w.Visit, store.DeedOperatorSignIn, wrong)
	}
	return p, err
}

// used checks an answer against the operator's passkeys as they are, and notes that the one was used. A counter that went
// backwards says that there are two of it.
func (c *Console) used(o *store.Operator, ceremony webauthn.SessionData, answer []byte) error {
	h, err := holderOf(*o)
	if err != nil {
		return err
	}
	if len(answer) > maxAnswer {
		return badPasskey(errors.New("the answer is too long"))
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return badPasskey(err)
	}
	one, err := c.passkeys.ValidateLogin(h, ceremony, parsed)
	if err != nil {
		return badPasskey(err)
	}
	if one.Authenticator.CloneWarning || !one.Flags.UserVerified {
		return badPasskey(fmt.Errorf("clone warning %t, user verified %t", one.Authenticator.CloneWarning, one.Flags.UserVerified))
	}
	kept, err := json.Marshal(one)
	if err != nil {
		return err
	}
	id := base64.RawURLEncoding.EncodeToString(one.ID)
	for i, k := range o.Passkeys {
		if k.ID == id {
			o.Passkeys[i].Credential, o.Passkeys[i].UsedAt = kept, c.Portal.Now()
		}
	}
	return nil
}

// RemovePasskey removes one of the operator's passkeys, but not the last second factor.
func (c *Console) RemovePasskey(ctx context.Context, w Who, id string) error {
	detail := map[string]string{"factor": "passkey", "by": "remove"}
	return c.changeOwn(ctx, w, detail, func(o *store.Operator) error {
		var left []store.Passkey
		for _, k := range o.Passkeys {
			if k.ID == id {
				detail["passkey"] = k.Name
				continue
			}
			left = append(left, k)
		}
		if len(left) == len(o.Passkeys) {
			return fmt.Errorf("passkey: %w", store.ErrNotFound)
		}
		if o.Passkeys = left; !o.SecondFactor() {
			return store.Fail(store.Invalid, "error.operator_last_factor", "it is the last second factor")
		}
		return nil
	})
}
