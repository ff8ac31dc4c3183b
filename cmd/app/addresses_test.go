package app

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"cloudpocket/cmd/app/interop"
	"cloudpocket/portal"
	"cloudpocket/store"
)

// TestAddressesAreHeldAsConfigured holds a firm's ranges against who comes through a proxy that is trusted, and one that is
// not.
func TestAddressesAreHeldAsConfigured(t *testing.T) {
	for _, row := range []struct {
		name, proxies, forwarded, answer string
	}{
		{"a trusted proxy, from inside", "127.0.0.1", "192.0.2.9", "200"},
		{"a trusted proxy, from outside", "127.0.0.0/8", "198.51.100.1", "403"},
		{"a trusted proxy, from outside, claiming to be inside", "127.0.0.1", "192.0.2.9, 198.51.100.1", "403"},
		{"a trusted proxy's own request", "127.0.0.1", "", "403"},
		{"a proxy that nobody trusts", "", "192.0.2.9", "403"},
		{"another one is trusted", "10.0.0.1", "192.0.2.9", "403"},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := testConfig(t)
			if row.proxies != "" {
				c.Proxies = []string{row.proxies}
			}
			l := listening(t, c, time.Now)
			cookie := l.staff(t)
			var rule store.AddressRule
			var err error
			rule.Everybody, err = store.ParseRanges("192.0.2.0/24")
			noError(t, err)
			noError(t, portal.Setup{Portal: l.Portal, By: "test"}.SetAddresses(t.Context(), "aoba", rule))
			var headers []string
			if row.forwarded != "" {
				headers = []string{"X-Forwarded-For", row.forwarded}
			}
			if said := l.page(t, "/me/sessions", cookie, headers...); !strings.HasPrefix(said, row.answer) {
				t.Errorf("answers %.300s", said)
			}
		})
	}
}

// page asks for a page in English.
func (l *live) page(t *testing.T, path, cookie string, headers ...string) string {
	t.Helper()
	r, err := http.NewRequest("GET", "http://"+l.addr+path, nil)
	noError(t, err)
	r.Header.Set("Cookie", cookie)
	r.Header.Set("Accept-Language", "en")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	res, err := interop.Client().Do(r)
	noError(t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	noError(t, err)
	return res.Status + "\n" + string(body)
}
