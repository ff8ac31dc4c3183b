package route

import (
	"net/http"
	"strings"
)

// langCookie holds the reader's choice of language. It is no secret and grants nothing.
const langCookie = "lang"

// Lang returns the language to answer in: "ja" or "en". The reader's own choice comes first, then the browser's, then
// Japanese.
func Lang(r *http.Request) string {
	if lang := arrivalOf(r.Context()).lang; lang != "" {
		return lang
	}
	if c, err := r.Cookie(langCookie); err == nil && known(c.Value) {
		return c.Value
	}
	return accepted(r.Header.Get("Accept-Language"))
}

// language remembers a choice made by ?lang= and fixes the request's language.
func (rt *Router) language(w http.ResponseWriter, r *http.Request) {
	lang := Lang(r)
	if r.Method == http.MethodGet && strings.Contains(r.URL.RawQuery, "lang=") {
		if chosen := r.URL.Query().Get("lang"); known(chosen) {
			lang = chosen
			http.SetCookie(w, &http.Cookie{Name: langCookie, Value: lang, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, Secure: rt.Secure, SameSite: http.SameSiteLaxMode})
		}
	}
	arrivalOf(r.Context()).lang = lang
}

func known(lang string) bool { return lang == "ja" || lang == "en" }

// accepted returns the first of our languages that an Accept-Language header (RFC 9110 12.5.4) names. Browsers list
// them by preference.
func accepted(header string) string {
	for part := range strings.SplitSeq(header, ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		primary, _, _ := strings.Cut(strings.ToLower(tag), "-")
		if known(primary) {
			return primary
		}
	}
	return "ja"
}
