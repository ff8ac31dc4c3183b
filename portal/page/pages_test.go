package page

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"cloudpocket/portal/route"
	"cloudpocket/sso"
	"cloudpocket/store"
)

func TestAssets(t *testing.T) {
	p := newPages(t)
	style, err := p.Assets.Path("style.css")
	if err != nil {
		t.Fatal(err)
	}
	script := strings.Replace(style, "style.css", "app.js", 1)
	etag := `"` + p.Assets.hash + `"`
	for _, row := range []struct {
		name, method, path, match string
		status                    int
		mediaType                 string
	}{
		{"style", "GET", style, "", 200, "text/css; charset=utf-8"},
		{"script", "GET", script, "", 200, "text/javascript; charset=utf-8"},
		{"picture", "HEAD", strings.Replace(style, "style.css", "icon.svg", 1), "", 200, "image/svg+xml"},
		{"unchanged", "GET", style, etag, 304, ""},
		{"other hash", "GET", "/assets/0000000000000000/style.css", "", 404, "text/plain; charset=utf-8"},
		{"no such file", "GET", style + "x", "", 404, "text/plain; charset=utf-8"},
		{"climbing", "GET", strings.Replace(style, "style.css", "../pages.go", 1), "", 404, "text/plain; charset=utf-8"},
		{"writing", "POST", style, "", 405, "text/plain; charset=utf-8"},
	} {
		t.Run(row.name, func(t *testing.T) {
			r, w := httptest.NewRequest(row.method, "/", nil), httptest.NewRecorder()
			r.URL.Path = row.path
			r.Header.Set("If-None-Match", row.match)
			p.Assets.ServeHTTP(w, r)
			if w.Code != row.status || w.Header().Get("Content-Type") != row.mediaType && row.status != 304 {
				t.Errorf("%d %q, want %d %q", w.Code, w.Header().Get("Content-Type"), row.status, row.mediaType)
			}
			if row.status == 200 && (!strings.Contains(w.Header().Get("Cache-Control"), "immutable") || w.Header().Get("ETag") != etag) {
				t.Errorf("not to be kept: %v", w.Header())
			}
		})
	}
}

// TestSwitchTellsThemApart demands that two people of the same name in the same company are told apart.
func TestSwitchTellsThemApart(t *testing.T) {
	p := newPages(t)
	who := sso.Person{Name: "佐藤 花子", Firm: "あおば社会保険労務士法人", Company: "さくら食品株式会社"}
	now, other := who, who
	now.Email, other.Email = "hanako@sakura.example", "other@sakura.example"
	for _, lang := range Languages() {
		r, w := httptest.NewRequest("GET", "/", nil), httptest.NewRecorder()
		r.AddCookie(&http.Cookie{Name: "lang", Value: lang})
		if err := p.Switch(w, r, sso.Switch{Now: now, New: other, NowBy: "給与クラウド", NewBy: "人事労務プラットフォーム", Answer: "/sso/arrived/x"}); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{now.Email, other.Email, "給与クラウド", "人事労務プラットフォーム"} {
			if strings.Count(w.Body.String(), want) != 1 {
				t.Errorf("%s: the page does not name %s once", lang, want)
			}
		}
	}
}

func TestForwardLetsItsFormGoToTheIdPAlone(t *testing.T) {
	p := newPages(t)
	fields := []sso.Field{{Name: "RelayState", Value: `"><script>`}}
	for _, row := range []struct{ name, url, origin string }{
		{"https", "https://idp.example:8443/sso?x=1", "form-action https://idp.example:8443 https:;"},
		{"http, for development", "http://localhost:9000/sso", "form-action http://localhost:9000 https:;"},
		{"script", "javascript:alert(1)", ""},
		{"no host", "https:///sso", ""},
		{"local", "/sso", ""},
		{"a list", "https://idp.example;script-src 'unsafe-inline'/", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			r, w := httptest.NewRequest("GET", "/", nil), httptest.NewRecorder()
			err := p.Forward(w, r, sso.Dispatch{URL: row.url, Fields: fields})
			if row.origin == "" {
				if store.KindOf(err) != store.Internal || err == nil || w.Body.Len() > 0 {
					t.Errorf("err %v, %d bytes sent", err, w.Body.Len())
				}
				return
			}
			if err != nil || !strings.Contains(w.Header().Get("Content-Security-Policy"), row.origin) {
				t.Errorf("%v, policy %q", err, w.Header().Get("Content-Security-Policy"))
			}
			if strings.Contains(w.Body.String(), `"><script>`) || !strings.Contains(w.Body.String(), `method="post" action="`) {
				t.Errorf("the form is not as it should be: %s", w.Body)
			}
		})
	}
}

func TestErrorPagesSayWhatAndWhere(t *testing.T) {
	p := newPages(t)
	for _, row := range []struct {
		name, method string
		view         route.ErrorView
		has, hasNot  string
	}{
		{"the sentence with its words", "POST", route.ErrorView{Status: 422, Key: "error.file_empty", Args: map[string]any{"Name": "<a>.pdf"}}, "“&lt;a&gt;.pdf” is empty", "Try again"},
		{"away while reading", "GET", route.ErrorView{Status: 503, Key: "error.unavailable"}, `href="/deliveries?unread=1">Try again`, "Sign in"},
		{"away while writing", "POST", route.ErrorView{Status: 503}, "out of service", `>Try again<`},
		{"signed out", "GET", route.ErrorView{Status: 401, Key: "error.unsigned"}, `href="/sign-in?to=%2Fdeliveries%3Funread%3D1"`, "Try again"},
		{"refused at sign-in", "POST", route.ErrorView{Status: 403, Key: sso.KeyStale}, `href="/sign-in?choose=1"`, "Go to the start"},
	} {
		t.Run(row.name, func(t *testing.T) {
			r, w := httptest.NewRequest(row.method, "/deliveries?unread=1", nil), httptest.NewRecorder()
			r.Header.Set("Accept-Language", "en")
			row.view.Reference = "ref123"
			p.Error(w, r, row.view)
			body := w.Body.String()
			if w.Code != row.view.Status || !strings.Contains(body, "ref123") || !strings.Contains(body, row.has) || strings.Contains(body, row.hasNot) {
				t.Errorf("%d, want %q and not %q in:\n%s", w.Code, row.has, row.hasNot, body)
			}
		})
	}
}

func TestErrorPagesLeadNowhereElse(t *testing.T) {
	p := newPages(t)
	for _, status := range []int{401, 404, 503} {
		r, w := httptest.NewRequest("GET", "/", nil), httptest.NewRecorder()
		r.URL.Path = "//evil.example/x"
		p.Error(w, r, route.ErrorView{Status: status})
		if body := w.Body.String(); strings.Contains(body, `"//evil`) || strings.Contains(body, "%2F%2Fevil") || !strings.Contains(body, `"/evil.example/x?lang=en"`) {
			t.Errorf("%d: %s", status, body)
		}
	}
}

// TestFaultSendsNothing shows that a template that fails halfway leaves the answer to the error page.
func TestFaultSendsNothing(t *testing.T) {
	p, w := newPages(t), httptest.NewRecorder()
	err := p.show(w, httptest.NewRequest("GET", "/", nil), http.StatusOK, "inbox", client(), Devices{})
	if err == nil || w.Body.Len() > 0 || len(w.Header()) > 0 {
		t.Errorf("err %v, %d bytes and %v sent", err, w.Body.Len(), w.Header())
	}
	if errors.Is(err, store.ErrNotFound) {
		t.Errorf("a fault of ours looks like %v", err)
	}
}

func TestMenuHoldsWhatMayBeDone(t *testing.T) {
	for _, row := range []struct {
		name  string
		shell Shell
		want  []Place
	}{
		{"client", Shell{Company: "c", Permissions: store.PermitView}, []Place{PlaceInbox, PlaceSearch, PlaceDevices}},
		{"client without a menu", Shell{Company: "c"}, []Place{PlaceDevices}},
		{"staff", Shell{Permissions: store.PermitAll}, []Place{PlaceDesk, PlaceTray, PlacePublish, PlaceSearch, PlaceMatrix, PlaceDevices}},
		{"staff who may not deliver", Shell{Permissions: store.PermitView}, []Place{PlaceDevices}},
		{"staff who only watch", Shell{Permissions: store.PermitReceipts}, []Place{PlaceDesk, PlaceSearch, PlaceMatrix, PlaceDevices}},
		{"staff who only deliver", Shell{Permissions: store.PermitDeliver}, []Place{PlaceDesk, PlaceTray, PlacePublish, PlaceSearch, PlaceDevices}},
	} {
		t.Run(row.name, func(t *testing.T) {
			var got []Place
			for _, e := range row.shell.Menu() {
				got = append(got, e.Place)
			}
			if len(got) != len(row.want) {
				t.Fatalf("%v, want %v", got, row.want)
			}
			for i := range got {
				if got[i] != row.want[i] {
					t.Errorf("%v, want %v", got, row.want)
				}
			}
		})
	}
}

func TestLinksKeepTheFilter(t *testing.T) {
	v := Inbox{Filter: store.InboxFilter{Unread: true, Kind: "separation", Office: "o1"}, Next: "c=1&x"}
	for _, row := range []struct{ got, want string }{
		{v.NextLink(), "/deliveries?after=c%3D1%26x&kind=separation&office=o1&unread=1"},
		{v.FirstLink(), "/deliveries?kind=separation&office=o1&unread=1"},
		{v.OnlyUnread(false), "/deliveries?kind=separation&office=o1"},
		{v.OfKind(""), "/deliveries?office=o1&unread=1"},
		{v.OfOffice(""), "/deliveries?kind=separation&unread=1"},
		{v.All(), "/deliveries"},
	} {
		if row.got != row.want {
			t.Errorf("%s, want %s", row.got, row.want)
		}
	}
}

// TestWaysInSayWhoseTheyAre demands that each way in has the firm's name within what is pressed, beside what its
// administrators wrote there and also where they wrote nothing.
func TestWaysInSayWhoseTheyAre(t *testing.T) {
	p := newPages(t)
	named := sso.Choice{TrustID: "x", Label: "Cloud Pocket", Firm: "あおば社会保険労務士法人"}
	unnamed := sso.Choice{TrustID: "y", Firm: "みなと社会保険労務士法人"}
	for _, row := range []struct {
		e    sso.Entrance
		want string
	}{
		{sso.Entrance{Choices: []sso.Choice{named}}, `<a class="choice" [^>]*>.*Cloud Pocket.*あおば社会保険労務士法人.*</a>`},
		{sso.Entrance{Find: "/sign-in/find", Found: &named}, `<button class="choice" name="trust" value="x"[^>]*>.*Cloud Pocket.*あおば社会保険労務士法人.*</button>`},
		{sso.Entrance{Find: "/sign-in/find", Found: &unnamed}, `<button class="choice" name="trust" value="y"[^>]*>.*みなと社会保険労務士法人.*</button>`},
	} {
		w := httptest.NewRecorder()
		if err := p.SignIn(w, httptest.NewRequest("GET", "/", nil), row.e); err != nil {
			t.Fatal(err)
		}
		if !regexp.MustCompile(row.want).MatchString(w.Body.String()) || w.Code != 200 {
			t.Errorf("%d, the page has no %s: %s", w.Code, row.want, w.Body)
		}
	}
}
