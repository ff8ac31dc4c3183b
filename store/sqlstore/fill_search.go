package sqlstore

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/pressly/goose/v3"

	"cloudpocket/store"
	"cloudpocket/store/fold"
)

// searchVersion is the schema's version from which every document is found by its text.
const searchVersion = 5

// fillSearch is the migration to searchVersion, a program because a text is folded in ways that SQL does not have.
func fillSearch(dialect goose.Dialect) *goose.Migration {
	return filling(searchVersion, dialect, enterAll)
}

// enterAll makes every document there is be found, in the order in which they came. Those of a chunk are entered
// together, so that each of its grams is written once.
func enterAll(ctx context.Context, on *dbtx) error {
	tenants, err := columnOf[string](ctx, on, "SELECT id FROM tenants ORDER BY id")
	if err != nil {
		return fmt.Errorf("list the tenants: %w", err)
	}
	for _, tenant := range tenants {
		f := filler{on: on, tenant: tenant}
		for more := true; more; {
			if more, err = f.chunk(ctx); err != nil {
				return fmt.Errorf("fill in what the documents of tenant %s are found by: %w", tenant, err)
			}
		}
	}
	return nil
}

// filler enters one tenant's documents.
type filler struct {
	on     *dbtx
	tenant string
	number int64 // of the last one that was entered
	at     int64
	id     string
}

// chunk enters documents to the end of a chunk, and reports whether there may be more.
func (f *filler) chunk(ctx context.Context) (bool, error) {
	room := int(chunkSize - (f.number+1)%chunkSize)
	all, err := f.documents(ctx, room)
	if err != nil || len(all) == 0 {
		return false, err
	}
	for some := range slices.Chunk(all, gramsAtOnce) {
		if err := f.complete(ctx, some); err != nil {
			return false, err
		}
	}
	docs := map[string]*strings.Builder{}
	for _, d := range all {
		f.number, f.at, f.id = f.number+1, d.at, string(d.ID)
		if err := f.write(ctx, d); err != nil {
			return false, err
		}
		for _, g := range append(fold.Grams(d.texts...), d.grams...) {
			if docs[g] == nil {
				docs[g] = &strings.Builder{}
			}
			docs[g].WriteString(offset(f.number))
		}
	}
	var rows []posting
	for g, b := range docs {
		rows = append(rows, posting{g, f.number / chunkSize, b.String()})
	}
	slices.SortFunc(rows, func(a, b posting) int { return strings.Compare(a.gram, b.gram) })
	return len(all) == room, postAll(ctx, f.on, f.tenant, rows)
}

func (f *filler) write(ctx context.Context, d *entry) error {
	_, err := f.on.ExecContext(ctx, "INSERT INTO search_texts (tenant_id, number, document_id, at, text) VALUES (?1, ?2, ?3, ?4, ?5)",
		f.tenant, f.number, string(d.ID), d.at, strings.Join(d.texts, "\n"))
	return err
}

// entry is a document to enter: what it is found by, and where.
type entry struct {
	store.Document
	at    int64
	texts []string
	grams []string
}

// documents returns the next documents, without their persons and offices.
func (f *filler) documents(ctx context.Context, size int) (all []*entry, err error) {
	rows, err := f.on.QueryContext(ctx, `SELECT id, title, kind, note, created_at, origin, parts FROM documents
		WHERE tenant_id = ?1 AND (created_at, id) > (?2, ?3) ORDER BY created_at, id LIMIT CAST(?4 AS BIGINT)`, f.tenant, f.from(), f.id, size)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		d := &entry{}
		var origin, parts string
		if err := rows.Scan(&d.ID, &d.Title, &d.Kind, &d.Note, &d.at, &origin, &parts); err != nil {
			return nil, err
		}
		if d.Origin, err = originOf(origin, parts); err != nil {
			return nil, fmt.Errorf("read the origin of document %s: %w", d.ID, err)
		}
		d.texts, d.grams = wording(d.Document), []string{gramAll, gramKind + d.Kind}
		all = append(all, d)
	}
	return all, rows.Err()
}

// from is the time after which to go on.
func (f *filler) from() int64 {
	if f.number == 0 {
		return -latest
	}
	return f.at
}

// complete adds persons and offices.
func (f *filler) complete(ctx context.Context, some []*entry) error {
	by, ids, marks := map[store.ID]*entry{}, []any{f.tenant}, []string{}
	for i, d := range some {
		by[d.ID], ids, marks = d, append(ids, string(d.ID)), append(marks, fmt.Sprintf("?%d", i+2))
	}
	among := " WHERE tenant_id = ?1 AND document_id IN (" + strings.Join(marks, ", ") + ")"
	persons := map[store.ID][]store.Person{}
	err := scanAll(ctx, f.on, "SELECT document_id, name, kana, number FROM persons"+among+" ORDER BY document_id, position", ids, func(scan func(...any) error) error {
		var id store.ID
		var p store.Person
		err := scan(&id, &p.Name, &p.Kana, &p.Number)
		persons[id] = append(persons[id], p)
		return err
	})
	if err != nil {
		return fmt.Errorf("read the persons: %w", err)
	}
	for id, all := range persons {
		by[id].texts = append(by[id].texts, called(all)...)
	}
	return scanAll(ctx, f.on, "SELECT document_id, office_id FROM deliveries"+among, ids, func(scan func(...any) error) error {
		var id store.ID
		var office string
		err := scan(&id, &office)
		if err == nil {
			by[id].grams = append(by[id].grams, gramOffice+office)
		}
		return err
	})
}

func scanAll(ctx context.Context, on *dbtx, query string, args []any, each func(func(...any) error) error) error {
	rows, err := on.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// columnOf returns the rows of a query that has one column.
func columnOf[T any](ctx context.Context, on *dbtx, query string, args ...any) (all []T, err error) {
	err = scanAll(ctx, on, query, args, func(scan func(...any) error) error {
		var v T
		err := scan(&v)
		all = append(all, v)
		return err
	})
	return all, err
}
