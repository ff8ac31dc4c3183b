package portal_test

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/png"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/sso"
	"cloudpocket/store"
)

// keeper is an administrator of the firm's trusts.
func (w *world) keeper(t *testing.T) portal.Actor {
	return w.add(t, w.fresh(), who{tenant: "a", permissions: store.PermitView | store.PermitTrusts})
}

// begin makes a trust as an administrator begins one, and returns its draft.
func (w *world) begin(t *testing.T, a portal.Actor, p store.Protocol) store.TrustDraft {
	t.Helper()
	id, err := w.NewTrust(t.Context(), a, portal.NewTrust{Name: "人事", Protocol: p})
	must(t, err)
	return w.keptDraft(t, a.TenantID, id)
}

// whole fills in what a draft needs to be switched on.
func whole(d store.TrustDraft) store.TrustDraft {
	if d.Protocol == store.SAML {
		half := *d.SAML
		half.EntityID, half.Metadata = "https://idp.example", []byte("<a/>")
		d.SAML = &half
		return d
	}
	half := *d.OIDC
	half.Issuer, half.ClientID, half.AuthMethod = "https://idp.example", "pocket", "private_key_jwt"
	d.OIDC = &half
	return d
}

// passed notes that a draft's revision passed a test.
func (w *world) passed(t *testing.T, d store.TrustDraft, by store.Account) {
	t.Helper()
	trust := store.OwnedTrust{Owner: "a", Trust: d.Trust}
	trace := &sso.Trace{Mapped: &sso.Mapped{Permissions: by.Permissions, AllOffices: by.Offices.All}}
	must(t, w.Tested(t.Context(), sso.Tested{Trust: trust, Revision: d.Revision, ID: w.fresh(), Trace: trace, Admission: sso.Admission{TenantID: "a", AccountID: by.ID}}))
}

func (w *world) save(t *testing.T, a portal.Actor, d store.TrustDraft) (store.TrustDraft, []portal.TrustProblem) {
	t.Helper()
	saved, problems, err := w.SaveTrustDraft(t.Context(), a, d)
	must(t, err)
	return saved, problems
}

func (w *world) trust(t *testing.T, id store.ID) (got store.Trust) {
	t.Helper()
	must(t, w.Records.View(t.Context(), "a", func(tx store.Tx) (err error) {
		got, err = tx.Trusts().Get(t.Context(), id)
		return err
	}))
	return got
}

// TestTrustBeginsSwitchedOff walks a trust from its first name to its being switched on: nothing counts before.
func TestTrustBeginsSwitchedOff(t *testing.T) {
	for _, p := range []store.Protocol{store.SAML, store.OIDC} {
		t.Run(string(p), func(t *testing.T) {
			w := newTrustWorld(t)
			a := w.keeper(t)
			d := w.begin(t, a, p)
			if live := w.trust(t, d.ID); live.State != store.TrustDisabled || live.SAML != nil || live.OIDC != nil {
				t.Errorf("it begins as %+v", live)
			}
			_, missing := w.save(t, a, d)
			if len(missing) == 0 {
				t.Error("an empty draft lacks nothing")
			}
			if err := w.SwitchTrustOn(t.Context(), a, d.ID, portal.SwitchOn{Revision: 2, Untested: true, Note: "急ぎ"}); !errors.Is(err, store.ErrInvalid) {
				t.Errorf("what lacks its IdP is switched on: %v", err)
			}
			d, missing = w.save(t, a, whole(w.keptDraft(t, "a", d.ID)))
			if len(missing) != 0 {
				t.Errorf("a whole draft lacks %v", missing)
			}
			w.passed(t, d, store.Account{})
			must(t, w.SwitchTrustOn(t.Context(), a, d.ID, portal.SwitchOn{Revision: d.Revision}))
			if live := w.trust(t, d.ID); live.State != store.TrustEnabled || live.SAML == nil && live.OIDC == nil {
				t.Errorf("it was switched on as %+v", live)
			}
		})
	}
}

// TestTrustsAreNotWithoutEnd makes trusts as long as the firm may, and one more when another is gone.
func TestTrustsAreNotWithoutEnd(t *testing.T) {
	w := newTrustWorld(t)
	a := w.keeper(t)
	var first store.ID
	made := 0
	for ; made < 200; made++ {
		id, err := w.NewTrust(t.Context(), a, portal.NewTrust{Name: "人事", Protocol: store.SAML})
		if err != nil {
			if !errors.Is(err, &store.Error{Kind: store.Invalid, Key: "error.trust_too_many"}) {
				t.Error(err)
			}
			break
		}
		if first == "" {
			first = id
		}
	}
	total := 0
	must(t, w.Records.View(t.Context(), "a", func(tx store.Tx) (err error) { total, err = tx.Trusts().Count(t.Context()); return err }))
	if total != 100 || made == 0 {
		t.Errorf("the firm has %d trusts, of which it made %d", total, made)
	}
	must(t, w.RemoveTrust(t.Context(), a, first))
	w.begin(t, a, store.OIDC)
}

// TestUntestedIsNotSwitchedOn tries every way of having no passed test.
func TestUntestedIsNotSwitchedOn(t *testing.T) {
	never := func(*testing.T, *world, store.TrustDraft) {}
	for name, row := range map[string]struct {
		test func(t *testing.T, w *world, d store.TrustDraft)
		on   portal.SwitchOn
		want error
	}{
		"never tested":             {never, portal.SwitchOn{}, &store.Error{Kind: store.Invalid, Key: "error.trust_untested"}},
		"on purpose, without why":  {never, portal.SwitchOn{Untested: true, Note: "  "}, &store.Error{Kind: store.Invalid, Key: "error.trust_note"}},
		"on purpose, with a novel": {never, portal.SwitchOn{Untested: true, Note: strings.Repeat("急", 2001)}, &store.Error{Kind: store.Invalid, Key: "error.note_too_long"}},
		"on purpose, with why":     {never, portal.SwitchOn{Untested: true, Note: "担当者が不在のため"}, nil},
		"failed": {func(t *testing.T, w *world, d store.TrustDraft) {
			must(t, w.Tested(t.Context(), sso.Tested{Trust: store.OwnedTrust{Owner: "a", Trust: d.Trust}, Revision: d.Revision, ID: w.fresh(), Trace: &sso.Trace{}, Err: store.Fail(store.Denied, "", "no")}))
		}, portal.SwitchOn{}, &store.Error{Kind: store.Invalid, Key: "error.trust_untested"}},
		"saved again since": {func(t *testing.T, w *world, d store.TrustDraft) {
			d.Revision--
			w.passed(t, d, store.Account{})
		}, portal.SwitchOn{}, &store.Error{Kind: store.Invalid, Key: "error.trust_untested"}},
		"another revision was looked at": {func(t *testing.T, w *world, d store.TrustDraft) { w.passed(t, d, store.Account{}) },
			portal.SwitchOn{Revision: 1}, &store.Error{Kind: store.Conflict, Key: "error.trust_draft_changed"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTrustWorld(t)
			a := w.keeper(t)
			d, _ := w.save(t, a, whole(w.begin(t, a, store.SAML)))
			row.test(t, w, d)
			if row.on.Revision == 0 {
				row.on.Revision = d.Revision
			}
			if err := w.SwitchTrustOn(t.Context(), a, d.ID, row.on); (row.want == nil) != (err == nil) || err != nil && !errors.Is(err, row.want) {
				t.Fatalf("%v, want %v", err, row.want)
			}
			if live := w.trust(t, d.ID); (live.State == store.TrustEnabled) != (row.want == nil) {
				t.Errorf("it is %s", live.State)
			}
			events := w.audit(t, "a")
			if last := events[len(events)-1]; row.want == nil && (last.Detail["tested"] != "false" || last.Detail["note"] != row.on.Note) {
				t.Errorf("the audit has %v", last.Detail)
			}
		})
	}
}

// TestTestProvesTheMapping has the only administrator test a draft as themselves, and demands that it is switched on only
// where its mapping leaves them one.
func TestTestProvesTheMapping(t *testing.T) {
	claims := map[string][]string{"offices": {"ext-x1"}, "role": {"clerk"}}
	for name, row := range map[string]struct {
		mapping store.Mapping
		on      bool
	}{
		"nothing mapped":    {store.Mapping{}, true},
		"a list of offices": {store.Mapping{Offices: store.Claim("offices")}, false},
		"no menus":          {store.Mapping{Role: store.Claim("role"), Roles: map[string]string{"clerk": "view"}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTrustWorld(t)
			a := w.add(t, "boss", who{tenant: "a", permissions: store.PermitAll})
			d := whole(store.TrustDraft{Trust: w.trust(t, "saml-a")})
			d.Mapping = row.mapping
			d, _ = w.save(t, a, d)
			trust, trace := store.OwnedTrust{Owner: "a", Trust: d.Trust}, &sso.Trace{}
			admitted, err := w.Preview(t.Context(), trust, says("s-boss", claims), sso.Visit{Address: "192.0.2.1"}, trace)
			if row.on != (err == nil) || !row.on && sso.ReasonOf(err) != "admit.rights_held" || trace.Passed() != row.on {
				t.Errorf("the test: %v, passed: %t", err, trace.Passed())
			}
			must(t, w.Tested(t.Context(), sso.Tested{Trust: trust, Revision: d.Revision, ID: w.fresh(), Trace: trace, Admission: admitted, Err: err}))
			err = w.SwitchTrustOn(t.Context(), a, "saml-a", portal.SwitchOn{Revision: d.Revision, Untested: true, Note: "急ぎ"})
			if row.on != (err == nil) || !row.on && !errors.Is(err, &store.Error{Kind: store.Denied, Key: "error.last_way_untested"}) {
				t.Errorf("%v, want it on: %t", err, row.on)
			}
		})
	}
}

// pictured is a picture of so many pixels each way.
func pictured(t *testing.T, side int) []byte {
	var b bytes.Buffer
	must(t, png.Encode(&b, image.NewGray(image.Rect(0, 0, side, side))))
	return b.Bytes()
}

// TestBadDrafts saves what is wrong: it is refused with the field that it stands in, and the draft stays as it was.
func TestBadDrafts(t *testing.T) {
	saml, oidc := store.SAML, store.OIDC
	for name, row := range map[string]struct {
		protocol store.Protocol
		spoil    func(d *store.TrustDraft)
		field    string
	}{
		"no name":                   {saml, func(d *store.TrustDraft) { d.Name = " " }, "name"},
		"a label over lines":        {saml, func(d *store.TrustDraft) { d.Label = "a\nb" }, "label"},
		"the other protocol":        {saml, func(d *store.TrustDraft) { d.OIDC = &store.OIDCTrust{AuthMethod: "private_key_jwt"} }, "protocol"},
		"metadata over http":        {saml, func(d *store.TrustDraft) { d.SAML.MetadataURL = "http://idp.example/m" }, "metadata_url"},
		"metadata with a password":  {saml, func(d *store.TrustDraft) { d.SAML.MetadataURL = "https://u:p@idp.example/m" }, "metadata_url"},
		"metadata of a file":        {saml, func(d *store.TrustDraft) { d.SAML.MetadataURL = "file:///etc/passwd" }, "metadata_url"},
		"private addresses":         {saml, func(d *store.TrustDraft) { d.SAML.AllowPrivate = true }, "metadata_url"},
		"private issuers":           {oidc, func(d *store.TrustDraft) { d.OIDC.AllowPrivate = true }, "issuer"},
		"a clock of its own":        {saml, func(d *store.TrustDraft) { d.SAML.Skew = time.Hour }, "skew"},
		"an issuer that is none":    {oidc, func(d *store.TrustDraft) { d.OIDC.Issuer = "idp" }, "issuer"},
		"an issuer with a fragment": {oidc, func(d *store.TrustDraft) { d.OIDC.Issuer = "https://idp.example/#a" }, "issuer"},
		"a secret in the clear":     {oidc, func(d *store.TrustDraft) { d.OIDC.SecretRef = "geheim" }, "secret"},
		"a secret of the host":      {oidc, func(d *store.TrustDraft) { d.OIDC.SecretRef = "env:PATH" }, "secret"},
		"a file of the host":        {oidc, func(d *store.TrustDraft) { d.OIDC.SecretRef = "file:/etc/shadow" }, "secret"},
		"no such method":            {oidc, func(d *store.TrustDraft) { d.OIDC.AuthMethod = "none" }, "method"},
		"everybody is one":          {saml, func(d *store.TrustDraft) { d.Mapping.Subject = store.Source{Fixed: "boss"} }, "subject.kind"},
		"a claim without a name":    {saml, func(d *store.TrustDraft) { d.Mapping.Email = store.Source{Claims: []string{""}} }, "mail.claims"},
		"a menu that is none":       {saml, func(d *store.TrustDraft) { d.Mapping.Roles = map[string]string{"g": "everything"} }, "group"},
		"a menu beyond one's own":   {saml, func(d *store.TrustDraft) { d.Mapping.Roles = map[string]string{"g": "view,accounts"} }, "group"},
		"a role that is none":       {saml, func(d *store.TrustDraft) { d.Mapping.Roles = map[string]string{"g": "@none"} }, "group"},
		"another firm":              {saml, func(d *store.TrustDraft) { d.Tenants = map[string]store.ID{"B": "b"} }, "tenants"},
		"a firm that is none":       {saml, func(d *store.TrustDraft) { d.Tenants = map[string]store.ID{"B": "zzz"} }, "tenants"},
		"a factor of no kind":       {saml, func(d *store.TrustDraft) { d.MFA.Required = true }, "mfa"},
		"an age before birth":       {saml, func(d *store.TrustDraft) { d.MFA.MaxAge = -1 }, "mfa.age"},
		"an idle second":            {saml, func(d *store.TrustDraft) { d.Sessions.Idle = time.Second }, "idle"},
		"an end before the idling":  {saml, func(d *store.TrustDraft) { d.Sessions = store.SessionRule{Idle: 2 * time.Hour, Absolute: time.Hour} }, "absolute"},
		"sessions without number":   {saml, func(d *store.TrustDraft) { d.Sessions.Limit = -1 }, "limit"},
		"accounts without offices":  {saml, func(d *store.TrustDraft) { d.JustInTime = true }, "jit"},
		"a range with host bits":    {saml, func(d *store.TrustDraft) { d.Allowed = []netip.Prefix{netip.MustParsePrefix("192.0.2.7/24")} }, "allowed"},
		"a range written as IPv6":   {saml, func(d *store.TrustDraft) { d.Allowed = []netip.Prefix{netip.MustParsePrefix("::ffff:192.0.2.0/120")} }, "allowed"},
		"no range at all":           {saml, func(d *store.TrustDraft) { d.Allowed = []netip.Prefix{{}} }, "allowed"},
		"a domain with a space":     {saml, func(d *store.TrustDraft) { d.Domains = []string{"example .jp"} }, "domains"},
		"a domain with an at":       {saml, func(d *store.TrustDraft) { d.Domains = []string{"a@example.jp"} }, "domains"},
		"a logo that is a page":     {saml, func(d *store.TrustDraft) { d.Logo = &store.Picture{MediaType: "image/png", Data: []byte("<svg/>")} }, "logo"},
		"a logo of another kind":    {saml, func(d *store.TrustDraft) { d.Logo = &store.Picture{MediaType: "image/jpeg", Data: pictured(t, 8)} }, "logo"},
		"a logo like a wall":        {saml, func(d *store.TrustDraft) { d.Logo = &store.Picture{MediaType: "image/png", Data: pictured(t, 513)} }, "logo"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTrustWorld(t)
			a := w.keeper(t)
			before := whole(w.begin(t, a, row.protocol))
			d := whole(before)
			row.spoil(&d)
			_, problems := w.save(t, a, d)
			if !slices.ContainsFunc(problems, func(p portal.TrustProblem) bool { return p.Field == row.field }) {
				t.Errorf("the problems are %v", problems)
			}
			if kept := w.keptDraft(t, "a", d.ID); kept.Revision != before.Revision {
				t.Errorf("it was saved all the same")
			}
			if _, problems = w.save(t, a, before); len(problems) != 0 {
				t.Errorf("the rest of it is wrong too: %v", problems)
			}
		})
	}
}

// TestDraftKeepsWhatTheOperatorGave lets an administrator save a trust with a reference to the host, private addresses and
// menus that they do not hold themselves, as long as they leave those as the operator made them.
func TestDraftKeepsWhatTheOperatorGave(t *testing.T) {
	w := newTrustWorld(t)
	a := w.keeper(t)
	given := store.Trust{ID: "given", Name: "人事", Protocol: store.OIDC, State: store.TrustEnabled, CreatedAt: w.now, Mapping: store.Mapping{Role: store.Claim("r"), Roles: map[string]string{"g": store.PermitAll.String()}},
		OIDC: &store.OIDCTrust{Issuer: "http://127.0.0.1", ClientID: "c", AuthMethod: "client_secret_basic", SecretRef: "env:S", AllowPrivate: true}}
	must(t, w.setup.AddTrust(t.Context(), "a", given))
	d := store.TrustDraft{Trust: w.trust(t, "given")}
	d.Label = "入口"
	d, problems := w.save(t, a, d)
	if len(problems) != 0 {
		t.Fatalf("%v", problems)
	}
	d.Mapping.Roles = map[string]string{"g": given.Mapping.Roles["g"], "mine": given.Mapping.Roles["g"]}
	if _, problems = w.save(t, a, d); len(problems) != 1 || problems[0].Key != "error.trust_role_beyond" {
		t.Errorf("what the operator gave to one group is given to another: %v", problems)
	}
}

// TestSharedTrustIsTheOperators has a trust admit into another firm too: the administrators of its owner look at it, and
// change nothing, since they could become anybody of the other firm.
func TestSharedTrustIsTheOperators(t *testing.T) {
	w := newTrustWorld(t)
	a := w.keeper(t)
	lent := store.Trust{ID: "lent", Name: "人事", Protocol: store.SAML, State: store.TrustEnabled, CreatedAt: w.now, Mapping: store.Mapping{Tenant: store.Claim("firm")},
		Tenants: map[string]store.ID{"A": "a", "B": "b"}, SAML: &store.SAMLTrust{EntityID: "https://idp.example", Metadata: []byte("<a/>")}}
	must(t, w.setup.AddTrust(t.Context(), "a", lent))
	if v, err := w.Trust(t.Context(), a, "lent"); err != nil || !v.Shared {
		t.Errorf("it is seen as shared %t, %v", v.Shared, err)
	}
	b := w.add(t, "other", who{tenant: "b", permissions: store.PermitAll})
	if _, err := w.Trust(t.Context(), b, "lent"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the other firm sees it: %v", err)
	}
	reads := []string{"list trusts", "see the roles to map to", "see a trust", "begin a trust", "compare", "list sign-ins", "see a sign-in", "find a sign-in"}
	for _, d := range trustTasks() {
		if d.name == "remove" || slices.Contains(reads, d.name) {
			continue
		}
		d.try = tolerant(d.try)
		if err := d.try(t, w, a, connection{id: "lent"}); !errors.Is(err, denied("error.trust_shared")) {
			t.Errorf("%s: %v", d.name, err)
		}
	}
}

// tolerant begins a draft where a task needs one: the operator may.
func tolerant(try func(*testing.T, *world, portal.Actor, connection) error) func(*testing.T, *world, portal.Actor, connection) error {
	return func(t *testing.T, w *world, a portal.Actor, c connection) error {
		must(t, w.Records.Update(t.Context(), "a", func(tx store.Tx) error {
			if _, err := tx.TrustDrafts().Get(t.Context(), c.id); err == nil {
				return nil
			}
			live, err := tx.Trusts().Get(t.Context(), c.id)
			if err != nil {
				return err
			}
			_, err = tx.TrustDrafts().Save(t.Context(), store.TrustDraft{Trust: live})
			return err
		}))
		return try(t, w, a, c)
	}
}

// TestTrustGoesBack switches two versions on, looks at what differs, and goes back to the first.
func TestTrustGoesBack(t *testing.T) {
	w := newTrustWorld(t)
	a := w.keeper(t)
	d := whole(w.begin(t, a, store.OIDC))
	for i, client := range []string{"first", "second"} {
		half := *d.OIDC
		half.ClientID = client
		ref, err := w.SealTrustSecret(t.Context(), a, d.ID, "geheim-"+client)
		must(t, err)
		half.AuthMethod, half.SecretRef, d.OIDC = "client_secret_basic", ref, &half
		saved, problems := w.save(t, a, d)
		if len(problems) != 0 {
			t.Fatalf("%v", problems)
		}
		must(t, w.SwitchTrustOn(t.Context(), a, d.ID, portal.SwitchOn{Revision: saved.Revision, Untested: true, Note: fmt.Sprint("版 ", i)}))
		d = store.TrustDraft{Trust: w.trust(t, d.ID)}
	}
	view, err := w.Trust(t.Context(), a, d.ID)
	must(t, err)
	if len(view.Versions) != 2 || view.Versions[0].Note != "版 1" || !view.Versions[0].Untested {
		t.Fatalf("the versions are %+v", view.Versions)
	}
	first := view.Versions[1].Version
	changes, err := w.TrustDiff(t.Context(), a, d.ID, first, -1)
	must(t, err)
	if got := fmt.Sprint(changes); !strings.Contains(got, "{client first second}") || strings.Contains(got, "sealed:") || strings.Contains(got, "geheim") || len(changes) != 2 {
		t.Errorf("the difference is %s", got)
	}
	back, err := w.BackToVersion(t.Context(), a, d.ID, first)
	must(t, err)
	if back.OIDC.ClientID != "first" || w.trust(t, d.ID).OIDC.ClientID != "second" {
		t.Errorf("the draft has client %s, and counts already", back.OIDC.ClientID)
	}
	must(t, w.SwitchTrustOn(t.Context(), a, d.ID, portal.SwitchOn{Revision: back.Revision, Untested: true, Note: "戻す"}))
	secret, is, err := portal.UnsealSecret(w.Sealer, d.ID, w.trust(t, d.ID).OIDC.SecretRef)
	if secret != "geheim-first" || !is || err != nil {
		t.Errorf("the secret is %q, %t, %v", secret, is, err)
	}
}

// TestSealedSecretIsOfOneTrust carries a sealed secret to another trust, where it opens nothing.
func TestSealedSecretIsOfOneTrust(t *testing.T) {
	w := newTrustWorld(t)
	ref, err := portal.SealSecret(w.Sealer, "one", "geheim")
	must(t, err)
	if _, is, err := portal.UnsealSecret(w.Sealer, "other", ref); !is || !errors.Is(err, store.ErrDamaged) {
		t.Errorf("%t, %v", is, err)
	}
	if _, is, err := portal.UnsealSecret(w.Sealer, "one", "env:S"); is || err != nil {
		t.Errorf("a reference of another kind: %t, %v", is, err)
	}
}

// TestOtherKeysThanShown accepts keys after others were offered: what was not looked at is not believed.
func TestOtherKeysThanShown(t *testing.T) {
	w := newTrustWorld(t)
	a, c := w.keeper(t), w.connect(t)
	if err := w.AcceptKeys(t.Context(), a, c.id, []string{"seen before"}); !errors.Is(err, store.ErrConflict) {
		t.Errorf("%v", err)
	}
	must(t, w.AcceptKeys(t.Context(), a, c.id, []string{"other"}))
	if live := w.trust(t, c.id); string(live.SAML.Metadata) != "<b/>" || live.SAML.Offered != nil {
		t.Errorf("the metadata is %s, offered %s", live.SAML.Metadata, live.SAML.Offered)
	}
	if err := w.AcceptKeys(t.Context(), a, c.id, []string{"other"}); !errors.Is(err, store.ErrConflict) {
		t.Errorf("a second time: %v", err)
	}
}

// TestSwitchedOffEndsSessions has a trust's people signed in, and nobody of another's.
func TestSwitchedOffEndsSessions(t *testing.T) {
	w := newTrustWorld(t)
	a, c := w.keeper(t), w.connect(t)
	stays := enter(t, w, "a", a.AccountID, "")
	goes := stays
	goes.ID, goes.Key, goes.TrustID = "goes", store.KeyOf("goes"), c.id
	must(t, w.sessions.Begin(t.Context(), goes))
	ended, err := w.SwitchTrustOff(t.Context(), a, c.id, "鍵が漏れた")
	must(t, err)
	_, gone := w.sessions.Find(t.Context(), goes.Key)
	_, still := w.sessions.Find(t.Context(), stays.Key)
	if ended != 1 || !errors.Is(gone, store.ErrNotFound) || still != nil {
		t.Errorf("%d ended, %v, %v", ended, gone, still)
	}
}

// TestDraftOutlivesASwitch has a trust switched off, and its keys accepted, while a draft of it waits: that it is switched
// on with it is what the draft is for, and what was accepted stays.
func TestDraftOutlivesASwitch(t *testing.T) {
	w := newTrustWorld(t)
	a, c := w.keeper(t), w.connect(t)
	d := w.keptDraft(t, "a", c.id)
	must(t, w.AcceptKeys(t.Context(), a, c.id, []string{"other"}))
	_, err := w.SwitchTrustOff(t.Context(), a, c.id, "")
	must(t, err)
	must(t, w.SwitchTrustOn(t.Context(), a, c.id, portal.SwitchOn{Revision: d.Revision}))
	if live := w.trust(t, c.id); live.State != store.TrustEnabled || live.Name != "新しい人事" || string(live.SAML.Metadata) != "<b/>" {
		t.Errorf("it is %+v with %s", live, live.SAML.Metadata)
	}
}

// TestLastWayKeepsAKey accepts keys of the only trust by which an administrator comes in: without one that is believed by
// now nobody could mend what was a mistake.
func TestLastWayKeepsAKey(t *testing.T) {
	for name, row := range map[string]struct {
		theirs string
		want   error
	}{
		"all are others":    {"mine", denied("error.last_way_keys")},
		"one is among them": {"other", nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTrustWorld(t)
			a := w.keeper(t)
			live := w.trust(t, "saml-a")
			live.SAML.Metadata, live.SAML.Offered = []byte("<a/>"), []byte("<b/>")
			must(t, w.setup.RefreshTrust(t.Context(), store.OwnedTrust{Owner: "a", Trust: live}, nil))
			w.KeyEnds = func(store.Trust) []portal.KeyEnd {
				return []portal.KeyEnd{{What: "theirs", Fingerprint: row.theirs}, {What: "offered", Fingerprint: "other"}}
			}
			if err := w.AcceptKeys(t.Context(), a, "saml-a", []string{"other"}); (row.want == nil) != (err == nil) || err != nil && !errors.Is(err, row.want) {
				t.Errorf("%v, want %v", err, row.want)
			}
		})
	}
}

// TestReplacedKeysAreTested goes the way that there is where an IdP has other keys alone, and it is the last way in: into the
// draft, through a test, and on, whatever the protocol.
func TestReplacedKeysAreTested(t *testing.T) {
	saml := store.Trust{Protocol: store.SAML, SAML: &store.SAMLTrust{EntityID: "https://idp.example", Metadata: []byte("<a/>"), Offered: []byte("<b/>"), Refresh: store.RefreshAsk, VouchedUntil: time.Now()}}
	oidc := store.Trust{Protocol: store.OIDC, OIDC: &store.OIDCTrust{Issuer: "https://op.example", ClientID: "c", AuthMethod: "private_key_jwt", Refresh: store.RefreshAsk, Keys: []string{"old"}, Offered: []string{"other"}}}
	for protocol, trust := range map[store.Protocol]store.Trust{store.SAML: saml, store.OIDC: oidc} {
		for _, drafted := range []bool{false, true} {
			t.Run(fmt.Sprint(protocol, " with a draft: ", drafted), func(t *testing.T) {
				w := newTrustWorld(t)
				trust.ID, trust.Name, trust.State = w.fresh(), "人事", store.TrustEnabled
				must(t, w.setup.AddTrust(t.Context(), "a", trust))
				one := store.Account{ID: "bob", TrustID: trust.ID, Subject: "s", Name: "b", Permissions: store.PermitAll, Offices: store.OfficeScope{All: true}}
				must(t, w.setup.AddAccount(t.Context(), "a", one))
				_, err := w.setup.SwitchTrust(t.Context(), "saml-a", store.TrustDisabled)
				must(t, err)
				bob := portal.Actor{TenantID: "a", AccountID: "bob", TrustID: trust.ID, Visit: sso.Visit{Address: "192.0.2.1"}}
				if drafted {
					d := store.TrustDraft{Trust: w.trust(t, trust.ID)}
					d.Label = "人事から"
					w.save(t, bob, d)
				}
				if err := w.AcceptKeys(t.Context(), bob, trust.ID, []string{"other"}); !errors.Is(err, denied("error.last_way_keys")) {
					t.Fatalf("accepted: %v", err)
				}
				if err := w.DraftKeys(t.Context(), bob, trust.ID, []string{"another"}); !errors.Is(err, store.ErrConflict) {
					t.Errorf("others were shown: %v", err)
				}
				must(t, w.DraftKeys(t.Context(), bob, trust.ID, []string{"other"}))
				d := w.keptDraft(t, "a", trust.ID)
				if d.By != "bob" || d.SAML != nil && string(d.SAML.Metadata) != "<b/>" || d.OIDC != nil && !slices.Equal(d.OIDC.Keys, []string{"other"}) || (d.Label == "") == drafted {
					t.Errorf("the draft is %+v", d)
				}
				w.passed(t, d, one)
				must(t, w.SwitchTrustOn(t.Context(), bob, trust.ID, portal.SwitchOn{Revision: d.Revision}))
				live := w.trust(t, trust.ID)
				if s := live.SAML; s != nil && (string(s.Metadata) != "<b/>" || s.Offered != nil || !s.VouchedUntil.IsZero()) {
					t.Errorf("believed is %+v", s)
				}
				if o := live.OIDC; o != nil && (!slices.Equal(o.Keys, []string{"other"}) || o.Offered != nil) {
					t.Errorf("believed is %+v", o)
				}
			})
		}
	}
}

// TestOfferOfAnotherIdP demands that keys go into no draft that is about another identity provider.
func TestOfferOfAnotherIdP(t *testing.T) {
	w := newTrustWorld(t)
	a, id := w.keeper(t), w.offering(t)
	d := store.TrustDraft{Trust: w.trust(t, id)}
	half := *d.OIDC
	half.Issuer, d.OIDC = "https://other.example", &half
	w.save(t, a, d)
	if err := w.DraftKeys(t.Context(), a, id, []string{"new", "old"}); !errors.Is(err, &store.Error{Kind: store.Conflict, Key: "error.trust_offer_draft"}) {
		t.Errorf("%v", err)
	}
}

// TestKeysGoWithAsking has an administrator stop being asked about keys, and begin again: what was believed is forgotten, as
// it may be over by then.
func TestKeysGoWithAsking(t *testing.T) {
	for name, row := range map[string]struct {
		modes []store.RefreshMode
		want  []string
	}{
		"asked all along":   {[]store.RefreshMode{store.RefreshAsk}, []string{"old"}},
		"kept to":           {[]store.RefreshMode{store.RefreshPin}, []string{"old"}},
		"no more":           {[]store.RefreshMode{store.RefreshAuto}, nil},
		"no more, and then": {[]store.RefreshMode{store.RefreshAuto, store.RefreshAsk}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTrustWorld(t)
			a, id := w.keeper(t), w.offering(t)
			d := store.TrustDraft{Trust: w.trust(t, id)}
			for _, mode := range row.modes {
				half := *d.OIDC
				half.Refresh, d.OIDC = mode, &half
				d, _ = w.save(t, a, d)
			}
			w.refreshed(t, id, func(one *store.Trust) { one.OIDC.Offered = []string{"old", "third"} })
			must(t, w.SwitchTrustOn(t.Context(), a, id, portal.SwitchOn{Revision: d.Revision, Untested: true, Note: "急ぎ"}))
			if o := w.trust(t, id).OIDC; !slices.Equal(o.Keys, row.want) {
				t.Errorf("believed are %q", o.Keys)
			}
		})
	}
}
