package widget

import (
	"strings"
	"testing"
)

func TestNestedPolicy(t *testing.T) {
	origins := []string{"https://hr.example", "https://hr.example:8443"}
	const ancestors = "frame-ancestors 'self' https://hr.example https://hr.example:8443"
	for _, row := range []struct{ name, policy, want string }{
		{"none", "", ancestors},
		{"a download", "default-src 'none'; sandbox", "default-src 'none'; sandbox; " + ancestors},
		{"nobody's", "default-src 'none'; frame-ancestors 'none'", "default-src 'none'; " + ancestors},
		{"a part", "img-src data:; sandbox allow-top-navigation-by-user-activation; frame-ancestors 'self'", "img-src data:; sandbox; " + ancestors},
	} {
		if got := nestedPolicy(row.policy, origins); got != row.want {
			t.Errorf("%s becomes %q", row.name, got)
		}
	}
}

// FuzzErrand reads what a frame's script may send, and demands a path of ours alone.
func FuzzErrand(f *testing.F) {
	for _, seed := range []string{`{"path":"/deliveries/x/files/y?z=1"}`, `{"path":"//evil.example"}`, `{"path":"/\\evil"}`, `{"path":"https://evil.example/"}`, `{"path":"/%2f%2fx"}`, `{"path":"/a\nb"}`, `[]`, ``} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		e, ok := parseErrand(body)
		if ok && (!strings.HasPrefix(e.Path, "/") || strings.HasPrefix(e.Path, "//")) {
			t.Errorf("%q is read as %+v", body, e)
		}
	})
}
