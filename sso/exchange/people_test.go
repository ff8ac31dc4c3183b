package exchange_test

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"cloudpocket/sso"
	"cloudpocket/sso/oidcrp"
	"cloudpocket/sso/outbound"
	"cloudpocket/sso/samlsp"
	"cloudpocket/sso/ssotest"
	"cloudpocket/store"
)

const (
	grantExchange = "urn:ietf:params:oauth:grant-type:token-exchange"
	kindID        = "urn:ietf:params:oauth:token-type:id_token"
	kindSAML      = "urn:ietf:params:oauth:token-type:saml2"
	kindCode      = "urn:cloudpocket:params:oauth:token-type:embed-code"
	page          = "https://hr.example"

	hanakoAtOP = "248289761001"
	taroAtIdP  = "taro@example.jp"
)

// people is a world in which "firm" trusts an OpenID provider, by "op", and a SAML one, by "parent". Hanako is known by the
// first and Taro by the second.
type people struct {
	*world
	op  *ssotest.OP
	idp *ssotest.SAMLWorld
}

func newPeople(t testing.TB) *people {
	t.Helper()
	return newPeopleWith(t, func(now func() time.Time) store.Marks { return inFile(t, now) })
}

func newPeopleWith(t testing.TB, marks func(func() time.Time) store.Marks) *people {
	t.Helper()
	p := &people{world: newWorld(t, marks, outbound.Config{}), idp: ssotest.NewSAMLQuickWorld(t)}
	p.op = ssotest.NewOP(t, p.now)
	return p.settle()
}

// again is another world with the same keys, which take long to draw.
func (p *people) again(t testing.TB) *people {
	t.Helper()
	idp := *p.idp
	other := &people{world: newWorld(t, func(now func() time.Time) store.Marks { return inFile(t, now) }, outbound.Config{}), idp: &idp}
	other.op = p.op.Again(t, other.now)
	return other.settle()
}

// settle has both firms as they are to be.
func (p *people) settle() *people {
	p.at = p.idp.Now // its certificates are of that time
	p.idp.BaseURL = base
	p.openers[store.OIDC], p.openers[store.SAML] = p.openOIDC, p.openSAML
	p.trust("firm", store.Trust{ID: "op", Protocol: store.OIDC, OIDC: p.oidc()})
	p.trust("firm", store.Trust{ID: "parent", Protocol: store.SAML, SAML: p.saml()})
	p.person("firm", store.Account{ID: "hanako", TrustID: "op", Subject: hanakoAtOP, Name: "山田 花子"})
	p.person("firm", store.Account{ID: "taro", TrustID: "parent", Subject: taroAtIdP, Name: "山田 太郎"})
	p.change("hr", func(c *store.APIClient) { c.Origins = []string{page} })
	return p
}

func (p *people) oidc() *store.OIDCTrust {
	return &store.OIDCTrust{Issuer: p.op.Issuer, ClientID: p.op.ClientID, SecretRef: "env:SECRET"}
}

func (p *people) saml() *store.SAMLTrust {
	return &store.SAMLTrust{EntityID: p.idp.EntityID, Metadata: p.idp.Metadata(p.idp.EntityID, p.idp.IdP), Skew: time.Minute}
}

func (p *people) openOIDC(ctx context.Context, t store.OwnedTrust) (sso.Connector, error) {
	return oidcrp.Open(ctx, t, oidcrp.Config{BaseURL: base, Marks: p.marks, Now: p.now, Log: slog.New(slog.NewTextHandler(p.log, nil)), Secret: func(context.Context, string) (string, error) { return "x", nil },
		Outbound: outbound.Config{Roots: p.op.Roots(), Resolve: p.op.Resolve, Connect: p.op.Connect}})
}

func (p *people) openSAML(ctx context.Context, t store.OwnedTrust) (sso.Connector, error) {
	key, err := samlsp.ParseKeyPair(p.idp.SP.PEM(p.t))
	if err != nil {
		return nil, err
	}
	return samlsp.Open(ctx, t, samlsp.Config{BaseURL: base, Keys: []samlsp.KeyPair{key}, Marks: p.marks, Now: p.now})
}

// trust has a firm believe an IdP.
func (p *people) trust(tenant store.ID, t store.Trust) {
	p.t.Helper()
	ctx := context.Background()
	if t.State == "" {
		t.State = store.TrustEnabled
	}
	t.CreatedAt = p.now()
	noError(p.t, p.records.Update(ctx, tenant, func(tx store.Tx) error { return tx.Trusts().Create(ctx, t) }))
}

// changeTrust changes a trust of "firm".
func (p *people) changeTrust(id store.ID, change func(*store.Trust)) {
	p.t.Helper()
	ctx := context.Background()
	noError(p.t, p.records.Update(ctx, "firm", func(tx store.Tx) error {
		t, err := tx.Trusts().Get(ctx, id)
		noError(p.t, err)
		change(&t)
		return tx.Trusts().Update(ctx, t)
	}))
}

// person registers one of a firm's own.
func (p *people) person(tenant store.ID, a store.Account) {
	p.t.Helper()
	ctx := context.Background()
	a.Permissions, a.Offices.All, a.CreatedAt = store.PermitView, true, p.now()
	if a.State == "" {
		a.State = store.AccountActive
	}
	noError(p.t, p.records.Update(ctx, tenant, func(tx store.Tx) error { return tx.Accounts().Create(ctx, a) }))
}

// changeAccount changes somebody of "firm".
func (p *people) changeAccount(id store.ID, change func(*store.Account)) {
	p.t.Helper()
	ctx := context.Background()
	noError(p.t, p.records.Update(ctx, "firm", func(tx store.Tx) error {
		a, err := tx.Accounts().Get(ctx, id)
		noError(p.t, err)
		change(&a)
		return tx.Accounts().Update(ctx, a)
	}))
}

// idToken is a new one of Hanako's.
func (p *people) idToken() string { return p.op.Brought() }

// samlToken is a new assertion of Taro's, changed.
func (p *people) samlToken(change func(*ssotest.SAMLAssertion)) string {
	p.made++
	p.idp.Now = p.now()
	r := p.idp.Response(nil)
	r.Assertions[0].ID = "_assertion-" + time.Duration(p.made).String()
	if change != nil {
		change(&r.Assertions[0])
	}
	return ssotest.SAMLToken(p.idp.Lone(p.t, r))
}

// bringing is the form with which "hr" brings a token.
func (p *people) bringing(kind, token string, more ...string) url.Values {
	form := asking(p.assertion(nil), append([]string{"subject_token_type", kind, "subject_token", token}, more...)...)
	form.Set("grant_type", grantExchange)
	return form
}

// bring brings it.
func (p *people) bring(form url.Values) (*httptest.ResponseRecorder, answer) {
	p.t.Helper()
	rec := p.ask(form)
	return rec, p.answer(rec)
}

// signIns are what a firm's audit has of sign-ins: outcome, and of a refusal its reason, the oldest first.
func (p *people) signIns(tenant store.ID) (all []string) {
	p.t.Helper()
	ctx := context.Background()
	noError(p.t, p.records.View(ctx, tenant, func(tx store.Tx) error {
		for e, err := range tx.Audit().All(ctx) {
			noError(p.t, err)
			if e.Deed == store.DeedSignIn {
				said := string(e.Outcome) + " " + e.Record
				for _, name := range []string{"embed", "origin", "reason"} {
					if e.Detail[name] != "" {
						said += " " + e.Detail[name]
					}
				}
				all = append(all, said)
			}
		}
		return nil
	}))
	return all
}

// traces are the sign-ins that are kept of a trust, the latest first.
func (p *people) traces(trust store.ID) (all []store.SignIn) {
	p.t.Helper()
	ctx := context.Background()
	noError(p.t, p.records.View(ctx, "firm", func(tx store.Tx) error {
		l, err := tx.SignIns().List(ctx, trust, false, store.Page{})
		noError(p.t, err)
		for _, one := range l.Items {
			if one, err = tx.SignIns().Get(ctx, one.ID); err != nil {
				return err
			}
			all = append(all, one)
		}
		return nil
	}))
	return all
}
