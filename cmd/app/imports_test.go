package app_test

import (
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// may is the table of who may import whom within the module. Tests may import more, examples included.
var may = map[string][]string{
	"store":                       {},
	"store/sqlstore":              {"store", "store/sqlstore/gen/records", "store/sqlstore/gen/sessions"},
	"store/redisstore":            {"store"},
	"store/diskblob":              {"store"},
	"store/storetest":             {"store"},
	"sso":                         {"store"},
	"sso/outbound":                {},
	"sso/samlsp":                  {"sso", "sso/outbound", "store"},
	"sso/oidcrp":                  {"sso", "sso/outbound", "store"},
	"sso/trust":                   {"sso", "store"},
	"sso/session":                 {"store"},
	"sso/login":                   {"sso", "sso/session", "sso/trust", "store"},
	"sso/ssotest":                 {"sso", "store"},
	"portal":                      {"sso", "store"},
	"portal/route":                {"store"},
	"portal/page":                 {"portal/route", "sso", "store"},
	"portal/office":               {"portal", "portal/page", "portal/route", "sso", "sso/session", "store"},
	"cmd/app/interop":             {},
	"cmd/cloudpocket":             {"cmd/app", "portal", "sso", "sso/login", "sso/outbound", "sso/samlsp", "store"},
	"examples/parent":             {},
	"examples/demo":               {"cmd/app", "examples/parent", "portal", "sso", "sso/outbound", "sso/samlsp", "store"},
	"store/sqlstore/gen/records":  {},
	"store/sqlstore/gen/sessions": {},
}

// anything marks packages that wire everything together.
var anything = []string{"cmd/app"}

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
	if !listed && !slices.Contains(anything, name) {
		t.Errorf("%s is not in the table of who may import whom", name)
		return
	}
	for _, path := range imports {
		own, inside := strings.CutPrefix(path, "cloudpocket/")
		switch {
		case name == "store" && strings.Contains(path, "."):
			t.Errorf("store imports %s; it may import the standard library alone", path)
		case !inside:
		case strings.HasPrefix(own, "examples/") && !strings.HasPrefix(name, "examples/"):
			t.Errorf("%s imports %s; only tests and examples may", name, own)
		case listed && !slices.Contains(allowed, own):
			t.Errorf("%s imports %s, which the design does not allow", name, own)
		}
	}
}
