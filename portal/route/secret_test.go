package route_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"cloudpocket/portal/route"
	"cloudpocket/store"
)

// TestSecretsAreNotLogged asks for paths that hold a secret, in ways that a route answers and in ways that none does.
func TestSecretsAreNotLogged(t *testing.T) {
	for _, row := range []struct{ name, method, path, want string }{
		{"answered", "GET", "/test/hush", "path=/test/{secret}"},
		{"HEAD", "HEAD", "/test/hush", "path=/test/{secret}"},
		{"no such method", "POST", "/test/hush", "path=/test/{secret}"},
		{"more after it", "GET", "/test/hush/more", "path=/test/{secret}"},
		{"a slash after it", "GET", "/test/hush/", "path=/test/{secret}"},
		{"two slashes", "GET", "//test//hush", "path=/test/{secret}"},
		{"dots", "GET", "/x/../test/./hush", "path=/test/{secret}"},
		{"capitals", "GET", "/Test/hush", "path=/Test/{secret}"},
		{"a line in it", "GET", "/test/a%0Ahush", "path=/test/{secret}"},
		{"behind another variable", "GET", "/trusts/one/hush", "path=/trusts/one/{secret}"},
		{"refused", "GET", "/refused/hush", "path=/refused/{secret}"},
		{"none in it", "GET", "/documents/42", "path=/documents/42"},
		{"none there", "GET", "/test", "path=/test"},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := newRouter(nil)
			seen := ""
			answer := func(w http.ResponseWriter, r *http.Request) error {
				seen = route.Var(r, "secret")
				_, err := w.Write(nil)
				return err
			}
			s.Browser("GET", "/test/{secret}", answer)
			s.Message("GET", "/trusts/{trust}/{secret}", answer)
			s.Plain("GET", "/refused/{secret}", failing(&store.Error{Kind: store.Denied, Err: errors.New("no")}))
			s.Browser("GET", "/documents/{id}", answer)
			s.ask(row.method, row.path)
			if log := s.log.String(); strings.Contains(log, "hush") || !strings.Contains(log, row.want) {
				t.Errorf("%s is not in the log, or the secret is:\n%s", row.want, log)
			}
			if row.name == "answered" && seen != "hush" {
				t.Errorf("the handler sees %q", seen)
			}
		})
	}
}
