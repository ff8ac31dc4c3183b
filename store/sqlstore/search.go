package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"cloudpocket/store"
	"cloudpocket/store/fold"
	"cloudpocket/store/sqlstore/gen/records"
)

type search struct{ *tx }

// maxQuery is how long a query may be, in characters: more than anything that is found has in one place.
const maxQuery = 200

// before is where a search goes on: with the newest document that is left and, of that one, the deliveries before delivery
// unless it is empty.
type before struct {
	number   int64
	delivery string
}

// hit is a document that was found.
type hit struct {
	number   int64
	document string
	at       int64
}

func (t search) Documents(ctx context.Context, scope store.OfficeScope, q store.Query, p store.Page) (found store.Found[store.DocumentSummary], err error) {
	from := before{number: math.MaxInt64}
	if err := readCursor(p.After, listFoundDocuments, &from.number, &from.delivery); err != nil {
		return found, err
	}
	s, err := t.begin(ctx, q, within(scope, q.Office), from)
	if err != nil || s == nil {
		return found, fault("search the documents", err)
	}
	if err := errors.Join(s.from(ctx, q.From), s.to(ctx, q.To)); err != nil {
		return found, fault("find the documents of a time", err)
	}
	var hits []hit
	err = s.each(ctx, func(some []hit) (bool, error) {
		for _, h := range some {
			if covers(q, h.at) {
				hits = append(hits, h)
			}
		}
		return len(hits) <= p.Size(), nil
	})
	if err != nil {
		return found, fault("search the documents", err)
	}
	page := cut(hits, p.Size(), func(h hit) store.Cursor { return cursorOf(listFoundDocuments, h.number-1, "") })
	found.Next, found.Stopped = s.end(page.Next, listFoundDocuments)
	found.Items, err = t.inOrder(ctx, page.Items)
	return found, fault("summarise what was found", err)
}

// inOrder summarises the documents in the order in which they were found.
func (t search) inOrder(ctx context.Context, hits []hit) ([]store.DocumentSummary, error) {
	at := make([]records.PageDocumentsRow, len(hits))
	place := map[store.ID]int{}
	for i, h := range hits {
		at[i] = records.PageDocumentsRow{ID: h.document, CreatedAt: h.at}
		place[store.ID(h.document)] = i
	}
	items, err := documents(t).summarise(ctx, at)
	slices.SortFunc(items, func(a, b store.DocumentSummary) int { return cmp.Compare(place[a.ID], place[b.ID]) })
	return items, err
}

func (t search) Inbox(ctx context.Context, account store.ID, q store.Query, p store.Page) (found store.Found[store.InboxItem], err error) {
	from := before{number: math.MaxInt64}
	if err := readCursor(p.After, listFoundInbox, &from.number, &from.delivery); err != nil {
		return found, err
	}
	reach, err := t.q.AllOfficesInReach(ctx, records.AllOfficesInReachParams{TenantID: t.id(), AccountID: string(account)})
	if err != nil {
		return found, fault("find the offices in reach", err)
	}
	offices := within(store.OfficeScope{Offices: idsOf(reach)}, q.Office)
	s, err := t.begin(ctx, q, offices, from)
	if err != nil || s == nil {
		return found, fault("search what was delivered", err)
	}
	if err := s.to(ctx, q.To); err != nil { // only the end: what was created long before may be delivered in time
		return found, fault("find the documents of a time", err)
	}
	var all []numbered
	err = s.each(ctx, func(some []hit) (bool, error) {
		items, err := t.received(ctx, account, offices, some)
		for _, i := range items {
			past := i.number == from.number && from.delivery != "" && i.row.DeliveryID >= from.delivery
			if !past && covers(q, i.row.DeliveredAt) {
				all = append(all, i)
			}
		}
		return len(all) <= p.Size(), err
	})
	if err != nil {
		return found, fault("search what was delivered", err)
	}
	page := cut(all, p.Size(), func(i numbered) store.Cursor { return cursorOf(listFoundInbox, i.number, i.row.DeliveryID) })
	found.Next, found.Stopped = s.end(page.Next, listFoundInbox)
	rows := make([]records.InboxRow, len(page.Items))
	for i, one := range page.Items {
		rows[i] = records.InboxRow(one.row)
	}
	found.Items, err = receipts(t).reached(ctx, account, []store.InboxItem{}, rows)
	return found, fault("find the offices of what was found", err)
}

// numbered is something that was delivered, and the number of its document.
type numbered struct {
	number int64
	row    records.ReceivedDocumentsRow
}

// received returns what of the documents was delivered to account at offices, in their order.
func (t search) received(ctx context.Context, account store.ID, offices []store.ID, hits []hit) ([]numbered, error) {
	number, ids := map[string]int64{}, make([]string, len(hits))
	for i, h := range hits {
		ids[i], number[h.document] = h.document, h.number
	}
	var all []numbered
	for some := range slices.Chunk(offices, gramsAtOnce) {
		rows, err := t.q.ReceivedDocuments(ctx, records.ReceivedDocumentsParams{
			TenantID: t.id(), AccountID: string(account), Documents: padded(ids), Offices: texts(some),
		})
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			all = append(all, numbered{number[r.DocumentID], r})
		}
	}
	slices.SortFunc(all, func(a, b numbered) int {
		return cmp.Or(cmp.Compare(b.number, a.number), cmp.Compare(b.row.DeliveryID, a.row.DeliveryID))
	})
	return all, nil
}

// within returns the offices of a scope to look in, nil for all of them.
func within(scope store.OfficeScope, office store.ID) []store.ID {
	switch {
	case office == "" && scope.All:
		return nil
	case office == "":
		return append([]store.ID{}, scope.Offices...)
	case scope.Contains(office):
		return []store.ID{office}
	}
	return []store.ID{}
}

func idsOf(texts []string) []store.ID {
	ids := make([]store.ID, len(texts))
	for i, s := range texts {
		ids[i] = store.ID(s)
	}
	return ids
}

// quest is one search under way.
type quest struct {
	walk
	unsure []string // terms that a text with all grams may still be without
}

// begin returns a search of these offices, nil for all, or nil when nothing can be found.
func (t search) begin(ctx context.Context, q store.Query, offices []store.ID, from before) (*quest, error) {
	if n := utf8.RuneCountInString(q.Text); n > maxQuery {
		return nil, store.Fail(store.Invalid, "error.query_long", "a query of %d characters", n).With("Max", maxQuery)
	}
	s := &quest{walk: walk{tx: t.tx, grams: []string{gramAll}, most: from.number, least: 1, batch: 1, work: searchWork}}
	for _, term := range fold.Terms(q.Text) {
		grams, sure := fold.Needed(term)
		if s.grams = append(s.grams, grams...); !sure {
			s.unsure = append(s.unsure, term)
		}
	}
	if q.Kind != "" {
		s.grams = append(s.grams, gramKind+q.Kind)
	}
	for _, o := range offices {
		s.offices = append(s.offices, gramOffice+string(o))
	}
	switch {
	case offices != nil && len(offices) == 0:
		return nil, nil
	case len(offices) == 1:
		s.grams, s.offices = append(s.grams, s.offices...), nil
	}
	s.grams = distinct(s.grams)
	if possible, err := s.sort(ctx); err != nil || !possible {
		return nil, err
	}
	if len(s.grams) > 1 { // any other gram is of a document as well
		s.grams = slices.DeleteFunc(s.grams, func(g string) bool { return g == gramAll })
	}
	return s, nil
}

// slack is how far apart the order of numbers and that of times may be: instances' clocks differ.
const slack = chunkSize

// from leaves out the documents that were created long before.
func (s *quest) from(ctx context.Context, at time.Time) error {
	if at.IsZero() {
		return nil
	}
	oldest, err := s.q.FirstNumberFrom(ctx, records.FirstNumberFromParams{TenantID: s.id(), FromAt: micros(at)})
	if errors.Is(err, sql.ErrNoRows) {
		oldest, err = math.MaxInt64, nil
	}
	s.least = max(s.least, oldest-slack)
	return err
}

// to leaves out the documents that were created long after.
func (s *quest) to(ctx context.Context, at time.Time) error {
	if at.IsZero() {
		return nil
	}
	newest, err := s.q.LastNumberBefore(ctx, records.LastNumberBeforeParams{TenantID: s.id(), ToAt: micros(at)})
	if errors.Is(err, sql.ErrNoRows) {
		newest, err = -slack, nil
	}
	s.most = min(s.most, newest+slack)
	return err
}

// each calls fn with some of what is found at a time until it wants no more, there is no more, or work is used up.
func (s *quest) each(ctx context.Context, fn func([]hit) (bool, error)) error {
	for {
		numbers, err := s.next(ctx)
		if err != nil || len(numbers) == 0 {
			return err
		}
		for some := range slices.Chunk(numbers, 64) {
			hits, err := s.held(ctx, some)
			if err != nil {
				return err
			}
			more, err := fn(hits)
			if err != nil {
				return err
			}
			if !more || s.work <= 0 {
				s.most = some[len(some)-1] - 1
				return nil
			}
		}
	}
}

// held returns the documents whose text holds every term.
func (s *quest) held(ctx context.Context, numbers []int64) ([]hit, error) {
	rows, err := s.q.GetSearchTexts(ctx, records.GetSearchTextsParams{TenantID: s.id(), Numbers: padded(numbers)})
	if err != nil {
		return nil, err
	}
	s.work -= textWork * len(rows)
	var hits []hit
	for _, r := range rows {
		lacks := func(term string) bool { return !strings.Contains(r.Text, term) }
		if !slices.ContainsFunc(s.unsure, lacks) {
			hits = append(hits, hit{r.Number, r.DocumentID, r.At})
		}
	}
	slices.SortFunc(hits, func(a, b hit) int { return cmp.Compare(b.number, a.number) })
	return hits, nil
}

// end returns where the next page begins, next if the page was filled, and whether that is so because work was used up.
func (s *quest) end(next store.Cursor, list byte) (store.Cursor, bool) {
	if next != "" || s.most < s.least {
		return next, false
	}
	return cursorOf(list, s.most, ""), true
}

// covers reports whether a time is one that q asks for.
func covers(q store.Query, at int64) bool {
	return (q.From.IsZero() || at >= micros(q.From)) && (q.To.IsZero() || at < micros(q.To))
}
