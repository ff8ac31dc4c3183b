package portal

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// told completes what a mapping came to: whose account it is, and what that may do by it.
func told(m *sso.Mapped, tenant store.ID, account store.Account) {
	m.TenantID, m.Name, m.Email, m.Permissions = tenant, account.Name, account.Email, Permissions(account)
	m.Menus, m.AllOffices = m.Permissions.String(), account.Offices.All
	if !m.New {
		m.AccountID = account.ID
	}
}

// allowed is the sign-in of somebody who was let in, for the administrators of the trust.
func (p *Portal) allowed(trust store.OwnedTrust, tenant store.ID, account store.Account, v sso.Visit, t *sso.Trace) store.SignIn {
	s := p.attempt(trust, v, store.Allowed)
	s.AccountID, s.TenantID = account.ID, tenant
	if t != nil {
		full := *t
		full.Pass("account", string(account.ID))
		s.Trace, s.Proof = kept(&full, trust, tenant), t.Proof()
	}
	return s
}

// turnedAway is the sign-in of somebody who was not.
func (p *Portal) turnedAway(trust store.OwnedTrust, v sso.Visit, t *sso.Trace, reason string) store.SignIn {
	s := p.attempt(trust, v, store.Refused)
	s.Reason = reason
	s.Trace, s.Proof = kept(t, trust, ""), t.Proof()
	return s
}

func (p *Portal) attempt(trust store.OwnedTrust, v sso.Visit, o store.Outcome) store.SignIn {
	now := p.Now()
	return store.SignIn{ID: store.NewID(now), TrustID: trust.ID, At: now, Outcome: o, Reference: v.RequestID, Address: v.Address}
}

// kept is t as it is kept with the trust. Its administrators are told what their IdP says, and of another tenant that it
// admits into nothing but which: what that calls its offices and people is not theirs to read.
func kept(t *sso.Trace, trust store.OwnedTrust, tenant store.ID) []byte {
	if t == nil {
		return nil
	}
	if elsewhere(trust, tenant) {
		hidden := *t
		if t.Mapped != nil {
			m := abroad(*t.Mapped)
			hidden.Mapped = &m
		}
		hidden.Checks = slices.Clone(t.Checks)
		for i, c := range hidden.Checks {
			if c.Step == "account" && c.OK {
				hidden.Checks[i].Detail = "of another tenant"
			}
		}
		t = &hidden
	}
	return t.Encode(store.MaxTrace)
}

// elsewhere reports whether tenant, where somebody belongs, is another than the one that owns trust, or may be: "" is not
// known.
func elsewhere(trust store.OwnedTrust, tenant store.ID) bool {
	return tenant != "" && tenant != trust.Owner || tenant == "" && !trust.Mapping.Tenant.IsZero()
}

// abroad is what the owner of a trust is told of another tenant's people.
func abroad(m sso.Mapped) sso.Mapped {
	return sso.Mapped{Subject: m.Subject, TenantID: m.TenantID, New: m.New}
}

// keepElsewhere keeps the sign-in of somebody who was let into another tenant than the trust's own. They are in by now.
func (p *Portal) keepElsewhere(ctx context.Context, owner store.ID, s store.SignIn) {
	err := p.Records.Update(ctx, owner, func(tx store.Tx) error { return tx.SignIns().Add(ctx, s) })
	if err != nil {
		p.Log.WarnContext(ctx, "the trace of a sign-in was not kept", "trust", s.TrustID, "cause", err)
	}
}

// Tested keeps the trace of a test, and notes with the draft that it was tested. One that was saved again meanwhile has not
// been.
func (p *Portal) Tested(ctx context.Context, test sso.Tested) error {
	test.Trace.Refused(test.Err)
	s := p.attempt(test.Trust, test.Visit, store.Allowed)
	s.ID, s.Test, s.AccountID, s.TenantID = test.ID, true, test.Admission.AccountID, test.Admission.TenantID
	if test.Err != nil {
		s.Outcome, s.Reason = store.Refused, string(sso.ReasonFor(test.Err))
	}
	s.Trace, s.Proof = kept(test.Trace, test.Trust, test.Admission.TenantID), test.Trace.Proof()
	return p.Records.Update(ctx, test.Trust.Owner, func(tx store.Tx) error {
		if err := tx.SignIns().Add(ctx, s); err != nil {
			return fmt.Errorf("keep the trace of a test: %w", err)
		}
		if test.Revision == 0 {
			return nil
		}
		err := tx.TrustDrafts().Tested(ctx, test.Trust.ID, testOf(test, s))
		if err != nil && !errors.Is(err, store.ErrConflict) && !errors.Is(err, store.ErrNotFound) {
			return fmt.Errorf("note that the draft of trust %s was tested: %w", test.Trust.ID, err)
		}
		return nil
	})
}

// testOf is what came of a test, for the draft that was tested. Rights that were held against the claims prove nothing about
// these.
func testOf(test sso.Tested, s store.SignIn) store.TrustTest {
	t := store.TrustTest{At: s.At, By: test.By, Revision: test.Revision, Passed: test.Err == nil, SignIn: s.ID}
	if t.Passed {
		t.TenantID, t.AccountID = s.TenantID, s.AccountID
		if m := test.Trace.Mapped; m != nil && !m.Held {
			t.Permissions, t.AllOffices = m.Permissions, m.AllOffices
		}
	}
	return t
}
