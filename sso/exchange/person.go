package exchange

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"cloudpocket/sso"
	"cloudpocket/sso/departed"
	"cloudpocket/sso/embed"
	"cloudpocket/store"
)

// exchanged is the answer to who gets an embed code (RFC 8693 2.2.1).
type exchanged struct {
	Code   string `json:"access_token"`
	Issued string `json:"issued_token_type"`
	Type   string `json:"token_type"` // it is no access token
	Life   int    `json:"expires_in"` // seconds
	Scope  string `json:"scope"`
}

// Why a token was refused that its IdP did issue: one reason per rule.
const (
	reasonPersonTenant sso.Reason = "exchange.tenant"       // the person's is another than the client's
	reasonSessionOver  sso.Reason = "exchange.session_over" // the IdP's
)

// exchange gives the client that asks a code for the person whose token it brings (RFC 8693 2.1).
func (s *Service) exchange(ctx context.Context, q request, v sso.Visit) (exchanged, error) {
	c, err := s.authenticate(ctx, q, v)
	if err != nil {
		return exchanged{}, err
	}
	if !s.codes.Take(string(c.ID)) {
		return exchanged{}, errBusy
	}
	by, v, err := s.asked(ctx, c, q, v)
	if err != nil {
		s.record(ctx, c, v, err)
		return exchanged{}, err
	}
	if err := s.used(ctx, c, store.ScopeEmbed, v); err != nil {
		return exchanged{}, err
	}
	trace := &sso.Trace{}
	trace.Pass("client", fmt.Sprintf("%s (%s), for %s", c.Name, c.ID, v.Origin))
	grant, err := s.vouch(ctx, c, by, q.subject.token, v, trace)
	if err != nil {
		return exchanged{}, s.turnedAway(ctx, c, by, v, trace, err)
	}
	code, err := s.Codes.Give(ctx, grant)
	if err != nil {
		return exchanged{}, fmt.Errorf("give an embed code: %w", err)
	}
	s.Log.Info("embed code given", "request_id", v.RequestID, "address", v.Address, "client", c.ID, "tenant", c.Owner, "trust", by.ID, "account", grant.AccountID, "origin", v.Origin)
	return exchanged{code, codeType, "N_A", int(embed.CodeLife / time.Second), store.ScopeEmbed.String()}, nil
}

// asked returns the trust by which c brings a token, and its visit with the page that the code is for.
func (s *Service) asked(ctx context.Context, c store.OwnedAPIClient, q request, v sso.Visit) (trusted, sso.Visit, error) {
	origin, err := page(c.APIClient, q)
	if err != nil {
		return trusted{}, v, err
	}
	v.Client, v.Origin = c.ID, origin
	protocol, err := s.protocol(q)
	if err != nil {
		return trusted{}, v, err
	}
	by, err := s.trustFor(ctx, c, q.subject.trust, protocol)
	return by, v, err
}

// vouch judges a token as a sign-in does, lets its person in, and returns what a code stands for. What may still change until
// the code is used is asked again by who takes it.
func (s *Service) vouch(ctx context.Context, c store.OwnedAPIClient, by trusted, token string, v sso.Visit, t *sso.Trace) (g embed.Grant, err error) {
	notes := departed.Notes{Marks: s.Marks}
	last, err := notes.Last(ctx, by.ID)
	if err != nil {
		return g, err
	}
	identity, err := by.Vouch(ctx, token, t)
	if err != nil {
		return g, fmt.Errorf("judge the token: %w", err)
	}
	if err := s.proved(by, identity, t); err != nil {
		return g, err
	}
	who := departed.PersonOf(by.ID, identity)
	left, err := notes.Before(ctx, who, last)
	if err != nil {
		return g, err
	}
	admitted, err := s.admit(ctx, c, by, identity, v, t)
	if err != nil {
		return g, err
	}
	if err := s.Admitter.Standing(ctx, by.ID, admitted); err != nil {
		return g, fmt.Errorf("look again at who was admitted: %w", err)
	}
	return embed.Grant{
		TenantID: admitted.TenantID, ClientID: c.ID, AccountID: admitted.AccountID, TrustID: by.ID, Origin: v.Origin, Previous: admitted.Previous,
		Subject: identity.NameSubject, Index: identity.Index, NameID: identity.NameID, Context: identity.Context.Class, Ends: identity.SessionEnds, Left: left,
	}, notes.Since(ctx, who, left)
}

// proved demands the second factor that the trust wants, and a session that goes on at the IdP. Nobody can be sent there to
// prove more: the client has to bring another token.
func (s *Service) proved(by trusted, identity sso.Identity, t *sso.Trace) error {
	if err := sso.CheckMFA(by.MFA, identity.Context, s.Now(), sso.SkewOf(by.Trust)); err != nil {
		return t.Fail("second factor", err)
	}
	t.Pass("second factor", identity.Context.Seen())
	if ends := identity.SessionEnds; !ends.IsZero() && !ends.After(s.Now()) {
		return sso.Refuse(reasonSessionOver, sso.KeyStale, "the IdP's session ended at %s", ends.UTC().Format(time.RFC3339))
	}
	return nil
}

// admit lets the person in, if they are of the client's tenant: that is asked before anything is changed.
func (s *Service) admit(ctx context.Context, c store.OwnedAPIClient, by trusted, identity sso.Identity, v sso.Visit, t *sso.Trace) (sso.Admission, error) {
	expected, _, err := s.Admitter.Expect(ctx, by.OwnedTrust, identity)
	if err != nil {
		return sso.Admission{}, fmt.Errorf("admit: %w", err)
	}
	if expected.TenantID != c.Owner {
		return sso.Admission{}, sso.Refuse(reasonPersonTenant, sso.KeyTenant, "the person is of tenant %s, API client %s of %s", expected.TenantID, c.ID, c.Owner)
	}
	if v.Again, err = s.again(ctx, expected, v); err != nil {
		return sso.Admission{}, err
	}
	admitted, err := s.Admitter.Admit(ctx, by.OwnedTrust, identity, v, t)
	if err != nil {
		return sso.Admission{}, fmt.Errorf("admit: %w", err)
	}
	return admitted, s.came(ctx, admitted, v)
}

// turnedAway keeps how it came to a refusal with the trust, as that of a sign-in, and says it to the client's firm where the
// trust is another's. It returns what the client is told: a token that is not good enough is an invalid request (RFC 8693 2.2.2).
func (s *Service) turnedAway(ctx context.Context, c store.OwnedAPIClient, by trusted, v sso.Visit, t *sso.Trace, why error) error {
	denied := store.KindOf(why) == store.Denied
	reason := string(sso.ReasonFor(why))
	if (denied || !errors.Is(why, context.Canceled)) && s.mayRecord(c, v, reason) {
		s.keep(ctx, by, v, t, why)
		if denied && by.Owner != c.Owner {
			s.note(ctx, c, v, reason)
		}
	}
	if !denied {
		return why
	}
	return &problem{status: http.StatusBadRequest, code: "invalid_request", err: why, told: true}
}

func (s *Service) keep(ctx context.Context, by trusted, v sso.Visit, t *sso.Trace, why error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTime)
	defer cancel()
	if err := s.Admitter.Refused(ctx, by.OwnedTrust, v, t, why); err != nil {
		s.Log.Error("record a refused token", "trust", by.ID, "client", v.Client, "refusal", why.Error(), "error", err.Error())
	}
}
