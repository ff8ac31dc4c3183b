package office_test

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"cloudpocket/cmd/app/interop"
	"cloudpocket/portal"
	"cloudpocket/portal/egov/egovtest"
	"cloudpocket/store"
)

// showing is a firm that hands out packages and a client who opens them.
type showing struct {
	*world
	boss, client *person
}

func newShowing(t testing.TB) showing {
	w := newWorld(t)
	w.portal.Looks = portal.NewLooks(nil, 8<<20)
	return showing{w, w.add(t, "boss", "", store.PermitAll), w.add(t, "client", "x", store.PermitView)}
}

// hand publishes a file and returns the delivery's address for the client, and the document's for the firm.
func (s showing) hand(t testing.TB, name string, data []byte) (delivery, document string) {
	t.Helper()
	a := portal.Actor{TenantID: "firm", AccountID: "boss", TrustID: "idp"}
	staged, err := s.portal.Stage(t.Context(), a, name, bytes.NewReader(data))
	must(t, err)
	id, err := s.portal.Publish(t.Context(), a, portal.Draft{Title: "標準報酬決定通知書", Kind: "other", Files: []portal.StagedFile{staged}, Offices: []store.ID{"x1"}})
	must(t, err)
	d, err := s.portal.DeskDocument(t.Context(), a, id)
	must(t, err)
	if d.Deliveries[0].State != store.DeliveryDelivered {
		_, err = s.portal.Deliver(t.Context(), a, id)
		must(t, err)
	}
	return "/deliveries/" + string(d.Deliveries[0].ID), "/desk/documents/" + string(id)
}

func (s showing) pack(t testing.TB, shape egovtest.Shape, persons int) (delivery, document string) {
	t.Helper()
	g := egovtest.New(11)
	made := g.Package(shape, egovtest.Options{Persons: g.Persons(persons)})
	return s.hand(t, made.Name, made.Data)
}

// TestPartsOfAPackage follows a client and the firm through a package: its page, its parts, its persons, its print.
func TestPartsOfAPackage(t *testing.T) {
	s := newShowing(t)
	delivery, document := s.pack(t, egovtest.Several, 7)
	tests := []struct {
		name, target string
		status       int
		wants        string
		without      string
	}{
		{"page", "", 200, `<iframe src="BASE/parts/1" sandbox="allow-top-navigation-by-user-activation"`, ""},
		{"page of the notice", "?part=2", 200, "List of 7 persons", ""},
		{"a part that is not there shows the first", "?part=99", 200, `/parts/1"`, `/parts/99"`},
		{"cover", "/parts/1", 200, `href="2"`, "<script"},
		{"notice", "/parts/2", 200, "整理番号", "<script"},
		{"no such part", "/parts/99", 404, "", "整理番号"},
		{"no number", "/parts/x", 404, "", "整理番号"},
		{"number in another form", "/parts/01", 404, "", "整理番号"},
		{"no picture of XML", "/parts/1/pages/1", 404, "", ""},
		{"persons", "/persons", 200, "List of persons", ""},
		{"persons, sorted", "/persons?part=2&by=1&order=down", 200, `aria-sort="descending"`, ""},
		{"CSV", "/persons.csv", 200, "\ufeff", "<"},
		{"print", "/print", 200, "@scope(.part-1)", "<script"},
		{"PDF where nothing makes it", "/pdf", 404, "", ""},
		{"bytes", "/parts/2/file", 200, "<N7130001", ""},
	}
	for _, tt := range tests {
		for base, p := range map[string]*person{delivery: s.client, document: s.boss} {
			t.Run(tt.name+base[:5], func(t *testing.T) {
				if base == document && tt.target == "?part=99" || base == document && tt.target == "" {
					return // the desk lists parts, and shows one when asked
				}
				rec := p.get(base + tt.target)
				if want := strings.ReplaceAll(tt.wants, "BASE", base); rec.Code != tt.status || !strings.Contains(rec.Body.String(), want) || tt.without != "" && strings.Contains(rec.Body.String(), tt.without) {
					t.Errorf("%d, want %d with %q and without %q: %.2000s", rec.Code, tt.status, want, tt.without, rec.Body)
				}
			})
		}
	}
}

// TestPartIsWalledIn holds the headers of what somebody else's stylesheet made.
func TestPartIsWalledIn(t *testing.T) {
	s := newShowing(t)
	delivery, _ := s.pack(t, egovtest.Pension, 1)
	rec := s.client.get(delivery + "/parts/1")
	for name, want := range map[string]string{
		"Content-Security-Policy": portal.PartPolicy, "X-Frame-Options": "SAMEORIGIN", "Cache-Control": "private, no-store",
		"X-Content-Type-Options": "nosniff", "Content-Type": "text/html; charset=utf-8", "Referrer-Policy": "no-referrer",
	} {
		if got := rec.Header().Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	for _, want := range []string{"default-src 'none'", "frame-ancestors 'self'", "sandbox allow-top-navigation-by-user-activation"} {
		if !strings.Contains(portal.PartPolicy, want) {
			t.Errorf("the policy lacks %s", want)
		}
	}
	if strings.Contains(portal.PartPolicy, "allow-scripts") || strings.Contains(portal.PartPolicy, "allow-same-origin") {
		t.Error("the policy lets scripts in")
	}
	if rec := s.client.get(delivery); !strings.Contains(rec.Header().Get("Content-Security-Policy"), "frame-src 'self'") || rec.Header().Get("X-Frame-Options") != "DENY" {
		t.Errorf("the page around it: %v", rec.Header())
	}
	if rec := s.client.get(delivery+"/parts/1", "Sec-Fetch-Dest", "document"); rec.Code != http.StatusSeeOther || rec.Header().Get("Location") != delivery+"?part=1#look" {
		t.Errorf("followed as a link: %d to %q", rec.Code, rec.Header().Get("Location"))
	}
}

// TestReadingIsNoFact reads parts and persons, and then downloads one: only that is a fact.
func TestReadingIsNoFact(t *testing.T) {
	s := newShowing(t)
	delivery, _ := s.pack(t, egovtest.Pension, 2)
	id := store.ID(strings.TrimPrefix(delivery, "/deliveries/"))
	for _, path := range []string{"/parts/1", "/parts/2", "/persons", "/persons.csv", "/print"} {
		s.client.get(delivery + path)
	}
	s.client.do("HEAD", delivery+"/parts/2/file", nil)
	if r := s.receipt(t, "client", id); !r.ViewedAt.IsZero() || !r.DownloadedAt.IsZero() {
		t.Errorf("reading left %+v", r)
	}
	rec := s.client.get(delivery + "/parts/2/file")
	if r := s.receipt(t, "client", id); r.DownloadedAt.IsZero() || s.deeds(t, store.DeedDownload) != 1 {
		t.Errorf("downloading left %+v", r)
	}
	if h := rec.Header(); !strings.HasPrefix(h.Get("Content-Disposition"), "attachment;") || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("the bytes come with %v", h)
	}
	if rec := s.client.get(delivery+"/parts/2/file", "If-None-Match", rec.Header().Get("ETag")); rec.Code != http.StatusNotModified || s.deeds(t, store.DeedDownload) != 1 {
		t.Errorf("what the browser has already: %d, %d deeds", rec.Code, s.deeds(t, store.DeedDownload))
	}
}

// TestQuarantinedIsNotThere has the scanner find something after delivery.
func TestQuarantinedIsNotThere(t *testing.T) {
	s := newShowing(t)
	delivery, document := s.pack(t, egovtest.Pension, 2)
	d, err := s.portal.DeskDocument(t.Context(), portal.Actor{TenantID: "firm", AccountID: "boss", TrustID: "idp"}, store.ID(strings.TrimPrefix(document, "/desk/documents/")))
	must(t, err)
	must(t, s.portal.Records.Update(t.Context(), "firm", func(tx store.Tx) error {
		return tx.Scans().Save(t.Context(), store.Scan{Digest: d.Document.Files[0].Digest, State: store.ScanFound, Finding: "Eicar", At: s.now})
	}))
	for _, path := range []string{"/parts/1", "/parts/1/file", "/persons", "/persons.csv", "/print"} {
		for base, p := range map[string]*person{delivery: s.client, document: s.boss} {
			if rec := p.get(base + path); rec.Code != http.StatusNotFound {
				t.Errorf("%s: %d", path, rec.Code)
			}
		}
	}
}

// TestCSVRunsNothing gives persons names that spreadsheets would run.
func TestCSVRunsNothing(t *testing.T) {
	s := newShowing(t)
	delivery, _ := s.hand(t, "7130001.xml", []byte(`<N7130001><_被保険者><被保険者整理番号>1</被保険者整理番号><被保険者漢字氏名>=HYPERLINK("http://example.com")</被保険者漢字氏名><標準報酬月額_健保>+530</標準報酬月額_健保></_被保険者><_被保険者><被保険者整理番号>2</被保険者整理番号><被保険者漢字氏名>＝１＋１, "二"</被保険者漢字氏名><標準報酬月額_健保>-1</標準報酬月額_健保></_被保険者></N7130001>`))
	body := s.client.get(delivery + "/persons.csv").Body.String()
	for _, line := range strings.Split(strings.TrimSpace(strings.TrimPrefix(body, "\ufeff")), "\r\n") {
		for _, cell := range strings.Split(strings.ReplaceAll(line, `"`, ""), ",") {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@") || strings.HasPrefix(cell, "＝") {
				t.Errorf("%q would run in %q", cell, line)
			}
		}
	}
	if !strings.Contains(body, "'=HYPERLINK") || !strings.HasPrefix(body, "\ufeff") {
		t.Errorf("%q", body)
	}
}

// TestShapesInChromium opens one package of each shape as a client: every part shows what it should, nothing is complained
// of, and nothing has to be scrolled sideways.
func TestShapesInChromium(t *testing.T) {
	s := newShowing(t)
	url := interop.Serve(t, "pocket.localhost", s.client.browserDoor(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})))
	screens, langs := []interop.Screen{interop.Desktop()}, []string{"ja"}
	if os.Getenv("CLOUDPOCKET_SHOTS") != "" {
		screens, langs = append(screens, interop.Screen{Width: 390, Height: 844}), append(langs, "en")
	}
	browser := interop.Browser(t)
	shapes := egovtest.Shapes()
	for _, screen := range screens {
		for _, lang := range langs {
			p := browser.Page(t, screen, lang)
			p.Open(url + "/test-sign-in?to=/deliveries")
			for _, shape := range shapes {
				g := egovtest.New(11)
				made := g.Package(shape, egovtest.Options{Persons: g.Persons(7)})
				if strings.HasSuffix(made.Name, ".DTA") {
					continue // cannot be published by hand
				}
				delivery, _ := s.hand(t, made.Name, made.Data)
				for n := 1; n <= 2; n++ {
					p.Open(fmt.Sprintf("%s%s?part=%d", url, delivery, n))
					p.Wait("#look")
					if over := p.Eval("document.documentElement.scrollWidth - document.documentElement.clientWidth"); over != "0" {
						t.Errorf("%s, part %d: %s pixels wider than the window", shape, n, over)
					}
					if complaints := p.Errors(); len(complaints) > 0 {
						t.Errorf("%s, part %d: %q", shape, n, complaints)
					}
					p.Shot(fmt.Sprintf("show-%s-%d.%s.%d", shape, n, lang, screen.Width))
				}
			}
		}
	}
}

// TestTrayShowsWhatIsInside opens a package of the tray before it is handed over: its parts, one of them, and nothing for
// a client.
func TestTrayShowsWhatIsInside(t *testing.T) {
	s := newShowing(t)
	a := portal.Actor{TenantID: "firm", AccountID: "boss", TrustID: "idp"}
	made := egovtest.New(4).Package(egovtest.Pension, egovtest.Options{})
	pkg, err := s.portal.Receive(t.Context(), a, store.NewID(s.now), made.Name, bytes.NewReader(made.Data))
	must(t, err)
	at := "/desk/tray/" + string(pkg.ID)
	if rec := s.boss.get(at + "/parts/1"); rec.Code != http.StatusNotFound {
		t.Errorf("before it was looked into: %d", rec.Code)
	}
	must(t, s.portal.Sort(t.Context(), store.Task{TenantID: "firm", Kind: store.TaskSort, Subject: string(pkg.ID)}))
	if rec := s.boss.get(at); rec.Code != http.StatusOK || !strings.Contains(rec.Body.String(), at+"?part=2#look") || strings.Contains(rec.Body.String(), "<iframe") {
		t.Errorf("the list of parts: %d %s", rec.Code, rec.Body)
	}
	if rec := s.boss.get(at + "?part=2"); !strings.Contains(rec.Body.String(), `src="`+at+`/parts/2"`) {
		t.Errorf("one part: %s", rec.Body)
	}
	if rec := s.boss.get(at + "/parts/2"); rec.Code != http.StatusOK || !strings.Contains(rec.Body.String(), strings.Fields(made.Persons[0].Name)[0]) {
		t.Errorf("the part itself: %d", rec.Code)
	}
	if rec := s.client.get(at + "/parts/2"); rec.Code != http.StatusForbidden {
		t.Errorf("a client: %d", rec.Code)
	}
}
