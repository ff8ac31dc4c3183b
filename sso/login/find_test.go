package login_test

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// claim has a trust of the world claim domains of mail addresses.
func (w *world) claim(id store.ID, domains ...string) {
	w.change(id, func(t *store.OwnedTrust) { t.Domains = domains })
}

// change changes a trust of the world.
func (w *world) change(id store.ID, change func(*store.OwnedTrust)) {
	w.trusts.mu.Lock()
	defer w.trusts.mu.Unlock()
	t := w.trusts.all[id]
	change(&t)
	t.Version++
	w.trusts.all[id] = t
}

func (b *browser) find(mail string) (*http.Response, error) {
	return b.do("POST", "/sign-in/find", url.Values{"mail": {mail}, "to": {"/deliveries/1"}})
}

// press presses the way that an address led to.
func (b *browser) press(mail string, trust store.ID) (*http.Response, error) {
	return b.do("POST", "/sign-in/find", url.Values{"mail": {mail}, "to": {"/deliveries/1"}, "trust": {string(trust)}})
}

// TestFindByMailAddress types addresses as people do. Those that lead somewhere show where, and whose that is, and begin a
// sign-in there, with the address as the hint, when it is pressed; all others are answered alike, whatever there is or is not.
func TestFindByMailAddress(t *testing.T) {
	for mail, want := range map[string]string{
		"hanako@aoba.example":               "one",
		"  Hanako@AOBA.Example ":            "one",
		"hanako＠ａｏｂａ．example":               "one",
		`"a@b"@aoba.example`:                "one",
		"taro@会社.example":                   "two",
		"taro@xn--6oq404h.example":          "two",
		"taro@xn--6qqa088eba.example":       "",
		"hanako@sub.aoba.example":           "",
		"hanako@notaoba.example":            "",
		"hanako@shared.example":             "", // two claim it
		"hanako@off.example":                "", // the trust that claims it is switched off
		"hanako":                            "",
		"@aoba.example":                     "",
		"hanako@":                           "",
		"":                                  "",
		"hanako@aoba.example\r\nBcc: x":     "",
		strings.Repeat("a", 2000) + "@a.bc": "",
	} {
		t.Run(mail[:min(40, len(mail))], func(t *testing.T) {
			w := newWorld(t)
			w.claim("one", "aoba.example", "aoba.example", "shared.example")
			w.claim("two", "xn--6oq404h.example", "shared.example")
			w.trusts.all["three"] = store.OwnedTrust{Owner: "tenant-one", Trust: store.Trust{ID: "three", Protocol: store.SAML, State: store.TrustDisabled, Version: 1, Domains: []string{"off.example"}, SAML: &store.SAMLTrust{}}}
			b := w.browser()
			_, err := b.find(mail)
			if err != nil {
				t.Fatal(err)
			}
			if want == "" {
				if at := w.pages.at; at == nil || !at.Missed || at.ReturnTo != "/deliveries/1" || at.Find == "" || len(at.Choices) != 2 || len([]rune(at.Sought)) > 254 {
					t.Errorf("it was answered by %+v", at)
				}
				return
			}
			at := w.pages.at
			if at == nil || at.Missed || at.Found == nil || at.ReturnTo != "/deliveries/1" || *at.Found != (sso.Choice{TrustID: store.ID(want), Label: "label of " + want, Firm: "firm of tenant-" + want}) {
				t.Fatalf("it was answered by %+v", at)
			}
			if len(w.idps)+len(w.pages.led) != 0 {
				t.Fatal("a sign-in was begun before anybody said where")
			}
			res, err := b.press(mail, at.Found.TrustID)
			if err != nil {
				t.Fatal(err)
			}
			starts := w.idps[store.ID(want)].starts
			if len(starts) != 1 || starts[0].LoginHint != strings.TrimSpace(mail) || !starts[0].Own || starts[0].ReturnTo != "/deliveries/1" {
				t.Fatalf("begun is %+v", starts)
			}
			if len(w.pages.led) != 1 { // a redirect would be stopped by the form-action of the page
				t.Error("a form was answered by a redirect to another site")
			}
			if res, err = b.finish(want, handleOf(t, res), "hanako"); err != nil || res.Header.Get("Location") != "/deliveries/1" || !b.signedIn() {
				t.Errorf("%v, to %q", err, res.Header.Get("Location"))
			}
		})
	}
}

// TestFoundIsPressedHere has pages of other sites press the way for a person, and a person press one that the address does
// not lead to: all that comes of it is the way to press.
func TestFoundIsPressedHere(t *testing.T) {
	for name, row := range map[string]struct {
		trust, site string
	}{
		"another site":         {"one", "cross-site"},
		"a sister site":        {"one", "same-site"},
		"does not say":         {"one", ""},
		"another trust":        {"two", "same-origin"},
		"a trust that is none": {"none", "same-origin"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.claim("one", "aoba.example")
			r := w.request("POST", "/sign-in/find", url.Values{"mail": {"a@aoba.example"}, "trust": {row.trust}})
			r.Header.Set("Sec-Fetch-Site", row.site)
			if _, err := w.answer(r); err != nil || len(w.idps)+len(w.pages.led) != 0 || w.pages.at == nil || w.pages.at.Found == nil || w.pages.at.Found.TrustID != "one" {
				t.Errorf("%v, shown is %+v, led to %v", err, w.pages.at, w.pages.led)
			}
		})
	}
}

// TestFindIsOffered offers the form only where an address can lead somewhere, and sends nobody past it who may need it.
func TestFindIsOffered(t *testing.T) {
	for name, row := range map[string]struct {
		set  func(w *world)
		find bool
		past bool // straight on to the only trust
	}{
		"no domains, two trusts": {set: func(*world) {}},
		"domains":                {set: func(w *world) { w.claim("two", "aoba.example") }, find: true},
		"one to choose, and its domain": {past: true, set: func(w *world) {
			w.claim("one", "aoba.example")
			w.change("two", func(t *store.OwnedTrust) { t.Label = "" })
		}},
		"one to choose, and another's domain": {find: true, set: func(w *world) {
			w.claim("two", "aoba.example")
			w.change("two", func(t *store.OwnedTrust) { t.Label = "" })
		}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			row.set(w)
			res, err := w.browser().do("GET", "/sign-in?to=/deliveries/1", nil)
			if err != nil {
				t.Fatal(err)
			}
			if past := res.StatusCode == http.StatusSeeOther; past != row.past || !past && (w.pages.at.Find != "") != row.find {
				t.Errorf("%d and %+v", res.StatusCode, w.pages.at)
			}
		})
	}
}

// TestFindIsSlow tries addresses on and on.
func TestFindIsSlow(t *testing.T) {
	w := newWorld(t)
	w.claim("one", "aoba.example")
	b, tried := w.browser(), 0
	for ; tried < 1000; tried++ {
		if _, err := b.find("a@b.example"); err != nil {
			if !errors.Is(err, store.ErrUnavailable) {
				t.Error(err)
			}
			break
		}
	}
	if tried != 60 {
		t.Errorf("%d addresses could be tried at once", tried)
	}
}

// TestFindKeepsToItsPage has other sites' pages begin it in a frame, or before the person goes there.
func TestFindKeepsToItsPage(t *testing.T) {
	w := newWorld(t)
	w.claim("one", "aoba.example")
	r := w.request("POST", "/sign-in/find", url.Values{"mail": {"a@aoba.example"}})
	r.Header.Set("Sec-Fetch-Dest", "iframe")
	if _, err := w.answer(r); sso.ReasonOf(err) != "login.frame" || len(w.idps) != 0 {
		t.Errorf("in a frame: %v", err)
	}
}

// TestLogo serves the picture of a trust that people can choose, and of no other.
func TestLogo(t *testing.T) {
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 2, 2))); err != nil {
		t.Fatal(err)
	}
	logo := &store.Picture{MediaType: "image/png", Data: picture.Bytes()}
	for name, row := range map[string]struct {
		trust  string
		change func(*store.OwnedTrust)
		served bool
	}{
		"as it is":     {"one", func(*store.OwnedTrust) {}, true},
		"another":      {"two", func(*store.OwnedTrust) {}, false},
		"none":         {"none", func(*store.OwnedTrust) {}, false},
		"no label":     {"one", func(t *store.OwnedTrust) { t.Label = "" }, false},
		"switched off": {"one", func(t *store.OwnedTrust) { t.State = store.TrustDisabled }, false},
		"a page": {"one", func(t *store.OwnedTrust) {
			t.Logo = &store.Picture{MediaType: "text/html", Data: []byte("<script>")}
		}, false},
		"a page that says it is a picture": {"one", func(t *store.OwnedTrust) {
			t.Logo = &store.Picture{MediaType: "image/png", Data: []byte("<html><script>")}
		}, false},
		"a drawing with scripts": {"one", func(t *store.OwnedTrust) {
			t.Logo = &store.Picture{MediaType: "image/svg+xml", Data: []byte("<svg/>")}
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.change("one", func(t *store.OwnedTrust) { t.Logo = logo; row.change(t) })
			res, err := w.browser().do("GET", "/sso/"+row.trust+"/logo?v=2", nil)
			if !row.served {
				if !errors.Is(err, store.ErrNotFound) {
					t.Errorf("%v", err)
				}
				return
			}
			h := res.Header
			if err != nil || h.Get("Content-Type") != "image/png" || h.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") || !strings.Contains(h.Get("Cache-Control"), "immutable") {
				t.Errorf("%v, %v", err, h)
			}
			if res, err = w.browser().do("GET", "/sso/"+row.trust+"/logo?v=1", nil); err != nil || res.Header.Get("Cache-Control") != "no-cache" {
				t.Errorf("by another version's address: %v, %v", err, res.Header)
			}
			if _, err := w.browser().do("GET", "/sign-in", nil); err != nil || w.pages.at.Choices[0].Logo != "/sso/one/logo?v=2" || w.pages.at.Choices[1].Logo != "" {
				t.Errorf("offered is %+v, %v", w.pages.at, err)
			}
		})
	}
}
