package page

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"cloudpocket/portal/route"
	"cloudpocket/sso"
	"cloudpocket/store"
)

func newPages(t *testing.T) *Pages {
	t.Helper()
	p, err := New(Config{
		Start:  func(id store.ID, to string) string { return link("/start/"+string(id), "to", to) },
		SignIn: "/sign-in", Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// exhibit is one page with one set of data.
type exhibit struct {
	name string
	path string
	show func(*Pages, http.ResponseWriter, *http.Request) error
}

func (e exhibit) render(t *testing.T, p *Pages, lang string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, e.path, nil)
	r.AddCookie(&http.Cookie{Name: "lang", Value: lang})
	w := httptest.NewRecorder()
	if err := e.show(p, w, r); err != nil {
		t.Fatalf("%s in %s: %v", e.name, lang, err)
	}
	return w
}

func clock() time.Time { return time.Date(2026, 11, 22, 5, 5, 0, 0, time.UTC) }

func client() Shell {
	return Shell{Firm: "みなと社会保険労務士法人", Company: "株式会社あおば製作所", Person: "総務 担当者", Permissions: store.PermitView,
		Previous: clock().Add(-50 * time.Hour)}
}

func staff() Shell {
	return Shell{Firm: "みなと社会保険労務士法人", Person: "事務所 担当者", Permissions: store.PermitAll, Previous: clock().Add(-20 * time.Hour)}
}

// watcher is one of the firm's people who may look at receipts, and no more.
func watcher() Shell {
	return Shell{Firm: "みなと社会保険労務士法人", Person: "所長", Permissions: store.PermitReceipts, Previous: clock().Add(-20 * time.Hour)}
}

const longTitle = "健康保険・厚生年金保険被保険者標準報酬決定通知書（算定基礎届・七十歳以上被用者標準報酬月額相当額決定のお知らせを含む）128名分 — 令和8年9月改定分 本社および関東第一・第二・第三工場"

func kinds() []string {
	return []string{"social-insurance", "employment-insurance", "labor-insurance", "separation", "filing-copy", "work-rules", "other"}
}

// items returns n rows in the order of a list: unread first.
func items(n int) []store.InboxItem {
	titles := []string{"標準報酬決定通知書 4名分 — 令和8年9月", "離職票-1・離職票-2 1名分", "労働保険概算・確定保険料申告書（控え）", longTitle,
		"36協定届（控え）", "雇用保険被保険者資格取得等確認通知書 2名分", "Notice of revised standard monthly remuneration, 12 people"}
	offices := []string{"本社", "横浜工場", "株式会社あおば製作所 北関東ロジスティクスセンター第二物流棟"}
	var all []store.InboxItem
	for i := range n {
		at := clock().Add(-time.Duration(i) * 31 * time.Hour)
		it := store.InboxItem{Receipt: store.Receipt{DeliveryID: store.ID(fmt.Sprintf("d%d", i)), OfficeID: "o1", DeliveredAt: at},
			Title: titles[i%len(titles)], Kind: kinds()[i%7], Acknowledge: i%3 != 1, OfficeName: offices[i%3], FileCount: 1 + i%4}
		if i > n/4 {
			it.ViewedAt = at.Add(time.Hour)
		}
		if i > n/4+1 && i%2 == 0 {
			it.DownloadedAt = at.Add(2 * time.Hour)
		}
		if i > n/4+1 && i%3 == 0 {
			it.AcknowledgedAt = at.Add(3 * time.Hour)
		}
		all = append(all, it)
	}
	return all
}

func offices(n int) []store.Office {
	var all []store.Office
	for i := range n {
		all = append(all, store.Office{ID: store.ID(fmt.Sprintf("o%d", i)), Name: fmt.Sprintf("第%d事業所", i+1)})
	}
	return all
}

func document(files int) store.Document {
	d := store.Document{ID: "doc1", Title: "標準報酬決定通知書 4名分 — 令和8年9月", Kind: "social-insurance", Acknowledge: true, CreatedAt: clock(),
		Note: "9月からの標準報酬月額が決まりました。\n10月に支払う給与から新しい保険料で控除してください。\n\n不明な点は担当までご連絡ください。"}
	names := []string{"標準報酬決定通知書.pdf", "対象者一覧.csv", "保険料額表（令和8年9月分から）.xlsx"}
	for i := range files {
		d.Files = append(d.Files, store.File{ID: store.ID(fmt.Sprintf("f%d", i)), Name: names[i%3], MediaType: "application/pdf",
			Size: int64(1<<uint(9+i%13)) * 7, Digest: store.Digest(strings.Repeat("9f86d081", 8))})
	}
	return d
}

func paper(files int, asks, done bool) Paper {
	v := Paper{Document: document(files), Office: store.Office{Name: "横浜工場"}, Sender: "事務所 担当者", Firm: "みなと社会保険労務士法人",
		Delivery: store.Delivery{ID: "d1", State: store.DeliveryDelivered, DeliveredAt: clock().Add(-3 * time.Hour)},
		Receipt:  store.Receipt{ViewedAt: clock()}}
	v.Document.Acknowledge = asks
	if done {
		v.Receipt.DownloadedAt, v.Receipt.AcknowledgedAt = clock(), clock()
	}
	return v
}

func summaries(n int) []store.DocumentSummary {
	var all []store.DocumentSummary
	for i, it := range items(n) {
		s := store.DocumentSummary{Document: store.Document{ID: store.ID(fmt.Sprintf("doc%d", i)), Title: it.Title, Kind: it.Kind,
			Acknowledge: it.Acknowledge, CreatedAt: it.DeliveredAt}, FileCount: it.FileCount}
		s.Delivered, s.Recipients = 1+i*7, 3+i*19
		s.Viewed, s.Acknowledged = s.Recipients*(i%5)/4, s.Recipients*(i%3)/3
		if i%3 == 0 {
			s.Drafts, s.Withdrawn = 2+i, i%2
		}
		if i == 0 {
			s.Delivered, s.Recipients = 0, 0
		}
		all = append(all, s)
	}
	return all
}

func publishForm(companies int) Publish {
	v := Publish{Typed: Typed{Acknowledge: true}, Kinds: kinds(), MaxFiles: 50, MaxSize: 10 << 20,
		Extensions: []string{"pdf", "xml", "jpeg", "jpg", "gif", "png", "txt", "conf", "log", "csv", "docx", "doc", "xlsx", "xls", "zip"}}
	v.Rules = map[string]store.Rule{}
	for _, item := range ruleItems() {
		v.Rules[item.Kind] = item.Rule
	}
	for i := range companies {
		v.Companies = append(v.Companies, CompanyChoice{fmt.Sprintf("株式会社あおば製作所 第%dグループ", i+1), offices(1 + i%5)})
	}
	return v
}

// looking is a package's paper that shows one part of it.
func looking(l Look) Paper {
	v := paper(1, true, false)
	v.Document.Origin = store.Origin{ArrivalNumber: "202609011234567890", DocumentNumber: "東年発第0901号", Author: "日本年金機構 東年金事務所",
		Signature: store.Signature{Verdict: store.VerdictUnknown, Reason: "authority", Signer: "日本年金機構理事長", Issuer: "CN=官職認証局,O=政府認証基盤,C=JP", Serial: "4711", CheckedAt: clock()}}
	l.Base, l.Page, l.N, l.Title = "/deliveries/d1", "/deliveries/d1", 2, "標準報酬決定通知書"
	for i, role := range []store.PartRole{store.PartCover, store.PartNotice, store.PartAttachment, store.PartOpaque} {
		titles := []string{"日本年金機構からの通知書の送付について", "健康保険・厚生年金保険被保険者標準報酬決定通知書", "対象者一覧.pdf", "SHFD0039.DTA"}
		l.Parts = append(l.Parts, LookPart{N: i + 1, Title: titles[i], Role: role, Size: int64(900 << (2 * i)), Current: i == 1 && !l.Closed})
	}
	v.Look = &l
	return v
}

// signed is such a paper with another signature.
func signed(s store.Signature) Paper {
	s.Signer, s.Issuer, s.Serial, s.CheckedAt = "日本年金機構理事長", "CN=官職認証局,O=政府認証基盤,C=JP", "4711", clock()
	v := looking(Look{Form: "html", Width: 640, Height: 900, Persons: 7, Prints: true, Styled: true})
	for i, p := range v.Look.Parts {
		path := []string{"202609011234567890.xml", "7130001.xml", "list.pdf", "SHFD0039.DTA"}[i]
		v.Document.Origin.Parts = append(v.Document.Origin.Parts, store.Part{Path: path, Role: p.Role, Title: p.Title})
		v.Look.Parts[i].Says = s.Of(path, p.Role)
	}
	v.Document.Origin.Signature, v.Look.Says = s, s.Of("7130001.xml", store.PartNotice)
	return v
}

func asSigned() []store.Reference {
	return []store.Reference{{Good: true}, {Path: "7130001.xml", Good: true}}
}

func onPersons(name string, s Shell, n int, by Sort) exhibit {
	columns := []string{"", "", "", "", "標準報酬月額（健保）", "標準報酬月額（厚年）", "従前の標準報酬月額（健保）", "適用年月", "種別（性別）"}
	v := Persons{Base: "/deliveries/d1", Back: "/deliveries/d1", Title: "標準報酬決定通知書", Sort: by}
	for part := 2; part < 4; part++ {
		r := Roster{Part: part, Title: "健康保険・厚生年金保険被保険者標準報酬決定通知書", Columns: columns}
		for i := range n {
			r.Rows = append(r.Rows, []string{fmt.Sprint(i + 1), "見本 太郎", fmt.Sprintf("ミホン %d", n-i), "1980-01-02", fmt.Sprintf("%d千円", 200+i), "530千円", "", "令和8年9月", "男"})
		}
		v.Rosters = append(v.Rosters, r)
	}
	return exhibit{name, "/deliveries/d1/persons", func(p *Pages, w http.ResponseWriter, r *http.Request) error { return p.Persons(w, r, s, v) }}
}

// thousand is the form of a firm with a thousand offices, with IDs and names as long as real ones.
func thousand() Publish {
	v := publishForm(334)
	n := 0
	for _, c := range v.Companies {
		for i := range c.Offices {
			c.Offices[i].ID, c.Offices[i].Name = store.ID(fmt.Sprintf("06f2q0d9k3v5w7x8y9z0%06d", n)), fmt.Sprintf("第%d事業所（横浜）", i+1)
			n++
		}
	}
	return v
}

func sheet(deliveries, people int) Sheet {
	v := Sheet{Document: document(2), Author: "事務所 担当者", MayReceipts: true}
	states := []store.DeliveryState{store.DeliveryDelivered, store.DeliveryDraft, store.DeliveryWithdrawn}
	for i, o := range offices(deliveries) {
		d := store.Delivery{ID: store.ID(fmt.Sprintf("d%d", i)), OfficeID: o.ID, State: states[i%3], DeliveredAt: clock()}
		if d.State == store.DeliveryWithdrawn {
			d.WithdrawnAt, d.Reason = clock(), "別の事業所の対象者が含まれていたため"
		}
		v.Deliveries = append(v.Deliveries, SheetDelivery{Delivery: d, Office: o})
	}
	for i, it := range items(people) {
		it.OfficeID = store.ID(fmt.Sprintf("o%d", i/4))
		v.Receipts = append(v.Receipts, store.PersonReceipt{Receipt: it.Receipt, AccountName: fmt.Sprintf("利用者 %d", i+1), OfficeName: fmt.Sprintf("第%d事業所", i/4+1)})
	}
	return v
}

func sessions(n int) []store.Session {
	agents := []string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/157.0.0.0 Safari/537.36",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/157.0.0.0 Safari/537.36 Edg/157.0.0.0", "curl"}
	var all []store.Session
	for i := range n {
		all = append(all, store.Session{ID: store.ID(fmt.Sprintf("s%d", i)), Device: agents[i%4], Address: "203.0.113.24", Began: clock().Add(-time.Duration(i) * 9 * time.Hour), Seen: clock()})
	}
	return all
}

func searched(name string, s Shell, v Search) exhibit {
	v.Kinds = kinds()
	return exhibit{name, "/search", func(p *Pages, w http.ResponseWriter, r *http.Request) error { return p.Search(w, r, s, v) }}
}

func onward(n int) Onward {
	v := Onward{Delivery: "d1", Title: longTitle, Office: "本社", Tellers: map[store.ID]string{"a": "総務 担当者"}, Today: clock(),
		Ways: []store.TellingWay{store.ToldByHand, store.ToldByMail, store.ToldByScreen, store.ToldByMouth}}
	for i := range n {
		p := store.PersonTold{Person: store.Person{Position: i, Name: fmt.Sprintf("被保険者 %d", i+1), Kana: "ヒホケンシャ", Number: fmt.Sprint(i + 1)}}
		if i%3 == 1 {
			p.Telling = store.Telling{By: "a", At: clock(), How: v.Ways[i%4], Note: "面談で"}
		} else {
			v.Left++
		}
		v.Persons = append(v.Persons, p)
	}
	return v
}

func toldOnward(name string, s Shell, n int) exhibit {
	v := onward(n)
	v.MayTell, v.State = !s.Staff(), store.DeliveryExpired
	if s.Staff() {
		v.Document, v.State = "d", store.DeliveryWithdrawn
	}
	return exhibit{name, "/deliveries/d1/onward", func(p *Pages, w http.ResponseWriter, r *http.Request) error { return p.Onward(w, r, s, v) }}
}

func listToTell(name string, n int) exhibit {
	var v ToTell
	for i := range n {
		v.Items = append(v.Items, ToTellItem{Delivery: store.ID(fmt.Sprint("d", i)), State: []store.DeliveryState{store.DeliveryDelivered, store.DeliveryExpired, store.DeliveryWithdrawn}[i%3],
			DeliveredAt: clock(), Title: longTitle, Office: "本社", Persons: store.PersonCount{All: 4, Told: i % 5}})
	}
	return exhibit{name, "/onward", func(p *Pages, w http.ResponseWriter, r *http.Request) error { return p.ToTell(w, r, client(), v) }}
}

func onMatrix(name string, rows, columns int) exhibit {
	states := []store.DeliveryState{store.DeliveryDelivered, store.DeliveryDelivered, store.DeliveryDraft, store.DeliveryWithdrawn, store.DeliveryScheduled}
	v := Matrix{Offices: offices(rows), Documents: summaries(columns), MayExport: true, Companies: []store.Company{{ID: "c", Name: "株式会社あおば製作所"}}}
	if rows > 20 {
		v.NextOffices, v.NextDocuments, v.OfficesAt, v.Company = "n", "n", "o", "c"
	}
	v.Cell = func(document, office store.ID) store.ReceiptCell {
		n := len(document)*7 + int(document[len(document)-1])*3 + int(office[len(office)-1])
		if n%5 == 4 {
			return store.ReceiptCell{}
		}
		return store.ReceiptCell{DeliveryID: "d", State: states[n%len(states)], Recipients: n % 4, Viewed: n % 4 * (n % 2)}
	}
	return exhibit{name, "/desk/matrix", func(p *Pages, w http.ResponseWriter, r *http.Request) error { return p.Matrix(w, r, staff(), v) }}
}

// areaExhibits are those that stand beside their area's own tests.
func areaExhibits() []exhibit {
	return slices.Concat(
		plainExhibits(),
		outwardExhibits(),
		logExhibits(),
		inventoryExhibits(),
		peopleExhibits(),
		operatorExhibits(),
		trustExhibits(),
		scimExhibits(),
		clientExhibits(),
		webhookExhibits(),
		manualExhibits(),
	)
}

// exhibits are every page with no data, a little, and too much.
func exhibits() []exhibit {
	tooLong := client()
	tooLong.Company, tooLong.Person = "独立行政法人北関東広域産業技術総合研究開発支援機構 関連事業協同組合連合会", "情報システム企画推進室 代表担当者（本社・横浜・北関東）"
	done := client()
	done.Done = "acknowledged"
	refused := publishForm(3)
	refused.Typed = Typed{Title: "標準報酬決定通知書", Kind: "social-insurance", Note: "ご確認ください。", Acknowledge: true, Offices: []store.ID{"o0"}}
	refused.Problems = []Problem{{"file", "error.file_extension", map[string]any{"Name": "給与.exe", "Allowed": "pdf, csv"}}, {"title", "error.title", map[string]any{"Max": 200}}}
	withdrawing := sheet(3, 6)
	withdrawing.Problem, withdrawing.Withdraw = &Problem{Key: "error.reason", Args: map[string]any{"Max": 500}}, "d0"
	inbox := func(name, path string, s Shell, v Inbox) exhibit {
		v.Kinds = kinds()
		return exhibit{name, path, func(p *Pages, w http.ResponseWriter, r *http.Request) error { return p.Inbox(w, r, s, v) }}
	}
	onPaper := func(name string, s Shell, v Paper) exhibit {
		return exhibit{name, "/deliveries/d1", func(p *Pages, w http.ResponseWriter, r *http.Request) error { return p.Paper(w, r, s, v) }}
	}
	atDesk := func(name string, s Shell, v Desk) exhibit {
		v.Kinds, v.MayDeliver = kinds(), s.MayDeliver()
		return exhibit{name, "/desk", func(p *Pages, w http.ResponseWriter, r *http.Request) error { return p.Desk(w, r, s, v) }}
	}
	publishing := func(name string, v Publish) exhibit {
		return exhibit{name, "/desk/new", func(p *Pages, w http.ResponseWriter, r *http.Request) error { return p.Publish(w, r, staff(), v) }}
	}
	onSheet := func(name string, s Shell, v Sheet) exhibit {
		v.MayDeliver = s.MayDeliver()
		return exhibit{name, "/desk/documents/doc1", func(p *Pages, w http.ResponseWriter, r *http.Request) error { return p.Sheet(w, r, s, v) }}
	}
	inTray := func(name string, v Tray) exhibit {
		v.NewDrop, v.MaxFiles, v.MaxSize, v.MaxArchive, v.Accept = "06f2q0d9k3v5w7x8y9z0a1b2c3", 500, 10<<20, 64<<20, ".zip,.pdf"
		return exhibit{name, "/desk/tray", func(p *Pages, w http.ResponseWriter, r *http.Request) error { return p.Tray(w, r, staff(), v) }}
	}
	parcel := func(name string, v Parcel) exhibit {
		return exhibit{name, "/desk/tray/p1", func(p *Pages, w http.ResponseWriter, r *http.Request) error { return p.Parcel(w, r, staff(), v) }}
	}
	review := func(name string, v Review) exhibit {
		v.Now = clock()
		return exhibit{name, "/desk/tray/review", func(p *Pages, w http.ResponseWriter, r *http.Request) error { return p.Review(w, r, staff(), v) }}
	}
	long := paper(14, false, false)
	long.Document.Title, long.Document.Note, long.Office.Name = longTitle, strings.Repeat(long.Document.Note+"\n", 4), "株式会社あおば製作所 北関東ロジスティクスセンター第二物流棟"
	return append(areaExhibits(),
		inbox("inbox-none", "/deliveries", client(), Inbox{}),
		inbox("inbox-little", "/deliveries", client(), Inbox{Items: items(7), Count: store.InboxCount{Unread: 2, Pending: 3}, Offices: offices(3)}),
		inbox("inbox-much", "/deliveries", tooLong, Inbox{Items: items(50), Count: store.InboxCount{Unread: 100, Pending: 100}, Offices: offices(200), MoreOffices: true, Next: "next", Later: true}),
		inbox("inbox-filtered", "/deliveries?unread=1", client(), Inbox{Filter: store.InboxFilter{Unread: true, Kind: "separation", Office: "o1"}, Offices: offices(3)}),
		inbox("inbox-past-end", "/deliveries?after=x", client(), Inbox{Later: true}),
		onPaper("paper-ask", client(), paper(1, true, false)),
		onPaper("paper-done", done, paper(1, true, true)),
		onPaper("paper-many", client(), paper(3, false, false)),
		onPaper("paper-long", tooLong, long),
		onPaper("paper-bare", client(), Paper{Document: store.Document{ID: "x", Title: "36協定届（控え）", Kind: "work-rules", Files: document(1).Files}, Firm: "みなと社会保険労務士法人"}),
		onPaper("paper-staff", staff(), func() Paper { v := paper(1, true, false); v.Staff = true; return v }()),
		onPaper("paper-form", client(), looking(Look{Form: "html", Width: 640, Height: 2000, Persons: 7, Prints: true, PDF: true})),
		onPaper("paper-outline", client(), looking(Look{Form: "html", Reason: "look.reason.no_stylesheet", Persons: 1, Prints: true})),
		onPaper("paper-pages", client(), looking(Look{Form: "pages", Pages: []LookPage{{1, 595, 842}, {2, 842, 595}}, Count: 400})),
		onPaper("paper-signed", client(), signed(store.Signature{Verdict: store.VerdictTrusted, References: asSigned(), Styled: []string{"7130001.xml"}})),
		onPaper("paper-signed-plain", client(), func() Paper {
			v := signed(store.Signature{Verdict: store.VerdictTrusted, References: asSigned(), Styled: []string{"7130001.xml"}})
			v.Look.Styled, v.Look.Plain, v.Look.Reason = false, true, "look.reason.plain"
			return v
		}()),
		onPaper("paper-signed-part", client(), signed(store.Signature{Verdict: store.VerdictUnknown, Reason: "authority", References: asSigned()[:1],
			Uncovered: []string{"7130001.xml", "list.pdf"}, Styled: []string{"7130001.xml"}})),
		onPaper("paper-expired", client(), signed(store.Signature{Verdict: store.VerdictUnknown, Reason: "expired", References: asSigned()})),
		onPaper("paper-unproven", client(), signed(store.Signature{Verdict: store.VerdictUnproven, Reason: "missing", References: append(asSigned(), store.Reference{URI: "7140001.xml"})})),
		onPaper("paper-tampered", client(), signed(store.Signature{Verdict: store.VerdictTampered, Reason: "digest", References: []store.Reference{{Good: true}, {Path: "7130001.xml"}}})),
		onPaper("paper-opaque", client(), looking(Look{Form: "download", Reason: "look.reason.opaque"})),
		onSheet("sheet-parts", staff(), func() Sheet {
			v := sheet(3, 6)
			v.Look, v.Document.Origin.Signature = looking(Look{Closed: true}).Look, store.Signature{Verdict: store.VerdictTampered, Reason: "digest", CheckedAt: clock()}
			return v
		}()),
		onPersons("persons-one", client(), 1, Sort{}),
		onPersons("persons-much", staff(), 60, Sort{Part: 2, Column: 2, Descending: true}),
		atDesk("desk-none", staff(), Desk{}),
		atDesk("desk-little", staff(), Desk{Items: summaries(4)}),
		atDesk("desk-much", staff(), Desk{Items: summaries(50), Next: "next", Later: true}),
		atDesk("desk-filtered", staff(), Desk{Kind: "separation"}),
		atDesk("desk-watch", watcher(), Desk{Items: summaries(4)}),
		atDesk("desk-watch-none", watcher(), Desk{}),
		publishing("publish-none", publishForm(0)),
		publishing("publish-little", publishForm(2)),
		publishing("publish-much", publishForm(60)),
		publishing("publish-thousand", thousand()),
		publishing("publish-refused", refused),
		onSheet("sheet-draft", staff(), Sheet{Document: document(1), Author: "事務所 担当者", MayReceipts: true, Deliveries: []SheetDelivery{{Delivery: store.Delivery{ID: "d", State: store.DeliveryDraft}, Office: offices(1)[0]}}}),
		onSheet("sheet-planning", staff(), Sheet{Document: document(1), Author: "事務所 担当者", Planning: true, Due: "2026-01-01T09:00", Now: clock(), Problem: &Problem{Key: "error.due_past"},
			Deliveries: []SheetDelivery{{Delivery: store.Delivery{ID: "d", State: store.DeliveryDraft}, Office: offices(1)[0]}, {Delivery: store.Delivery{ID: "e", State: store.DeliveryDraft}, Office: offices(2)[1], Newer: true, Over: true}}}),
		onSheet("sheet-little", staff(), sheet(3, 6)),
		onSheet("sheet-much", staff(), func() Sheet { v := sheet(40, 50); v.Next, v.Later = "n", true; return v }()),
		onSheet("sheet-withdraw", staff(), withdrawing),
		onSheet("sheet-watch", watcher(), sheet(3, 6)),
		onSheet("sheet-waits", staff(), waitingSheet()),
		atDesk("desk-alerts", staff(), Desk{Items: summaries(2), ScanOff: true, Unopened: alerts(2), Found: alerts(1), Unscanned: alerts(1), Numbers: alerts(1), Unplanned: []Alert{{Document: "d", Title: longTitle, Office: "本社", At: clock(), Reason: "ended"}, {Document: "d", Title: "通知書", Office: "本社", At: clock(), Reason: "planner"}}, MoreAlerts: true}),
		publishing("publish-replaces", replacing()),
		inTray("tray-none", Tray{Counts: Counts{}}),
		inTray("tray-little", trayOf(3, 2, 2)),
		inTray("tray-much", trayOf(25, 25, 25)),
		inTray("tray-group", func() Tray { v := trayOf(50, 0, 0); v.Only, v.Parts = TrayReady, v.Parts[:1]; return v }()),
		inTray("tray-drop", func() Tray { v := trayOf(3, 1, 1); v.Drop, v.Counts[store.PackageReceived] = "drop", 120; return v }()),
		inTray("tray-problem", func() Tray { v := trayOf(2, 0, 0); v.Problem = &Problem{Key: "error.no_package"}; return v }()),
		parcel("parcel-place", parcelOf(store.PackageUnplaced, 3)),
		parcel("parcel-ready", parcelOf(store.PackageReady, 3)),
		parcel("parcel-much", parcelOf(store.PackageUnplaced, 60)),
		parcel("parcel-twin", parcelOf(store.PackageDuplicate, 3)),
		parcel("parcel-refused", Parcel{TrayRow: refusedRow(0)}),
		parcel("parcel-handed", parcelOf(store.PackageHanded, 0)),
		review("review-none", Review{Left: 2}),
		review("review-little", Review{Rows: trayOf(3, 0, 0).Parts[0].Rows}),
		review("review-much", Review{Rows: trayOf(50, 0, 0).Parts[0].Rows, Left: 3, Later: true, Due: "2026-12-01T09:00", Problem: &Problem{Key: "error.due_missing"}}),
		searched("search-none", client(), Search{}),
		searched("search-found", client(), Search{Query: store.Query{Text: "ﾋｮｳｼﾞｭﾝ 標準 <b>", Kind: "social-insurance"}, Inbox: items(6), Left: map[store.ID]store.PersonCount{"d0": {All: 4, Told: 1}}, MayDownload: true}),
		searched("search-much", staff(), Search{Query: store.Query{Text: "年"}, From: "2026-09-01", Documents: summaries(50), Staff: true, MayDownload: true, Offices: offices(200), MoreOffices: true, Next: "n", Later: true, Stopped: true}),
		searched("search-watch", watcher(), Search{Query: store.Query{Text: "標準"}, Documents: summaries(3), Staff: true}),
		searched("search-stopped", staff(), Search{Query: store.Query{Text: "121212"}, Staff: true, Stopped: true, Next: "n"}),
		listToTell("totell-none", 0),
		listToTell("totell-some", 6),
		toldOnward("onward-none", client(), 0),
		toldOnward("onward-little", client(), 4),
		toldOnward("onward-much", staff(), 40),
		exhibit{"onward-refused", "/deliveries/d1/onward", func(p *Pages, w http.ResponseWriter, r *http.Request) error {
			v := onward(4)
			v.MayTell, v.Problem, v.Typed = true, &Problem{Key: "error.nobody_chosen"}, OnwardTyped{On: "2026-11-01", How: store.ToldByMouth, Note: "メモ"}
			return p.Onward(w, r, client(), v)
		}},
		onMatrix("matrix-none", 0, 0),
		onMatrix("matrix-little", 3, 2),
		onMatrix("matrix-much", 25, 8),
		exhibit{"devices-one", "/me/sessions", func(p *Pages, w http.ResponseWriter, r *http.Request) error {
			return p.Devices(w, r, client(), Devices{sessions(1), "s0"})
		}},
		exhibit{"devices-much", "/me/sessions", func(p *Pages, w http.ResponseWriter, r *http.Request) error {
			all := sessions(9)
			all[2].Embed.Origin, all[3].Embed.Origin = "https://hr.example", "https://portal-with-a-long-name.department.hr-and-accounting.example:8443"
			return p.Devices(w, r, staff(), Devices{all, "s1"})
		}},
	)
}

func plainExhibits() []exhibit {
	all := []exhibit{
		{"signin", "/sign-in", func(p *Pages, w http.ResponseWriter, r *http.Request) error {
			return p.SignIn(w, r, sso.Entrance{Choices: choices(), ReturnTo: "/deliveries"})
		}},
		{"signin-none", "/sign-in", func(p *Pages, w http.ResponseWriter, r *http.Request) error {
			return p.SignIn(w, r, sso.Entrance{ReturnTo: "/"})
		}},
		{"signin-find", "/sign-in", func(p *Pages, w http.ResponseWriter, r *http.Request) error {
			return p.SignIn(w, r, sso.Entrance{Choices: choices(), ReturnTo: "/deliveries", Find: "/sign-in/find"})
		}},
		{"signin-found", "/sign-in/find", func(p *Pages, w http.ResponseWriter, r *http.Request) error {
			return p.SignIn(w, r, sso.Entrance{Choices: choices(), ReturnTo: "/", Find: "/sign-in/find", Sought: "hanako@aoba.example", Found: &choices()[0]})
		}},
		{"signin-found-unnamed", "/sign-in/find", func(p *Pages, w http.ResponseWriter, r *http.Request) error {
			return p.SignIn(w, r, sso.Entrance{ReturnTo: "/", Find: "/sign-in/find", Sought: "hanako@aoba.example", Found: &sso.Choice{TrustID: "jinji", Firm: strings.Repeat("やまて", 20)}})
		}},
		{"signin-missed", "/sign-in/find", func(p *Pages, w http.ResponseWriter, r *http.Request) error {
			return p.SignIn(w, r, sso.Entrance{ReturnTo: "/", Find: "/sign-in/find", Sought: strings.Repeat("hanako", 40) + "@aoba.example", Missed: true})
		}},
		{"switch", "/sso/arrived/x", func(p *Pages, w http.ResponseWriter, r *http.Request) error {
			return p.Switch(w, r, sso.Switch{Now: sso.Person{Name: "総務 担当者", Email: "soumu@aoba.example", Firm: "みなと社会保険労務士法人", Company: "株式会社あおば製作所"},
				New:   sso.Person{Name: "事務所 担当者", Firm: "やまて社会保険労務士法人"},
				NowBy: "給与クラウド", NewBy: "人事労務プラットフォーム", Answer: "/sso/arrived/x"})
		}},
		{"forward-form", "/go", func(p *Pages, w http.ResponseWriter, r *http.Request) error {
			return p.Forward(w, r, sso.Dispatch{URL: "https://idp.example/sso", Fields: []sso.Field{{Name: "SAMLRequest", Value: `a"><b`}}})
		}},
		{"forward-link", "/go", func(p *Pages, w http.ResponseWriter, r *http.Request) error {
			return p.Forward(w, r, sso.Dispatch{URL: "https://idp.example/logout?a=1&b=2"})
		}},
	}
	all = append(all, embedExhibits()...)
	for _, yes := range []bool{true, false} {
		all = append(all,
			exhibit{fmt.Sprintf("signedout-%t", yes), "/bye", func(p *Pages, w http.ResponseWriter, r *http.Request) error { return p.SignedOut(w, r, yes) }},
			exhibit{fmt.Sprintf("tested-%t", yes), "/tested", func(p *Pages, w http.ResponseWriter, r *http.Request) error {
				return p.Tested(w, r, sso.TestOver{TrustID: "parent", SignIn: "01h", Passed: yes})
			}})
	}
	for name, userAgent := range map[string]string{
		"browsers-runs": sessions(1)[0].Device, "browsers-old": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
		"browsers-other": "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko", "browsers-unknown": "",
	} {
		all = append(all, exhibit{name, "/browsers", func(p *Pages, w http.ResponseWriter, r *http.Request) error {
			r.Header.Set("User-Agent", userAgent)
			return p.Browsers(w, r)
		}})
	}
	for _, status := range []int{400, 401, 403, 404, 409, 410, 413, 422, 429, 500, 503} {
		all = append(all, errorExhibit(fmt.Sprintf("error-%d", status), route.ErrorView{Status: status, Key: "error.of_no_language", Reference: "06f2q0d9k3v5w7x8y9z0a1b2c3"}))
	}
	return append(all, errorExhibit("error-signin", route.ErrorView{Status: 403, Key: sso.KeyMFA, Reference: "06f2q0d9k3v5w7x8y9z0a1b2c3"}))
}

func errorExhibit(name string, v route.ErrorView) exhibit {
	return exhibit{name, "/deliveries?unread=1", func(p *Pages, w http.ResponseWriter, r *http.Request) error {
		p.Error(w, r, v)
		return nil
	}}
}

// choices are two ways in, one of them with a logo.
func choices() []sso.Choice {
	return []sso.Choice{{TrustID: "kyuyo", Label: "給与クラウド", Firm: "みなと社会保険労務士法人", Logo: "/sso/kyuyo/logo?v=1"}, {TrustID: "jinji", Label: "人事労務プラットフォーム", Firm: "やまて社会保険労務士法人"}}
}
