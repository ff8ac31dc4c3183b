package portal

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strconv"

	"cloudpocket/portal/egov"
	"cloudpocket/portal/egov/clean"
	"cloudpocket/portal/egov/render"
	"cloudpocket/store"
)

// PartPolicy is the Content-Security-Policy to serve a part's HTML under.
const PartPolicy = render.Policy

// BookPolicy is the one to serve a book under, which nobody frames.
const BookPolicy = clean.Policy + "; frame-ancestors 'none'"

// Form is how a part is shown.
type Form string

const (
	FormHTML     Form = "html"     // a page of its own, for a frame
	FormPages    Form = "pages"    // pictures of a PDF's pages
	FormImage    Form = "image"    // one picture
	FormText     Form = "text"     // lines; a Look has them as HTML
	FormTable    Form = "table"    // rows; a Look has them as HTML
	FormDownload Form = "download" // nothing but its bytes
)

// Look is what a part looks like.
type Look struct {
	Part    Part
	Parts   []Part // all parts of the document
	Title   string // the document's
	Page    render.Page
	Persons int    // how many it names
	Reason  string // the key of why it is not shown as it was meant; empty when it is
	Shown
}

// Styled reports whether it is shown by the stylesheet that came with it, Plain that the reader asked for none.
func (l Look) Styled() bool { return l.Page.Form == render.Styled }
func (l Look) Plain() bool  { return l.Page.Reason == render.Plain }

// Manner is how somebody reads: in which language, and whether without the stylesheets that came with the documents, whose
// look nobody may have signed.
type Manner struct {
	Lang  string
	Plain bool

	unlinked bool // links would do nothing where it is read, so that there are none
}

// Read returns what a part looks like, by its number from 1. A client to whom it shows something has
// viewed the delivery.
func (p *Portal) Read(ctx context.Context, a Actor, s Source, n int, m Manner) (Look, error) {
	doc, parts, part, err := p.partOf(ctx, a, s, n)
	if err != nil {
		return Look{}, err
	}
	m.unlinked = a.Embed != store.Embed{} // above its frame is somebody else's page, which no link of ours may replace
	l, err := p.lookOf(ctx, a.TenantID, part, m)
	if err == nil && l.Form == FormHTML { // of the other forms nothing is seen yet
		err = p.looked(ctx, a, s)
	}
	if err != nil {
		return Look{}, err
	}
	l.Part, l.Parts, l.Title = part, parts, doc.Title
	return l, nil
}

// Parts returns what there is to look at in a source, in reading order.
func (p *Portal) Parts(ctx context.Context, a Actor, s Source) ([]Part, error) {
	doc, err := p.source(ctx, a, s)
	if err != nil {
		return nil, err
	}
	return p.parts(ctx, a.TenantID, doc)
}

// partOf returns a part that a may read, with all of its document.
func (p *Portal) partOf(ctx context.Context, a Actor, s Source, n int) (store.Document, []Part, Part, error) {
	doc, err := p.source(ctx, a, s)
	if err != nil {
		return doc, nil, Part{}, err
	}
	parts, err := p.parts(ctx, a.TenantID, doc)
	if err != nil {
		return doc, nil, Part{}, err
	}
	if n < 1 || n > len(parts) {
		return doc, nil, Part{}, fmt.Errorf("%s has no part %d: %w", s, n, store.ErrNotFound)
	}
	return doc, parts, parts[n-1], nil
}

func (p *Portal) lookOf(ctx context.Context, tenant store.ID, part Part, m Manner) (l Look, err error) {
	switch part.Role {
	case store.PartCover, store.PartNotice:
		made, err := p.page(ctx, tenant, part, m)
		l.Page, l.Persons, l.Form = made.page, made.persons, FormHTML
		if l.Page.Form == render.None {
			l.Form = FormDownload
		}
		if l.Page.Reason != "" {
			l.Reason = "look.reason." + string(l.Page.Reason)
		}
		return l, err
	case store.PartOpaque:
		l.Form, l.Reason = FormDownload, "look.reason.opaque"
		return l, nil
	}
	if l.Shown, l.Reason, err = p.shown(ctx, tenant, part); err != nil {
		return l, err
	}
	switch l.Form {
	case FormText:
		l.Form, l.Page = FormHTML, render.Text(part.Title, m.Lang, l.Lines)
	case FormTable:
		l.Form, l.Page = FormHTML, render.Table(part.Title, m.Lang, l.Rows)
	}
	if l.Form == FormHTML && l.Truncated {
		l.Reason = "look.reason.cut"
	}
	return l, nil
}

// page makes the page of a cover or a notice, or finds the one that was made.
func (p *Portal) page(ctx context.Context, tenant store.ID, part Part, m Manner) (look, error) {
	key := lookKey{tenant: tenant, digest: part.File.Digest, path: part.Path, lang: m.Lang, plain: m.Plain, unlinked: m.unlinked, first: part.first}
	return p.Looks.get(ctx, key, func(ctx context.Context) (look, error) {
		l := look{page: render.Page{Form: render.None, Reason: render.Unreadable}}
		err := p.entry(ctx, tenant, part, func(pkg *egov.Package, f *egov.File) error {
			if f != nil {
				l = p.render(ctx, pkg, f, part, m)
			}
			return nil
		})
		return l, err
	})
}

// render makes the page of a part.
func (p *Portal) render(ctx context.Context, pkg *egov.Package, f *egov.File, part Part, m Manner) look {
	o := render.Options{Lang: m.Lang, Plain: m.Plain}
	if !m.unlinked {
		o.Address = addresses(pkg, part.first)
	}
	page := render.Part(ctx, pkg, f, o)
	if page.Reason != "" && page.Reason != render.NoStylesheet && page.Reason != render.Plain {
		p.Log.Info("a part is not shown by its stylesheet", "file", part.File.ID, "part", part.N, "reason", string(page.Reason))
	}
	notice, _ := f.Notice()
	return look{page: page, persons: len(notice.Persons)}
}

// addresses are the numbers of a package's parts, which are relative addresses where pages of parts are.
func addresses(pkg *egov.Package, first int) func(*egov.File) (string, bool) {
	numbers := map[string]int{}
	for i, part := range partsOf(pkg) {
		numbers[part.Path] = first + i
	}
	return func(f *egov.File) (string, bool) {
		n, ok := numbers[f.Name]
		return strconv.Itoa(n), ok
	}
}

// shown tells what pictures there are of a part. What is wrong with the part is a reason, what is wrong with us an error.
func (p *Portal) shown(ctx context.Context, tenant store.ID, part Part) (Shown, string, error) {
	if p.Looks == nil || p.Looks.pictures == nil {
		return Shown{Form: FormDownload}, "look.reason.off", nil
	}
	shown, err := p.Looks.pictures.Show(ctx, p.content(tenant, part))
	var known *store.Error
	switch {
	case err == nil && shown.Form == FormDownload:
		return shown, "look.reason.kind", nil
	case err == nil:
		return shown, "", nil
	case ctx.Err() == nil && errors.As(err, &known) && known.Key != "" && known.Kind != store.Damaged:
		return Shown{Form: FormDownload}, known.Key, nil
	}
	return Shown{Form: FormDownload}, "", err
}

// Picture returns one picture of a part: a page of a PDF, counted from 1, or an image as its page 1. A client who gets one
// has viewed the delivery.
func (p *Portal) Picture(ctx context.Context, a Actor, s Source, n, page, width int) (Picture, error) {
	_, _, part, err := p.partOf(ctx, a, s, n)
	if err != nil {
		return Picture{}, err
	}
	if p.Looks == nil || p.Looks.pictures == nil || part.Role != store.PartAttachment {
		return Picture{}, fmt.Errorf("part %d of %s has no pictures: %w", n, s, store.ErrNotFound)
	}
	picture, err := p.Looks.pictures.Picture(ctx, p.content(a.TenantID, part), page, width)
	if err == nil {
		err = p.looked(ctx, a, s)
	}
	if err != nil {
		return Picture{}, err
	}
	return picture, nil
}

// Book returns one page with all covers and notices of a source, for printing, and its title. It records that the actor
// viewed it, with the words that it was to be printed, each time: the firm's people have no receipt but are audited.
func (p *Portal) Book(ctx context.Context, a Actor, s Source, lang string) (title string, book []byte, err error) {
	if title, book, err = p.book(ctx, a, s, lang); err != nil {
		return "", nil, err
	}
	if err := p.record(ctx, a, s, store.Viewed, map[string]string{"as": asPrint}); err != nil {
		return "", nil, err
	}
	return title, book, nil
}

// DownloadBook returns the same as a file that press makes of it, and records that the actor downloaded it. What could
// not be made was not downloaded.
func (p *Portal) DownloadBook(ctx context.Context, a Actor, s Source, lang string, press func(context.Context, []byte) ([]byte, error)) (title string, pdf []byte, err error) {
	title, book, err := p.book(ctx, a, s, lang)
	if err != nil {
		return "", nil, err
	}
	if pdf, err = press(ctx, book); err != nil {
		return "", nil, fmt.Errorf("make a PDF of %s: %w", s, err)
	}
	detail := map[string]string{"as": asPDF, "sha256": string(store.DigestOf(sha256.Sum256(pdf)))}
	if err := p.record(ctx, a, s, store.Downloaded, detail); err != nil {
		return "", nil, err
	}
	return title, pdf, nil
}

func (p *Portal) book(ctx context.Context, a Actor, s Source, lang string) (title string, book []byte, err error) {
	doc, err := p.source(ctx, a, s)
	if err != nil {
		return "", nil, err
	}
	parts, err := p.parts(ctx, a.TenantID, doc)
	if err != nil {
		return "", nil, err
	}
	var pages []render.Page
	for _, part := range parts {
		if part.Role != store.PartCover && part.Role != store.PartNotice {
			continue
		}
		made, err := p.page(ctx, a.TenantID, part, Manner{Lang: lang})
		if err != nil {
			return "", nil, err
		}
		if made.page.HTML != nil {
			made.page.Address = strconv.Itoa(part.N)
			pages = append(pages, made.page)
		}
	}
	if len(pages) == 0 {
		return "", nil, fmt.Errorf("%s has nothing to print: %w", s, store.ErrNotFound)
	}
	return doc.Title, render.Book(doc.Title, lang, pages), nil
}
