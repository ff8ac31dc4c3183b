package storetest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"cloudpocket/store"
)

// fillLibrary hands out documents that are found by different things, one a day from the first on:
//
//	d1  an e-Gov document with persons, to blue-1 and blue-2
//	d2  a notice to red-1
//	d3  a draft for blue-2
//	d4  withdrawn from blue-1
//	d5  a tax document for blue-1, whose title and note hold numbers
func (f firm) fillLibrary() firm {
	f.fill()
	f.update(func(ctx context.Context, tx store.Tx) {
		make := func(n int, d store.Document, offices ...store.ID) {
			d.ID, d.CreatedAt = store.ID(fmt.Sprintf("d%d", n)), day.AddDate(0, 0, n)
			must(f.t, tx.Documents().Create(ctx, d))
			if n == 1 {
				must(f.t, tx.Persons().Create(ctx, "d1", newPersons()))
			}
			for _, o := range offices {
				must(f.t, tx.Deliveries().Create(ctx, store.Delivery{ID: d.ID + "-" + o, DocumentID: d.ID, OfficeID: o, CreatedAt: d.CreatedAt}))
				if n == 3 {
					continue
				}
				_, err := tx.Deliveries().Deliver(ctx, d.ID+"-"+o, "staff", d.CreatedAt)
				must(f.t, err)
			}
		}
		origin := store.Origin{ArrivalNumber: "202609010123456789", DocumentNumber: "年発0901第5号", Author: "日本年金機構　港年金事務所長",
			Parts: []store.Part{{Role: store.PartNotice, Title: "標準報酬決定通知書"}, {Role: store.PartAttachment, Title: "納付書.pdf"}}}
		make(1, store.Document{Title: "算定基礎届の結果 3名分", Kind: "social-insurance", Origin: origin}, "blue-1", "blue-2")
		make(2, store.Document{Title: "標準報酬改定通知書 ロジスティクス", Kind: "social-insurance"}, "red-1")
		make(3, store.Document{Title: "ﾛｼﾞｽﾃｨｸｽ増設のお知らせ", Kind: "other"}, "blue-2")
		make(4, store.Document{Title: "誤った報酬通知", Kind: "other"}, "blue-1")
		make(5, store.Document{Title: "Ｔａｘ Report 1234 5678 9018", Kind: "tax", Note: "個人番号 123456789018 は載せません"}, "blue-1")
		must(f.t, tx.Deliveries().Withdraw(ctx, "d4-blue-1", "staff", day.AddDate(0, 0, 5), "誤り"))
	})
	return f
}

// found returns the documents that a search finds in scope, through pages of one.
func (f firm) found(scope store.OfficeScope, q store.Query) string {
	f.t.Helper()
	var ids []string
	f.view(func(ctx context.Context, tx store.Tx) {
		for _, d := range walk(f.t, 1, func(p store.Page) (store.List[store.DocumentSummary], error) {
			l, err := tx.Search().Documents(ctx, scope, q, p)
			return l.List, err
		}) {
			ids = append(ids, string(d.ID))
		}
	})
	return strings.Join(ids, " ")
}

// received returns the deliveries that account finds, through pages of one.
func (f firm) received(account store.ID, q store.Query) string {
	f.t.Helper()
	var ids []string
	f.view(func(ctx context.Context, tx store.Tx) {
		for _, i := range walk(f.t, 1, func(p store.Page) (store.List[store.InboxItem], error) {
			l, err := tx.Search().Inbox(ctx, account, q, p)
			return l.List, err
		}) {
			ids = append(ids, string(i.DeliveryID))
		}
	})
	return strings.Join(ids, " ")
}

func searchWords(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fillLibrary()
	for _, row := range []struct{ name, text, want string }{
		{"nothing asked", "", "d5 d4 d3 d2 d1"},
		{"blanks", " 　", "d5 d4 d3 d2 d1"},
		{"one character", "届", "d1"},
		{"one character of several", "報", "d4 d2 d1"},
		{"two characters", "報酬", "d4 d2 d1"},
		{"notice that it holds", "標準報酬", "d2 d1"},
		{"whole words", "標準報酬改定通知書", "d2"},
		{"pieces in another order", "改定報酬標準", ""},
		{"two words", "通知 標準", "d2 d1"},
		{"two words, one of none", "通知 雇用", ""},
		{"hiragana for half width", "ろじすてぃくす", "d3 d2"},
		{"half width for full", "ｼﾞｽﾃｨ", "d3 d2"},
		{"case and width", "tAX", "d5"},
		{"blank left out", "taxreport", "d5"},
		{"arrival number", "202609010123456789", "d1"},
		{"in it", "0123456", "d1"},
		{"in it with hyphens", "2026-0901", "d1"},
		{"document number", "年発０９０１第5", "d1"},
		{"author", "年金機構 港", "d1"},
		{"person", "青木一郎", "d1"},
		{"person by kana", "あおき", "d1"},
		{"person in half width", "ワタナベ", "d1"},
		{"file that is attached", "納付書", ""},
		{"over two fields", "3名分2026", ""},
		{"individual number", "123456789018", ""},
		{"individual number in groups", "5678", "d1"}, // of the arrival number, not of d5
		{"beside an individual number", "個人番号", "d5"},
		{"signs", "%_'\"\\", ""},
		{"many pieces, one character", strings.Repeat("年", 199), ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			same(t, "found", f.found(everyOffice(), store.Query{Text: row.text}), row.want)
		})
	}
	f.view(func(ctx context.Context, tx store.Tx) {
		for _, err := range []error{
			second(tx.Search().Documents(ctx, everyOffice(), store.Query{Text: strings.Repeat("年", 201)}, store.Page{})),
			second(tx.Search().Inbox(ctx, "all", store.Query{Text: strings.Repeat("年", 201)}, store.Page{})),
			second(tx.Search().Inbox(ctx, "all", store.Query{}, store.Page{After: "x"})),
		} {
			isKind(t, err, store.ErrInvalid)
		}
	})
}

func second[T any](_ T, err error) error { return err }

func searchScope(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fillLibrary()
	for _, row := range []struct {
		name  string
		scope store.OfficeScope
		q     store.Query
		want  string
	}{
		{"one office", someOffices("blue-2"), store.Query{}, "d3 d1"},
		{"two offices", someOffices("blue-2", "red-1"), store.Query{Text: "ロジスティクス"}, "d3 d2"},
		{"what is elsewhere", someOffices("blue-1"), store.Query{Text: "ロジスティクス"}, ""},
		{"no office", someOffices(), store.Query{}, ""},
		{"of an office", everyOffice(), store.Query{Office: "blue-1"}, "d5 d4 d1"},
		{"of an office out of scope", someOffices("blue-1"), store.Query{Office: "red-1"}, ""},
		{"of an office that is not there", everyOffice(), store.Query{Office: "none"}, ""},
		{"of a kind", everyOffice(), store.Query{Kind: "social-insurance"}, "d2 d1"},
		{"of a kind of none", everyOffice(), store.Query{Kind: "none"}, ""},
		{"all at once", someOffices("blue-1", "blue-2"), store.Query{Text: "通知", Office: "blue-1", Kind: "social-insurance"}, "d1"},
		{"from", everyOffice(), store.Query{From: day.AddDate(0, 0, 4)}, "d5 d4"},
		{"to", everyOffice(), store.Query{To: day.AddDate(0, 0, 2)}, "d1"},
		{"between", everyOffice(), store.Query{From: day.AddDate(0, 0, 2), To: day.AddDate(0, 0, 4)}, "d3 d2"},
		{"after all", everyOffice(), store.Query{From: day.AddDate(1, 0, 0)}, ""},
		{"before all", everyOffice(), store.Query{To: day}, ""},
	} {
		t.Run(row.name, func(t *testing.T) { same(t, "found", f.found(row.scope, row.q), row.want) })
	}
}

func searchInbox(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fillLibrary()
	for _, row := range []struct {
		name    string
		account store.ID
		q       store.Query
		want    string
	}{
		{"everything", "all", store.Query{}, "d5-blue-1 d1-blue-2 d1-blue-1"},
		{"in its list of offices", "one", store.Query{}, "d5-blue-1 d1-blue-1"},
		{"of another company", "red", store.Query{Text: "算定"}, ""},
		{"its own", "red", store.Query{Text: "標準"}, "d2-red-1"},
		{"the firm's own people have none", "staff", store.Query{Text: "標準"}, ""},
		{"nobody", "none", store.Query{}, ""},
		{"a draft", "all", store.Query{Text: "増設"}, ""},
		{"withdrawn", "one", store.Query{Text: "誤った"}, ""},
		{"person", "all", store.Query{Text: "花子"}, "d1-blue-2 d1-blue-1"},
		{"of an office", "all", store.Query{Office: "blue-2"}, "d1-blue-2"},
		{"of an office out of reach", "one", store.Query{Office: "blue-2"}, ""},
		{"of a kind", "all", store.Query{Kind: "tax"}, "d5-blue-1"},
		{"from", "all", store.Query{From: day.AddDate(0, 0, 2)}, "d5-blue-1"},
		{"to", "all", store.Query{To: day.AddDate(0, 0, 2)}, "d1-blue-2 d1-blue-1"},
	} {
		t.Run(row.name, func(t *testing.T) { same(t, "found", f.received(row.account, row.q), row.want) })
	}
	f.view(func(ctx context.Context, tx store.Tx) {
		l, err := tx.Search().Inbox(ctx, "one", store.Query{Text: "花子"}, store.Page{})
		must(t, err)
		inbox, err := tx.Receipts().Inbox(ctx, "one", store.InboxFilter{}, store.Page{})
		must(t, err)
		same(t, "a row is that of the list", l.Items[0], inbox.Items[1])
	})
	f.update(func(ctx context.Context, tx store.Tx) {
		a, err := tx.Accounts().Get(ctx, "one")
		must(t, err)
		a.Offices = someOffices("blue-2")
		must(t, tx.Accounts().Update(ctx, a))
	})
	same(t, "after its scope was changed", f.received("one", store.Query{Text: "標準"}), "d1-blue-2")
}

// searchMany looks in more documents than share a chunk of an index, of which some are frequent and some are rare.
func searchMany(t *testing.T, open OpenRecords) {
	f := newFirm(t, open).fill()
	const all = 1100
	f.update(func(ctx context.Context, tx store.Tx) {
		for i := range all {
			d := store.Document{ID: store.ID(fmt.Sprintf("m%04d", i)), Title: fmt.Sprintf("通知書 %d", i), Kind: "other", CreatedAt: day.Add(time.Duration(i) * time.Minute)}
			must(t, tx.Documents().Create(ctx, d))
			must(t, tx.Deliveries().Create(ctx, store.Delivery{ID: d.ID, DocumentID: d.ID, OfficeID: []store.ID{"blue-1", "red-1"}[i%2], CreatedAt: d.CreatedAt}))
			_, err := tx.Deliveries().Deliver(ctx, d.ID, "staff", d.CreatedAt)
			must(t, err)
		}
	})
	count := func(text string, account store.ID) (documents, items int) {
		f.view(func(ctx context.Context, tx store.Tx) {
			documents = len(walk(t, 200, func(p store.Page) (store.List[store.DocumentSummary], error) {
				l, err := tx.Search().Documents(ctx, everyOffice(), store.Query{Text: text}, p)
				return l.List, err
			}))
			items = len(walk(t, 200, func(p store.Page) (store.List[store.InboxItem], error) {
				l, err := tx.Search().Inbox(ctx, account, store.Query{Text: text}, p)
				return l.List, err
			}))
		})
		return documents, items
	}
	for text, want := range map[string][2]int{"通知書": {all, all / 2}, "1099": {1, 0}, "書7": {111, 55}, "通知書77": {11, 5}} {
		documents, items := count(text, "one")
		same(t, text, [2]int{documents, items}, want)
	}
	same(t, "the newest", strings.Fields(f.found(everyOffice(), store.Query{Text: "書10", To: day.Add(110 * time.Minute)}))[0], "m0109")
}
