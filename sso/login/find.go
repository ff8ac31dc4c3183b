package login

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"cloudpocket/sso"
	"cloudpocket/store"
)

const findPath = "/sign-in/find"

// findTrust shows the people of a mail address their IdP and whose it is, and sends them there when they press it: a trust
// claims domains that nobody has proved, and no other site's form sends anybody anywhere. Of an address that leads nowhere
// it says nothing else, whether there is such an address, a firm or none: what is answered depends on its domain alone.
func (l *Login) findTrust(w http.ResponseWriter, r *http.Request) error {
	if !l.finds.Take(sso.Network(l.Visit(r).Address)) {
		return store.Fail(store.Unavailable, "error.too_many", "too many addresses are tried from %s", l.Visit(r).Address)
	}
	m, err := l.message(w, r)
	if err != nil {
		return err
	}
	ways, err := l.Trusts.Ways(r.Context())
	if err != nil {
		return err
	}
	address, to := strings.TrimSpace(m.Get("mail")), target(m.Get("to"))
	keepOpener(w, to)
	e := sso.Entrance{Choices: ways.Choices, ReturnTo: to, Find: findPath, Sought: short(address), Missed: true}
	choice, ok := ways.Of(address)
	if !ok {
		return l.Pages.SignIn(w, r, e)
	}
	if m.Get("trust") != string(choice.TrustID) || !own(r) {
		e.Missed, e.Found = false, &choice
		return l.Pages.SignIn(w, r, e)
	}
	return l.goTo(w, r, choice.TrustID, sso.Attempt{ReturnTo: to, LoginHint: short(address), Remember: chosen(r), Own: true})
}

// goTo begins an attempt at a trust that somebody chose.
func (l *Login) goTo(w http.ResponseWriter, r *http.Request, id store.ID, a sso.Attempt) error {
	t, c, err := l.Trusts.Find(r.Context(), "", id)
	if err != nil {
		return err
	}
	f := found{OwnedTrust: t, Connector: c, visit: l.Visit(r), trace: &sso.Trace{}}
	if f.State != store.TrustEnabled {
		return disabled(f)
	}
	return l.send(w, r, f, a)
}

// short cuts what is said back of an address that somebody typed.
func short(address string) string {
	const long = 254
	if all := []rune(address); len(all) > long {
		return string(all[:long])
	}
	return address
}

// logo serves the picture of a trust on the sign-in page. It was somebody's file once: nothing but a picture leaves here,
// and no browser takes it for anything else.
func (l *Login) logo(w http.ResponseWriter, r *http.Request) error {
	picture, version, err := l.Trusts.Logo(r.Context(), store.ID(l.variable(r, "trust")))
	if err != nil {
		return err
	}
	if !slices.Contains([]string{"image/png", "image/jpeg", "image/webp"}, picture.MediaType) || http.DetectContentType(picture.Data) != picture.MediaType {
		return store.ErrNotFound
	}
	h := w.Header()
	h.Set("Content-Type", picture.MediaType)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-cache")
	if r.URL.Query().Get("v") == strconv.FormatInt(version, 10) {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	_, err = w.Write(picture.Data)
	return err
}
