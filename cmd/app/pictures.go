package app

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"cloudpocket/portal"
	"cloudpocket/portal/office"
	"cloudpocket/portal/press"
	"cloudpocket/portal/preview"
	"cloudpocket/store"
)

// looksBytes is how much memory rendered pages are kept in.
const looksBytes = 64 << 20

// What is unpacked at once takes this much memory at most, by a reckoning that is high. One of the largest packages that are
// taken has the half that one tenant may have.
const (
	unpackedBytes  = 640 << 20
	unpackedLater  = 100
	unpackedWithin = 15 * time.Second
)

// openPictures prepares what shows PDFs, images, texts and tables. Nothing is started before the first is asked for.
func (a *App) openPictures() error {
	key := filepath.Join(a.config.Data, "keys", "previews")
	err := ensure(key, func() ([]byte, error) { b := make([]byte, 32); _, err := rand.Read(b); return b, err })
	if err != nil {
		return fmt.Errorf("make the key that previews are sealed with: %w", err)
	}
	secret, err := os.ReadFile(key)
	if err != nil {
		return fmt.Errorf("read the key that previews are sealed with: %w", err)
	}
	a.previews, err = preview.Open(context.Background(), preview.Config{Cache: filepath.Join(a.config.Data, "previews"), Compiled: a.config.PreviewCode, Secret: secret, Fonts: a.config.Fonts, Now: a.now, Log: a.log})
	if err != nil {
		return fmt.Errorf("prepare previews: %w", err)
	}
	if len(a.previews.Status().Fonts) == 0 {
		a.log.Warn("no Japanese fonts were found: text in PDFs that bring none of their own may be missing from pictures of them")
	}
	a.Portal.Gate = portal.NewGate(unpackedBytes, unpackedLater, unpackedWithin)
	a.Portal.Looks = portal.NewLooks(pictures{a.previews}, looksBytes)
	a.Portal.PDFText = pictures{a.previews}.text
	return nil
}

// pictures is a preview.Maker as the portal asks it.
type pictures struct{ *preview.Maker }

// imageWidth is the width that an image's proportion is taken at.
const imageWidth = 960

func (p pictures) Show(ctx context.Context, c portal.Content) (portal.Shown, error) {
	switch f := fileOf(c); preview.ShapeOf(c.Name) {
	case preview.ShapePDF:
		pages, err := p.Pages(ctx, f)
		shown := portal.Shown{Form: portal.FormPages, Count: pages.Count}
		for _, size := range pages.Sizes {
			shown.Pages = append(shown.Pages, portal.Size(size))
		}
		return shown, err
	case preview.ShapeImage:
		image, err := p.Image(ctx, f, imageWidth)
		return portal.Shown{Form: portal.FormImage, Count: 1, Pages: []portal.Size{{Width: float64(image.Width), Height: float64(image.Height)}}}, err
	case preview.ShapeText:
		lines, err := p.Lines(ctx, f)
		return portal.Shown{Form: portal.FormText, Lines: lines.Lines, Truncated: lines.Truncated}, err
	case preview.ShapeTable:
		table, err := p.Table(ctx, f)
		return portal.Shown{Form: portal.FormTable, Rows: table.Rows, Columns: table.Columns, Truncated: table.Truncated}, err
	}
	return portal.Shown{Form: portal.FormDownload}, nil
}

func (p pictures) Picture(ctx context.Context, c portal.Content, page, width int) (portal.Picture, error) {
	f := fileOf(c)
	switch preview.ShapeOf(c.Name) {
	case preview.ShapePDF:
		picture, err := p.Page(ctx, f, page, width)
		return portal.Picture(picture), err
	case preview.ShapeImage:
		if page == 1 {
			picture, err := p.Image(ctx, f, width)
			return portal.Picture(picture), err
		}
	}
	return portal.Picture{}, fmt.Errorf("page %d of %q: %w", page, c.Name, store.ErrNotFound)
}

func fileOf(c portal.Content) preview.File {
	return preview.File{Tenant: c.Tenant, Digest: c.Digest, Open: c.Open}
}

// printTime is how long making one PDF may take, with waiting for others.
const printTime = 30 * time.Second

// printer returns what makes PDFs; nil where the operator named no Chromium.
func (a *App) printer() (office.Printer, error) {
	if a.config.Chromium == "" {
		return nil, nil
	}
	p, err := press.New(a.config.Chromium, printTime)
	if err != nil {
		return nil, store.Fail(store.Invalid, "config.chromium", "%w", err)
	}
	return p, nil
}

// text reads a PDF's text layer.
func (p pictures) text(ctx context.Context, c portal.Content) (pages []string, whole bool, err error) {
	texts, err := p.PageTexts(ctx, fileOf(c))
	return texts.Pages, !texts.Truncated, err
}
