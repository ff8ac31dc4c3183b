package interop_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"cloudpocket/cmd/app/interop"
)

// TestThirdPartyCookiesAreBlocked has a site set a cookie for every use, and looks whether its frame sends it: in a page of the
// same site it does, in another site's page it does not. Everything that is tested of embedding rests on that.
func TestThirdPartyCookiesAreBlocked(t *testing.T) {
	inner := interop.Serve(t, "pocket.localhost", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "third", Value: "party", Path: "/", Secure: true, SameSite: http.SameSiteNoneMode})
		_, err := r.Cookie("third")
		fmt.Fprintf(w, `<title>cookie: %t</title><script>parent.postMessage(document.title, "*")</script>`, err == nil)
	}))
	around := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `<title></title><script>onmessage = (e) => document.title = e.data</script><iframe src="%s/frame"></iframe>`, inner)
	})
	p := interop.Browser(t).Page(t, interop.Desktop(), "ja")
	p.Open(inner)
	p.Open(inner)
	if got := p.Eval("document.title"); got != "cookie: true" {
		t.Fatalf("by itself the site sees %q", got)
	}
	for _, outer := range []struct{ host, want string }{{"pocket.localhost", "cookie: true"}, {"partner.localhost", "cookie: false"}} {
		t.Run(outer.host, func(t *testing.T) {
			p.Open(interop.Serve(t, outer.host, around))
			var got string
			for deadline := time.Now().Add(5 * time.Second); got == "" && time.Now().Before(deadline); time.Sleep(25 * time.Millisecond) {
				got = p.Eval("document.title")
			}
			if got != outer.want {
				t.Errorf("the frame sees %q, want %q", got, outer.want)
			}
		})
	}
}
