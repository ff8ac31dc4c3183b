package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"cloudpocket/store"
	"cloudpocket/store/fold"
	"cloudpocket/store/sqlstore/gen/records"
)

// Grams that are no piece of a text; none of them is as short as two characters.
const (
	gramAll    = "all"
	gramOffice = "o:"
	gramKind   = "k:"
)

// wording returns what a document is found by, folded, one text for each of its fields.
func wording(d store.Document) []string {
	all := []string{d.Title, d.Note, d.Origin.ArrivalNumber, d.Origin.DocumentNumber, d.Origin.Author}
	for _, part := range d.Origin.Parts {
		if part.Role == store.PartCover || part.Role == store.PartNotice {
			all = append(all, part.Title)
		}
	}
	return folded(all)
}

// called returns what persons are found by.
func called(persons []store.Person) []string {
	var all []string
	for _, p := range persons {
		all = append(all, p.Name, p.Kana, p.Number)
	}
	return folded(all)
}

// folded folds texts that must be found by, without repeats.
func folded(all []string) []string {
	kept := []string{}
	seen := map[string]bool{"": true}
	for _, s := range all {
		if s = fold.Findable(s); !seen[s] {
			seen[s] = true
			kept = append(kept, s)
		}
	}
	return kept
}

// enter makes a new document be found.
func (t *tx) enter(ctx context.Context, d store.Document) error {
	texts := wording(d)
	last, err := t.q.LastNumber(ctx, t.id()) // Updates of a tenant come one after the other
	if err != nil {
		return fmt.Errorf("read the last number: %w", err)
	}
	number := last + 1
	err = t.q.CreateSearchText(ctx, records.CreateSearchTextParams{
		TenantID: t.id(), Number: number, DocumentID: string(d.ID), At: micros(d.CreatedAt), Text: strings.Join(texts, "\n"),
	})
	if err != nil {
		return fmt.Errorf("keep what it is found by: %w", err)
	}
	return t.post(ctx, number, append(fold.Grams(texts...), gramAll, gramKind+d.Kind))
}

// enterPersons makes a document be found by whom it names as well.
func (t *tx) enterPersons(ctx context.Context, document store.ID, persons []store.Person) error {
	was, err := t.q.GetSearchText(ctx, records.GetSearchTextParams{TenantID: t.id(), DocumentID: string(document)})
	if err != nil {
		return fmt.Errorf("read what it is found by: %w", err)
	}
	texts := called(persons)
	err = t.q.AppendSearchText(ctx, records.AppendSearchTextParams{
		More: "\n" + strings.Join(texts, "\n"), TenantID: t.id(), DocumentID: string(document),
	})
	if err != nil {
		return fmt.Errorf("keep what it is found by: %w", err)
	}
	had := fold.Grams(strings.Split(was.Text, "\n")...)
	more := slices.DeleteFunc(fold.Grams(texts...), func(g string) bool {
		_, found := slices.BinarySearch(had, g)
		return found
	})
	return t.post(ctx, was.Number, more)
}

// enterOffice makes a document be found among those of an office.
func (t *tx) enterOffice(ctx context.Context, document, office store.ID) error {
	was, err := t.q.GetSearchText(ctx, records.GetSearchTextParams{TenantID: t.id(), DocumentID: string(document)})
	if err != nil {
		return fmt.Errorf("read what the document is found by: %w", err)
	}
	return t.post(ctx, was.Number, []string{gramOffice + string(office)})
}

// post adds a document to the chunks of grams.
func (t *tx) post(ctx context.Context, number int64, grams []string) error {
	rows := make([]posting, len(grams))
	for i, g := range grams {
		rows[i] = posting{g, number / chunkSize, offset(number)}
	}
	return postAll(ctx, t.on, t.id(), rows)
}

// posting is a row of search_grams.
type posting struct {
	gram  string
	chunk int64
	docs  string
}

// postSize is how many postings a statement holds at most; a power of two, for statements to have few lengths.
const postSize = 64

// postAll adds rows, no two of one gram and chunk, to what is there.
func postAll(ctx context.Context, on *dbtx, tenant string, rows []posting) error {
	for size := postSize; len(rows) > 0; {
		if size > len(rows) {
			size /= 2
			continue
		}
		args := make([]any, 0, 1+3*size)
		args = append(args, tenant)
		for _, r := range rows[:size] {
			args = append(args, r.gram, r.chunk, r.docs)
		}
		if _, err := on.ExecContext(ctx, postStatement(size), args...); err != nil {
			return fmt.Errorf("add to the grams: %w", err)
		}
		rows = rows[size:]
	}
	return nil
}

// postStatement is the one statement that sqlc has no form for.
func postStatement(size int) string {
	var b strings.Builder
	b.WriteString("INSERT INTO search_grams (tenant_id, gram, chunk, docs) VALUES ")
	for i := range size {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "(?1, ?%d, ?%d, ?%d)", 3*i+2, 3*i+3, 3*i+4)
	}
	b.WriteString(" ON CONFLICT (tenant_id, gram, chunk) DO UPDATE SET docs = search_grams.docs || excluded.docs")
	return b.String()
}

// chunkSize is how many consecutive documents share a chunk: two characters of digits say which.
const (
	chunkSize = 1 << 10
	digits    = "0123456789abcdefghijklmnopqrstuv"
)

func offset(number int64) string {
	at := number % chunkSize
	return string([]byte{digits[at>>5], digits[at&31]})
}

// bitmap is which documents of a chunk there are.
type bitmap [chunkSize / 64]uint64

var errChunk = errors.New("a chunk holds what is no document")

// add adds the documents of a chunk's row.
func (b *bitmap) add(docs string) error {
	if len(docs)%2 != 0 {
		return errChunk
	}
	for i := 0; i < len(docs); i += 2 {
		high, low := place32(docs[i]), place32(docs[i+1])
		if high < 0 || low < 0 {
			return errChunk
		}
		at := high<<5 | low
		b[at>>6] |= 1 << (at & 63)
	}
	return nil
}

// place32 is where c stands among digits, or -1.
func place32(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'v':
		return int(c-'a') + 10
	}
	return -1
}

// meet keeps what is in both, and reports whether anything is.
func (b *bitmap) meet(other *bitmap) (left bool) {
	for i := range b {
		b[i] &= other[i]
		left = left || b[i] != 0
	}
	return left
}

// numbers returns the documents, the last one first.
func (b *bitmap) numbers(chunk int64) (all []int64) {
	for at := chunkSize - 1; at >= 0; at-- {
		if b[at>>6]>>(at&63)&1 != 0 {
			all = append(all, chunk*chunkSize+int64(at))
		}
	}
	return all
}
