package portal

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"cloudpocket/portal/csv"
	"cloudpocket/store"
)

// What one archive holds at most.
const (
	MaxBulk      = 500
	MaxBulkBytes = 4 << 30
)

// bulkBatch is how many files are recorded as downloaded in one transaction, before any of them goes out.
const bulkBatch = 25

// BulkSheet is the words of the list that an archive begins with.
type BulkSheet struct {
	Name     string   // of the file, such as "一覧.csv"
	Headings []string // path, title, kind, office, delivered, arrival number, file as uploaded, bytes, SHA-256
	Kind     func(kind string) string
	Day      func(time.Time) string
}

// Bulk is an archive of the files of several documents, looked up and permitted and not yet written.
type Bulk struct {
	Files int
	Bytes int64

	p      *Portal
	actor  Actor
	need   store.Permission
	sheet  BulkSheet
	files  []bulkFile
	record func(context.Context, store.Tx, store.Account, bulkFile) error
}

// bulkFile is one file to go into an archive.
type bulkFile struct {
	store.File
	path     string
	of       store.ID // the delivery, or the firm's document
	document store.Document
	office   string
	at       time.Time
}

// BulkDeliveries returns an archive of deliveries that the actor may open; one that they may not is ErrNotFound, and then
// there is none of the others.
func (p *Portal) BulkDeliveries(ctx context.Context, a Actor, ids []store.ID, sheet BulkSheet) (*Bulk, error) {
	b := &Bulk{p: p, actor: a, need: store.PermitView, sheet: sheet}
	b.record = func(ctx context.Context, tx store.Tx, account store.Account, f bulkFile) error {
		_, _, err := p.note(ctx, tx, a, account, f.of, store.Downloaded, store.DeedDownload, downloaded(f))
		return err
	}
	return b, b.gather(ctx, ids, func(tx store.Tx, account store.Account, id store.ID) error {
		d, office, err := standing(ctx, tx, account, id)
		if err != nil {
			return err
		}
		doc, err := tx.Documents().Get(ctx, d.DocumentID)
		if err != nil {
			return fmt.Errorf("read delivered document: %w", err)
		}
		return b.take(ctx, tx, id, doc, office.Name, d.DeliveredAt)
	})
}

// BulkDocuments is BulkDeliveries for documents at the firm's desk.
func (p *Portal) BulkDocuments(ctx context.Context, a Actor, ids []store.ID, sheet BulkSheet) (*Bulk, error) {
	b := &Bulk{p: p, actor: a, need: store.PermitDeliver, sheet: sheet}
	b.record = func(ctx context.Context, tx store.Tx, account store.Account, f bulkFile) error {
		if _, _, err := atDesk(ctx, tx, account, f.of); err != nil {
			return err
		}
		detail := downloaded(f)
		detail["by"] = "firm"
		return tx.Audit().Append(ctx, p.event(a, account, store.DeedDownload, "document:"+string(f.of), detail))
	}
	return b, b.gather(ctx, ids, func(tx store.Tx, account store.Account, id store.ID) error {
		doc, deliveries, err := atDesk(ctx, tx, account, id)
		if err != nil {
			return err
		}
		if err := b.p.unscannedAtDesk(ctx, tx, doc.Files, deliveries); err != nil {
			return err
		}
		office := deliveries[0].Office.Name
		if n := len(deliveries); n > 1 {
			office += " +" + strconv.Itoa(n-1)
		}
		return b.take(ctx, tx, id, doc, office, doc.CreatedAt)
	})
}

func downloaded(f bulkFile) map[string]string {
	return map[string]string{"file": string(f.ID), "sha256": string(f.Digest), "with": "others"}
}

// gather looks up what was chosen, in that order.
func (b *Bulk) gather(ctx context.Context, ids []store.ID, one func(store.Tx, store.Account, store.ID) error) error {
	chosen := []store.ID{}
	seen := map[store.ID]bool{}
	for _, id := range ids {
		if !seen[id] {
			seen[id], chosen = true, append(chosen, id)
		}
	}
	err := b.p.view(ctx, b.actor, b.need, func(tx store.Tx, account store.Account) error {
		b.files, b.Bytes = nil, 0
		switch {
		case len(chosen) == 0:
			return store.Fail(store.Invalid, "error.nothing_chosen", "nothing chosen")
		case len(chosen) > MaxBulk:
			return TooManyChosen()
		}
		for _, id := range chosen {
			if err := one(tx, account, id); err != nil {
				return err
			}
		}
		return nil
	})
	b.Files = len(b.files)
	names := zipNames{}
	names.take("", b.sheet.Name)
	for i := range b.files {
		folder, name := b.files[i].place()
		b.files[i].path = names.take(folder, name)
	}
	return err
}

// TooManyChosen is the error about more documents than one archive holds.
func TooManyChosen() error {
	return store.Fail(store.Invalid, "error.too_many_chosen", "more than %d", MaxBulk).With("Max", MaxBulk)
}

// take adds the files of one document.
func (b *Bulk) take(ctx context.Context, tx store.Tx, of store.ID, doc store.Document, office string, at time.Time) error {
	for _, f := range doc.Files {
		if err := withheld(ctx, tx, f.Digest); err != nil {
			return err
		}
		if b.Bytes += f.Size; b.Bytes > MaxBulkBytes {
			return TooManyChosen()
		}
		b.files = append(b.files, bulkFile{File: f, of: of, document: doc, office: office, at: at})
	}
	return nil
}

// place returns how a file is called in the archive: after its document, since what came from e-Gov is called by digits;
// files of one document share a folder.
func (f bulkFile) place() (folder, name string) {
	stem := cutUnits(f.document.Title, 48) + "_" + cutUnits(f.office, 24)
	if len(f.document.Files) == 1 {
		return "", stem + path.Ext(f.Name)
	}
	return stem, f.Name
}

// WriteTo writes the archive: the list first, then the files, each after its download was recorded. With an error what was
// written is no archive, and must not look like the end of one to whoever receives it.
func (b *Bulk) WriteTo(ctx context.Context, w io.Writer) error {
	z := newZipStream(w, b.p.Now())
	list, err := b.list()
	if err != nil {
		return err
	}
	if err := z.addBytes(b.sheet.Name, list); err != nil {
		return err
	}
	for some := range slices.Chunk(b.files, bulkBatch) {
		if err := b.write(ctx, z, some); err != nil {
			return err
		}
	}
	return z.close()
}

// write records a batch and writes it. The bytes are looked for before anything is recorded.
func (b *Bulk) write(ctx context.Context, z *zipStream, some []bulkFile) error {
	for _, f := range some {
		if _, err := b.p.Blobs.Stat(ctx, b.actor.TenantID, f.Digest); err != nil {
			return fmt.Errorf("look for file %s: %w", f.ID, unreadable(err))
		}
	}
	err := b.p.update(ctx, b.actor, b.need, func(tx store.Tx, account store.Account) error {
		for _, f := range some {
			if err := withheld(ctx, tx, f.Digest); err != nil {
				return err
			}
			if err := b.record(ctx, tx, account, f); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("record downloads: %w", err)
	}
	for _, f := range some {
		err := z.addBlob(f.path, func() (store.Blob, error) { return b.p.Blobs.Open(ctx, b.actor.TenantID, f.Digest) })
		if err != nil {
			return fmt.Errorf("write file %s: %w", f.ID, err)
		}
	}
	return z.flush()
}

// list is the table that says what is inside.
func (b *Bulk) list() ([]byte, error) {
	rows := [][]string{b.sheet.Headings}
	for _, f := range b.files {
		rows = append(rows, []string{strings.ReplaceAll(f.path, "/", `\`), f.document.Title, b.sheet.Kind(f.document.Kind), f.office, b.sheet.Day(f.at),
			f.document.Origin.ArrivalNumber, f.Name, strconv.FormatInt(f.Size, 10), string(f.Digest)})
	}
	var out bytes.Buffer
	err := csv.Write(&out, rows)
	return out.Bytes(), err
}
