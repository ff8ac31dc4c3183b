package login

import (
	"net/http"
	"net/url"
	"strings"
	"unicode"
)

// targetBytes is how long a deep link may be.
const targetBytes = 1024

// target returns to if it is a path, with or without a query, that leads into this service, and "/" otherwise. Paths of
// the sign-in itself lead to "/" too, since going there again would go round in circles.
func target(to string) string {
	u, err := url.Parse(to)
	switch {
	case err != nil, len(to) > targetBytes, !strings.HasPrefix(to, "/"),
		strings.HasPrefix(to, "//"), strings.ContainsAny(to, "\\"),
		strings.ContainsFunc(to, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }),
		u.Scheme != "", u.Host != "", u.User != nil, strings.HasPrefix(u.Path, "//"), strings.Contains(u.Path, "\\"),
		strings.ContainsFunc(u.Path, unicode.IsControl):
		return "/"
	}
	for _, own := range []string{"/sso/", "/sign-in", "/sign-out", "/signed-out"} {
		if strings.HasPrefix(u.Path, own) {
			return "/"
		}
	}
	return to
}

// embedPath is what leads to the popup of an embed.
const embedPath = "/embed/"

// keepOpener lets the frame that opened this window keep hold of it, where the person goes on to the popup of an embed: the window
// gives the frame a code in the end. Anywhere else another site's window and ours stay strangers, as the router has it (HTML 7.1.3).
// Each answer on the way has to say so, before anything is written.
func keepOpener(w http.ResponseWriter, to string) {
	if strings.HasPrefix(to, embedPath) && target(to) == to {
		w.Header().Set("Cross-Origin-Opener-Policy", "unsafe-none")
	}
}
