package page

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"cloudpocket/store"
)

// readyRow is a package whose office is known; some hold what they should not, or were changed.
func readyRow(i int) TrayRow {
	r := TrayRow{Package: store.Package{
		ID: store.ID(fmt.Sprintf("r%d", i)), Name: fmt.Sprintf("2026092000000%05d.zip", i), Title: "標準報酬決定通知書 4名分 — 令和8年9月", State: store.PackageReady, Size: 48123,
		Kind: "social-insurance", Office: store.ID(fmt.Sprintf("o%d", i%7)), ReceivedAt: clock(), Reason: store.Reason{Key: "package.by_pension", Args: map[string]string{"Code": "01アイウ12345"}},
		Origin: store.Origin{ArrivalNumber: "202609200000000001", DocumentNumber: "年管発第 1 号", IssuedOn: "2026-09-20", Author: "日本年金機構 北年金事務所",
			Signature: store.Signature{Verdict: store.VerdictTrusted, Signer: "日本年金機構理事長", CheckedAt: clock()}},
	}, OfficeName: fmt.Sprintf("第%d事業所", i%7+1), CompanyName: "株式会社あおば製作所", Receiver: "事務所 担当者"}
	if i%9 == 1 {
		r.Title, r.MyNumbers = longTitle, []string{"従業員一覧.csv"}
	}
	if i%9 == 2 {
		r.Origin.Signature.Verdict, r.Reason = store.VerdictTampered, store.Reason{Key: "package.by_name", Args: map[string]string{"Name": "株式会社あおば製作所 北関東ロジスティクスセンター第二物流棟"}}
	}
	return r
}

func waitingRow(i int) TrayRow {
	r := readyRow(i)
	r.ID, r.State, r.Office, r.OfficeName, r.CompanyName = store.ID(fmt.Sprintf("w%d", i)), store.PackageUnplaced, "", "", ""
	r.Codes = []store.OfficeCode{{System: store.CodePension, Code: "01アイウ12345"}, {System: store.CodeCorporate, Code: "1234567890123"}}
	r.Reason = []store.Reason{
		{Key: "package.code_unknown", Args: map[string]string{"Codes": "01アイウ12345、1234567890123"}},
		{Key: "package.several", Args: map[string]string{"Count": "2", "Offices": "本社、横浜工場"}},
		{Key: "package.nameless"},
	}[i%3]
	return r
}

func refusedRow(i int) TrayRow {
	r := TrayRow{Package: store.Package{ID: store.ID(fmt.Sprintf("x%d", i)), Name: "9月分（まとめ）北関東ロジスティクスセンター第二物流棟ほか.zip", State: store.PackageRefused, ReceivedAt: clock(), Size: 123,
		Reason: store.Reason{Key: "egov.refused.encrypted", Args: map[string]string{"Entry": "9月分.zip!/notice.xml"}}}, Receiver: "事務所 担当者"}
	if i%2 == 1 {
		r.State, r.Reason = store.PackageDuplicate, store.Reason{Key: "package.duplicate", Args: map[string]string{"Name": "a.zip", "At": clock().Format(time.RFC3339)}}
	}
	return r
}

func trayOf(ready, waiting, refused int) Tray {
	v := Tray{Counts: Counts{store.PackageReady: ready, store.PackageUnplaced: waiting, store.PackageRefused: refused}}
	part := func(g TrayGroup, n int, row func(int) TrayRow) {
		p := TrayPart{Group: g, Count: n}
		for i := range n {
			p.Rows = append(p.Rows, row(i))
		}
		if n >= 25 {
			p.Next = "next"
		}
		v.Parts = append(v.Parts, p)
	}
	part(TrayReady, ready, readyRow)
	part(TrayPlace, waiting, waitingRow)
	part(TrayRefused, refused, refusedRow)
	return v
}

func parcelOf(state store.PackageState, companies int) Parcel {
	v := Parcel{TrayRow: readyRow(1), Companies: publishForm(companies).Companies}
	if state == store.PackageUnplaced {
		v.TrayRow = waitingRow(0)
	}
	v.State, v.Lessons = state, store.Lessons(v.Codes)
	if state == store.PackageHanded {
		v.DocumentID = "doc1"
	}
	v.Origin.Parts = []store.Part{{Path: "kagami.xml", Role: store.PartCover, Title: "日本年金機構からの通知書の送付について", Size: 2048},
		{Path: "7130001.xml", Role: store.PartNotice, Title: "標準報酬決定通知書", Notice: "7130001", Size: 48000}, {Path: "SHFD0039.DTA", Role: store.PartOpaque, Title: "SHFD0039.DTA", Size: 512}}
	for i := range companies {
		v.Persons = append(v.Persons, store.Person{Position: i, Name: fmt.Sprintf("見本 一郎%d", i), Kana: "ミホン イチロウ"})
	}
	return v
}

// TestParcelListsItsPartsOnce has them as links where they can be looked at, and as a plain list where not.
func TestParcelListsItsPartsOnce(t *testing.T) {
	v := parcelOf(store.PackageReady, 1)
	look := looking(Look{Closed: true}).Look
	for _, v.Look = range []*Look{nil, look} {
		w := httptest.NewRecorder()
		if err := newPages(t).Parcel(w, httptest.NewRequest("GET", "/desk/tray/p", nil), staff(), v); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(w.Body.String(), "日本年金機構からの通知書の送付について"); n != 1 {
			t.Errorf("the cover is listed %d times", n)
		}
	}
}

func TestReasonIsASentence(t *testing.T) {
	w := newPages(t).Words("en")
	for _, row := range []struct {
		name string
		r    store.Reason
		want string
	}{
		{"none", store.Reason{}, ""},
		{"a time", refusedRow(1).Reason, "It is the same as “a.zip”, which came on 22 Nov 2026, 14:05."},
		{"from the rules of uploads", store.Reason{Key: "error.file_empty", Args: map[string]string{"Name": "a.zip"}}, "“a.zip” is empty. Open the original and check it."},
		{"of no language", store.Reason{Key: "package.of_no_language"}, "What was entered could not be accepted."},
	} {
		if got, err := w.Reason(row.r); err != nil || got != row.want {
			t.Errorf("%s: %q, %v; want %q", row.name, got, err, row.want)
		}
	}
}

func TestDueIsTimeInJapan(t *testing.T) {
	at, ok := ParseDue("2026-12-01T09:30")
	if want := time.Date(2026, 12, 1, 0, 30, 0, 0, time.UTC); !ok || !at.Equal(want) || DueField(want) != "2026-12-01T09:30" {
		t.Errorf("read as %s, %t, written as %s", at, ok, DueField(at))
	}
	for _, none := range []string{"", "2026-12-01", "2026-13-01T09:30", "明日"} {
		if _, ok := ParseDue(none); ok {
			t.Errorf("%q is a time", none)
		}
	}
}

func TestProgressInWords(t *testing.T) {
	c := Counts{store.PackageReceived: 300, store.PackageReady: 1200, store.PackageUnplaced: 2, store.PackageRefused: 1, store.PackageDuplicate: 1, store.PackageHanded: 1}
	got, err := newPages(t).Words("en").ProgressOf(c)
	if want := "1,205 of 1,505 looked into: 1,200 ready, 2 need an office, 2 refused or duplicate"; err != nil || got.Words != want || got.Waiting != 300 {
		t.Errorf("%+v, %v", got, err)
	}
}
