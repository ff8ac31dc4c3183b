package widget

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"cloudpocket/portal/page"
	"cloudpocket/portal/route"
	"cloudpocket/store"
)

const (
	mockPath   = "/embed/mock"
	mockPrefix = mockPath + "/at" // behind it stands the address in the portal, as behind route.FramePrefix
	mockSeen   = "Embed-Mock"     // the header by which the script says what was read and acknowledged: it keeps that, not we
)

// mockAround are the pages that may frame the mock besides our own: those of developers' own machines.
const mockAround = " http://localhost:* http://127.0.0.1:*"

// mountMock puts the frame with invented data on rt, which is open to strangers: there is nothing of anybody in it.
func (wi *Widget) mountMock(rt *route.Router) {
	rt.Shared(http.MethodGet, mockPath, wi.mockFrame)
	for pattern, h := range wi.mockPages() {
		rt.Frame(http.MethodGet, mockPrefix+pattern, h)
	}
	rt.Shared(http.MethodGet, mockPrefix+"/deliveries/{id}/parts/{part}", wi.mockPart)
	rt.Plain(http.MethodGet, mockPrefix+"/deliveries/{id}/files/{file}", mockFile)
	rt.Plain(http.MethodGet, mockPrefix+"/deliveries/{id}/parts/{part}/file", mockFile)
}

// mockPages are the pages that there are with invented data.
func (wi *Widget) mockPages() map[string]route.Handler {
	return map[string]route.Handler{
		"/deliveries": wi.mockInbox, "/deliveries/{id}": wi.mockPaper, "/search": wi.mockSearch, "/desk/tray": wi.mockTray,
		"/onward": func(w http.ResponseWriter, r *http.Request) error {
			return wi.Pages.ToTell(w, r, mockClient(), page.ToTell{})
		}}
}

// mockFrame answers with the page in the frame, which asks for invented data.
func (wi *Widget) mockFrame(w http.ResponseWriter, r *http.Request) error {
	f, err := wi.view("mock", []string{wi.router.Origin})
	if err != nil {
		return err
	}
	f.Mock = true
	f.Routes = `["POST /deliveries/{id}/acknowledge","GET /deliveries/{id}/files/{file}","GET /deliveries/{id}/parts/{part}","GET /deliveries/{id}/parts/{part}/file"`
	for pattern := range wi.mockPages() {
		f.Routes += `,"GET ` + pattern + `"`
	}
	f.Routes += "]"
	wi.framedBy(w, []string{"'self'" + mockAround})
	return wi.Pages.Frame(w, r, f)
}

// mockState is what was done so far in the frame that asks.
type mockState struct{ read, acknowledged []int }

// mockStateOf reads "read=1.2&acknowledged=1". What is not understood was not done.
func mockStateOf(r *http.Request) (s mockState) {
	text := r.Header.Get(mockSeen)
	if len(text) > 200 {
		return s
	}
	q, err := url.ParseQuery(text)
	if err != nil {
		return s
	}
	numbers := func(list string) (all []int) {
		for part := range strings.SplitSeq(list, ".") {
			if n, err := strconv.Atoi(part); err == nil {
				all = append(all, n)
			}
		}
		return all
	}
	return mockState{numbers(q.Get("read")), numbers(q.Get("acknowledged"))}
}

// apply says of an invented document what was done with it in the frame.
func (wi *Widget) apply(s mockState, d *mockDocument) {
	if slices.Contains(s.read, d.n) && d.item.ViewedAt.IsZero() {
		d.item.ViewedAt = wi.Now()
	}
	if slices.Contains(s.acknowledged, d.n) && d.item.AcknowledgedAt.IsZero() {
		d.item.AcknowledgedAt = wi.Now()
	}
}

// mocked are the invented documents as they stand in the frame that asks.
func (wi *Widget) mocked(r *http.Request) []mockDocument {
	all, s := mockDocuments(wi.Now()), mockStateOf(r)
	for i := range all {
		wi.apply(s, &all[i])
	}
	return all
}

func (wi *Widget) mockInbox(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	v := page.Inbox{Filter: store.InboxFilter{Office: store.ID(q.Get("office")), Kind: q.Get("kind"), Unread: q.Get("unread") != ""}, Kinds: mockKinds(), Offices: mockOffices()}
	if !slices.ContainsFunc(v.Offices, func(o store.Office) bool { return o.ID == v.Filter.Office }) {
		v.Filter.Office = ""
	}
	for _, d := range wi.mocked(r) {
		d.count(&v.Count)
		if d.fits(v.Filter) {
			v.Items = append(v.Items, d.item)
		}
	}
	slices.SortStableFunc(v.Items, func(a, b store.InboxItem) int { return compareUnread(a, b) })
	return wi.Pages.Inbox(w, r, mockClient(), v)
}

// compareUnread has unread ones come first.
func compareUnread(a, b store.InboxItem) int {
	switch {
	case a.ViewedAt.IsZero() == b.ViewedAt.IsZero():
		return 0
	case a.ViewedAt.IsZero():
		return -1
	}
	return 1
}

func (wi *Widget) mockPaper(w http.ResponseWriter, r *http.Request) error {
	for _, d := range wi.mocked(r) {
		if string(d.item.DeliveryID) != route.Var(r, "id") {
			continue
		}
		if d.item.ViewedAt.IsZero() {
			d.item.ViewedAt = wi.Now()
		}
		s := mockClient()
		if r.URL.Query().Get("done") == "acknowledged" {
			s.Done = "acknowledged"
		}
		return wi.Pages.Paper(w, r, s, d.paper(r.URL.Query().Get("part")))
	}
	return fmt.Errorf("no invented document %.40q: %w", route.Var(r, "id"), store.ErrNotFound)
}

func (wi *Widget) mockSearch(w http.ResponseWriter, r *http.Request) error {
	v := page.Search{Query: store.Query{Text: strings.TrimSpace(r.URL.Query().Get("q"))}, Kinds: mockKinds()}
	for _, d := range wi.mocked(r) {
		if v.Query.Text != "" && strings.Contains(d.item.Title, v.Query.Text) {
			v.Inbox = append(v.Inbox, d.item)
		}
	}
	return wi.Pages.Search(w, r, mockClient(), v)
}

func (wi *Widget) mockTray(w http.ResponseWriter, r *http.Request) error {
	return wi.Pages.Tray(w, r, mockStaff(), mockTrayAt(wi.Now()))
}

// mockPart shows an invented notice in a frame within the frame.
func (wi *Widget) mockPart(w http.ResponseWriter, r *http.Request) error {
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox; frame-ancestors 'self'"+mockAround)
	h.Del("X-Frame-Options")
	h.Set("Cross-Origin-Embedder-Policy", "require-corp")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Content-Type", "text/html; charset=utf-8")
	_, err := w.Write([]byte(mockNotice))
	return err
}

// mockFile is every file that can be downloaded.
func mockFile(w http.ResponseWriter, _ *http.Request) error {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="sample.txt"`)
	_, err := w.Write([]byte("見本です。実在の事業所や個人とは関係がありません。\nThis is a sample. Nobody and nothing in it exists.\n"))
	return err
}
