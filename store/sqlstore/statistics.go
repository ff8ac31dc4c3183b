package sqlstore

import "context"

// statistics is what SQLite's planner is told of the indexes of tables that grow (sqlite.org/fileformat2.html, section
// 2.6.3): how many rows there are, and how many of them share the first column, the first two, and so on. Untold, it
// takes an index of more columns for hardly better than one of fewer, and reads all of a tenant's log to find one
// person's. They are written down rather than measured, so that a list has the same plan on the first day and on the last.
// PostgreSQL measures its own.
var statistics = []struct{ table, index, rows string }{
	{"receipts", "sqlite_autoindex_receipts_1", "1000000 100000 10 1"},
	{"receipts", "receipts_inbox", "1000000 100000 1000 500 2 1"},
	{"receipts", "receipts_inbox_office", "1000000 100000 1000 300 150 2 1"},
	{"receipts", "receipts_inbox_kind", "1000000 100000 1000 300 150 2 1"},
	{"receipts", "receipts_inbox_office_kind", "1000000 100000 1000 300 100 50 2 1"},
	{"receipts", "receipts_pending", "100000 10000 100 100"},
	{"receipts", "receipts_by_account", "1000000 100000 1000 2 1"},
	{"receipts", "receipts_hidden", "10000 1000 10"},
	{"receipts", "receipts_by_change", "1000000 100000 3 2 1"},
	{"deliveries", "sqlite_autoindex_deliveries_1", "300000 30000 1"},
	{"deliveries", "sqlite_autoindex_deliveries_2", "300000 30000 3 1"},
	{"deliveries", "deliveries_by_office", "300000 30000 300 2 1"},
	{"deliveries", "deliveries_by_office_kind", "300000 30000 300 100 2 1"},
	{"deliveries", "deliveries_scheduled", "3000 300 2 1"},
	{"documents", "sqlite_autoindex_documents_1", "100000 10000 1"},
	{"documents", "documents_by_time", "100000 10000 2 1"},
	{"documents", "documents_by_kind", "100000 10000 3000 2 1"},
	{"documents", "documents_by_replaced", "1000 100 2 2 1"},
	{"files", "sqlite_autoindex_files_1", "200000 20000 2 1"},
	{"files", "files_by_digest", "200000 20000 2"},
	{"offices", "sqlite_autoindex_offices_1", "30000 3000 1"},
	{"offices", "offices_by_company", "30000 3000 3 1 1"},
	{"offices", "offices_by_name", "30000 3000 2 1"},
	{"office_codes", "sqlite_autoindex_office_codes_1", "100000 10000 3000 2 1 1"},
	{"office_codes", "office_codes_by_office", "100000 10000 4 3 1 1"},
	{"persons", "sqlite_autoindex_persons_1", "1000000 100000 20 1"},
	{"tellings", "sqlite_autoindex_tellings_1", "1000000 100000 20 1"},
	{"search_texts", "sqlite_autoindex_search_texts_1", "1000000 100000 1"},
	{"search_texts", "sqlite_autoindex_search_texts_2", "1000000 100000 1"},
	{"search_texts", "search_texts_by_time", "1000000 100000 2 1"},
	{"search_grams", "sqlite_autoindex_search_grams_1", "3000000 300000 100 1"},
	{"packages", "sqlite_autoindex_packages_1", "100000 10000 1"},
	{"packages", "packages_by_state", "100000 10000 1500 2 1"},
	{"packages", "packages_by_drop", "100000 10000 200 50 2 1"},
	{"packages", "packages_by_digest", "100000 10000 2 1 1 1"},
	{"packages", "packages_by_arrival", "100000 10000 2 1 1 1"},
	{"mails", "sqlite_autoindex_mails_1", "1000000 100000 1"},
	{"mails", "mails_by_state", "1000000 100000 25000 2 1"},
	{"answers", "sqlite_autoindex_answers_1", "10000 1000 500 1"},
	{"answers", "answers_by_time", "10000 1000 2 1 1"},
	{"tasks", "sqlite_autoindex_tasks_1", "100000 10000 2000 1"},
	{"tasks", "tasks_free", "100000 20000 2 2 1"},
	{"tasks", "tasks_due", "100000 2 2"},
	{"system_events", "sqlite_autoindex_system_events_1", "100000 1"},
	{"system_events", "system_events_by_time", "100000 2 1"},
	{"system_events", "system_events_by_tenant", "100000 1000 2 1"},
	{"system_events", "system_events_by_last", "100000 2"},
	{"audit_events", "sqlite_autoindex_audit_events_1", "1000000 100000 1"},
	{"audit_events", "audit_by_time", "1000000 100000 2 1"},
	{"audit_events", "audit_by_account", "1000000 100000 1000 2 1"},
	{"audit_events", "audit_by_deed", "1000000 100000 10000 2 1"},
	{"audit_events", "audit_by_record", "1000000 100000 10 2 1"},
	{"audit_events", "audit_by_address", "1000000 100000 2000 2 1"},
	{"audit_events", "audit_refused", "10000 1000 2 1"},
}

// tellStatistics writes the statistics down. Connections that are opened later plan by them.
func tellStatistics(ctx context.Context, l *lite) error {
	return l.write(ctx, func(on *dbtx) error {
		for _, statement := range []string{
			"ANALYZE sqlite_schema", // makes the table when it is not there, and looks at nothing
			"DELETE FROM sqlite_stat1",
		} {
			if _, err := on.ExecContext(ctx, statement); err != nil {
				return err
			}
		}
		for _, s := range statistics {
			if _, err := on.ExecContext(ctx, "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?1, ?2, ?3)", s.table, s.index, s.rows); err != nil {
				return err
			}
		}
		return nil
	})
}
