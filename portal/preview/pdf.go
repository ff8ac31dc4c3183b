package preview

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"math"
	"slices"
	"strings"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/enums"
	pdfiumerrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
)

// Pages is what there is to show of a PDF.
type Pages struct {
	Count int    // pages that the file has
	Sizes []Size // of those that are shown, in order; fewer than Count when the file has more than Config.MaxPages; zero for a page that is damaged
}

// Size is a page's size as it is shown, in points (1/72 inch).
type Size struct{ Width, Height float64 }

// PageTexts is the text layer of a PDF, page by page. A page that is a picture has none.
type PageTexts struct {
	Pages     []string
	Truncated bool // there is or may be more: pages past Config.MaxPages or past 4 MiB of text, or a page that is damaged
}

// Picture is a page or an image to show. It has nothing but pixels: what the file tells about its making is left behind.
type Picture struct {
	Type          string // "image/png" or "image/jpeg"
	Width, Height int    // pixels
	Bytes         []byte
}

const (
	maxTexts    = 4 << 20 // bytes of text that are taken from one PDF
	maxPageEdge = 20000   // points; ISO 32000-1 annex C.2 allows 14,400
)

// Widths are the widths in pixels that pictures are made in. Whoever asks for another gets the next wider one, so that a
// file has few pictures however many are asked for.
func Widths() []int { return []int{160, 320, 640, 960, 1280, 1920, 2560} }

func step(width int) int {
	widths := Widths()
	i, _ := slices.BinarySearch(widths, width)
	return widths[min(i, len(widths)-1)]
}

// Pages returns how many pages a PDF has and the sizes of those that are shown. Refusals: KeyEncrypted, KeyDamaged,
// KeyTooLarge, KeyTooSlow; now: KeyBusy, KeyUnavailable.
func (m *Maker) Pages(ctx context.Context, f File) (Pages, error) {
	return value[Pages](ctx, m, f, "pages", func(ctx context.Context, b []byte) (p Pages, err error) {
		return p, m.document(ctx, b, func(in pdfium.Pdfium, doc references.FPDF_DOCUMENT, count int) error {
			p.Count, err = count, damaged("no page can be measured")
			for n := range min(count, m.config.MaxPages) {
				size, failed := in.FPDF_GetPageSizeByIndex(&requests.FPDF_GetPageSizeByIndex{Document: doc, Index: n})
				if failed != nil {
					p.Sizes = append(p.Sizes, Size{})
					continue
				}
				p.Sizes, err = append(p.Sizes, Size{size.Width, size.Height}), nil
			}
			return err
		})
	})
}

// PageTexts returns the text layer of a PDF, for search and for the guard that looks for numbers. Refusals as for Pages.
func (m *Maker) PageTexts(ctx context.Context, f File) (PageTexts, error) {
	return value[PageTexts](ctx, m, f, "texts", func(ctx context.Context, b []byte) (t PageTexts, err error) {
		return t, m.document(ctx, b, func(in pdfium.Pdfium, doc references.FPDF_DOCUMENT, count int) error {
			t.Truncated = count > m.config.MaxPages
			left := maxTexts
			for n := range min(count, m.config.MaxPages) {
				text := ""
				if got, err := in.GetPageText(&requests.GetPageText{Page: page(doc, n)}); err == nil {
					text = plain(got.Text)
				} else {
					t.Truncated = true
				}
				if left -= len(text); left < 0 {
					t.Truncated = true
					return nil
				}
				t.Pages = append(t.Pages, text)
			}
			return nil
		})
	})
}

// Page returns page n, counted from 1, as a picture of the next of [Widths]; narrower when the page is so long that it
// would have more pixels than a tenth of Config.MaxPixels. Refusals as for Pages, and KeyNoPage.
func (m *Maker) Page(ctx context.Context, f File, n, width int) (Picture, error) {
	if n < 1 || n > m.config.MaxPages {
		return Picture{}, noPage(n, m.config.MaxPages)
	}
	width = step(width)
	return m.picture(ctx, f, fmt.Sprintf("page-%d-%d", n, width), func(ctx context.Context, b []byte) (img image.Image, err error) {
		return img, m.document(ctx, b, func(in pdfium.Pdfium, doc references.FPDF_DOCUMENT, count int) error {
			if n > count {
				return noPage(n, count)
			}
			img, err = m.render(in, doc, n-1, width)
			return err
		})
	})
}

// document opens a PDF in an instance of its own and hands it to fn with its number of pages.
func (m *Maker) document(ctx context.Context, b []byte, fn func(pdfium.Pdfium, references.FPDF_DOCUMENT, int) error) error {
	// ISO 32000-1 annex H.3: readers accept the header anywhere in the first 1024 bytes.
	if !bytes.Contains(b[:min(1024, len(b))], []byte("%PDF-")) {
		return damaged("there is no PDF header")
	}
	return m.engine.do(ctx, func(in pdfium.Pdfium) error {
		doc, err := in.OpenDocument(&requests.OpenDocument{FileReader: bytes.NewReader(b), FileReaderSize: int64(len(b))})
		if errors.Is(err, pdfiumerrors.ErrPassword) || errors.Is(err, pdfiumerrors.ErrSecurity) {
			return encrypted()
		}
		if err != nil {
			return damaged("open a PDF: %w", err)
		}
		pages, err := in.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: doc.Document})
		if err != nil {
			return damaged("count pages: %w", err)
		}
		if pages.PageCount < 1 {
			return damaged("there are no pages")
		}
		return fn(in, doc.Document, pages.PageCount)
	})
}

func (m *Maker) render(in pdfium.Pdfium, doc references.FPDF_DOCUMENT, n, width int) (image.Image, error) {
	size, err := in.FPDF_GetPageSizeByIndex(&requests.FPDF_GetPageSizeByIndex{Document: doc, Index: n})
	if err != nil {
		return nil, damaged("measure page %d: %w", n+1, err)
	}
	w, h, err := fit(size.Width, size.Height, width, m.config.MaxPixels/10)
	if err != nil {
		return nil, err
	}
	// Stamps and notes are drawn, and what a person filled into a form: official forms are often such.
	r, err := in.RenderPageInPixels(&requests.RenderPageInPixels{Page: page(doc, n), Width: w, Height: h, RenderForm: true, Document: &doc,
		RenderFlags: enums.FPDF_RENDER_FLAG_ANNOT})
	if err != nil {
		return nil, damaged("draw page %d: %w", n+1, err)
	}
	drawn, ok := r.Result.RenderedImage.(*image.RGBA)
	if !ok {
		return nil, fmt.Errorf("the PDF engine drew a %T", r.Result.RenderedImage)
	}
	return onPaper(drawn, r.Result.HasTransparency), nil
}

// fit returns the pixels of a page of width by height points, drawn wide pixels wide and of at most limit pixels.
func fit(width, height float64, wide int, limit int64) (w, h int, err error) {
	if !(width > 0 && height > 0 && width <= maxPageEdge && height <= maxPageEdge) {
		return 0, 0, damaged("a page of %g by %g points", width, height)
	}
	scale := min(float64(wide)/width, maxEdge/max(width, height), math.Sqrt(float64(limit)/(width*height)))
	return max(1, int(width*scale)), max(1, int(height*scale)), nil
}

// onPaper copies what was drawn out of the engine's memory onto white. PDFium's alpha is not multiplied in.
func onPaper(img *image.RGBA, transparent bool) image.Image {
	paper := image.NewRGBA(img.Rect)
	if !transparent {
		copy(paper.Pix, img.Pix)
		return paper
	}
	draw.Draw(paper, paper.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(paper, paper.Rect, &image.NRGBA{Pix: img.Pix, Stride: img.Stride, Rect: img.Rect}, image.Point{}, draw.Over)
	return paper
}

func page(doc references.FPDF_DOCUMENT, n int) requests.Page {
	return requests.Page{ByIndex: &requests.PageByIndex{Document: doc, Index: n}}
}

// plain makes text of what PDFium found: valid UTF-8, lines by \n, and no control characters.
func plain(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "�"), "\r\n", "\n")
	return strings.Map(visible, s)
}

// value is [Maker.result] for values that are kept as JSON.
func value[T any](ctx context.Context, m *Maker, f File, what string, make func(context.Context, []byte) (T, error)) (T, error) {
	var v T
	r, err := m.result(ctx, f, what, func(ctx context.Context, b []byte) (made, error) {
		v, err := make(ctx, b)
		if err != nil {
			return made{}, err
		}
		j, err := json.Marshal(v)
		if err != nil {
			return made{}, fmt.Errorf("write a preview as JSON: %w", err)
		}
		return made{Type: "application/json", Bytes: j}, nil
	})
	if err != nil {
		return v, err
	}
	if err := json.Unmarshal(r.Bytes, &v); err != nil {
		return v, fmt.Errorf("read a kept preview: %w", err)
	}
	return v, nil
}

// picture is [Maker.result] for pictures. Pixels are encoded after the engine's instance is gone.
func (m *Maker) picture(ctx context.Context, f File, what string, draw func(context.Context, []byte) (image.Image, error)) (Picture, error) {
	r, err := m.result(ctx, f, what, func(ctx context.Context, b []byte) (made, error) {
		img, err := draw(ctx, b)
		if err != nil {
			return made{}, err
		}
		return encode(img)
	})
	return Picture(r), err
}
