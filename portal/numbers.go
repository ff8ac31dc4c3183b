package portal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"cloudpocket/portal/egov"
	"cloudpocket/store"
)

// PDFText returns the text of a PDF, page by page, and whether that is all of it. A page that is a picture has none.
type PDFText func(ctx context.Context, c Content) (pages []string, whole bool, err error)

// What looking for individual numbers in one document's PDFs may take, and how often a reader that is busy is asked.
const (
	numbersTime  = 40 * time.Second
	numbersTries = 5
)

// numbersIn is what was found of individual numbers, by the names of files.
type numbersIn struct{ found, unread []string }

// toLook has the PDFs of a package or a document looked at by LookForNumbers: it takes too long for anybody to wait.
func (p *Portal) toLook(ctx context.Context, tx store.Tx, subject string) error {
	return p.owe(ctx, tx, store.TaskNumbers, subject, p.Now())
}

// staged looks for individual numbers in what is text among files that are about to be published, and in their names. It
// reports whether any of them is to be looked at by LookForNumbers besides.
func (p *Portal) staged(ctx context.Context, files []StagedFile) (found []string, rest bool, err error) {
	for _, f := range files {
		if isPDF(f.name) || isArchive(f.name) {
			rest = p.PDFText != nil || isArchive(f.name) || rest
		}
		holds := holdsNumber(f.name)
		if !holds && !isPDF(f.name) && !isArchive(f.name) {
			if holds, err = p.stagedHolds(ctx, f); err != nil {
				return nil, false, err
			}
		}
		if holds {
			found = append(found, guarded(f.name))
		}
	}
	return found, rest, nil
}

func (p *Portal) stagedHolds(ctx context.Context, f StagedFile) (bool, error) {
	blob, err := p.Blobs.Open(ctx, f.tenant, f.digest)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil // stillThere says so
	}
	if err != nil {
		return false, fmt.Errorf("open a staged file: %w", err)
	}
	defer blob.Close()
	b, err := io.ReadAll(io.LimitReader(blob, MaxFileSize))
	if err != nil {
		return false, fmt.Errorf("read a staged file: %w", err)
	}
	return textHoldsNumber(&egov.File{Name: f.name, Data: b}), nil
}

func isPDF(name string) bool { return strings.HasSuffix(strings.ToLower(name), ".pdf") }

// pdfsOf returns the names of a package's PDFs.
func pdfsOf(one *egov.Package) (names []string) {
	for _, f := range one.Files {
		if f.Role == egov.RolePDF {
			names = append(names, guarded(f.Name))
		}
	}
	return names
}

// LookForNumbers looks for individual numbers in the PDFs of the package or document that a task is about, and in what lies
// in a document's archives. Found, they are noted with a package that waits, and the firm is told of a document.
func (p *Portal) LookForNumbers(ctx context.Context, t store.Task) error {
	var files []store.File
	var documents []store.ID
	err := p.Records.View(ctx, t.TenantID, func(tx store.Tx) (err error) {
		files, documents, err = lookedAt(ctx, tx, t.Subject)
		return err
	})
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("read what is to be looked at: %w", err)
	}
	limited, cancel := context.WithTimeout(ctx, numbersTime)
	defer cancel()
	var all numbersIn
	for _, f := range files {
		some, err := p.numbersOf(limited, t, f)
		if err != nil {
			return err
		}
		all.found, all.unread = append(all.found, some.found...), append(all.unread, some.unread...)
	}
	return p.carryOut(ctx, t, func(tx store.Tx) error { return p.noteNumbers(ctx, tx, t.Subject, documents, all) })
}

// lookedAt returns the files of a subject, and the documents that hold them.
func lookedAt(ctx context.Context, tx store.Tx, subject string) ([]store.File, []store.ID, error) {
	if id, ok := strings.CutPrefix(subject, "package:"); ok {
		pkg, err := tx.Packages().Get(ctx, store.ID(id))
		if err != nil {
			return nil, nil, err
		}
		return []store.File{{ID: pkg.ID, Name: pkg.Name, Size: pkg.Size, Digest: pkg.Digest}}, nil, nil
	}
	doc, err := tx.Documents().Get(ctx, store.ID(strings.TrimPrefix(subject, "document:")))
	return doc.Files, []store.ID{doc.ID}, err
}

// numbersOf looks into one file. What cannot be read in time is unread; while the reader is busy, it is tried again later.
func (p *Portal) numbersOf(ctx context.Context, t store.Task, f store.File) (all numbersIn, err error) {
	if !isPDF(f.Name) && !isArchive(f.Name) {
		return all, nil
	}
	var pdfs []namedPDF
	err = p.unpack(ctx, t.TenantID, f, func(one *egov.Package) error {
		all, pdfs = numbersOutsidePDFs(one)
		return nil
	})
	if errors.Is(err, store.ErrNotFound) || store.KindOf(err) == store.Damaged {
		return all, nil
	}
	if err != nil {
		return all, err
	}
	for _, pdf := range pdfs {
		found, whole, err := p.pdfHolds(ctx, t, pdf.data)
		if err != nil {
			return all, err
		}
		if found {
			all.found = append(all.found, pdf.name)
		} else if !whole {
			all.unread = append(all.unread, pdf.name)
		}
	}
	return all, nil
}

// namedPDF is a PDF out of a package, copied: reading it takes long, and the package is held no longer than needed.
type namedPDF struct {
	name string
	data []byte
}

// numbersPDFs is how many bytes of a package's PDFs are read; the rest is unread.
const numbersPDFs = 32 << 20

// numbersOutsidePDFs looks at all of a package but its PDFs, which it returns.
func numbersOutsidePDFs(one *egov.Package) (all numbersIn, pdfs []namedPDF) {
	if one == nil {
		return all, nil
	}
	left := numbersPDFs
	for _, f := range one.Files {
		name := guarded(f.Name)
		switch {
		case name != f.Name || fileHoldsNumber(f):
			all.found = append(all.found, name)
		case f.Role != egov.RolePDF:
		case len(f.Data) > left:
			all.unread = append(all.unread, name)
		default:
			left -= len(f.Data)
			pdfs = append(pdfs, namedPDF{name, bytes.Clone(f.Data)})
		}
	}
	return all, pdfs
}

func (p *Portal) pdfHolds(ctx context.Context, t store.Task, pdf []byte) (found, whole bool, err error) {
	if p.PDFText == nil || ctx.Err() != nil {
		return false, false, nil
	}
	c := Content{Tenant: t.TenantID, Digest: store.DigestOf(sha256.Sum256(pdf)), Name: "a.pdf"}
	c.Open = func(context.Context) (store.Blob, error) { return memory{bytes.NewReader(pdf), func() {}}, nil }
	pages, whole, err := p.PDFText(ctx, c)
	if err != nil {
		if store.KindOf(err) == store.Unavailable && ctx.Err() == nil && t.Attempts < numbersTries {
			return false, false, fmt.Errorf("read a PDF's text: %w", err)
		}
		return false, false, nil
	}
	read := false
	for _, page := range pages {
		if holdsNumber(page) {
			return true, whole, nil
		}
		read = read || strings.TrimSpace(page) != ""
	}
	return false, whole && read, nil
}

// noteNumbers keeps what was found with a package, and tells of the documents that hold it.
func (p *Portal) noteNumbers(ctx context.Context, tx store.Tx, subject string, documents []store.ID, all numbersIn) error {
	if id, ok := strings.CutPrefix(subject, "package:"); ok {
		pkg, err := tx.Packages().Get(ctx, store.ID(id))
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read a package that was looked at: %w", err)
		}
		pkg.MyNumbers, pkg.Origin.Unread = merged(pkg.MyNumbers, all.found), all.unread
		if err := tx.Packages().Update(ctx, pkg); err != nil {
			return fmt.Errorf("keep what was found in package %s: %w", id, err)
		}
		if pkg.DocumentID != "" {
			documents = []store.ID{pkg.DocumentID}
		}
	}
	if len(all.found) == 0 {
		return nil
	}
	detail := map[string]string{"files": fmt.Sprint(len(all.found))}
	for i, id := range documents {
		detail[fmt.Sprintf("document.%d", i+1)] = string(id)
	}
	return tx.Audit().Append(ctx, p.ownEvent(store.DeedNumbers, subject, detail))
}

func merged(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// GiveUpNumbers ends a task that LookForNumbers never finishes. What it was about stays noted as not looked at.
func (p *Portal) GiveUpNumbers(ctx context.Context, t store.Task) error {
	return p.carryOut(ctx, t, func(store.Tx) error { return nil })
}
