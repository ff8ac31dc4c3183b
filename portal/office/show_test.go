package office_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"cloudpocket/cmd/app/interop"
	"cloudpocket/portal"
	"cloudpocket/portal/egov"
	"cloudpocket/portal/egov/egovtest"
	"cloudpocket/portal/office"
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

// packWith is pack of a package of seven persons with one more file in it, which is its third part.
func (s showing) packWith(t testing.TB, name string, data []byte) (delivery, document string) {
	t.Helper()
	g := egovtest.New(11)
	made := g.Package(egovtest.Pension, egovtest.Options{Persons: g.Persons(7)})
	pkg, err := egov.Open(made.Name, bytes.NewReader(made.Data), int64(len(made.Data)), egov.Limits{})
	must(t, err)
	entries := []egovtest.Entry{{Name: []byte(name), Data: data, UTF8: true}}
	for _, f := range pkg.Files {
		entries = append(entries, egovtest.Entry{Name: []byte(f.Name), Data: f.Data, UTF8: true})
	}
	return s.hand(t, made.Name, egovtest.Archive(entries...))
}

// printWith has PDFs made by p.
func (s showing) printWith(t testing.TB, p office.Printer) {
	t.Helper()
	s.printer = p
	s.mount(t, slog.New(slog.DiscardHandler), func() time.Time { return s.now })
}

// drawn has one picture of everything.
type drawn struct{}

func (drawn) Show(context.Context, portal.Content) (portal.Shown, error) {
	return portal.Shown{Form: portal.FormPages, Count: 1, Pages: []portal.Size{{Width: 595, Height: 842}}}, nil
}

func (drawn) Picture(context.Context, portal.Content, int, int) (portal.Picture, error) {
	return portal.Picture{Type: "image/png", Width: 1, Height: 1, Bytes: []byte("picture")}, nil
}

// pressed makes PDFs without a browser.
type pressed struct{}

func (pressed) PDF(_ context.Context, _ store.ID, html []byte) ([]byte, error) {
	return append([]byte("%PDF-"), html...), nil
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
		{"page of the notice, content alone", "?part=2&plain=1", 200, `<iframe src="BASE/parts/2?plain=1"`, ""},
		{"notice, content alone", "/parts/2?plain=1", 200, "minmax(110px,14em)", "width:640px"},
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

// TestReadingIsAFact reads one thing of a delivery, by the client at whose page nobody looked before and by the firm at its
// desk: what leaves the document is in the receipt and in the audit, by whichever address it left.
func TestReadingIsAFact(t *testing.T) {
	tests := []struct {
		name, target       string
		viewed, downloaded bool
		deed               store.Deed
		as                 string // the audit's word for the way
		firm               bool   // the firm's reading is audited too
	}{
		{"cover", "/parts/1", true, false, store.DeedView, "", false},
		{"notice", "/parts/2", true, false, store.DeedView, "", false},
		{"page of a PDF", "/parts/3/pages/1", true, false, store.DeedView, "", false},
		{"persons", "/persons", true, false, store.DeedView, "persons", true},
		{"print", "/print", true, false, store.DeedView, "print", true},
		{"CSV", "/persons.csv", false, true, store.DeedDownload, "persons.csv", true},
		{"PDF", "/pdf", false, true, store.DeedDownload, "pdf", true},
		{"bytes", "/parts/2/file", false, true, store.DeedDownload, "", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newShowing(t)
			s.portal.Looks = portal.NewLooks(drawn{}, 8<<20)
			s.printWith(t, pressed{})
			delivery, document := s.packWith(t, "添付.pdf", []byte("%PDF-1.4 made up"))
			id := store.ID(strings.TrimPrefix(delivery, "/deliveries/"))
			before := s.receipt(t, "client", id)
			views, downloads := s.deeds(t, store.DeedView), s.deeds(t, store.DeedDownload)
			if rec := s.client.do("HEAD", delivery+tt.target, nil); rec.Code != http.StatusOK || s.receipt(t, "client", id) != before {
				t.Errorf("headers alone: %d, %+v", rec.Code, s.receipt(t, "client", id))
			}
			if rec := s.client.get(delivery + tt.target); rec.Code != http.StatusOK {
				t.Fatalf("%d: %s", rec.Code, rec.Body)
			}
			if r := s.receipt(t, "client", id); r.ViewedAt.IsZero() == tt.viewed || r.DownloadedAt.IsZero() == tt.downloaded {
				t.Errorf("the receipt is %+v", r)
			}
			if e := s.lastDeed(t, tt.deed); e.Record != "delivery:"+string(id) || e.AccountID != "client" || e.Detail["as"] != tt.as {
				t.Errorf("the audit ends with %+v", e)
			}
			if tt.viewed {
				views++
			} else {
				downloads++
			}
			s.boss.get(document + tt.target)
			if e := s.lastDeed(t, tt.deed); tt.firm != (e.AccountID == "boss" && e.Record == "document:"+strings.TrimPrefix(document, "/desk/documents/") && e.Detail["by"] == "firm") {
				t.Errorf("of the firm the audit says %+v", e)
			}
			if tt.firm && tt.viewed {
				views++
			} else if tt.firm {
				downloads++
			}
			if v, d := s.deeds(t, store.DeedView), s.deeds(t, store.DeedDownload); v != views || d != downloads {
				t.Errorf("%d views and %d downloads, want %d and %d", v, d, views, downloads)
			}
		})
	}
}

// TestSecondLookIsNoNewFact reads two parts: the receipt has the time of the first, and the audit has one event.
func TestSecondLookIsNoNewFact(t *testing.T) {
	s := newShowing(t)
	delivery, _ := s.pack(t, egovtest.Pension, 2)
	id := store.ID(strings.TrimPrefix(delivery, "/deliveries/"))
	s.client.get(delivery + "/parts/1")
	first := s.receipt(t, "client", id)
	s.now = s.now.Add(time.Minute)
	s.client.get(delivery + "/parts/2")
	if r := s.receipt(t, "client", id); r != first || r.ViewedAt.IsZero() || s.deeds(t, store.DeedView) != 1 {
		t.Errorf("%+v, then %+v, %d events", first, r, s.deeds(t, store.DeedView))
	}
}

// TestBytesTheBrowserHas asks again for what was downloaded.
func TestBytesTheBrowserHas(t *testing.T) {
	s := newShowing(t)
	delivery, _ := s.pack(t, egovtest.Pension, 2)
	rec := s.client.get(delivery + "/parts/2/file")
	if h := rec.Header(); !strings.HasPrefix(h.Get("Content-Disposition"), "attachment;") || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("the bytes come with %v", h)
	}
	if rec := s.client.get(delivery+"/parts/2/file", "If-None-Match", rec.Header().Get("ETag")); rec.Code != http.StatusNotModified || s.deeds(t, store.DeedDownload) != 1 {
		t.Errorf("what the browser has already: %d, %d deeds", rec.Code, s.deeds(t, store.DeedDownload))
	}
}

// TestQuarantinedIsNotSeen has the scanner find something after delivery: everybody is told so, and nobody has viewed it.
func TestQuarantinedIsNotSeen(t *testing.T) {
	s := newShowing(t)
	delivery, document := s.pack(t, egovtest.Pension, 2)
	d, err := s.portal.DeskDocument(t.Context(), portal.Actor{TenantID: "firm", AccountID: "boss", TrustID: "idp"}, store.ID(strings.TrimPrefix(document, "/desk/documents/")))
	must(t, err)
	must(t, s.portal.Records.Update(t.Context(), "firm", func(tx store.Tx) error {
		return tx.Scans().Save(t.Context(), store.Scan{Digest: d.Document.Files[0].Digest, State: store.ScanFound, Finding: "Eicar", At: s.now})
	}))
	for _, path := range []string{"/parts/1", "/parts/1/file", "/persons", "/persons.csv", "/print"} {
		for base, p := range map[string]*person{delivery: s.client, document: s.boss} {
			if rec := p.get(base + path); rec.Code != http.StatusForbidden || !strings.Contains(rec.Body.String(), "It is in quarantine") {
				t.Errorf("%s: %d %s", path, rec.Code, rec.Body)
			}
		}
	}
	if rec := s.client.get(delivery); rec.Code != http.StatusForbidden || !strings.Contains(rec.Body.String(), "It is in quarantine") {
		t.Errorf("the page: %d %s", rec.Code, rec.Body)
	}
	if r := s.receipt(t, "client", store.ID(strings.TrimPrefix(delivery, "/deliveries/"))); !r.ViewedAt.IsZero() || s.deeds(t, store.DeedView) != 0 {
		t.Errorf("what nobody could see was seen: %+v", r)
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

// TestTitleRunsNothing has a notice whose title and cells spreadsheets would run, some of them behind blanks.
func TestTitleRunsNothing(t *testing.T) {
	s := newShowing(t)
	xml := `<N9999999><様式名>=HYPERLINK("http://example.com")</様式名><a_被保険者><被保険者漢字氏名>山田</被保険者漢字氏名><備考> =1+1</備考></a_被保険者><a_被保険者><被保険者漢字氏名>田中</被保険者漢字氏名><備考>　＝1</備考></a_被保険者></N9999999>`
	delivery, _ := s.hand(t, "9999999.xml", []byte(xml))
	body := strings.TrimPrefix(s.client.get(delivery+"/persons.csv").Body.String(), "\ufeff")
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	must(t, err)
	guarded := 0
	for _, row := range rows {
		for _, cell := range row {
			if strings.ContainsAny(strings.TrimLeft(cell, " 　"), "=＝") && strings.HasPrefix(cell, "'") {
				guarded++
			} else if strings.HasPrefix(strings.TrimLeft(cell, " 　"), "=") || strings.HasPrefix(strings.TrimLeft(cell, " 　"), "＝") {
				t.Errorf("%q would run", cell)
			}
		}
	}
	if guarded == 0 || len(rows) != 3 {
		t.Errorf("%q", rows)
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
