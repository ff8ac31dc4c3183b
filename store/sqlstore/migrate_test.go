package sqlstore

import (
	"database/sql"
	"errors"
	"fmt"
	"testing"

	"github.com/pressly/goose/v3"

	"cloudpocket/store"
)

// firstVersion is a firm's records as the first schema kept them: an office whose codes were typed in several ways, one
// without any, and a document that one client has read, that another office has as a draft and a third had taken back.
var firstVersion = []string{
	`INSERT INTO tenants (id, name, state, created_at) VALUES ('firm', 'みなと事務所', 'active', 1)`,
	`INSERT INTO audit_heads (tenant_id, seq, hash) VALUES ('firm', 0, '` + (store.Hash{}).String() + `')`,
	`INSERT INTO companies (tenant_id, id, name, external_id, created_at) VALUES ('firm', 'co', '青空', '', 1)`,
	`INSERT INTO offices (tenant_id, id, company_id, name, external_id, reference_code, office_number, labor_insurance_number, employment_insurance_number, corporate_number, created_at)
		VALUES ('firm', 'a', 'co', '本社', '', '０１－ｲﾛﾊﾞ', ' 12345 ', '13-1-01-123456-000', '', '1234567890123', 1),
		('firm', 'b', 'co', '支店', '', '01-イロバ', '', '', '', '', 1), ('firm', 'c', 'co', '', '', '', '', '', '', '1234567890123', 1)`,
	`INSERT INTO accounts (tenant_id, id, company_id, trust_id, subject, name, email, permissions, all_offices, state, created_at, last_sign_in_at, version)
		VALUES ('firm', 'one', 'co', 'parent', 's', 'n', '', 1, 1, 'active', 1, 0, 0)`,
	`INSERT INTO documents (tenant_id, id, title, kind, note, acknowledge, created_by, created_at, file_count) VALUES ('firm', 'd', '通知書', 'tax', '', 1, 'staff', 5, 1)`,
	`INSERT INTO files (tenant_id, document_id, position, id, name, media_type, size, digest) VALUES ('firm', 'd', 0, 'f', 'a.pdf', 'application/pdf', 9, 'x')`,
	`INSERT INTO deliveries (tenant_id, id, document_id, office_id, kind, document_at, title, file_count, state, created_at, delivered_by, delivered_at, withdrawn_by, withdrawn_at, reason)
		VALUES ('firm', 'made', 'd', 'a', 'tax', 5, '通知書', 1, 'delivered', 5, 'staff', 6, '', 0, ''),
		('firm', 'draft', 'd', 'b', 'tax', 5, '通知書', 1, 'draft', 5, '', 0, '', 0, ''),
		('firm', 'back', 'd', 'c', 'tax', 5, '通知書', 1, 'withdrawn', 5, 'staff', 6, 'staff', 7, '誤り')`,
	`INSERT INTO receipts (tenant_id, delivery_id, account_id, office_id, document_id, kind, acknowledge, delivered_at, viewed_at, downloaded_at, acknowledged_at, unread, visible)
		VALUES ('firm', 'made', 'one', 'a', 'd', 'tax', 1, 6, 8, 0, 0, 0, 1)`,
}

// A database of the first version is brought to this one with what is in it.
func TestMigrateFirstVersion(t *testing.T) {
	for name, c := range map[string]Config{"SQLite": sqliteConfig(t), "PostgreSQL": postgresConfig(t)} {
		t.Run(name, func(t *testing.T) {
			makeFirstVersion(t, c)
			if _, err := Open(t.Context(), c); !errors.Is(err, &store.Error{Kind: store.Unavailable, Key: "error.schema_version"}) {
				t.Errorf("opened the first version: %v", err)
			}
			must(t, Migrate(t.Context(), c))
			provider, done := migrator(t, c)
			_, err := provider.DownTo(t.Context(), 1)
			must(t, err)
			done()
			s := openTest(t, c)
			must(t, s.View(t.Context(), "firm", func(tx store.Tx) error { return lookAtFirstVersion(t, tx) }))
			must(t, s.Update(t.Context(), "firm", func(tx store.Tx) error {
				err := tx.Deliveries().Schedule(t.Context(), "draft", store.DeliveryPlan{By: "staff", DueAt: benchTime})
				return errors.Join(err, tx.Offices().Teach(t.Context(), "b", store.OfficeCode{System: store.CodeLabor, Code: "1"}))
			}))
		})
	}
}

// migrator returns what applies the migrations to c, and what closes it.
func migrator(t *testing.T, c Config) (*goose.Provider, func()) {
	t.Helper()
	back, err := openBackend(t.Context(), c)
	must(t, err)
	dialect, db := goose.DialectSQLite3, (*sql.DB)(nil)
	switch back := back.(type) {
	case *lite:
		db = back.writes
	case *postgres:
		dialect, db = goose.DialectPostgres, back.db
	}
	provider, err := providerOf(dialect, db)
	must(t, err)
	return provider, func() { must(t, back.close()) }
}

func makeFirstVersion(t *testing.T, c Config) {
	t.Helper()
	back, err := openBackend(t.Context(), c)
	must(t, err)
	if p, ok := back.(*postgres); ok {
		_, err := p.db.ExecContext(t.Context(), `CREATE COLLATION IF NOT EXISTS "binary" FROM "C"`)
		must(t, err)
	}
	provider, done := migrator(t, c)
	_, err = provider.UpTo(t.Context(), 1)
	must(t, err)
	must(t, back.write(t.Context(), func(on *dbtx) error {
		for _, statement := range firstVersion {
			if _, err := on.ExecContext(t.Context(), statement); err != nil {
				return err
			}
		}
		return nil
	}))
	done()
	must(t, back.close())
}

func lookAtFirstVersion(t *testing.T, tx store.Tx) error {
	ctx := t.Context()
	for _, row := range []struct {
		code store.OfficeCode
		want string
	}{
		{store.NewOfficeCode(store.CodePension, "01-イロバ", "12345"), "[a]"},
		{store.NewOfficeCode(store.CodeLabor, "13101123456000"), "[a]"},
		{store.NewOfficeCode(store.CodeCorporate, "1234567890123"), "[a c]"},
		{store.OfficeCode{System: store.CodePension, Code: "01イロバ"}, "[]"},
		{store.OfficeCode{System: store.CodeEmployment}, "[]"},
	} {
		all, err := tx.Offices().ByCode(ctx, row.code)
		must(t, err)
		ids := []store.ID{}
		for _, o := range all {
			ids = append(ids, o.ID)
		}
		if fmt.Sprint(ids) != row.want {
			t.Errorf("%v names %v, want %s", row.code, ids, row.want)
		}
	}
	d, err := tx.Documents().Get(ctx, "d")
	must(t, err)
	if d.Title != "通知書" || d.Origin.ArrivalNumber != "" || d.Origin.Parts != nil || d.Replaces != "" || d.RetainUntil != "" || len(d.Files) != 1 {
		t.Errorf("the document is %+v", d)
	}
	v, err := tx.Deliveries().Get(ctx, "back")
	must(t, err)
	if v.State != store.DeliveryWithdrawn || v.Reason != "誤り" || v.Plan != (store.DeliveryPlan{}) || v.ApprovedBy != "" {
		t.Errorf("what was taken back is %+v", v)
	}
	l, err := tx.Documents().List(ctx, store.OfficeScope{All: true}, store.DocumentFilter{}, store.Page{})
	must(t, err)
	if s := l.Items[0]; s.Drafts != 1 || s.Delivered != 1 || s.Withdrawn != 1 || s.Scheduled+s.Expired != 0 || s.Recipients != 1 || s.Viewed != 1 {
		t.Errorf("the summary is %+v", s)
	}
	for text, want := range map[string]int{"通知": 1, "知書": 1, "": 1, "賃金": 0} {
		found, err := tx.Search().Documents(ctx, store.OfficeScope{Offices: []store.ID{"b"}}, store.Query{Text: text}, store.Page{})
		must(t, err)
		delivered, err := tx.Search().Inbox(ctx, "one", store.Query{Text: text, Office: "a"}, store.Page{})
		must(t, err)
		if len(found.Items) != want || len(delivered.Items) != want {
			t.Errorf("%q finds %d documents and %d deliveries, want %d", text, len(found.Items), len(delivered.Items), want)
		}
	}
	changes, err := tx.Receipts().Changes(ctx, store.OfficeScope{All: true}, store.Page{})
	must(t, err)
	if len(changes.Items) != 1 || changes.Items[0].DeliveryID != "made" || changes.More {
		t.Errorf("the changes are %+v", changes)
	}
	inbox, err := tx.Receipts().Inbox(ctx, "one", store.InboxFilter{}, store.Page{})
	if len(inbox.Items) != 1 || inbox.Items[0].Title != "通知書" {
		t.Errorf("the inbox is %+v", inbox)
	}
	return err
}
