package page

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"cloudpocket/sso"
)

// reasonCalls are the functions of the sources that are given a rule, and what the reason is made of it.
func reasonCalls() map[string][]string {
	saml := []string{"saml.*"}
	return map[string][]string{
		"Refuse": {"*"}, "Reason": {"*"}, "refuse": saml, "only": saml, "optional": saml, "inOrder": saml, "model": saml, "binary": saml,
		"exclusive": saml, "checkIssuer": saml, "malformed": {"saml.xml_*"}, "metadataFault": {"saml.metadata_*"},
		"checkWindow": {"saml.*_instant", "saml.*_early", "saml.*_late"},
	}
}

// reasons returns every reason that the sources of folders can give, sorted.
func reasons(t *testing.T, folders ...string) []string {
	t.Helper()
	found := map[string]bool{}
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() && path != folder && filepath.Base(filepath.Dir(path)) == "portal" {
				return fs.SkipDir
			}
			if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "ssotest") {
				return nil
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err == nil {
				ast.Inspect(file, func(n ast.Node) bool { collect(n, found); return true })
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	var all []string
	for reason := range found {
		if part, rule, ok := strings.Cut(reason, "."); ok && rule != "" && slices.Contains([]string{"saml", "oidc", "login", "mfa", "admit", "exchange", "fault"}, part) && !strings.HasSuffix(rule, "_") {
			all = append(all, reason)
		}
	}
	slices.Sort(all)
	return all
}

// collect notes the reasons that n is, in calls and in constants.
func collect(n ast.Node, found map[string]bool) {
	switch n := n.(type) {
	case *ast.ValueSpec:
		if called(n.Type) != "Reason" {
			return
		}
		for _, v := range n.Values {
			found[literal(v)] = true
		}
	case *ast.CallExpr:
		for _, form := range reasonCalls()[called(n.Fun)] {
			if len(n.Args) > 0 && literal(n.Args[0]) != "" {
				found[strings.Replace(form, "*", literal(n.Args[0]), 1)] = true
			}
		}
	}
}

func literal(e ast.Expr) string {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return ""
	}
	s, _ := strconv.Unquote(lit.Value)
	return s
}

// TestReasonsHaveWords demands a sentence that says what to mend for every reason that a sign-in can be refused for.
func TestReasonsHaveWords(t *testing.T) {
	all := reasons(t, "../../sso", "..")
	if len(all) < 150 {
		t.Fatalf("only %d reasons were found", len(all))
	}
	for lang, w := range wordsOf(t) {
		for _, reason := range all {
			c := sso.Check{Reason: sso.Reason(reason)}
			if s, err := w.Say(c.Key(), nil); err != nil || s == "" {
				t.Errorf("%s has no sentence %s", lang, c.Key())
			}
		}
	}
}

// TestStepsHaveWords demands a name for every step that a trace can have.
func TestStepsHaveWords(t *testing.T) {
	steps := []string{
		"metadata", "message", "shape", "signature", "status", "decryption", "destination", "issuer", "request", "conditions", "confirmation",
		"subject", "authentication", "attributes", "replay", "state", "discovery", "response issuer", "answer", "code", "token type", "audience",
		"authorized party", "expiry", "issued at", "not before", "nonce", "session", "authentication context", "authentication methods",
		"authentication time", "second opinion", "userinfo", "claims", "claim", "subject claim", "second factor", "tenant", "account", "sign-in",
		"open", "start", "issued", "client",
	}
	for lang, w := range wordsOf(t) {
		for _, step := range steps {
			if s, err := w.Say(sso.Check{Step: step, OK: true}.Key(), nil); err != nil || s == "" {
				t.Errorf("%s has no name for step %q", lang, step)
			}
		}
	}
}

func wordsOf(t *testing.T) map[string]Words {
	t.Helper()
	words, err := loadWords()
	if err != nil {
		t.Fatal(err)
	}
	return words
}
