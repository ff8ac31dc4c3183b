package portal

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cloudpocket/store"
)

// exportedDocument is a line of a manifest. Times are UTC, those that have not come are left out.
type exportedDocument struct {
	ID          store.ID           `json:"id"`
	Title       string             `json:"title"`
	Kind        string             `json:"kind"`
	Note        string             `json:"note,omitempty"`
	Acknowledge bool               `json:"acknowledge"`
	Replaces    store.ID           `json:"replaces,omitempty"`
	RetainUntil store.Date         `json:"retain_until,omitempty"`
	CreatedBy   store.ID           `json:"created_by"`
	CreatedAt   time.Time          `json:"created_at"`
	Arrival     string             `json:"arrival_number,omitempty"`
	Number      string             `json:"document_number,omitempty"`
	IssuedOn    store.Date         `json:"issued_on,omitempty"`
	Author      string             `json:"author,omitempty"`
	Signature   store.Verdict      `json:"signature,omitempty"`
	Files       []exportedFile     `json:"files"`
	Persons     []exportedPerson   `json:"persons,omitempty"`
	Deliveries  []exportedDelivery `json:"deliveries"`
	Withdrawn   bool               `json:"withdrawn,omitempty"` // taken back from the company: nothing of what it says is here
	source      []store.File
}

type exportedFile struct {
	ID        store.ID     `json:"id"`
	Name      string       `json:"name"`
	MediaType string       `json:"media_type"`
	Size      int64        `json:"size"`
	SHA256    store.Digest `json:"sha256"`
	Path      string       `json:"path,omitempty"`
	Withheld  bool         `json:"withheld,omitempty"` // the scanner found something: the bytes are not handed out
}

type exportedPerson struct {
	Position int    `json:"position"`
	Notice   string `json:"notice,omitempty"`
	Number   string `json:"number,omitempty"`
	Name     string `json:"name"`
	Kana     string `json:"kana,omitempty"`
}

type exportedDelivery struct {
	ID          store.ID            `json:"id"`
	Office      store.ID            `json:"office"`
	OfficeName  string              `json:"office_name"`
	State       store.DeliveryState `json:"state"`
	DeliveredBy store.ID            `json:"delivered_by,omitempty"`
	DeliveredAt time.Time           `json:"delivered_at,omitzero"`
	WithdrawnBy store.ID            `json:"withdrawn_by,omitempty"`
	WithdrawnAt time.Time           `json:"withdrawn_at,omitzero"`
	Reason      string              `json:"reason,omitempty"`
	Receipts    []exportedReceipt   `json:"receipts,omitempty"`
	Told        []exportedTelling   `json:"told,omitempty"`
}

type exportedReceipt struct {
	Account        store.ID  `json:"account"`
	Name           string    `json:"name"`
	ViewedAt       time.Time `json:"viewed_at,omitzero"`
	DownloadedAt   time.Time `json:"downloaded_at,omitzero"`
	AcknowledgedAt time.Time `json:"acknowledged_at,omitzero"`
}

type exportedTelling struct {
	Position int              `json:"position"`
	By       store.ID         `json:"by"`
	At       time.Time        `json:"at"`
	How      store.TellingWay `json:"how"`
	Note     string           `json:"note,omitempty"`
}

// line returns a document as it is written, and counts what is in it; ok is false for one that is none of the export's.
func (x *exporting) line(ctx context.Context, tx store.Tx, id store.ID, n *Exported) (e exportedDocument, ok bool, err error) {
	d, err := tx.Documents().Get(ctx, id)
	if err != nil {
		return e, false, fmt.Errorf("read a document to export: %w", err)
	}
	deliveries, err := tx.Deliveries().ByDocument(ctx, id)
	if err != nil {
		return e, false, fmt.Errorf("read the deliveries to export: %w", err)
	}
	what := x.due(deliveries)
	switch what {
	case dueNothing:
		return e, false, nil
	case dueTrace:
		e = exportedDocument{ID: d.ID, Kind: d.Kind, CreatedBy: d.CreatedBy, CreatedAt: d.CreatedAt, Files: []exportedFile{}, Withdrawn: true}
	default:
		if e, err = x.whole(ctx, tx, d); err != nil {
			return e, false, err
		}
	}
	for _, v := range deliveries {
		office, there := x.offices[v.OfficeID]
		if !there || !x.mayTell(v.State) {
			continue
		}
		one, err := x.delivered(ctx, tx, v, office, len(e.Persons) > 0)
		if err != nil {
			return e, false, err
		}
		e.Deliveries = append(e.Deliveries, one)
		n.Receipts += len(one.Receipts)
	}
	n.Documents, n.Deliveries, n.Persons = n.Documents+1, n.Deliveries+len(e.Deliveries), n.Persons+len(e.Persons)
	return e, true, nil
}

// dues is how much of a document an export holds.
type dues int

const (
	dueNothing dues = iota
	dueTrace        // that it was there, and who had seen it
	dueAll
)

// due says how much of a document with these deliveries is the export's. The firm's holds all of all. A company's
// is handed to that company, so it holds what was its to read: what stands there, or ended by itself. What was taken
// back may be another's, and what was never handed over is nobody's yet.
func (x *exporting) due(deliveries []store.Delivery) dues {
	if x.company == "" {
		return dueAll
	}
	most := dueNothing
	for _, v := range deliveries {
		if _, there := x.offices[v.OfficeID]; !there { // of another company, or newer than the export
			continue
		}
		switch v.State {
		case store.DeliveryDelivered, store.DeliveryExpired:
			return dueAll
		case store.DeliveryWithdrawn:
			most = dueTrace
		}
	}
	return most
}

// mayTell reports whether a delivery in that state is told of: to a company, the ones that were made.
func (x *exporting) mayTell(s store.DeliveryState) bool {
	return x.company == "" || s == store.DeliveryDelivered || s == store.DeliveryExpired || s == store.DeliveryWithdrawn
}

// whole returns all that a document says, and its files.
func (x *exporting) whole(ctx context.Context, tx store.Tx, d store.Document) (exportedDocument, error) {
	e := exportedDocument{ID: d.ID, Title: d.Title, Kind: d.Kind, Note: d.Note, Acknowledge: d.Acknowledge, Replaces: d.Replaces, RetainUntil: d.RetainUntil,
		CreatedBy: d.CreatedBy, CreatedAt: d.CreatedAt, Arrival: d.Origin.ArrivalNumber, Number: d.Origin.DocumentNumber, IssuedOn: d.Origin.IssuedOn,
		Author: d.Origin.Author, Signature: d.Origin.Signature.Verdict}
	for _, f := range d.Files {
		one := exportedFile{ID: f.ID, Name: f.Name, MediaType: f.MediaType, Size: f.Size, SHA256: f.Digest}
		switch err := withheld(ctx, tx, f.Digest); {
		case err == nil:
			one.Path, e.source = exportedName(f.Digest), append(e.source, f)
		case errors.Is(err, store.ErrDenied):
			one.Withheld = true
		default:
			return e, err
		}
		e.Files = append(e.Files, one)
	}
	persons, err := tx.Persons().ByDocument(ctx, d.ID)
	if err != nil {
		return e, fmt.Errorf("read the persons to export: %w", err)
	}
	for _, p := range persons {
		e.Persons = append(e.Persons, exportedPerson(p))
	}
	return e, nil
}

// delivered returns a delivery with its receipts and who was told. Why something was taken back is the firm's: it may
// say whose it was.
func (x *exporting) delivered(ctx context.Context, tx store.Tx, v store.Delivery, office string, persons bool) (exportedDelivery, error) {
	e := exportedDelivery{ID: v.ID, Office: v.OfficeID, OfficeName: office, State: v.State, DeliveredBy: v.DeliveredBy, DeliveredAt: v.DeliveredAt,
		WithdrawnBy: v.WithdrawnBy, WithdrawnAt: v.WithdrawnAt}
	if x.company == "" {
		e.Reason = v.Reason
	}
	for page := (store.Page{Limit: store.MaxPage}); ; {
		list, err := tx.Receipts().ByDelivery(ctx, v.ID, page)
		if err != nil {
			return e, fmt.Errorf("read the receipts to export: %w", err)
		}
		for _, r := range list.Items {
			e.Receipts = append(e.Receipts, exportedReceipt{r.AccountID, r.AccountName, r.ViewedAt, r.DownloadedAt, r.AcknowledgedAt})
		}
		if page.After = list.Next; page.After == "" {
			break
		}
	}
	if !persons {
		return e, nil
	}
	told, err := tx.Persons().ByDelivery(ctx, v.ID)
	if err != nil {
		return e, fmt.Errorf("read who was told, to export: %w", err)
	}
	for _, p := range told {
		if !p.Telling.At.IsZero() {
			e.Told = append(e.Told, exportedTelling{p.Position, p.Telling.By, p.Telling.At, p.Telling.How, p.Telling.Note})
		}
	}
	return e, nil
}
