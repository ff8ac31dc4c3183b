package portal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"cloudpocket/store"
)

// Exported is how much an export holds.
type Exported struct {
	Documents  int `json:"documents"`
	Deliveries int `json:"deliveries"`
	Receipts   int `json:"receipts"`
	Persons    int `json:"persons"`
	Files      int `json:"files"`
}

// Export is everything that was handed to a company and stands or ended by itself, or all of the whole firm, permitted and
// not yet written. What was taken back from the company is a line without title, files and persons, for its receipts.
//
// It is a ZIP that is written as it goes:
//
//	files/ab/ab12…        each file once, named by its SHA-256
//	manifest/000001.jsonl a line for each document, with its deliveries, their receipts, and whom it names and who told them
//	sha256/000001.txt     digests of that manifest and of the files that came with it, as `sha256sum -c` reads them
//	complete.json         how much there is, and the digests of all sha256/…; without it the archive is not whole
type Export struct {
	p       *Portal
	tenant  store.ID
	company store.ID // empty: the firm
	scope   store.OfficeScope
	offices map[store.ID]string // their names
}

// Export returns an export of a company, or of the firm when company is empty. It holds every file and says who did what
// with it, so it needs the menus for both, delivering and receipts, and a scope that covers all of it: somebody for
// whom part of it does not exist would get an export that looks whole. What is asked for is audited before any of it
// goes out.
func (p *Portal) Export(ctx context.Context, a Actor, company store.ID) (*Export, error) {
	return p.export(ctx, a, func(store.Tx, store.Account) (store.ID, error) { return company, nil })
}

// ExportOfParent is Export of the company that the parent product calls so, or of the firm when that is empty.
func (p *Portal) ExportOfParent(ctx context.Context, a Actor, company string) (*Export, error) {
	return p.export(ctx, a, func(tx store.Tx, account store.Account) (store.ID, error) {
		if company == "" {
			return "", nil
		}
		c, err := companyOfParent(ctx, tx, account, company)
		return c.ID, err
	})
}

func (p *Portal) export(ctx context.Context, a Actor, which func(store.Tx, store.Account) (store.ID, error)) (*Export, error) {
	e := &Export{p: p, tenant: a.TenantID}
	return e, p.update(ctx, a, store.PermitDeliver, func(tx store.Tx, account store.Account) (err error) {
		if !Permissions(account).Has(store.PermitDeliver | store.PermitReceipts) {
			return store.Fail(store.Denied, "error.no_permission", "account %s may not see receipts", account.ID)
		}
		if e.company, err = which(tx, account); err != nil {
			return err
		}
		if err := e.reach(ctx, tx); err != nil {
			return err
		}
		if err := covers(account, e); err != nil {
			return err
		}
		return tx.Audit().Append(ctx, p.event(a, account, store.DeedExport, e.record(), map[string]string{"by": "firm"}))
	})
}

// covers demands that nothing of an export is out of account's sight.
func covers(account store.Account, e *Export) error {
	if account.Offices.All {
		return nil
	}
	if e.company == "" {
		return store.Fail(store.Denied, "error.export_scope", "account %s sees some offices alone", account.ID)
	}
	seen := 0
	for office := range e.offices {
		if account.Offices.Contains(office) {
			seen++
		}
	}
	switch {
	case seen == 0:
		return fmt.Errorf("company %s is out of the scope of account %s: %w", e.company, account.ID, store.ErrNotFound)
	case seen < len(e.offices):
		return store.Fail(store.Denied, "error.export_scope", "account %s sees %d of %d offices", account.ID, seen, len(e.offices))
	}
	return nil
}

// Export is the portal's for the operator. It is the one deed of a Setup that reaches documents.
func (s Setup) Export(ctx context.Context, tenant, company store.ID) (*Export, error) {
	e := &Export{p: s.Portal, tenant: tenant, company: company}
	return e, s.change(ctx, tenant, store.DeedExport, e.record(), map[string]string{"by": "operator"}, func(tx store.Tx) error {
		return e.reach(ctx, tx)
	})
}

func (e *Export) record() string {
	if e.company == "" {
		return "tenant:" + string(e.tenant)
	}
	return "company:" + string(e.company)
}

// reach finds the offices of the company, or all.
func (e *Export) reach(ctx context.Context, tx store.Tx) error {
	if e.company != "" {
		if _, err := tx.Companies().Get(ctx, e.company); err != nil {
			return fmt.Errorf("read the company to export: %w", err)
		}
	}
	e.offices, e.scope = map[store.ID]string{}, store.OfficeScope{All: e.company == ""}
	for page := (store.Page{Limit: store.MaxPage}); ; {
		list, err := tx.Offices().List(ctx, e.company, page)
		if err != nil {
			return fmt.Errorf("list the offices to export: %w", err)
		}
		for _, o := range list.Items {
			e.offices[o.ID] = o.Name
			if !e.scope.All {
				e.scope.Offices = append(e.scope.Offices, o.ID)
			}
		}
		if page.After = list.Next; page.After == "" {
			return nil
		}
	}
}

// exportPage is how many documents share a manifest.
const exportPage = 100

// WriteTo writes the archive, page by page, and tells done how much there is so far after each. What is published
// meanwhile may be missing; documents never change. With an error what was written is no archive.
func (e *Export) WriteTo(ctx context.Context, w io.Writer, done func(Exported)) error {
	x := exporting{Export: e, zip: newZipStream(w, e.p.Now()), written: map[store.Digest]bool{}}
	for page := (store.Page{Limit: exportPage}); ; {
		next, err := x.page(ctx, page)
		if err != nil {
			return err
		}
		if done != nil {
			done(x.count)
		}
		if page.After = next; next == "" {
			return x.complete()
		}
	}
}

// exporting is an export under way.
type exporting struct {
	*Export
	zip     *zipStream
	count   Exported
	parts   int
	sums    []partSum
	written map[store.Digest]bool
}

type partSum struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
}

// page writes one page of documents, and their files before the manifest that names them.
func (x *exporting) page(ctx context.Context, page store.Page) (next store.Cursor, err error) {
	var manifest bytes.Buffer
	var files []store.File
	var count Exported
	err = x.p.Records.View(ctx, x.tenant, func(tx store.Tx) error {
		manifest.Reset()
		files, count = nil, x.count
		list, err := tx.Documents().List(ctx, x.scope, store.DocumentFilter{}, page)
		if err != nil {
			return fmt.Errorf("list the documents to export: %w", err)
		}
		next = list.Next
		for _, s := range list.Items {
			line, ok, err := x.line(ctx, tx, s.ID, &count)
			if err != nil {
				return err
			}
			if !ok {
				continue
			}
			files = append(files, line.source...)
			if err := json.NewEncoder(&manifest).Encode(line); err != nil {
				return fmt.Errorf("encode a document: %w", err)
			}
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	x.count = count
	return next, x.part(ctx, manifest.Bytes(), files)
}

// part writes files and a manifest, and the digests of both.
func (x *exporting) part(ctx context.Context, manifest []byte, files []store.File) error {
	x.parts++
	var sums strings.Builder
	for _, f := range files {
		if x.written[f.Digest] {
			continue
		}
		name := exportedName(f.Digest)
		err := x.zip.addBlob(name, func() (store.Blob, error) { return x.p.Blobs.Open(ctx, x.tenant, f.Digest) })
		if err != nil {
			return fmt.Errorf("export file %s: %w", f.ID, err)
		}
		x.written[f.Digest] = true
		x.count.Files++
		fmt.Fprintf(&sums, "%s  %s\n", f.Digest, name)
	}
	name := fmt.Sprintf("manifest/%06d.jsonl", x.parts)
	fmt.Fprintf(&sums, "%s  %s\n", sumOf(manifest), name)
	if err := x.zip.addBytes(name, manifest); err != nil {
		return err
	}
	list := fmt.Sprintf("sha256/%06d.txt", x.parts)
	x.sums = append(x.sums, partSum{list, sumOf([]byte(sums.String()))})
	if err := x.zip.addBytes(list, []byte(sums.String())); err != nil {
		return err
	}
	return x.zip.flush()
}

// complete ends the archive.
func (x *exporting) complete() error {
	b, err := json.MarshalIndent(map[string]any{
		"version": 1, "tenant": x.tenant, "company": x.company, "at": x.p.Now().UTC().Format(time.RFC3339), "count": x.count, "sha256": x.sums,
	}, "", "  ")
	if err != nil {
		return fmt.Errorf("encode how much was exported: %w", err)
	}
	if err := x.zip.addBytes("complete.json", append(b, '\n')); err != nil {
		return err
	}
	return x.zip.close()
}

func exportedName(d store.Digest) string { return "files/" + string(d[:2]) + "/" + string(d) }

func sumOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
