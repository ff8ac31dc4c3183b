package widget

import (
	"fmt"
	"time"

	"cloudpocket/portal"
	"cloudpocket/portal/page"
	"cloudpocket/store"
)

const mockFirm = "みほん社会保険労務士法人"

func mockKinds() []string { return portal.Kinds() }

func mockOffices() []store.Office {
	return []store.Office{{ID: "mock-honsha", Name: "本社"}, {ID: "mock-kojo", Name: "横浜工場"}}
}

func mockClient() page.Shell {
	return page.Shell{Firm: mockFirm, Company: "みほん製作所株式会社", Person: "見本 太郎", Permissions: store.PermitView, Embedded: true}
}

func mockStaff() page.Shell {
	return page.Shell{Firm: mockFirm, Person: "見本 花子", Permissions: store.PermitDeliver | store.PermitReceipts, Embedded: true}
}

// mockDocument is an invented document that was delivered.
type mockDocument struct {
	n    int
	item store.InboxItem
	note string
}

// mockDocuments are those that everybody is shown, the newest first.
func mockDocuments(now time.Time) []mockDocument {
	rows := []struct {
		title, kind string
		office      int
		acknowledge bool
		days        int // since it was delivered
		read        bool
	}{
		{"標準報酬決定通知書 4名分 — 令和8年9月", "social-insurance", 0, true, 1, false},
		{"離職票-1・離職票-2 1名分", "separation", 0, false, 2, false},
		{"労働保険概算・確定保険料申告書（控え）", "labor-insurance", 1, false, 6, false},
		{"36協定届（控え）", "work-rules", 1, true, 9, true},
		{"雇用保険被保険者資格取得等確認通知書 2名分", "employment-insurance", 0, false, 15, true},
		{"就業規則 変更のお知らせ", "work-rules", 0, false, 32, true},
	}
	var all []mockDocument
	for i, row := range rows {
		at, o := now.AddDate(0, 0, -row.days), mockOffices()[row.office]
		d := mockDocument{n: i + 1, note: "見本です。実在の事業所や個人とは関係がありません。", item: store.InboxItem{DocumentID: store.ID(fmt.Sprint("mock-document-", i+1)), Title: row.title, Kind: row.kind,
			Acknowledge: row.acknowledge, OfficeName: o.Name, FileCount: 1,
			Receipt: store.Receipt{DeliveryID: store.ID(fmt.Sprint("mock-", i+1)), OfficeID: o.ID, DeliveredAt: at}}}
		if row.read {
			d.item.ViewedAt, d.item.DownloadedAt = at.Add(time.Hour), at.Add(2*time.Hour)
		}
		all = append(all, d)
	}
	return all
}

// count adds the document to what is unread and what waits.
func (d mockDocument) count(c *store.InboxCount) {
	if d.item.ViewedAt.IsZero() {
		c.Unread++
	}
	if d.item.Acknowledge && d.item.AcknowledgedAt.IsZero() {
		c.Pending++
	}
}

func (d mockDocument) fits(f store.InboxFilter) bool {
	return (f.Kind == "" || f.Kind == d.item.Kind) && (f.Office == "" || f.Office == d.item.OfficeID) && (!f.Unread || d.item.ViewedAt.IsZero())
}

// paper is the document's page; the first document has a notice to look at.
func (d mockDocument) paper(part string) page.Paper {
	v := page.Paper{Firm: mockFirm, Sender: "見本 花子", Office: store.Office{Name: d.item.OfficeName}, Receipt: d.item.Receipt,
		Delivery: store.Delivery{ID: d.item.DeliveryID, State: store.DeliveryDelivered, DeliveredAt: d.item.DeliveredAt},
		Document: store.Document{ID: d.item.DocumentID, Title: d.item.Title, Kind: d.item.Kind, Note: d.note, Acknowledge: d.item.Acknowledge, CreatedAt: d.item.DeliveredAt,
			Files: []store.File{{ID: "sample", Name: "見本.txt", MediaType: "text/plain", Size: 138}}}}
	if d.n == 1 {
		at := "/deliveries/" + string(d.item.DeliveryID)
		v.Look = &page.Look{Base: at, Page: at, N: 1, Title: d.item.Title, Form: "html", Width: 640, Height: 460,
			Parts: []page.LookPart{{N: 1, Title: d.item.Title, Role: store.PartNotice, Size: int64(len(mockNotice)), Current: true}}}
	}
	return v
}

// mockTrayAt is a tray with packages that wait.
func mockTrayAt(now time.Time) page.Tray {
	at := func(id, title string, state store.PackageState, why store.Reason) page.TrayRow {
		return page.TrayRow{Receiver: "見本 花子", Package: store.Package{ID: store.ID(id), Name: id + ".zip", Title: title, State: state, Size: 48123, Kind: "social-insurance", ReceivedAt: now, Reason: why}}
	}
	ready := at("mock-package-1", "標準報酬決定通知書 4名分 — 令和8年9月", store.PackageReady, store.Reason{Key: "package.by_pension", Args: map[string]string{"Code": "01アイウ12345"}})
	ready.Office, ready.OfficeName, ready.CompanyName = "mock-honsha", "本社", "みほん製作所株式会社"
	waits := at("mock-package-2", "資格取得確認および標準報酬決定通知書 1名分", store.PackageUnplaced, store.Reason{Key: "package.nameless"})
	return page.Tray{NewDrop: "mock", MaxFiles: 500, MaxSize: 10 << 20, MaxArchive: 64 << 20, Accept: ".zip", Counts: page.Counts{store.PackageReady: 1, store.PackageUnplaced: 1},
		Parts: []page.TrayPart{{Group: page.TrayReady, Rows: []page.TrayRow{ready}, Count: 1}, {Group: page.TrayPlace, Rows: []page.TrayRow{waits}, Count: 1}}}
}

// mockNotice is an invented notice, with nothing to load.
const mockNotice = `<!doctype html><html lang="ja"><meta charset="utf-8"><title>標準報酬決定通知書（見本）</title>
<h1>健康保険・厚生年金保険 標準報酬決定通知書（見本）</h1><p>みほん製作所株式会社 本社 御中</p><p>次のとおり標準報酬が決定されましたので通知します。</p>
<table border="1" cellpadding="6"><tr><th>被保険者整理番号</th><th>氏名</th><th>健保</th><th>厚年</th><th>適用年月</th></tr>
<tr><td>1</td><td>見本 一郎</td><td>320千円</td><td>320千円</td><td>令和8年9月</td></tr><tr><td>2</td><td>見本 二美</td><td>260千円</td><td>260千円</td><td>令和8年9月</td></tr>
<tr><td>3</td><td>見本 三郎</td><td>410千円</td><td>410千円</td><td>令和8年9月</td></tr><tr><td>4</td><td>見本 四葉</td><td>240千円</td><td>240千円</td><td>令和8年9月</td></tr></table></html>
`
