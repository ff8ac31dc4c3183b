package portal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"cloudpocket/store"
)

// scanLife is how long a verdict is relied on for new documents: the scanner learns.
const scanLife = 24 * time.Hour

// toScan has the bytes of a file that just came looked at, unless nothing is scanned, a verdict is fresh, or something
// was found in them before.
func (p *Portal) toScan(ctx context.Context, tx store.Tx, d store.Digest) error {
	if !p.Scanning {
		return nil
	}
	s, err := tx.Scans().Get(ctx, d)
	switch {
	case err != nil && !errors.Is(err, store.ErrNotFound):
		return fmt.Errorf("read the scan of %s: %w", d, err)
	case err == nil && (s.State == store.ScanFound || s.State == store.ScanClean && p.Now().Sub(s.At) < scanLife):
		return nil
	}
	if err := tx.Scans().Save(ctx, store.Scan{Digest: d, State: store.ScanWaiting, At: p.Now()}); err != nil {
		return fmt.Errorf("ask for a scan of %s: %w", d, err)
	}
	return p.owe(ctx, tx, store.TaskScan, string(d), p.Now())
}

// scanRest has the files of a document looked at that were not: they came while nothing was scanned.
func (p *Portal) scanRest(ctx context.Context, tx store.Tx, document store.ID) error {
	doc, err := tx.Documents().Get(ctx, document)
	if err != nil {
		return fmt.Errorf("read a document to be scanned: %w", err)
	}
	for _, f := range doc.Files {
		if err := p.toScan(ctx, tx, f.Digest); err != nil {
			return err
		}
	}
	return nil
}

// withheld is the refusal to open bytes in which the scanner found something, whoever asks; nil for all others.
func withheld(ctx context.Context, tx store.Tx, d store.Digest) error {
	s, err := tx.Scans().Get(ctx, d)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil
	case err != nil:
		return fmt.Errorf("read the scan of %s: %w", d, err)
	case s.State == store.ScanFound:
		return store.Fail(store.Denied, "error.file_quarantined", "%s was found in %s", s.Finding, d)
	}
	return nil
}

// ScanVerdict is what the scanner said of a file's bytes.
type ScanVerdict struct {
	Found bool
	Name  string // of what was found, in the scanner's words
}

// ScanDue returns the bytes that a task has looked at, for the caller to close. When there is nothing to look at any
// more, because another instance did it or the bytes are gone, the task is ended and it is ErrNotFound.
func (p *Portal) ScanDue(ctx context.Context, t store.Task) (store.Blob, error) {
	err := p.Records.View(ctx, t.TenantID, func(tx store.Tx) error {
		_, err := tx.Tasks().Find(ctx, t.Kind, t.Subject)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look for a scan that is owed: %w", err)
	}
	blob, err := p.Blobs.Open(ctx, t.TenantID, store.Digest(t.Subject))
	if errors.Is(err, store.ErrNotFound) {
		return nil, errors.Join(err, p.carryOut(ctx, t, func(store.Tx) error { return nil }))
	}
	if err != nil {
		return nil, fmt.Errorf("open what is to be scanned: %w", err)
	}
	return blob, nil
}

// Scanned keeps the verdict on the bytes that a task had looked at. Clean, what waited for it is released. Otherwise the
// bytes are in quarantine: from the commit on nobody opens them, the firm included, whether they were delivered or not,
// and whoever brought them gets a mail.
func (p *Portal) Scanned(ctx context.Context, tenant store.ID, d store.Digest, v ScanVerdict) error {
	t := store.Task{TenantID: tenant, Kind: store.TaskScan, Subject: string(d)}
	err := p.carryOut(ctx, t, func(tx store.Tx) error {
		s := store.Scan{Digest: d, State: store.ScanClean, At: p.Now()}
		if v.Found {
			s.State, s.Finding = store.ScanFound, v.Name
		}
		if err := tx.Scans().Save(ctx, s); err != nil {
			return fmt.Errorf("keep the verdict on %s: %w", d, err)
		}
		if v.Found {
			return p.quarantine(ctx, tx, s)
		}
		held, err := tx.Scans().Held(ctx, d)
		if err != nil {
			return fmt.Errorf("list what waits for %s: %w", d, err)
		}
		for _, id := range held {
			if err := p.owe(ctx, tx, store.TaskRelease, string(id), p.Now()); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		p.kick()
	}
	return err
}

// quarantine tells the audit, and those who brought the bytes.
func (p *Portal) quarantine(ctx context.Context, tx store.Tx, s store.Scan) error {
	documents, err := tx.Documents().Holding(ctx, s.Digest)
	if err != nil {
		return fmt.Errorf("list what holds %s: %w", s.Digest, err)
	}
	var brought []store.ID
	detail := map[string]string{"finding": s.Finding}
	for i, id := range documents {
		doc, err := tx.Documents().Get(ctx, id)
		if err != nil {
			return fmt.Errorf("read a document that holds %s: %w", s.Digest, err)
		}
		brought = append(brought, doc.CreatedBy)
		detail[fmt.Sprintf("document.%d", i+1)] = string(id)
	}
	packages, err := tx.Packages().Holding(ctx, s.Digest)
	if err != nil {
		return fmt.Errorf("list packages of %s: %w", s.Digest, err)
	}
	for i, id := range packages {
		receiver, err := p.infected(ctx, tx, id)
		if err != nil {
			return err
		}
		if !slices.Contains(brought, receiver) {
			brought = append(brought, receiver)
		}
		detail[fmt.Sprintf("package.%d", i+1)] = string(id)
	}
	if err := tx.Audit().Append(ctx, p.ownEvent(store.DeedFound, "file:"+string(s.Digest), detail)); err != nil {
		return fmt.Errorf("append to the audit: %w", err)
	}
	for _, account := range brought {
		if err := p.tellFirm(ctx, tx, account, store.MailFound, ""); err != nil {
			return err
		}
	}
	return nil
}

// ScanFailed tells the audit, and by it the firm, that bytes have no verdict although the scanner was asked often. What
// waits for the verdict waits on, and the scanner is asked again.
func (p *Portal) ScanFailed(ctx context.Context, t store.Task) error {
	return p.Records.Update(ctx, t.TenantID, func(tx store.Tx) error {
		documents, err := tx.Documents().Holding(ctx, store.Digest(t.Subject))
		if err != nil {
			return fmt.Errorf("list what holds %s: %w", t.Subject, err)
		}
		detail := map[string]string{"attempts": strconv.Itoa(t.Attempts)}
		for i, id := range documents {
			detail[fmt.Sprintf("document.%d", i+1)] = string(id)
		}
		e := p.ownEvent(store.DeedUnscanned, "file:"+t.Subject, detail)
		e.Outcome = store.Refused
		return tx.Audit().Append(ctx, e)
	})
}

// infected refuses a package of the tray, so that nobody hands it over, and returns who received it.
func (p *Portal) infected(ctx context.Context, tx store.Tx, id store.ID) (receiver store.ID, err error) {
	pkg, err := tx.Packages().Get(ctx, id)
	if err != nil {
		return "", fmt.Errorf("read a package in which something was found: %w", err)
	}
	pkg.State, pkg.Reason = store.PackageRefused, foundReason()
	if err := tx.Packages().Update(ctx, pkg); err != nil {
		return "", fmt.Errorf("refuse package %s: %w", id, err)
	}
	return pkg.ReceivedBy, p.tellPackage(ctx, tx, pkg, "")
}

func foundReason() store.Reason { return store.Reason{Key: "package.found"} }

// unscanned refuses files that nobody may open yet, because no scan of them is over; nil where nothing is scanned.
func (p *Portal) unscanned(ctx context.Context, tx store.Tx, files []store.File) error {
	if !p.Scanning {
		return nil
	}
	for _, f := range files {
		s, err := tx.Scans().Get(ctx, f.Digest)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return fmt.Errorf("read the scan of file %s: %w", f.ID, err)
		}
		if err != nil || s.State == store.ScanWaiting {
			return store.Fail(store.Unavailable, "error.file_unscanned", "no scan of file %s is over", f.ID)
		}
	}
	return nil
}

// unscannedAtDesk is unscanned for a document of the firm's. What was delivered had passed, whatever is asked since.
func (p *Portal) unscannedAtDesk(ctx context.Context, tx store.Tx, files []store.File, deliveries []DeskDelivery) error {
	if slices.ContainsFunc(deliveries, func(d DeskDelivery) bool { return !d.DeliveredAt.IsZero() }) {
		return nil
	}
	return p.unscanned(ctx, tx, files)
}
