package portal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"cloudpocket/store"
)

// MaxHandOver is how many packages can be handed over, or thrown away, at once.
const MaxHandOver = 1000

// handedAtOnce is how many of them share a transaction: others write meanwhile.
const handedAtOnce = 20

// HandOver says when packages are to be delivered, and what is said with them.
type HandOver struct {
	DueAt     time.Time // zero: at once
	ExpiresAt time.Time // zero: when the rule of the kind says
	Note      string    // the firm's words to the reader
}

// HandedOver is what became of packages.
type HandedOver struct {
	Documents []store.ID
	Waiting   int        // how many of the documents are not delivered yet: they wait for their time, approval or the scanner
	Left      []store.ID // packages that were not ready any more, and were not handed over
}

// HandOver makes a document of each package that is ready, with a delivery to its office that is made at once or when it
// is due, approved and scanned. Each is handed over whole or not at all; with an error some may have been.
func (p *Portal) HandOver(ctx context.Context, a Actor, ids []store.ID, h HandOver) (HandedOver, error) {
	var all HandedOver
	h.Note = strings.TrimSpace(h.Note)
	switch {
	case len(ids) == 0:
		return all, store.Fail(store.Invalid, "error.no_package", "no package")
	case len(ids) > MaxHandOver:
		return all, store.Fail(store.Invalid, "error.too_many_packages", "%d packages", len(ids)).With("Max", MaxHandOver)
	case utf8.RuneCountInString(h.Note) > noteRunes || !utf8.ValidString(h.Note):
		return all, store.Fail(store.Invalid, "error.note", "note too long").With("Max", noteRunes)
	}
	for some := range slices.Chunk(distinctIDs(ids), handedAtOnce) {
		done, err := p.handOver(ctx, a, some, h)
		all.Documents, all.Left = append(all.Documents, done.Documents...), append(all.Left, done.Left...)
		all.Waiting += done.Waiting
		if err != nil {
			return all, err
		}
	}
	p.kick()
	return all, nil
}

func (p *Portal) handOver(ctx context.Context, a Actor, ids []store.ID, h HandOver) (done HandedOver, err error) {
	err = p.update(ctx, a, store.PermitDeliver, func(tx store.Tx, account store.Account) error {
		done = HandedOver{}
		for _, id := range ids {
			pkg, err := packageInSight(ctx, tx, account, id)
			if err != nil {
				return err
			}
			err = withheld(ctx, tx, pkg.Digest)
			if err != nil && !errors.Is(err, store.ErrDenied) {
				return err
			}
			if err != nil || pkg.State != store.PackageReady {
				done.Left = append(done.Left, id)
				continue
			}
			document, made, err := p.handOne(ctx, tx, a, account, pkg, h)
			if err != nil {
				return fmt.Errorf("hand over package %s: %w", id, err)
			}
			if !made {
				done.Waiting++
			}
			done.Documents = append(done.Documents, document)
		}
		return nil
	})
	if err != nil {
		return HandedOver{}, err
	}
	return done, nil
}

// handOne makes the document of one package, with its persons and its delivery, and reports whether that was made.
func (p *Portal) handOne(ctx context.Context, tx store.Tx, a Actor, account store.Account, pkg store.Package, h HandOver) (document store.ID, made bool, err error) {
	doc, err := p.documentOf(ctx, tx, account, pkg, h)
	if err != nil {
		return "", false, err
	}
	if err := tx.Documents().Create(ctx, doc); err != nil {
		return "", false, fmt.Errorf("create document: %w", err)
	}
	if err := tx.Persons().Create(ctx, doc.ID, pkg.Persons); err != nil {
		return "", false, fmt.Errorf("keep whom it names: %w", err)
	}
	detail := published(doc)
	detail["package"] = string(pkg.ID)
	if err := tx.Audit().Append(ctx, p.event(a, account, store.DeedPublish, "document:"+string(doc.ID), detail)); err != nil {
		return "", false, fmt.Errorf("append to the audit: %w", err)
	}
	d := store.Delivery{ID: store.NewID(p.Now()), DocumentID: doc.ID, OfficeID: pkg.Office, State: store.DeliveryDraft, CreatedAt: p.Now()}
	if err := tx.Deliveries().Create(ctx, d); err != nil {
		return "", false, fmt.Errorf("create delivery: %w", err)
	}
	if made, err = p.plan(ctx, tx, a, account, d, store.DeliveryPlan{DueAt: h.DueAt, ExpiresAt: h.ExpiresAt}); err != nil {
		return "", false, err
	}
	pkg.State, pkg.DocumentID = store.PackageHanded, doc.ID
	if err := tx.Packages().Update(ctx, pkg); err != nil {
		return "", false, hurried(err)
	}
	return doc.ID, made, nil
}

func (p *Portal) documentOf(ctx context.Context, tx store.Tx, account store.Account, pkg store.Package, h HandOver) (store.Document, error) {
	if _, err := p.bytesOf(ctx, tx.Tenant(), pkg); err != nil {
		return store.Document{}, err
	}
	rule, err := ruleOf(ctx, tx, pkg.Kind)
	if err != nil {
		return store.Document{}, err
	}
	format, ok := formatOf(pkg.Name)
	if !ok { // out of an archive, where more lies than may be uploaded
		format.mediaType = "application/octet-stream"
	}
	now := p.Now()
	pkg.Origin.MyNumbers = pkg.MyNumbers
	return store.Document{
		ID: store.NewID(now), Title: pkg.Title, Kind: pkg.Kind, Note: h.Note, Acknowledge: rule.Acknowledge, Origin: pkg.Origin,
		RetainUntil: retainUntil(rule, now), CreatedBy: account.ID, CreatedAt: now,
		Files: []store.File{{ID: store.NewID(now), Name: pkg.Name, MediaType: format.mediaType, Size: pkg.Size, Digest: pkg.Digest}},
	}, nil
}
