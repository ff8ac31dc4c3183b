package page

import (
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

func TestBrowsersAreRecognised(t *testing.T) {
	const (
		engine = "AppleWebKit/537.36 (KHTML, like Gecko) "
		iPhone = "Mozilla/5.0 (iPhone; CPU iPhone OS 26_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
		droid  = "Mozilla/5.0 (Linux; Android 10; K) " + engine
		pc     = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) " + engine
	)
	for _, row := range []struct {
		name, userAgent string
		want            agent
		verdict         verdict
	}{
		{"Chrome", pc + "Chrome/157.0.0.0 Safari/537.36", agent{"Chrome", 157, "Windows"}, runs},
		{"Chrome, the one before", pc + "Chrome/156.0.0.0 Safari/537.36", agent{"Chrome", 156, "Windows"}, runs},
		{"Chrome, two before", pc + "Chrome/155.0.0.0 Safari/537.36", agent{"Chrome", 155, "Windows"}, old},
		{"Chrome, one to come", pc + "Chrome/201.0.0.0 Safari/537.36", agent{"Chrome", 201, "Windows"}, runs},
		{"Chrome, Android", droid + "Chrome/157.0.0.0 Mobile Safari/537.36", agent{"Chrome", 157, "Android"}, runs},
		{"Chrome, iPhone", iPhone + "CriOS/157.0.8100.50 Mobile/15E148 Safari/604.1", agent{"Chrome", 157, "iPhone"}, runs},
		{"Chrome, ChromeOS", "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) " + engine + "Chrome/157.0.0.0 Safari/537.36", agent{"Chrome", 157, "ChromeOS"}, runs},
		{"Edge", pc + "Chrome/157.0.0.0 Safari/537.36 Edg/157.0.0.0", agent{"Microsoft Edge", 157, "Windows"}, runs},
		{"Edge, Android", droid + "Chrome/157.0.0.0 Mobile Safari/537.36 EdgA/157.0.0.0", agent{"Microsoft Edge", 157, "Android"}, runs},
		{"Edge, iPhone", iPhone + "Version/26.0 EdgiOS/157.0.4000.1 Mobile/15E148 Safari/605.1.15", agent{"Microsoft Edge", 157, "iPhone"}, runs},
		{"Edge with its own engine", pc + "Chrome/64.0.3282.140 Safari/537.36 Edge/18.17763", agent{"Microsoft Edge", 18, "Windows"}, old},
		{"Firefox", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:160.0) Gecko/20100101 Firefox/160.0", agent{"Firefox", 160, "macOS"}, runs},
		{"Firefox, Android", "Mozilla/5.0 (Android 16; Mobile; rv:160.0) Gecko/160.0 Firefox/160.0", agent{"Firefox", 160, "Android"}, runs},
		{"Firefox, iPhone", iPhone + "FxiOS/160.0 Mobile/15E148 Safari/605.1.15", agent{"Firefox", 160, "iPhone"}, runs},
		{"Firefox, long supported by its maker", "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", agent{"Firefox", 140, "Windows"}, old},
		{"Safari", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/27.2 Safari/605.1.15", agent{"Safari", 27, "macOS"}, runs},
		{"Safari, iPhone, the one before", iPhone + "Version/26.6 Mobile/15E148 Safari/604.1", agent{"Safari", 26, "iPhone"}, runs},
		{"Safari, iPad, old", "Mozilla/5.0 (iPad; CPU OS 15_8 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.6 Mobile/15E148 Safari/604.1", agent{"Safari", 15, "iPad"}, old},
		{"a page inside an iPhone's application", iPhone + "Mobile/15E148", agent{"", 0, "iPhone"}, unknown},
		{"a page inside an Android application", "Mozilla/5.0 (Linux; Android 16; Pixel 9 Build/BP1A; wv) " + engine + "Version/4.0 Chrome/157.0.0.0 Mobile Safari/537.36", agent{"Android WebView", 157, "Android"}, other},
		{"Android's browser of long ago", "Mozilla/5.0 (Linux; U; Android 4.0.3; ja-jp) AppleWebKit/534.30 (KHTML, like Gecko) Version/4.0 Mobile Safari/534.30", agent{"", 0, "Android"}, unknown},
		{"LINE", iPhone + "Safari Line/15.1.0", agent{"LINE", 15, "iPhone"}, other},
		{"Opera", pc + "Chrome/157.0.0.0 Safari/537.36 OPR/140.0.0.0", agent{"Opera", 140, "Windows"}, other},
		{"Samsung Internet", droid + "SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36", agent{"Samsung Internet", 29, "Android"}, other},
		{"Internet Explorer 11", "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko", agent{"Internet Explorer", 11, "Windows"}, other},
		{"Internet Explorer 9", "Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)", agent{"Internet Explorer", 9, "Windows"}, other},
		{"a program", "curl/8.5.0", agent{}, unknown},
		{"nothing", "", agent{}, unknown},
		{"no version", pc + "Chrome/ Safari/537.36", agent{"Chrome", 0, "Windows"}, unknown},
		{"a version that is too long", pc + "Chrome/99999999999999999999 Safari/537.36", agent{"Chrome", 0, "Windows"}, unknown},
		{"past what is read", strings.Repeat("x", agentLimit) + " Chrome/157.0.0.0", agent{}, unknown},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := agentOf(row.userAgent)
			if v, _ := judge(got); got != row.want || v != row.verdict {
				t.Errorf("%+v, %s; want %+v, %s", got, v, row.want, row.verdict)
			}
		})
	}
}

func TestBrowsersPageSaysWhatToDo(t *testing.T) {
	p := newPages(t)
	for _, row := range []struct{ name, userAgent, lang, want string }{
		{"supported", sessions(1)[0].Device, "en", "Chrome 157 on Windows is supported."},
		{"supported, Japanese", sessions(1)[0].Device, "ja", "「Chrome 157（Windows）」に対応しています。"},
		{"old", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "en", "Firefox 128 on Linux is old and may not work. Update it to version 159 or later."},
		{"another", "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko", "en", "Internet Explorer 11 on Windows may not work."},
		{"unknown", "<script>", "en", "Your browser could not be recognised."},
		{"the list", "", "ja", "2026年11月23日に確かめたものです"},
	} {
		t.Run(row.name, func(t *testing.T) {
			r, w := httptest.NewRequest("GET", "/browsers", nil), httptest.NewRecorder()
			r.Header.Set("User-Agent", row.userAgent)
			r.Header.Set("Accept-Language", row.lang)
			if err := p.Browsers(w, r); err != nil {
				t.Fatal(err)
			}
			if body := w.Body.String(); !strings.Contains(body, row.want) || strings.Contains(body, "<script>") {
				t.Errorf("no %q in %s", row.want, body)
			}
		})
	}
}

// TestEveryPageLeadsToTheBrowsers finds the link on all pages, those for people who could not sign in included. What is shown
// in a partner's page is left out: around it is theirs.
func TestEveryPageLeadsToTheBrowsers(t *testing.T) {
	p := newPages(t)
	for _, e := range exhibits() {
		if e.name == "embed" || strings.HasPrefix(e.name, "within-") {
			continue
		}
		if body := e.render(t, p, "ja").Body.String(); !strings.Contains(body, `<a href="/browsers">対応ブラウザー</a>`) {
			t.Errorf("no way from %s", e.name)
		}
	}
}

// FuzzAgent holds that whatever is sent as a User-Agent is read as one of the known names with a version of at most four
// digits, and that something can be said of it.
func FuzzAgent(f *testing.F) {
	for _, s := range []string{"", "Chrome/157.0", "Edg/157 Chrome/1", "Version/27 Safari/", "MSIE 9;Trident/7.0; rv:11", "Firefox/00001", "Android; wv) Chrome/9999", "\xff Line/"} {
		f.Add(s)
	}
	names := []string{"", "Android WebView"}
	for _, one := range signs() {
		names = append(names, one.browser)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a := agentOf(s)
		if !slices.Contains(names, a.Browser) || a.Major < 0 || a.Major > 9999 || a.Browser == "" && a.Major != 0 {
			t.Fatalf("%q is read as %+v", s, a)
		}
		v, from := judge(a)
		if v == runs && a.Major < from || v == old && a.Major >= from {
			t.Fatalf("%+v is said to be %s, from %d", a, v, from)
		}
	})
}
