package portal

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// MappingPreview is what a mapping makes of the newest message at a trust that was believed.
type MappingPreview struct {
	SignIn  store.SignIn // which the message is of, without its trace
	Name    string       // what the message calls the person: the NameID or the sub
	Claims  map[string][]string
	Sources []MappedSource // in the order of the mapping's fields
	Mapped  sso.Mapped     // as far as it came; of another firm's people nothing but whose they are
	Account string         // the name of the account in this firm that it is; empty: none, or another firm's
	Outcome sso.Check      // whether they would be let in; its Key is the sentence that says why not
}

// MappedSource is what one source of a mapping takes from the message.
type MappedSource struct {
	Values []string
	Said   bool // the message has the claim
	Set    bool // the mapping says where it comes from
}

// PreviewMapping tries a mapping of a trust, saved or not, on the newest message there that was believed, whether its
// person was let in or not: it says whom it would be, and what they could do. nil means that there is no message yet.
// Everything else of the trust is as its draft has it, or as it stands without one.
func (p *Portal) PreviewMapping(ctx context.Context, a Actor, id store.ID, m store.Mapping) (*MappingPreview, error) {
	var t store.Trust
	var last *store.SignIn
	var trace sso.Trace
	err := p.viewTrusts(ctx, a, func(tx store.Tx, _ store.Account) (err error) {
		if t, err = ownTrust(ctx, tx, id); err != nil {
			return err
		}
		draft, err := draftOf(ctx, tx, id)
		if err != nil {
			return err
		}
		if draft != nil {
			t = draft.Trust
		}
		last, trace, err = lastBelieved(ctx, tx, id)
		return err
	})
	if err != nil || last == nil {
		return nil, err
	}
	t.Mapping = m
	return p.previewOn(ctx, store.OwnedTrust{Owner: a.TenantID, Trust: t}, *last, trace)
}

// lastBelieved returns the newest sign-in at a trust with what a verified message said of somebody.
func lastBelieved(ctx context.Context, tx store.Tx, trust store.ID) (*store.SignIn, sso.Trace, error) {
	s, err := tx.SignIns().LastBelieved(ctx, trust)
	if errors.Is(err, store.ErrNotFound) {
		return nil, sso.Trace{}, nil
	}
	if err != nil {
		return nil, sso.Trace{}, fmt.Errorf("find a message to try a mapping on: %w", err)
	}
	trace, err := sso.DecodeTrace(s.Trace)
	if err != nil {
		return nil, sso.Trace{}, fmt.Errorf("read the trace of sign-in %s: %w", s.ID, err)
	}
	s.Trace = nil
	return &s, trace, nil
}

// previewOn tries t's mapping on what a message said.
func (p *Portal) previewOn(ctx context.Context, t store.OwnedTrust, s store.SignIn, said sso.Trace) (*MappingPreview, error) {
	v := &MappingPreview{SignIn: s, Name: said.Name, Claims: said.Claims}
	for _, source := range t.Mapping.Sources() {
		one := MappedSource{Set: !source.IsZero()}
		one.Values, one.Said = source.Values(said.Claims)
		v.Sources = append(v.Sources, one)
	}
	var tried sso.Trace
	subject, err := previewSubject(t, said)
	if err == nil {
		_, err = p.Preview(ctx, t, sso.Identity{Subject: subject, NameSubject: said.Name, Attributes: said.Claims}, sso.Visit{Address: s.Address}, &tried)
	}
	if err != nil && store.KindOf(err) != store.Denied && store.KindOf(err) != store.Invalid {
		return nil, fmt.Errorf("preview the mapping of trust %s: %w", t.ID, err)
	}
	v.Outcome = sso.Check{Step: "account", OK: err == nil}
	if err != nil {
		v.Outcome.Reason = sso.ReasonFor(err)
	}
	v.Mapped.Subject = subject
	if m := tried.Mapped; m != nil {
		if v.Mapped = *m; elsewhere(t, m.TenantID) {
			v.Mapped = abroad(*m)
		}
	}
	if (err == nil || v.Mapped.Held) && !v.Mapped.New {
		v.Account = v.Mapped.Name
	}
	return v, nil
}

// previewSubject is what t's mapping takes as the subject, as its connector would.
func previewSubject(t store.OwnedTrust, said sso.Trace) (string, error) {
	from, reason := t.Mapping.Subject, sso.Reason("saml.subject_attribute")
	if t.Protocol == store.OIDC {
		reason = "oidc.subject"
	}
	if from.IsZero() {
		return said.Name, nil
	}
	values, _ := from.Values(said.Claims)
	if len(values) != 1 || values[0] == "" || strings.TrimSpace(values[0]) != values[0] {
		return "", sso.Refuse(reason, sso.KeyMessage, "the subject %q is %d values", from, len(values))
	}
	return values[0], nil
}
