package page

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"cloudpocket/portal"
	"cloudpocket/store"
)

func keysOf(t *testing.T, lang string) map[string]any {
	t.Helper()
	names, err := fs.Glob(locales, "locale/*/"+lang+".json")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	all := map[string]any{}
	for _, name := range names {
		b, err := locales.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var keys map[string]any
		if err := json.Unmarshal(b, &keys); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for key, words := range keys {
			if all[key] != nil {
				t.Errorf("%s: %s is said by another file too", name, key)
			}
			all[key] = words
		}
	}
	return all
}

func TestLanguagesHaveTheSameKeysAndPlaces(t *testing.T) {
	ja, en := keysOf(t, "ja"), keysOf(t, "en")
	places := regexp.MustCompile(`{{[^}]*}}`)
	for key := range ja {
		if en[key] == nil {
			t.Errorf("%s is not in English", key)
		}
		a, b := places.FindAllString(text(ja[key]), -1), places.FindAllString(text(en[key]), -1)
		slices.Sort(a)
		slices.Sort(b)
		if !slices.Equal(a, b) {
			t.Errorf("%s has the places %q in Japanese and %q in English", key, a, b)
		}
	}
	for key := range en {
		if ja[key] == nil {
			t.Errorf("%s is not in Japanese", key)
		}
	}
}

// text returns a message, in its "other" form if it has several.
func text(message any) string {
	if forms, ok := message.(map[string]any); ok {
		message = forms["other"]
	}
	s, _ := message.(string)
	return s
}

func TestTemplatesUseKeysThatExist(t *testing.T) {
	ja := keysOf(t, "ja")
	use := regexp.MustCompile(`\b(?:t|count) "([^"]+)"`)
	names, err := fs.Glob(templateFiles, "templates/*.html")
	if err != nil || len(names) == 0 {
		t.Fatalf("no templates: %v", err)
	}
	for _, name := range names {
		b, err := templateFiles.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range use.FindAllStringSubmatch(string(b), -1) {
			if ja[m[1]] == nil {
				t.Errorf("%s uses %q, which is in no language", name, m[1])
			}
		}
	}
}

func TestKeysMadeOfPartsExist(t *testing.T) {
	var keys []string
	for _, k := range portal.Kinds() {
		keys = append(keys, "kind."+k)
	}
	for _, d := range Deeds() {
		keys = append(keys, "done."+d)
	}
	for _, e := range (Shell{Permissions: store.PermitAll}).Menu() {
		keys = append(keys, "menu."+string(e.Place))
	}
	for _, v := range []verdict{runs, old, other, unknown} {
		keys = append(keys, "browsers."+string(v))
	}
	for _, s := range []store.DeliveryState{store.DeliveryDraft, store.DeliveryDelivered, store.DeliveryWithdrawn} {
		keys = append(keys, deliveryBadge(s).Key)
	}
	for _, g := range TrayGroups() {
		keys = append(keys, "tray."+string(g))
	}
	for _, s := range append(TrayRefused.States(), store.PackageReceived, store.PackageReady, store.PackageUnplaced, store.PackageHanded, store.PackageDiscarded) {
		keys = append(keys, packageBadge(s).Key)
	}
	for _, s := range []state{signTrusted, signPartial, signUnknown, signExpired, signChain, signTampered, signUnproven, signUnsigned} {
		keys = append(keys, "sign."+string(s), "sign.says."+string(s), "sign.next."+string(s), "sign.desk."+string(s))
	}
	for _, s := range []string{"good", "changed", "missing", "outside"} {
		keys = append(keys, "sign.part."+s)
	}
	for _, c := range []store.Coverage{store.CoverageChanged, store.CoverageOutside} {
		keys = append(keys, "look.says."+string(c))
	}
	keys = append(keys, "look.reason.plain")
	for _, s := range []store.CodeSystem{store.CodePension, store.CodeLabor, store.CodeEmployment, store.CodeCorporate} {
		keys = append(keys, "code."+string(s), "package.by_"+string(s))
	}
	for _, r := range []store.PartRole{store.PartCover, store.PartNotice, store.PartAttachment, store.PartOpaque} {
		keys = append(keys, "part."+string(r))
	}
	for _, r := range []string{"by_name", "by_person", "not_duplicate", "several", "code_unknown", "name_unknown", "nameless", "duplicate", "split", "damaged", "given_up"} {
		keys = append(keys, "package."+r)
	}
	for kind := store.Internal; kind <= store.Expired; kind++ {
		keys = append(keys, "error."+strings.ReplaceAll(kind.String(), " ", "_"))
	}
	for _, reason := range refusals(t) {
		keys = append(keys, "egov.refused."+reason)
	}
	for _, e := range append(store.EveryHookEvent(), store.HookTest) {
		keys = append(keys, "webhooks.event."+string(e))
	}
	for _, m := range hookMessages(28) {
		if m.Failure != "" {
			keys = append(keys, "webhooks.failure."+string(m.Failure))
		}
		keys = append(keys, hookMessageBadge(m.State).Key)
	}
	for _, why := range portal.ScimRefusals() {
		keys = append(keys, "scim.refused."+why)
	}
	for status := 400; status < 600; status++ {
		class := classOf(status, "")
		keys = append(keys, "fault."+class+".title", "fault."+class+".next", "error."+class)
	}
	keys = append(keys, "fault.signin.title", "fault.signin.next", "error.signin", "menu.inbox")
	ja := keysOf(t, "ja")
	for _, key := range keys {
		if ja[key] == nil {
			t.Errorf("%s is in no language", key)
		}
	}
}

// TestErrorsHaveWords finds every message key that an error of store, sso or portal can carry.
func TestErrorsHaveWords(t *testing.T) {
	ja, found := keysOf(t, "ja"), map[string]string{}
	root := filepath.Join("..", "..")
	for _, dir := range []string{"store", "sso", "portal"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(name string, d fs.DirEntry, err error) error {
			if d != nil && d.IsDir() && strings.HasSuffix(name, "test") {
				return fs.SkipDir
			}
			if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
				return err
			}
			b, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			return errorKeys(name, b, found)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(found) < 30 {
		t.Fatalf("only %d keys found: %q", len(found), slices.Sorted(maps.Keys(found)))
	}
	for key, where := range found {
		if ja[key] == nil {
			t.Errorf("%s can be returned (%s) and is in no language", key, where)
		}
	}
}

// errorKeys adds the keys in a source file: literals that look like one and are given to Fail, to Refuse, to a Key
// field or to a constant called Key….
func errorKeys(name string, src []byte, found map[string]string) error {
	file, err := parser.ParseFile(token.NewFileSet(), name, src, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if f := called(n.Fun); (f == "Fail" || f == "Refuse") && len(n.Args) > 1 {
				note(n.Args[1], name, found)
			}
		case *ast.KeyValueExpr:
			if k, ok := n.Key.(*ast.Ident); ok && k.Name == "Key" {
				note(n.Value, name, found)
			}
		case *ast.ValueSpec:
			for i, id := range n.Names {
				if strings.HasPrefix(id.Name, "Key") && i < len(n.Values) {
					note(n.Values[i], name, found)
				}
			}
		}
		return true
	})
	return nil
}

func called(f ast.Expr) string {
	switch f := f.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

func note(e ast.Expr, where string, found map[string]string) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return
	}
	key, err := strconv.Unquote(lit.Value)
	if err == nil && (strings.HasPrefix(key, "error.") || strings.HasPrefix(key, "signin.")) {
		found[key] = where
	}
}

func TestCountsAgreeWithTheirNoun(t *testing.T) {
	p := newPages(t)
	for _, row := range []struct {
		lang string
		n    int
		want string
	}{{"en", 1, "1 file"}, {"en", 2, "2 files"}, {"en", 1234, "1,234 files"}, {"ja", 1, "1件"}} {
		if got, err := p.Words(row.lang).Count("files", row.n); err != nil || got != row.want {
			t.Errorf("%s %d: %q, %v; want %q", row.lang, row.n, got, err, row.want)
		}
	}
}

func TestSentenceFallsBack(t *testing.T) {
	w := newPages(t).Words("en")
	for _, row := range []struct{ name, key, want string }{
		{"known", "error.no_file", "Choose at least one file."},
		{"of no language", "error.of_no_language", "Something that this needs is out of service at the moment."},
		{"empty", "", "Something that this needs is out of service at the moment."},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got, err := w.Sentence(row.key, nil, "error.unavailable"); err != nil || got != row.want {
				t.Errorf("%q, %v; want %q", got, err, row.want)
			}
		})
	}
	for lang, want := range map[string]string{"en": "(Deliver, Log)", "ja": "（配付、ログ）"} {
		args := map[string]any{"Menus": store.PermitDeliver | store.PermitLog}
		if got, err := newPages(t).Words(lang).Sentence("error.trust_beyond", args, "error.invalid"); err != nil || !strings.Contains(got, want) {
			t.Errorf("%q, %v; want %q in it", got, err, want)
		}
	}
	if _, err := w.Say("error.of_no_language", nil); err == nil {
		t.Error("a key of no language is no error")
	}
}

// refusals are the reasons for which the reader of packages refuses, as its source has them.
func refusals(t *testing.T) []string {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("..", "egov", "refusal.go"))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, m := range regexp.MustCompile(`Reason = "([a-z_]+)"`).FindAllStringSubmatch(string(src), -1) {
		all = append(all, m[1])
	}
	if len(all) < 20 {
		t.Fatalf("only %d reasons found", len(all))
	}
	return all
}
