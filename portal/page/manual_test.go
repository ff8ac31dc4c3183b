package page

import "testing"

// TestProse demands that code and links are elements, that anything else is text, and that no link leads elsewhere.
func TestProse(t *testing.T) {
	p := newPages(t)
	for _, row := range []struct{ key, base, want string }{
		{"dev.element.attributes.src", "https://p.example/<b>", "Where Cloud Pocket is: <code>https://p.example/&lt;b&gt;</code>. Required."},
		{"dev.start.next.1", "", `To try it without an identity provider, use the <a href="/developers/playground">playground</a>.`},
		{"dev.start.need.1", "", "The firm trusts your identity provider (SAML or OpenID Connect). If people can sign in to Cloud Pocket from your product, it does."},
	} {
		if got, err := p.Words("en").prose(row.key, row.base); err != nil || string(got) != row.want {
			t.Errorf("%s: %s, %v; want %s", row.key, got, err, row.want)
		}
	}
	if _, err := p.Words("en").prose("dev.of_no_language", ""); err == nil {
		t.Error("a key of no language is no error")
	}
	for _, said := range []string{"[a](//evil.example)", "[a](https://evil.example)", "[a](javascript:x)", `[a](/x" onclick="y)`} {
		if m := marks.FindStringSubmatch(said); m != nil && (m[3] == "" || m[3][0] != '/' || len(m[3]) > 1 && m[3][1] == '/') {
			t.Errorf("%s leads to %q", said, m[3])
		}
	}
}
