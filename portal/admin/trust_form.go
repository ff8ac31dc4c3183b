package admin

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"cloudpocket/portal/page"
	"cloudpocket/store"
)

// maxTrustForm is how many bytes a form about a trust may have: a metadata document, pasted or as a file, and the rest.
const maxTrustForm = 5 << 20

// readTrustForm reads a form of the console, with its files.
func readTrustForm(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxTrustForm)
	err := r.ParseMultipartForm(maxTrustForm)
	if errors.Is(err, http.ErrNotMultipart) { // one without files, which was read on the way
		err = nil
	}
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return store.Fail(store.TooLarge, "trust.metadata_size", "read a form: %w", err)
	case err != nil:
		return store.Fail(store.Invalid, "error.form", "read a form: %w", err)
	}
	return nil
}

// filed returns what was given as the file called name, nil if nothing was.
func filed(r *http.Request, name string) ([]byte, error) {
	if r.MultipartForm == nil {
		return nil, nil
	}
	var given *multipart.FileHeader
	for _, f := range r.MultipartForm.File[name] {
		if f.Size > 0 {
			given = f
		}
	}
	if given == nil {
		return nil, nil
	}
	f, err := given.Open()
	if err != nil {
		return nil, fmt.Errorf("open an uploaded file: %w", err)
	}
	defer f.Close()
	return io.ReadAll(f)
}

// reading collects what is wrong with a form while it is read.
type reading struct {
	form     url.Values
	problems []page.Problem
}

func (f *reading) wrong(field, key string, args map[string]any) {
	f.problems = append(f.problems, page.Problem{Field: field, Key: key, Args: args})
}

func (f *reading) text(field string) string { return strings.TrimSpace(f.form.Get(field)) }
func (f *reading) on(field string) bool     { return f.form.Get(field) == "1" }

// number reads a whole number of units up to most; nothing is 0.
func (f *reading) number(field string, most int) int {
	s := f.text(field)
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > most {
		f.wrong(field, "trusts.bad.number", map[string]any{"Max": most})
		return 0
	}
	return n
}

func (f *reading) duration(field string, unit time.Duration, most int) time.Duration {
	return time.Duration(f.number(field, most)) * unit
}

// lines are the lines of a text that say something.
func (f *reading) lines(field string) (all []string) {
	for line := range strings.Lines(f.form.Get(field)) {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, line)
		}
	}
	return all
}

// table reads "value = meaning" lines; nil without any. The last "=" with a space on each side parts them, since values
// such as distinguished names have signs of their own.
func (f *reading) table(field string) map[string]string {
	var table map[string]string
	for i, line := range strings.Split(f.form.Get(field), "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		value, meaning, ok := parted(line)
		if _, twice := table[value]; !ok || twice {
			f.wrong(field, "trusts.bad.table", map[string]any{"Line": i + 1})
			return nil
		}
		if table == nil {
			table = map[string]string{}
		}
		table[value] = meaning
	}
	return table
}

func parted(line string) (value, meaning string, ok bool) {
	at, width := strings.LastIndex(line, " = "), 3
	if at < 0 {
		at, width = strings.LastIndex(line, "="), 1
	}
	if at < 0 {
		return "", "", false
	}
	value, meaning = strings.TrimSpace(line[:at]), strings.TrimSpace(line[at+width:])
	return value, meaning, value != "" && meaning != ""
}

// ranges reads address ranges, as the firm's own are read.
func (f *reading) ranges(field string) []netip.Prefix {
	all, err := store.ParseRanges(f.form.Get(field))
	var e *store.Error
	if errors.As(err, &e) {
		f.wrong(field, e.Key, e.Args)
	}
	return all
}

// source reads where one part of the mapping comes from.
func (f *reading) source(name string) store.Source {
	s := store.Source{Strip: f.form.Get(name + ".strip"), Lookup: f.table(name + ".lookup")}
	switch f.text(name + ".kind") {
	case "claims":
		if s.Claims = f.lines(name + ".claims"); len(s.Claims) == 0 {
			f.wrong(name+".claims", "trusts.bad.claims", nil)
		}
	case "fixed":
		s = store.Source{Fixed: f.text(name + ".fixed")}
		if s.Fixed == "" {
			f.wrong(name+".fixed", "trusts.bad.fixed", nil)
		}
	default:
		return store.Source{}
	}
	return s
}

// mapping reads the third step into d. may is what the person who edits holds: other menus of a group stay as they are.
func (f *reading) mapping(d *store.TrustDraft, owner store.ID, may store.Permission) {
	m := store.Mapping{Roles: f.roles(d.Mapping.Roles, may)}
	for i, to := range []*store.Source{&m.Subject, &m.Tenant, &m.Name, &m.Email, &m.Offices, &m.Role} {
		*to = f.source(page.MappedFields()[i])
	}
	d.Mapping, d.Tenants = m, f.tenants(d.Tenants, owner)
}

// tenants binds the values given to the firm itself. What the operator bound to others stays.
func (f *reading) tenants(bound map[string]store.ID, owner store.ID) map[string]store.ID {
	all := map[string]store.ID{}
	for value, id := range bound {
		if id != owner {
			all[value] = id
		}
	}
	for _, value := range f.lines("tenants") {
		if _, others := all[value]; !others {
			all[value] = owner
		}
	}
	if len(all) == 0 {
		return nil
	}
	return all
}

// maxRoles is how many rows of groups are read.
const maxRoles = 200

func (f *reading) roles(before map[string]string, may store.Permission) map[string]string {
	var roles map[string]string
	for n := range maxRoles {
		value := f.text(fmt.Sprintf("role.%d", n))
		if value == "" {
			continue
		}
		if _, twice := roles[value]; twice {
			f.wrong("group", "trusts.bad.group", map[string]any{"Name": value})
			return before
		}
		if named := store.ID(f.text(fmt.Sprintf("named.%d", n))); named != "" {
			roles = with(roles, value, page.RoleNamed(named))
			continue
		}
		menus, err := store.ParsePermission(strings.Join(f.form[fmt.Sprintf("menus.%d", n)], ","))
		if err != nil {
			f.wrong("group", "error.permission_unknown", map[string]any{"Name": value})
			return before
		}
		if had, err := store.ParsePermission(before[value]); err == nil {
			menus |= had &^ may
		}
		roles = with(roles, value, menus.String())
	}
	return roles
}

// with returns all with one more in it.
func with(all map[string]string, value, meaning string) map[string]string {
	if all == nil {
		all = map[string]string{}
	}
	all[value] = meaning
	return all
}

// rules reads the fourth step into d.
func (f *reading) rules(d *store.TrustDraft) {
	if d.Name = f.text("name"); d.Name == "" || len([]rune(d.Name)) > 100 {
		f.wrong("name", "trusts.bad.name", nil)
	}
	d.Label, d.Domains = f.text("label"), f.lines("domains")
	d.MFA = store.MFARule{Required: f.on("mfa"), Contexts: f.lines("mfa.contexts"), Methods: strings.Fields(f.form.Get("mfa.methods")), MaxAge: f.duration("mfa.age", time.Minute, 60*24*30)}
	d.Sessions = store.SessionRule{Idle: f.duration("idle", time.Minute, 60*24), Absolute: f.duration("absolute", time.Minute, 60*24*30), Limit: f.number("limit", 100)}
	d.JustInTime, d.Allowed = f.on("jit"), f.ranges("allowed")
	if d.SAML != nil {
		saml := *d.SAML
		saml.Contexts, saml.ForceAuthn, saml.IdPInitiated = f.lines("contexts"), f.on("force"), f.on("initiated")
		d.SAML = &saml
	}
	if d.OIDC != nil {
		oidc := *d.OIDC
		oidc.ACRValues, oidc.MaxAge, oidc.NoInitiation = f.lines("contexts"), f.duration("max_age", time.Minute, 60*24*30), !f.on("initiated")
		d.OIDC = &oidc
	}
}

// logo reads the picture, by what it is and not by what it is called.
func (f *reading) logo(d *store.TrustDraft, given []byte) {
	switch {
	case len(given) > store.MaxLogo:
		f.wrong("logo", "trusts.bad.logo", nil)
	case given != nil:
		kind := http.DetectContentType(given)
		if !slices.Contains([]string{"image/png", "image/jpeg", "image/webp"}, kind) {
			f.wrong("logo", "trusts.bad.logo", nil)
			return
		}
		d.Logo = &store.Picture{MediaType: kind, Data: given}
	case f.on("logo_remove"):
		d.Logo = nil
	}
}

// samlHalf reads what of the second step is no document.
func (f *reading) samlHalf(t *store.SAMLTrust) {
	t.MetadataURL, t.SignerPEM, t.NameIDFormat = f.text("metadata_url"), f.text("signer"), f.text("nameid")
	t.PostRequests, t.PlainRequests, t.AllowCBC = f.on("post"), f.on("plain"), f.on("cbc")
	t.Skew = f.duration("skew", time.Second, 300)
	t.Refresh = f.refresh()
	if t.MetadataURL != "" && !strings.HasPrefix(t.MetadataURL, "https://") && !t.AllowPrivate {
		f.wrong("metadata_url", "trust.metadata_address", nil)
	}
}

// refresh is what becomes of keys that change.
func (f *reading) refresh() store.RefreshMode {
	switch mode := store.RefreshMode(f.text("refresh")); mode {
	case store.RefreshAsk, store.RefreshPin:
		return mode
	}
	return store.RefreshAuto
}

// oidcHalf reads the second step, but for the secret.
func (f *reading) oidcHalf(o *store.OIDCTrust) {
	o.Issuer, o.ClientID = f.text("issuer"), f.text("client")
	o.AuthMethod, o.Scopes = f.text("method"), strings.Fields(f.form.Get("scopes"))
	o.UserInfo, o.Skew = f.on("userinfo"), f.duration("skew", time.Second, 300)
	o.Refresh = f.refresh()
}

// pasted is the document that was given: the file before what was pasted; nil for neither.
func (f *reading) pasted(file []byte) []byte {
	if len(file) > 0 {
		return file
	}
	if text := bytes.TrimSpace([]byte(f.form.Get("metadata"))); len(text) > 0 {
		return text
	}
	return nil
}
