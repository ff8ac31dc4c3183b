package sqlstore

import (
	"cmp"
	"context"
	"slices"

	"cloudpocket/store"
	"cloudpocket/store/sqlstore/gen/records"
)

type documents struct{ *tx }

func (t documents) Create(ctx context.Context, d store.Document) error {
	origin, parts, err := originText(d.Origin)
	if err != nil {
		return fault("encode the origin of document "+string(d.ID), err)
	}
	return fault("create document "+string(d.ID), t.attempt(ctx, func() error {
		if err := t.replaceable(ctx, d.Replaces); err != nil {
			return err
		}
		err := t.q.CreateDocument(ctx, records.CreateDocumentParams{
			TenantID: t.id(), ID: string(d.ID), Title: d.Title, Kind: d.Kind, Note: d.Note, Acknowledge: flag(d.Acknowledge),
			CreatedBy: string(d.CreatedBy), CreatedAt: micros(d.CreatedAt), FileCount: int64(len(d.Files)),
			ArrivalNumber: d.Origin.ArrivalNumber, Origin: origin, Parts: parts, Replaces: string(d.Replaces),
			RetainUntil: string(d.RetainUntil),
		})
		for i := 0; err == nil && i < len(d.Files); i++ {
			f := d.Files[i]
			err = t.q.CreateFile(ctx, records.CreateFileParams{
				TenantID: t.id(), DocumentID: string(d.ID), Position: int64(i), ID: string(f.ID), Name: f.Name,
				MediaType: f.MediaType, Size: f.Size, Digest: string(f.Digest),
			})
		}
		if err != nil {
			return err
		}
		return t.enter(ctx, d)
	}))
}

// replaceable fails unless id is empty or a document's.
func (t documents) replaceable(ctx context.Context, id store.ID) error {
	if id == "" {
		return nil
	}
	n, err := t.q.HasDocument(ctx, records.HasDocumentParams{TenantID: t.id(), ID: string(id)})
	if err == nil && n == 0 {
		err = missing("no document %s to replace", id)
	}
	return err
}

func (t documents) ReplacedBy(ctx context.Context, id store.ID) ([]store.ID, error) {
	by, err := t.q.GetReplacements(ctx, records.GetReplacementsParams{TenantID: t.id(), Replaced: string(id)})
	if err != nil {
		return nil, fault("find what replaces document "+string(id), err)
	}
	return idsOf(by), nil
}

func (t documents) Get(ctx context.Context, id store.ID) (store.Document, error) {
	row, err := t.q.GetDocument(ctx, records.GetDocumentParams{TenantID: t.id(), ID: string(id)})
	if err != nil {
		return store.Document{}, fault("get document "+string(id), err)
	}
	files, err := t.q.GetFiles(ctx, records.GetFilesParams{TenantID: t.id(), DocumentID: string(id)})
	if err != nil {
		return store.Document{}, fault("get the files of document "+string(id), err)
	}
	d, err := documentOf(row)
	for _, f := range files {
		d.Files = append(d.Files, store.File{
			ID: store.ID(f.ID), Name: f.Name, MediaType: f.MediaType, Size: f.Size, Digest: store.Digest(f.Digest),
		})
	}
	return d, err
}

func (t documents) Uses(ctx context.Context, d store.Digest) (bool, error) {
	n, err := t.q.UsesDigest(ctx, records.UsesDigestParams{TenantID: t.id(), Digest: string(d)})
	return n > 0, fault("look for a digest", err)
}

func (t documents) Holding(ctx context.Context, d store.Digest) ([]store.ID, error) {
	rows, err := t.q.GetHolders(ctx, records.GetHoldersParams{TenantID: t.id(), Digest: string(d), Size: store.MaxPage})
	if err != nil {
		return nil, fault("look for what holds a digest", err)
	}
	ids := make([]store.ID, len(rows))
	for i, id := range rows {
		ids[i] = store.ID(id)
	}
	return ids, nil
}

func (t documents) List(ctx context.Context, scope store.OfficeScope, f store.DocumentFilter, p store.Page) (store.List[store.DocumentSummary], error) {
	at, id := int64(latest), ""
	if err := readCursor(p.After, listDocuments, &at, &id); err != nil {
		return store.List[store.DocumentSummary]{}, err
	}
	places, err := t.page(ctx, scope, f, records.PageDocumentsParams{
		TenantID: t.id(), BeforeAt: at, BeforeID: id, Size: int64(p.Size() + 1),
	})
	if err != nil {
		return store.List[store.DocumentSummary]{}, fault("list documents", err)
	}
	page := cut(places, p.Size(), func(r records.PageDocumentsRow) store.Cursor {
		return cursorOf(listDocuments, r.CreatedAt, r.ID)
	})
	items, err := t.summarise(ctx, page.Items)
	return store.List[store.DocumentSummary]{Items: items, Next: page.Next}, fault("summarise documents", err)
}

// page returns where a page's documents stand, newest first.
func (t documents) page(ctx context.Context, scope store.OfficeScope, f store.DocumentFilter, p records.PageDocumentsParams) ([]records.PageDocumentsRow, error) {
	if !scope.All {
		return t.pageOfOffices(ctx, listed(scope), f, p)
	}
	if f.Kind == "" {
		return t.q.PageDocuments(ctx, p)
	}
	rows, err := t.q.PageDocumentsOfKind(ctx, records.PageDocumentsOfKindParams{
		TenantID: p.TenantID, Kind: f.Kind, BeforeAt: p.BeforeAt, BeforeID: p.BeforeID, Size: p.Size,
	})
	return places(rows), err
}

// pageOfOffices merges the lists of the offices. Each office is asked only for what is newer than the oldest row that the
// page has room for, so that the cost is that of the page and not of all that the offices ever received.
func (t documents) pageOfOffices(ctx context.Context, scope []store.ID, f store.DocumentFilter, p records.PageDocumentsParams) ([]records.PageDocumentsRow, error) {
	var found []records.PageDocumentsRow
	var from records.PageDocumentsRow
	from.CreatedAt = -latest
	for _, office := range scope {
		rows, err := t.pageOfOffice(ctx, office, f, p, from)
		if err != nil {
			return nil, err
		}
		found = append(found, rows...)
		slices.SortFunc(found, newestFirst)
		found = slices.Compact(found)
		if len(found) >= int(p.Size) {
			found = found[:p.Size]
			from = found[p.Size-1]
		}
	}
	return found, nil
}

func (t documents) pageOfOffice(ctx context.Context, office store.ID, f store.DocumentFilter, p records.PageDocumentsParams, from records.PageDocumentsRow) ([]records.PageDocumentsRow, error) {
	if f.Kind == "" {
		rows, err := t.q.PageDocumentsOfOffice(ctx, records.PageDocumentsOfOfficeParams{
			TenantID: p.TenantID, OfficeID: string(office), BeforeAt: p.BeforeAt, BeforeID: p.BeforeID,
			FromAt: from.CreatedAt, FromID: from.ID, Size: p.Size,
		})
		return places(rows), err
	}
	rows, err := t.q.PageDocumentsOfOfficeKind(ctx, records.PageDocumentsOfOfficeKindParams{
		TenantID: p.TenantID, OfficeID: string(office), Kind: f.Kind, BeforeAt: p.BeforeAt, BeforeID: p.BeforeID,
		FromAt: from.CreatedAt, FromID: from.ID, Size: p.Size,
	})
	return places(rows), err
}

// placeRow is a row that says where a document stands; sqlc names one type for each query.
type placeRow interface {
	records.PageDocumentsOfKindRow | records.PageDocumentsOfOfficeRow | records.PageDocumentsOfOfficeKindRow
}

func places[R placeRow](rows []R) []records.PageDocumentsRow {
	out := make([]records.PageDocumentsRow, len(rows))
	for i, r := range rows {
		out[i] = records.PageDocumentsRow(r)
	}
	return out
}

func newestFirst(a, b records.PageDocumentsRow) int {
	return cmp.Or(cmp.Compare(b.CreatedAt, a.CreatedAt), cmp.Compare(b.ID, a.ID))
}

// summarise counts for these documents alone.
func (t documents) summarise(ctx context.Context, at []records.PageDocumentsRow) ([]store.DocumentSummary, error) {
	items := make([]store.DocumentSummary, 0, len(at))
	if len(at) == 0 {
		return items, nil
	}
	place, ids := map[string]int{}, make([]store.ID, len(at))
	for i, d := range at {
		ids[i] = store.ID(d.ID)
	}
	rows, err := t.q.SummariseDocuments(ctx, records.SummariseDocumentsParams{TenantID: t.id(), Ids: texts(ids)})
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		d, err := documentOf(records.Document{
			ID: r.ID, Title: r.Title, Kind: r.Kind, Note: r.Note, Acknowledge: r.Acknowledge, CreatedBy: r.CreatedBy,
			CreatedAt: r.CreatedAt, Origin: r.Origin, Replaces: r.Replaces, RetainUntil: r.RetainUntil,
		})
		if err != nil {
			return nil, err
		}
		place[r.ID] = len(items)
		items = append(items, store.DocumentSummary{Document: d, FileCount: int(r.FileCount)})
	}
	return items, t.count(ctx, items, place, texts(ids))
}

func (t documents) count(ctx context.Context, items []store.DocumentSummary, place map[string]int, ids []string) error {
	made, err := t.q.SummariseDeliveries(ctx, records.SummariseDeliveriesParams{TenantID: t.id(), Ids: ids})
	if err != nil {
		return err
	}
	for _, r := range made {
		s := &items[place[r.DocumentID]]
		s.Drafts, s.Scheduled, s.Delivered = int(r.Drafts), int(r.Scheduled), int(r.Delivered)
		s.Withdrawn, s.Expired = int(r.Withdrawn), int(r.Expired)
	}
	received, err := t.q.SummariseReceipts(ctx, records.SummariseReceiptsParams{TenantID: t.id(), Ids: ids})
	if err != nil {
		return err
	}
	for _, r := range received {
		s := &items[place[r.DocumentID]]
		s.Recipients, s.Viewed, s.Acknowledged = int(r.Recipients), int(r.Viewed), int(r.Acknowledged)
	}
	return nil
}

func documentOf(r records.Document) (store.Document, error) {
	origin, err := originOf(r.Origin, r.Parts)
	return store.Document{
		ID: store.ID(r.ID), Title: r.Title, Kind: r.Kind, Note: r.Note, Acknowledge: r.Acknowledge == 1,
		CreatedBy: store.ID(r.CreatedBy), CreatedAt: moment(r.CreatedAt), Origin: origin, Replaces: store.ID(r.Replaces),
		RetainUntil: store.Date(r.RetainUntil),
	}, fault("read the origin of document "+r.ID, err)
}
