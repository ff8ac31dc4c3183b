package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"cloudpocket/store"
)

// BenchmarkSearch looks for what is rare, frequent and not there among documents of a hundred offices, as the firm and as
// one client, who has one in a hundred of them.
func BenchmarkSearch(b *testing.B) {
	for _, n := range []int{10_000, 1_000_000} {
		s := openTest(b, Config{URL: filepath.Join(b.TempDir(), "records.db")})
		fillLibrary(b, s, n)
		for _, row := range []struct{ name, text string }{
			{"one character", "年"}, {"frequent", "標準報酬"}, {"person", "小林 三郎"}, {"kana", "ｺﾊﾞﾔｼ"}, {"number", arrivalOf(n / 2)}, {"part of a number", arrivalOf(n / 2)[8:15]},
			{"two words", "離職票 渡辺"}, {"not there", "源泉徴収"}, {"pieces, not the whole", "酬標準定決"},
		} {
			q := store.Query{Text: row.text}
			b.Run(fmt.Sprintf("%d/%s/firm", n, row.name), func(b *testing.B) { searchFirm(b, s, store.OfficeScope{All: true}, q) })
			b.Run(fmt.Sprintf("%d/%s/scope", n, row.name), func(b *testing.B) {
				searchFirm(b, s, store.OfficeScope{Offices: []store.ID{"of7", "of8"}}, q)
			})
			b.Run(fmt.Sprintf("%d/%s/client", n, row.name), func(b *testing.B) { searchClient(b, s, q) })
		}
		last := time.UnixMicro(int64(n)).UTC()
		b.Run(fmt.Sprintf("%d/date/firm", n), func(b *testing.B) {
			searchFirm(b, s, store.OfficeScope{All: true}, store.Query{Text: "年", From: last.Add(-9000 * time.Microsecond), To: last.Add(-5000 * time.Microsecond)})
		})
	}
}

func searchFirm(b *testing.B, s *Store, scope store.OfficeScope, q store.Query) {
	var found store.Found[store.DocumentSummary]
	for b.Loop() {
		err := s.View(b.Context(), "firm", func(tx store.Tx) (err error) {
			found, err = tx.Search().Documents(b.Context(), scope, q, store.Page{})
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(found.Items)), "found")
	b.ReportMetric(float64(flag(found.Stopped)), "stopped")
}

func searchClient(b *testing.B, s *Store, q store.Query) {
	var found store.Found[store.InboxItem]
	for b.Loop() {
		err := s.View(b.Context(), "firm", func(tx store.Tx) (err error) {
			found, err = tx.Search().Inbox(b.Context(), "one", q, store.Page{})
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(found.Items)), "found")
	b.ReportMetric(float64(flag(found.Stopped)), "stopped")
}

func arrivalOf(n int) string { return fmt.Sprintf("20260901%010d", n*7919%10_000_000_000) }

// fillLibrary makes n documents, each with a person and a delivery, by SQL, and enters them as the migration does.
func fillLibrary(b *testing.B, s *Store, n int) {
	b.Helper()
	ctx := context.Background()
	must := func(err error) {
		if err != nil {
			b.Helper()
			b.Fatal(err)
		}
	}
	must(s.Tenants().Create(ctx, store.Tenant{ID: "firm", State: store.TenantActive}))
	must(s.Update(ctx, "firm", func(tx store.Tx) error {
		must(tx.Companies().Create(ctx, store.Company{ID: "co"}))
		for i := range 100 {
			must(tx.Offices().Create(ctx, store.Office{ID: store.ID(fmt.Sprintf("of%d", i)), CompanyID: "co", Name: "本社"}))
		}
		return tx.Accounts().Create(ctx, store.Account{ID: "one", CompanyID: "co", State: store.AccountActive, Offices: store.OfficeScope{Offices: []store.ID{"of7"}}})
	}))
	must(s.back.write(ctx, func(on *dbtx) error {
		t := on.runner
		insert := func(query string) *sql.Stmt { st, err := t.PrepareContext(ctx, query); must(err); return st }
		document := insert(`INSERT INTO documents (tenant_id, id, title, kind, note, acknowledge, created_by, created_at, file_count, origin) VALUES ('firm', ?, ?, 'social-insurance', '', 1, 'staff', ?, 1, ?)`)
		person := insert(`INSERT INTO persons VALUES ('firm', ?, 0, 'N', ?, ?, ?)`)
		delivery := insert(`INSERT INTO deliveries (tenant_id, id, document_id, office_id, kind, document_at, title, file_count, state, created_at, delivered_by, delivered_at, withdrawn_by, withdrawn_at, reason) VALUES ('firm', ?1, ?1, ?2, 'social-insurance', ?3, '通知', 1, 'delivered', ?3, 'staff', ?3, '', 0, '')`)
		receipt := insert(`INSERT INTO receipts SELECT 'firm', ?1, 'one', 'of7', ?1, 'social-insurance', 1, ?2, 0, 0, 0, 1, 1`)
		titles := []string{"標準報酬決定通知書", "標準報酬改定通知書", "資格取得確認通知書", "資格喪失確認通知書", "離職票 交付", "賞与額決定通知書", "年度更新 申告書控え"}
		names := [][2]string{{"田中", "タナカ"}, {"佐藤", "サトウ"}, {"小林", "コバヤシ"}, {"渡辺", "ワタナベ"}, {"伊藤", "イトウ"}, {"山本", "ヤマモト"}, {"中村", "ナカムラ"}, {"斎藤", "サイトウ"}, {"吉田", "ヨシダ"}, {"松本", "マツモト"}, {"井上", "イノウエ"}}
		given := [][2]string{{"一郎", "イチロウ"}, {"花子", "ハナコ"}, {"三郎", "サブロウ"}, {"美咲", "ミサキ"}, {"健太", "ケンタ"}, {"直樹", "ナオキ"}, {"陽子", "ヨウコ"}, {"恵", "メグミ"}, {"翔", "ショウ"}, {"愛", "アイ"}, {"誠", "マコト"}, {"葵", "アオイ"}, {"蓮", "レン"}}
		for i := 1; i <= n; i++ {
			id := fmt.Sprintf("01k%023d", i)
			origin := fmt.Sprintf(`{"ArrivalNumber":%q,"Author":"日本年金機構"}`, arrivalOf(i))
			_, err := document.ExecContext(ctx, id, fmt.Sprintf("%s 令和%d年%d月分", titles[i%7], i%5+4, i%12+1), i, origin)
			must(err)
			who, called := names[i*7%11], given[i*5%13]
			_, err = person.ExecContext(ctx, id, fmt.Sprint(i%2000), who[0]+"　"+called[0], who[1]+" "+called[1])
			must(err)
			_, err = delivery.ExecContext(ctx, id, fmt.Sprintf("of%d", i%100), i)
			must(err)
			if i%100 == 7 {
				_, err = receipt.ExecContext(ctx, id, i)
				must(err)
			}
		}
		start := time.Now()
		if err := enterAll(ctx, on); err != nil {
			return err
		}
		b.Logf("%d documents were entered in %v", n, time.Since(start))
		return nil
	}))
}

// BenchmarkEnter creates documents with five persons each, one Update for every hundred.
func BenchmarkEnter(b *testing.B) {
	s := openTest(b, Config{URL: filepath.Join(b.TempDir(), "records.db")})
	fillLibrary(b, s, 10_000)
	persons := []store.Person{{Name: "田中 一郎", Kana: "タナカ イチロウ", Number: "12"}, {Name: "佐藤 花子", Kana: "サトウ ハナコ", Number: "13"}, {Name: "小林 直樹", Kana: "コバヤシ ナオキ", Number: "14"},
		{Name: "渡辺 陽子", Kana: "ワタナベ ヨウコ", Number: "15"}, {Name: "松本 翔", Kana: "マツモト ショウ", Number: "16"}}
	at := 0
	for b.Loop() {
		err := s.Update(b.Context(), "firm", func(tx store.Tx) error {
			for range 100 {
				at++
				d := store.Document{ID: store.ID(fmt.Sprintf("new%d", at)), Title: "標準報酬決定通知書 5名分", Kind: "social-insurance", CreatedAt: benchTime,
					Origin: store.Origin{ArrivalNumber: arrivalOf(at), Author: "日本年金機構"}}
				if err := tx.Documents().Create(b.Context(), d); err != nil {
					return err
				}
				if err := tx.Persons().Create(b.Context(), d.ID, persons); err != nil {
					return err
				}
				if err := tx.Deliveries().Create(b.Context(), store.Delivery{ID: d.ID, DocumentID: d.ID, OfficeID: "of1", CreatedAt: benchTime}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(at)/b.Elapsed().Seconds(), "documents/s")
}
