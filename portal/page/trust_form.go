package page

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"cloudpocket/store"
)

// TrustSteps are the steps of connecting an IdP, by the last part of their addresses. Their names are the messages
// "trusts.step." + step.
func TrustSteps() []string { return []string{"ours", "theirs", "mapping", "rules", "test"} }

// TrustFrame is what is around every step.
type TrustFrame struct {
	ID       store.ID
	Name     string
	Protocol store.Protocol
	State    store.TrustState
	Step     string
	Product  string // whose guide is shown
	Draft    bool   // there is one
}

// TrustStep is a step as a link.
type TrustStep struct {
	N       int
	Step    string
	URL     string
	Current bool
}

// Steps are all of them.
func (f TrustFrame) Steps() (all []TrustStep) {
	for i, step := range TrustSteps() {
		all = append(all, TrustStep{i + 1, step, f.at(step), step == f.Step})
	}
	return all
}

// Next is the address of the step after this one, empty after the last.
func (f TrustFrame) Next() string {
	steps := TrustSteps()
	if i := slices.Index(steps, f.Step); i+1 < len(steps) {
		return f.at(steps[i+1])
	}
	return ""
}

// Self is the address of this step, and Overview of the trust's own page.
func (f TrustFrame) Self() string     { return f.at(f.Step) }
func (f TrustFrame) Overview() string { return trustPath(f.ID, "") }

// Badge is the state of the trust.
func (f TrustFrame) Badge() Badge { return trustBadge(f.State) }

func (f TrustFrame) at(step string) string { return link(trustPath(f.ID, step), "for", f.Product) }

// TrustOurs is the first step: our values, and what to do with them.
type TrustOurs struct {
	TrustFrame
	Guide Guide
}

// GuideLinks are the guides that there are.
func (v TrustOurs) GuideLinks() (all []TrustStep) {
	for _, p := range Products() {
		if slices.Contains(p.Protocols, v.Protocol) {
			all = append(all, TrustStep{Step: p.Name, URL: link(trustPath(v.ID, "ours"), "for", p.Name), Current: p.Name == v.Guide.Product})
		}
	}
	return all
}

// TrustOurs shows the step.
func (p *Pages) TrustOurs(w http.ResponseWriter, r *http.Request, s Shell, v TrustOurs) error {
	s.Current, v.Step = PlaceTrusts, "ours"
	return p.show(w, r, http.StatusOK, "trustours", s, v)
}

// TrustForm is a step that asks for something: theirs, mapping or rules.
type TrustForm struct {
	TrustFrame
	Revision int64
	Draft    store.TrustDraft
	Typed    url.Values // what was refused as it was typed; nil: what the draft has
	Problems []Problem
	Party    *Party   // theirs, as it was read
	Preview  *Preview // of the mapping, on the last message
	May      store.Permission
	Named    []store.Role // that a group can give instead of menus
	Guide    Guide
}

// TrustForm shows the step; with problems in it the status is 422.
func (p *Pages) TrustForm(w http.ResponseWriter, r *http.Request, s Shell, v TrustForm) error {
	s.Current = PlaceTrusts
	return p.show(w, r, statusOf(v.Problems), "trustform", s, v)
}

// Parts are the fields of the step.
func (v TrustForm) Parts() []Part {
	var parts []Part
	switch v.Step {
	case "theirs":
		parts = theirsParts(v.Draft.Trust)
	case "mapping":
		parts = mappingParts(v.Draft.Mapping, v.tenantValues())
	case "rules":
		parts = rulesParts(v.Draft.Trust)
	}
	for i := range parts {
		parts[i].Fields = faulted(typed(parts[i].Fields, v.Typed), v.Problems)
		parts[i].More = faulted(typed(parts[i].More, v.Typed), v.Problems)
	}
	return parts
}

// Lead is the message below the heading of the step.
func (v TrustForm) Lead() string {
	if v.Step == "theirs" {
		return "trusts.lead.theirs." + string(v.Protocol)
	}
	return "trusts.lead." + v.Step
}

// theirsParts are the fields of what the IdP says of itself.
func theirsParts(t store.Trust) []Part {
	if t.Protocol == store.OIDC {
		return oidcParts(t.OIDC)
	}
	return samlParts(t.SAML)
}

func samlParts(s *store.SAMLTrust) []Part {
	if s == nil {
		s = &store.SAMLTrust{}
	}
	return []Part{
		{Key: "metadata", Fields: []Field{
			{Name: "metadata_url", Kind: "url", Value: s.MetadataURL, Hint: true, Max: 2000},
			{Name: "metadata_file", Kind: "file", Hint: true, Accept: ".xml,application/xml,text/xml,application/samlmetadata+xml"},
			{Name: "metadata", Kind: "area", Hint: true, Max: 1 << 20},
			{Name: "entity_id", Kind: "text", Value: s.EntityID, Hint: true, Max: 1024},
			{Name: "refresh", Kind: "select", Value: refreshWord(s.Refresh), Options: []string{"ask", "auto", "pin"}, Hint: true},
		}},
		{Key: "saml_more", Folded: true, Fields: []Field{
			{Name: "signer", Kind: "area", Value: s.SignerPEM, Hint: true, Max: 16 << 10},
			{Name: "nameid", Kind: "text", Value: s.NameIDFormat, Hint: true, Max: 200},
			{Name: "post", Kind: "tick", On: s.PostRequests, Hint: true},
			{Name: "plain", Kind: "tick", On: s.PlainRequests, Hint: true},
			{Name: "cbc", Kind: "tick", On: s.AllowCBC, Hint: true},
			{Name: "skew", Kind: "number", Value: unit(s.Skew, time.Second), Hint: true, Max: 300},
		}},
	}
}

func oidcParts(o *store.OIDCTrust) []Part {
	if o == nil {
		o = &store.OIDCTrust{}
	}
	method := o.AuthMethod
	if method == "" {
		method = "client_secret_basic"
	}
	return []Part{
		{Key: "issuer", Fields: []Field{
			{Name: "issuer", Kind: "url", Value: o.Issuer, Hint: true, Must: true, Max: 1024},
			{Name: "client", Kind: "text", Value: o.ClientID, Hint: true, Must: true, Max: 256},
			{Name: "method", Kind: "select", Value: method, Options: []string{"client_secret_basic", "client_secret_post", "private_key_jwt"}, Hint: true},
			{Name: "secret", Kind: "secret", Hint: true, Max: 1024, On: o.SecretRef != ""},
			{Name: "refresh", Word: "jwks", Kind: "select", Value: refreshWord(o.Refresh), Options: []string{"auto", "ask", "pin"}, Hint: true},
		}},
		{Key: "oidc_more", Folded: true, Fields: []Field{
			{Name: "scopes", Kind: "text", Value: strings.Join(o.Scopes, " "), Hint: true, Max: 400},
			{Name: "userinfo", Kind: "tick", On: o.UserInfo, Hint: true},
			{Name: "skew", Kind: "number", Value: unit(o.Skew, time.Second), Hint: true, Max: 300},
		}},
	}
}

func refreshWord(m store.RefreshMode) string {
	if m == store.RefreshAuto {
		return "auto"
	}
	return string(m)
}

// unit returns how many units d has, as they are typed; "" for none.
func unit(d, of time.Duration) string {
	if d == 0 {
		return ""
	}
	return strconv.FormatInt(int64(d/of), 10)
}

// amount returns a number as it is typed; "" for none.
func amount(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// MappedFields are what a mapping can say, in the order of store.Mapping.
func MappedFields() []string {
	return []string{"subject", "tenant", "name", "mail", "offices", "role"}
}

func mappingParts(m store.Mapping, tenantValues string) []Part {
	var parts []Part
	for i, source := range m.Sources() {
		name := MappedFields()[i]
		options := []string{"nothing", "claims", "fixed"}
		if name == "subject" {
			options = options[:2]
		}
		fields := []Field{
			{Name: name + ".kind", Word: "source.kind", Kind: "select", Value: sourceKind(source), Options: options},
			{Name: name + ".claims", Word: "source.claims", Kind: "area", Value: strings.Join(source.Claims, "\n"), Hint: true, Max: 2000},
		}
		if name == "tenant" {
			fields = append(fields, Field{Name: "tenants", Kind: "area", Value: tenantValues, Hint: true, Max: 4000})
		}
		var more []Field
		if name != "subject" {
			more = append(more, Field{Name: name + ".fixed", Word: "source.fixed", Kind: "text", Value: source.Fixed, Hint: true, Max: 200})
		}
		more = append(more,
			Field{Name: name + ".strip", Word: "source.strip", Kind: "text", Value: source.Strip, Hint: true, Max: 200},
			Field{Name: name + ".lookup", Word: "source.lookup", Kind: "area", Value: Table(source.Lookup), Hint: true, Max: 64 << 10})
		parts = append(parts, Part{Key: "map." + name, Fields: fields, More: more})
	}
	return parts
}

// Table writes a lookup table as people type it: one "value = meaning" a line, in order.
func Table(m map[string]string) string {
	var b strings.Builder
	for _, value := range slices.Sorted(maps.Keys(m)) {
		fmt.Fprintf(&b, "%s = %s\n", value, m[value])
	}
	return b.String()
}

func sourceKind(s store.Source) string {
	switch {
	case s.Fixed != "":
		return "fixed"
	case len(s.Claims) > 0:
		return "claims"
	}
	return "nothing"
}

// tenantValues are the values of the mapped tenant that lead to the firm itself.
func (v TrustForm) tenantValues() string {
	return strings.Join(slices.Sorted(maps.Keys(v.Draft.Tenants)), "\n")
}

// RoleRow is a group of theirs and the role or the menus that it gives.
type RoleRow struct {
	N     int
	Value string
	Named []RoleChoice
	Menus []RoleMenu
}

// RoleChoice is one of the firm's roles.
type RoleChoice struct {
	store.Role
	Chosen bool
}

// RoleNamed is what a mapping has for one of the firm's roles instead of menus.
func RoleNamed(id store.ID) string { return "@" + string(id) }

// RoleMenu is one menu of it.
type RoleMenu struct {
	Name     string
	On, Held bool // Held: the person who edits has it, and so may give it
}

// emptyRoles is how many rows are there to be filled, without scripts.
const emptyRoles = 3

// Roles are the groups that have menus, and some empty rows.
func (v TrustForm) Roles() (rows []RoleRow) {
	roles := v.Draft.Mapping.Roles
	for _, value := range slices.Sorted(maps.Keys(roles)) {
		rows = append(rows, v.roleRow(len(rows), value, roles[value]))
	}
	for range emptyRoles {
		rows = append(rows, v.roleRow(len(rows), "", ""))
	}
	return rows
}

func (v TrustForm) roleRow(n int, value, gives string) RoleRow {
	row := RoleRow{N: n, Value: value}
	has, _ := store.ParsePermission(gives) // what names a role is no menu
	typed := v.Typed != nil
	if typed {
		row.Value, gives = v.Typed.Get(fmt.Sprintf("role.%d", n)), RoleNamed(store.ID(v.Typed.Get(fmt.Sprintf("named.%d", n))))
	}
	for _, r := range v.Named {
		row.Named = append(row.Named, RoleChoice{r, gives == RoleNamed(r.ID)})
	}
	for bit := store.Permission(1); bit <= store.PermitAll; bit <<= 1 {
		on := has.Has(bit)
		if typed && v.May.Has(bit) {
			on = slices.Contains(v.Typed[fmt.Sprintf("menus.%d", n)], bit.String())
		}
		row.Menus = append(row.Menus, RoleMenu{bit.String(), on, v.May.Has(bit)})
	}
	return row
}

// rulesParts are the fields of the rules.
func rulesParts(t store.Trust) []Part {
	return []Part{
		{Key: "look", Fields: []Field{
			{Name: "name", Kind: "text", Value: t.Name, Must: true, Max: 100},
			{Name: "label", Kind: "text", Value: t.Label, Hint: true, Max: 60},
			{Name: "logo", Kind: "file", Hint: true, Accept: "image/png,image/jpeg,image/webp"},
			{Name: "logo_remove", Kind: "tick"},
			{Name: "domains", Kind: "area", Value: strings.Join(t.Domains, "\n"), Hint: true, Max: 4000},
		}},
		{Key: "mfa", Fields: []Field{
			{Name: "mfa", Kind: "tick", On: t.MFA.Required, Hint: true},
			{Name: "mfa.contexts", Kind: "area", Value: strings.Join(t.MFA.Contexts, "\n"), Hint: true, Max: 4000},
			{Name: "mfa.methods", Kind: "text", Value: strings.Join(t.MFA.Methods, " "), Hint: true, Max: 400},
			{Name: "mfa.age", Kind: "number", Value: unit(t.MFA.MaxAge, time.Minute), Hint: true, Max: 60 * 24 * 30},
		}},
		{Key: "asking", Folded: true, Fields: askingFields(t)},
		{Key: "sessions", Fields: []Field{
			{Name: "idle", Kind: "number", Value: unit(t.Sessions.Idle, time.Minute), Hint: true, Max: 60 * 24},
			{Name: "absolute", Kind: "number", Value: unit(t.Sessions.Absolute, time.Minute), Hint: true, Max: 60 * 24 * 30},
			{Name: "limit", Kind: "number", Value: amount(t.Sessions.Limit), Hint: true, Max: 100},
		}},
		{Key: "who", Fields: []Field{
			{Name: "jit", Kind: "tick", On: t.JustInTime, Hint: true},
			{Name: "allowed", Kind: "area", Value: prefixes(t), Hint: true, Max: 8000},
		}},
	}
}

func askingFields(t store.Trust) []Field {
	if t.Protocol == store.OIDC {
		o := t.OIDC
		if o == nil {
			o = &store.OIDCTrust{}
		}
		return []Field{
			{Name: "contexts", Word: "acr", Kind: "area", Value: strings.Join(o.ACRValues, "\n"), Hint: true, Max: 4000},
			{Name: "max_age", Kind: "number", Value: unit(o.MaxAge, time.Minute), Hint: true, Max: 60 * 24 * 30},
			{Name: "initiated", Word: "initiated_oidc", Kind: "tick", On: !o.NoInitiation, Hint: true},
		}
	}
	s := t.SAML
	if s == nil {
		s = &store.SAMLTrust{}
	}
	return []Field{
		{Name: "contexts", Kind: "area", Value: strings.Join(s.Contexts, "\n"), Hint: true, Max: 4000},
		{Name: "force", Kind: "tick", On: s.ForceAuthn, Hint: true},
		{Name: "initiated", Kind: "tick", On: s.IdPInitiated, Hint: true},
	}
}

func prefixes(t store.Trust) string {
	var all []string
	for _, p := range t.Allowed {
		all = append(all, p.String())
	}
	return strings.Join(all, "\n")
}

// Party is what the IdP says of itself, read and found to be in order.
type Party struct {
	Name      string // entity ID or issuer
	Facts     []Fact
	Keys      []KeyEnd
	FetchedAt time.Time
}

// Fact is one thing it says. Its name is the message "trusts.fact." + Key.
type Fact struct{ Key, Text string }

// Preview is what the mapping makes of the last message.
type Preview struct {
	At      time.Time
	Test    bool
	Claims  map[string][]string
	Results []PreviewLine
	Account string // who it is here; empty: nobody yet
	Why     string // the sentence for why they would be refused; empty: they would not
	SignIn  string // the address of the attempt
}

// PreviewLine is what one part of the mapping takes from it.
type PreviewLine struct {
	Field  string
	Values []string
	Said   bool // the message had the claim
	Set    bool // the mapping says where it comes from
}

// Names are those of the claims, in order.
func (v Preview) Names() []string { return slices.Sorted(maps.Keys(v.Claims)) }
