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

// Draft is a document to be: what the firm's form says, and files that were staged.
type Draft struct {
	Title       string
	Kind        string
	Note        string
	Acknowledge bool
	Files       []StagedFile
	Offices     []store.ID
	Deliver     bool      // deliver; otherwise the deliveries stay drafts
	DueAt       time.Time // when to deliver; zero: at once
	ExpiresAt   time.Time // when the deliveries end; zero: when the rule of the kind says
}

// What one document may hold.
const (
	titleRunes = 200
	noteRunes  = 2000
	MaxFiles   = 50
)

// Publish makes a document of d with a delivery for each office, and delivers it if d says so and nothing is in the way,
// in one transaction. Where a text among its files, or a file's name, holds what looks like an individual number, the
// deliveries stay drafts for somebody to look at first, and the document's Origin says where. PDFs are looked at later: when it returns without error all of it is durable, otherwise none of it is there.
func (p *Portal) Publish(ctx context.Context, a Actor, d Draft) (store.ID, error) {
	return p.publish(ctx, a, d, "")
}

func (p *Portal) publish(ctx context.Context, a Actor, d Draft, replaces store.ID) (store.ID, error) {
	d.Title, d.Note = strings.TrimSpace(d.Title), strings.TrimSpace(d.Note)
	slices.Sort(d.Offices)
	d.Offices = slices.Compact(d.Offices)
	if err := d.check(a.TenantID); err != nil {
		return "", err
	}
	numbers, look, err := p.staged(ctx, d.Files)
	if err != nil {
		return "", err
	}
	if len(numbers) > 0 {
		d.Deliver = false
	}
	now := p.Now()
	id := store.NewID(now)
	err = p.update(ctx, a, store.PermitDeliver, func(tx store.Tx, account store.Account) error {
		if replaces != "" {
			if err := replaceable(ctx, tx, account, replaces, d.Offices); err != nil {
				return err
			}
		}
		rule, err := ruleOf(ctx, tx, d.Kind)
		if err != nil {
			return err
		}
		doc := store.Document{ID: id, Title: d.Title, Kind: d.Kind, Note: d.Note, Acknowledge: d.Acknowledge, CreatedBy: account.ID, CreatedAt: now,
			Replaces: replaces, RetainUntil: retainUntil(rule, now), Origin: store.Origin{MyNumbers: numbers}}
		for _, f := range d.Files {
			if err := p.stillThere(ctx, f); err != nil {
				return err
			}
			if err := p.toScan(ctx, tx, f.digest); err != nil {
				return err
			}
			doc.Files = append(doc.Files, store.File{ID: store.NewID(now), Name: f.name, MediaType: f.mediaType, Size: f.size, Digest: f.digest})
		}
		if err := tx.Documents().Create(ctx, doc); err != nil {
			return fmt.Errorf("create document: %w", err)
		}
		if err := tx.Audit().Append(ctx, p.event(a, account, store.DeedPublish, "document:"+string(id), published(doc))); err != nil {
			return fmt.Errorf("append to the audit: %w", err)
		}
		if look {
			if err := p.toLook(ctx, tx, "document:"+string(id)); err != nil {
				return err
			}
		}
		if err := p.address(ctx, tx, a, account, id, d); err != nil {
			return err
		}
		return p.answer(ctx, tx, a, string(id))
	})
	if err == nil {
		p.kick()
	}
	return id, err
}

// stillThere demands a staged file's bytes, which are swept when nobody publishes them for long.
func (p *Portal) stillThere(ctx context.Context, f StagedFile) error {
	_, err := p.Blobs.Stat(ctx, f.tenant, f.digest)
	if errors.Is(err, store.ErrNotFound) {
		return store.Fail(store.Invalid, "error.file_gone", "staged file %s: %w", f.digest, err).With("Name", f.name)
	}
	if err != nil {
		return fmt.Errorf("look for staged file %s: %w", f.digest, err)
	}
	return nil
}

// published is what the audit keeps of a new document: its files' digests, never its title.
func published(doc store.Document) map[string]string {
	detail := map[string]string{"kind": doc.Kind}
	if doc.Replaces != "" {
		detail["replaces"] = string(doc.Replaces)
	}
	for i, f := range doc.Files {
		detail[fmt.Sprintf("sha256.%d", i+1)] = string(f.Digest)
	}
	return detail
}

// address creates the document's deliveries, and makes them if d says so.
func (p *Portal) address(ctx context.Context, tx store.Tx, a Actor, account store.Account, document store.ID, d Draft) error {
	for _, office := range d.Offices {
		if _, err := reach(ctx, tx, account, office); err != nil {
			return store.Fail(store.Invalid, "error.office_unknown", "deliver to office: %w", err)
		}
		delivery := store.Delivery{ID: store.NewID(p.Now()), DocumentID: document, OfficeID: office, State: store.DeliveryDraft, CreatedAt: p.Now()}
		if err := tx.Deliveries().Create(ctx, delivery); err != nil {
			return fmt.Errorf("create delivery: %w", err)
		}
		if !d.Deliver {
			continue
		}
		if _, err := p.plan(ctx, tx, a, account, delivery, store.DeliveryPlan{DueAt: d.DueAt, ExpiresAt: d.ExpiresAt}); err != nil {
			return err
		}
	}
	return nil
}

// check holds d against the rules for a document of tenant.
func (d Draft) check(tenant store.ID) error {
	switch n := utf8.RuneCountInString(d.Title); {
	case n == 0 || n > titleRunes || !plainText(d.Title):
		return store.Fail(store.Invalid, "error.title", "title of %d characters", n).With("Max", titleRunes)
	case utf8.RuneCountInString(d.Note) > noteRunes || !utf8.ValidString(d.Note):
		return store.Fail(store.Invalid, "error.note", "note too long").With("Max", noteRunes)
	case !validKind(d.Kind):
		return store.Fail(store.Invalid, "error.kind", "unknown kind")
	case len(d.Files) == 0:
		return store.Fail(store.Invalid, "error.no_file", "no file")
	case len(d.Files) > MaxFiles:
		return store.Fail(store.Invalid, "error.too_many_files", "%d files", len(d.Files)).With("Max", MaxFiles)
	case len(d.Offices) == 0:
		return store.Fail(store.Invalid, "error.no_office", "no office")
	case len(d.Offices) > store.MaxDeliveries:
		return store.Fail(store.Invalid, "error.too_many_offices", "%d offices", len(d.Offices)).With("Max", store.MaxDeliveries)
	}
	if slices.ContainsFunc(d.Files, func(f StagedFile) bool { return f.tenant != tenant }) {
		return store.Fail(store.Invalid, "error.no_file", "a file that was not staged for this tenant")
	}
	return nil
}
