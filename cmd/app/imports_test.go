package app_test

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// row is what one package may import, besides the standard library.
type row struct {
	own       []string // packages of the module
	libraries []string // modules, or folders of them, with all below
}

// may is the table of who may import what. Tests may import more, examples included.
var may = map[string]row{
	"store":                  {},
	"store/fold":             {libraries: []string{"golang.org/x/text"}},
	"store/sqlstore":         {own: []string{"store", "store/fold", "store/sqlstore/gen/records", "store/sqlstore/gen/sessions"}, libraries: []string{"github.com/mattn/go-sqlite3", "github.com/jackc/pgx/v5", "github.com/pressly/goose/v3"}},
	"store/redisstore":       {own: []string{"store"}, libraries: []string{"github.com/redis/go-redis/v9"}},
	"store/diskblob":         {own: []string{"store"}},
	"store/seal":             {own: []string{"store"}},
	"store/storetest":        {own: []string{"store"}},
	"store/sqlstore/sqltest": {own: []string{"store/sqlstore"}},

	"sso":          {own: []string{"store"}},
	"sso/outbound": {},
	// text is for the NFC of mapped subjects, etree for what crewjam's types are made from.
	"sso/samlsp": {own: []string{"sso", "sso/outbound", "store"}, libraries: []string{"github.com/crewjam/saml", "github.com/beevik/etree", "golang.org/x/text"}},
	// jose reads and makes what go-oidc has no words for: logout tokens and private_key_jwt.
	"sso/oidcrp": {own: []string{"sso", "sso/outbound", "store"}, libraries: []string{"github.com/coreos/go-oidc/v3", "golang.org/x/oauth2", "github.com/go-jose/go-jose/v4"}},
	// net is for mail domains in other scripts (IDNA).
	"sso/trust":    {own: []string{"sso", "store"}, libraries: []string{"golang.org/x/net"}},
	"sso/session":  {own: []string{"store"}},
	"sso/departed": {own: []string{"sso", "store"}},
	"sso/login":    {own: []string{"sso", "sso/departed", "sso/session", "sso/trust", "store"}},
	"sso/scim":     {own: []string{"sso", "store"}, libraries: []string{"github.com/scim2/filter-parser/v2"}},
	"sso/keyset":   {own: []string{"store"}, libraries: []string{"github.com/go-jose/go-jose/v4"}},
	"sso/dpop":     {own: []string{"sso", "store"}, libraries: []string{"github.com/go-jose/go-jose/v4"}},
	"sso/embed":    {own: []string{"sso", "sso/departed", "sso/dpop", "store"}},
	"sso/exchange": {own: []string{"sso", "sso/departed", "sso/embed", "sso/keyset", "sso/outbound", "sso/trust", "store"}, libraries: []string{"github.com/go-jose/go-jose/v4"}},
	"sso/ssotest":  {own: []string{"sso", "store"}, libraries: []string{"github.com/crewjam/saml", "github.com/beevik/etree", "github.com/russellhaering/goxmldsig", "github.com/go-jose/go-jose/v4"}},

	// egov, which is pure and lies below: what a package is decides where it goes, and that is decided here. net is for mail
	// domains in other scripts (IDNA).
	"portal": {own: []string{"portal/csv", "portal/egov", "portal/egov/clean", "portal/egov/render", "portal/egov/tree", "sso", "sso/keyset", "sso/scim", "store", "store/fold"}, libraries: []string{"github.com/gabriel-vasile/mimetype", "golang.org/x/image", "golang.org/x/net", "golang.org/x/text"}},
	// What reads 公文書 is pure: bytes in, values out, no store.
	"portal/egov":            {own: []string{"portal/egov/tree"}, libraries: []string{"golang.org/x/text"}},
	"portal/egov/tree":       {libraries: []string{"golang.org/x/text"}},
	"portal/egov/xslt":       {own: []string{"portal/egov/tree", "portal/egov/xslt/xpath"}},
	"portal/egov/xslt/xpath": {own: []string{"portal/egov/tree"}},
	"portal/egov/clean":      {libraries: []string{"golang.org/x/net"}},
	"portal/egov/render":     {own: []string{"portal/egov", "portal/egov/clean", "portal/egov/xslt"}},
	"portal/egov/egovtest":   {libraries: []string{"golang.org/x/text"}},

	"portal/csv": {libraries: []string{"golang.org/x/text"}},
	// What signing in by password and second factor needs.
	"portal/operator": {own: []string{"portal", "store"}, libraries: []string{"github.com/alexedwards/argon2id", "github.com/go-webauthn/webauthn", "github.com/pquerna/otp", "golang.org/x/text"}},
	"portal/mail":     {own: []string{"store"}, libraries: []string{"github.com/wneessen/go-mail"}},
	"portal/scan":     {own: []string{"store"}},
	// A firm names its webhooks as it names identity providers, so that they are reached by the same guarded client.
	"portal/hook":    {own: []string{"sso/outbound", "store"}},
	"portal/job":     {own: []string{"portal", "portal/hook", "portal/mail", "portal/scan", "store"}},
	"portal/press":   {own: []string{"store"}},
	"portal/preview": {own: []string{"store"}, libraries: []string{"github.com/klippa-app/go-pdfium", "github.com/tetratelabs/wazero", "golang.org/x/image", "golang.org/x/text"}},

	"portal/route": {own: []string{"store"}, libraries: []string{"github.com/gorilla/mux"}},
	// sso, which the design does not give it: the package is what implements sso.Pages, and that contract speaks in types
	// of sso. An adapter elsewhere would have to repeat every one of them.
	"portal/page":   {own: []string{"store/fold", "portal/route", "sso", "store"}, libraries: []string{"github.com/boombuler/barcode", "github.com/nicksnyder/go-i18n/v2", "golang.org/x/text"}},
	"portal/door":   {own: []string{"portal", "portal/page", "portal/route", "store"}},
	"portal/office": {own: []string{"portal/csv", "portal", "portal/door", "portal/page", "portal/route", "store"}},
	"portal/admin":  {own: []string{"portal/csv", "portal", "portal/door", "portal/operator", "portal/page", "portal/route", "sso", "sso/exchange", "sso/login", "sso/trust", "store"}},

	"portal/developers": {own: []string{"portal/page", "portal/route", "store"}},
	"portal/widget":     {own: []string{"portal", "portal/door", "portal/page", "portal/route", "sso/embed", "store"}},

	// sso, which the design does not give it: who visits, how often somebody may ask, and what a token grants are its words.
	"portal/api": {own: []string{"portal", "portal/api/gen", "portal/page", "portal/route", "sso", "sso/exchange", "store"}},
	// client is what programs of the parent product import.
	"portal/api/client": {own: []string{"portal/api/gen"}},
	"portal/api/gen":    {libraries: []string{"github.com/gorilla/mux", "github.com/oapi-codegen/runtime"}},

	// Everything is wired here, and libraries are none of it.
	"cmd/app":         {own: everything},
	"cmd/app/interop": {libraries: []string{"github.com/chromedp/chromedp", "github.com/chromedp/cdproto", "github.com/go-jose/go-jose/v4", "github.com/jackc/pgx/v5", "github.com/redis/go-redis/v9"}},
	// More than app, which the design gives it: a command carries out portal's deeds on store's nouns, reads metadata and
	// tries a trust. Of go-redis it takes the logger, which is the process's and has to be silenced by it.
	"cmd/cloudpocket": {own: []string{"cmd/app", "portal", "portal/csv", "portal/operator", "portal/egov", "portal/egov/render", "sso", "sso/exchange", "sso/keyset", "sso/login", "sso/outbound", "sso/samlsp", "sso/scim", "store"}, libraries: []string{"github.com/alecthomas/kong", "github.com/redis/go-redis/v9"}},

	// A parent product shares nothing with the service but libraries.
	"examples/parent": {libraries: []string{"github.com/crewjam/saml", "github.com/beevik/etree", "github.com/russellhaering/goxmldsig", "github.com/mattermost/xml-roundtrip-validator", "github.com/zitadel/oidc/v3", "github.com/go-jose/go-jose/v4", "github.com/pquerna/otp"}},
	// More than app and parent: it seeds the service as the command line would. text is for a document in Shift_JIS,
	// egovtest, which is made for tests and imports nothing of the product, for official documents of nobody.
	"examples/demo": {own: []string{"cmd/app", "examples/parent", "portal", "portal/egov/egovtest", "sso", "sso/samlsp", "store"}, libraries: []string{"golang.org/x/text"}},

	// What a parent product's program imports.
	"examples/push": {own: []string{"portal/api/client", "portal/api/gen"}},

	// What a partner copies knows nothing of the service but its addresses.
	"examples/embed/go":      {},
	"examples/embed/go/keys": {},

	"store/sqlstore/gen/records":  {},
	"store/sqlstore/gen/sessions": {},
}

// everything marks a package that may import any other, except examples and what is forTests.
var everything = []string{"*"}

// forTests are never linked into a program.
var forTests = []string{"store/storetest", "store/sqlstore/sqltest", "sso/ssotest", "cmd/app/interop"}

func TestImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "cloudpocket/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	seen := map[string]bool{}
	for d := json.NewDecoder(strings.NewReader(string(out))); d.More(); {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := d.Decode(&p); err != nil {
			t.Fatalf("decode go list: %v", err)
		}
		name := strings.TrimPrefix(p.ImportPath, "cloudpocket/")
		seen[name] = true
		checkImports(t, name, p.Imports)
	}
	for name := range may {
		if !seen[name] {
			t.Errorf("the table names %s, which is not there", name)
		}
	}
}

func checkImports(t *testing.T, name string, imports []string) {
	t.Helper()
	allowed, listed := may[name]
	if !listed {
		t.Errorf("%s is not in the table of who may import what", name)
		return
	}
	for _, problem := range allowed.against(name, imports) {
		t.Error(problem)
	}
}

// against returns what is wrong with the imports of the package of that name.
func (r row) against(name string, imports []string) (problems []string) {
	used := map[string]bool{}
	for _, path := range imports {
		own, inside := strings.CutPrefix(path, "cloudpocket/")
		i := slices.IndexFunc(r.libraries, func(library string) bool { return path == library || strings.HasPrefix(path, library+"/") })
		switch {
		case inside && strings.HasPrefix(own, "examples/") && !strings.HasPrefix(name, "examples/"):
			problems = append(problems, fmt.Sprintf("%s imports %s; only tests and examples may", name, own))
		case inside && slices.Contains(forTests, own):
			problems = append(problems, fmt.Sprintf("%s imports %s; only tests may", name, own))
		case inside && !slices.Contains(r.own, own) && !slices.Equal(r.own, everything):
			problems = append(problems, fmt.Sprintf("%s imports %s, which the design does not allow", name, own))
		case inside:
		case i >= 0:
			used[r.libraries[i]] = true
		case strings.Contains(strings.SplitN(path, "/", 2)[0], "."):
			problems = append(problems, fmt.Sprintf("%s imports the library %s, which is not in its row", name, path))
		}
	}
	for _, library := range r.libraries {
		if !used[library] {
			problems = append(problems, fmt.Sprintf("%s does not import %s any more, which its row allows", name, library))
		}
	}
	return problems
}

// TestRows holds the table itself to what it is for.
func TestRows(t *testing.T) {
	for _, tt := range []struct {
		name, of string
		row      row
		imports  []string
		problems int
	}{
		{"standard library", "store", row{}, []string{"net/http", "C", "unsafe"}, 0},
		{"own", "portal", row{own: []string{"store"}}, []string{"cloudpocket/store"}, 0},
		{"own that is not allowed", "portal", row{own: []string{"store"}}, []string{"cloudpocket/store", "cloudpocket/cmd/app"}, 1},
		{"library", "portal", row{libraries: []string{"golang.org/x/text"}}, []string{"golang.org/x/text/unicode/norm"}, 0},
		{"library of nobody's row", "portal", row{}, []string{"github.com/crewjam/saml"}, 1},
		{"library whose name begins alike", "portal", row{libraries: []string{"github.com/go-jose/go-jose/v4"}}, []string{"github.com/go-jose/go-jose/v4", "github.com/go-jose/go-jose/v4x"}, 1},
		{"library where everything else is allowed", "cmd/app", row{own: everything}, []string{"cloudpocket/portal", "github.com/gorilla/mux"}, 1},
		{"example", "cmd/app", row{own: everything}, []string{"cloudpocket/examples/parent"}, 1},
		{"example by an example", "examples/demo", row{own: []string{"examples/parent"}}, []string{"cloudpocket/examples/parent"}, 0},
		{"what is for tests", "cmd/app", row{own: everything}, []string{"cloudpocket/sso/ssotest"}, 1},
		{"wider than needed", "portal", row{own: []string{"store"}, libraries: []string{"golang.org/x/text"}}, nil, 1},
	} {
		if got := tt.row.against(tt.of, tt.imports); len(got) != tt.problems {
			t.Errorf("%s: %q, want %d", tt.name, got, tt.problems)
		}
	}
}
