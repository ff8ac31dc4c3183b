package login

import (
	"net/url"
	"strings"
	"testing"
)

func TestTarget(t *testing.T) {
	for to, want := range map[string]string{
		"/": "/", "/deliveries/abc": "/deliveries/abc", "/deliveries?after=x&unread=1": "/deliveries?after=x&unread=1",
		"": "/", "deliveries": "/", "//evil.example": "/", "///evil.example": "/", `/\evil.example`: "/", `\\evil.example`: "/",
		"https://evil.example/": "/", "javascript:alert(1)": "/", "/%5cevil.example": "/", "/%2f%2fevil.example/": "/", "/\r\nSet-Cookie: a=b": "/",
		"/a%0d%0ab": "/", "/\tevil": "/", "http:/evil": "/", "/sso/idp/start?to=/": "/", "/sign-in": "/", "/sign-out": "/", "/signed-out": "/",
		"/%": "/", "/" + strings.Repeat("a", 1024): "/", " /deliveries": "/", "/deliveries\u2028": "/",
	} {
		if got := target(to); got != want {
			t.Errorf("target(%q) = %q, want %q", to, got, want)
		}
	}
}

// FuzzTarget demands that a browser which follows what comes back stays on this origin.
func FuzzTarget(f *testing.F) {
	for _, seed := range []string{"/", "//e", `/\e`, "/a?b#c", "https://e/", "/%2f/e", "/..//e", "/.//e"} {
		f.Add(seed)
	}
	base, _ := url.Parse("https://pocket.example/sso/saml/idp/acs")
	f.Fuzz(func(t *testing.T, to string) {
		got := target(to)
		u, err := base.Parse(got)
		if err != nil || u.Host != "pocket.example" || u.Scheme != "https" || !strings.HasPrefix(got, "/") || strings.HasPrefix(got, "//") || strings.ContainsAny(got, "\\\r\n\t") {
			t.Errorf("target(%q) = %q, which leads to %v", to, got, u)
		}
	})
}
