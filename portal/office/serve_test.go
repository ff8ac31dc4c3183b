package office

import (
	"mime"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestDisposition(t *testing.T) {
	for _, row := range []struct{ name, file, want string }{
		{"ASCII", "a b-1.pdf", `attachment; filename="a b-1.pdf"; filename*=UTF-8''a%20b-1.pdf`},
		{"Japanese", "通知.pdf", `attachment; filename="file.pdf"; filename*=UTF-8''%E9%80%9A%E7%9F%A5.pdf`},
		{"mixed", "令和8年.xlsx", `attachment; filename="__8_.xlsx"; filename*=UTF-8''%E4%BB%A4%E5%92%8C8%E5%B9%B4.xlsx`},
		{"quotes and percents", `a"\%b.txt`, `attachment; filename="a___b.txt"; filename*=UTF-8''a%22%5C%25b.txt`},
		{"line ends", "a\r\nSet-Cookie: x.txt", `attachment; filename="a__Set-Cookie: x.txt"; filename*=UTF-8''a%0D%0ASet-Cookie%3A%20x.txt`},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := disposition(row.file); got != row.want {
				t.Errorf("%s\nwant %s", got, row.want)
			}
		})
	}
}

// FuzzDisposition holds that any name comes back from the header as it was, and that the header is one line of ASCII.
func FuzzDisposition(f *testing.F) {
	for _, s := range []string{"a.pdf", "通知.pdf", "\"\r\n;=", "", "%41", "'"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		header := disposition(name)
		if strings.ContainsFunc(header, func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Fatalf("not a line of ASCII: %q", header)
		}
		_, params, err := mime.ParseMediaType(header)
		if err != nil {
			t.Fatalf("%q: %v", header, err)
		}
		if utf8.ValidString(name) && name != "" && params["filename"] == "" {
			t.Fatalf("no name in %q", header)
		}
		_, extended, _ := strings.Cut(header, "filename*=")
		_, params, err = mime.ParseMediaType("attachment; filename*=" + extended)
		if err != nil || name != "" && params["filename"] != name {
			t.Fatalf("%q came back as %q, %v", name, params["filename"], err)
		}
	})
}
