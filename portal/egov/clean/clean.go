package clean

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"golang.org/x/net/html"
)

// Refusals. They are wrapped; compare with errors.Is.
var (
	ErrTooLarge = errors.New("clean: the HTML is too large")
	ErrTooDeep  = errors.New("clean: elements are nested too deeply")
	ErrUnstable = errors.New("clean: the HTML means something else each time it is read")
)

// DefaultMaxBytes is the longest HTML taken when [Options] says nothing: ten times a notice of 1,000 persons.
const DefaultMaxBytes = 16 << 20

const (
	maxDepth  = 400      // of open elements; x/net/html refuses 512
	maxCopies = 96 << 20 // bytes of formatting elements that the tree builder may make
	nodeSize  = 160      // bytes of one of them, without its attributes
	maxPasses = 6
)

// Options say what the caller allows. The zero value allows no link.
type Options struct {
	// Link answers where a link leads, or false to leave its text without a link. It is asked with what the
	// stylesheet wrote; what it answers must be a relative reference or an http(s) URL, or the link goes too.
	Link func(href string) (string, bool)
	// MaxBytes limits the input and the result; 0 is [DefaultMaxBytes].
	MaxBytes int
}

// Page is a complete HTML page in UTF-8 that a browser reads exactly as it is written.
type Page struct {
	Title string // plain text, white space collapsed; "" when the HTML has none
	HTML  []byte
}

// HTML returns the safe page that source, in UTF-8, describes. It fails with [ErrTooLarge], [ErrTooDeep],
// [ErrUnstable], or ctx's error soon after ctx ends; never because markup is wrong.
func HTML(ctx context.Context, source []byte, o Options) (Page, error) {
	if o.MaxBytes == 0 {
		o.MaxBytes = DefaultMaxBytes
	}
	link := o.Link
	resolved := map[string]bool{}
	resolve := func(href string) (string, bool) {
		if link == nil {
			return "", false
		}
		to, ok := link(href)
		ok = ok && harmless(to)
		resolved[to] = resolved[to] || ok
		return to, ok
	}
	page, err := pass(ctx, source, resolve, o.MaxBytes)
	// From now on a link is one that was resolved; asking again would resolve an answer.
	again := func(href string) (string, bool) { return href, resolved[href] }
	for range maxPasses {
		if err != nil {
			return Page{}, err
		}
		var same bool
		if same, err = stable(ctx, page.HTML, o.MaxBytes); same {
			return page, nil
		}
		if err == nil {
			page, err = pass(ctx, page.HTML, again, o.MaxBytes)
		}
	}
	return Page{}, ErrUnstable
}

// stable reports that a page is written as it is read.
func stable(ctx context.Context, page []byte, limit int) (bool, error) {
	again, err := rebuilt(ctx, page, limit)
	return bytes.Equal(again, page), err
}

// rebuilt has the browser's algorithm build a tree, and writes it.
func rebuilt(ctx context.Context, page []byte, limit int) ([]byte, error) {
	tree, err := html.Parse(&input{ctx, page})
	if ctx.Err() != nil {
		return nil, fmt.Errorf("clean: read the page: %w", ctx.Err())
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrTooDeep, err)
	}
	out := &output{ctx: ctx, limit: limit}
	out.Grow(len(page) + 4<<10)
	if err := html.Render(out, tree); err != nil {
		return nil, fmt.Errorf("clean: write the page: %w", err)
	}
	return out.Bytes(), nil
}

// pass filters source and rebuilds what is left of it.
func pass(ctx context.Context, source []byte, link func(string) (string, bool), limit int) (Page, error) {
	if len(source) > limit {
		return Page{}, fmt.Errorf("%w: %d bytes, of which %d are taken", ErrTooLarge, len(source), limit)
	}
	f := newFilter(ctx, link, limit)
	if err := f.run(source); err != nil {
		return Page{}, err
	}
	out, err := rebuilt(ctx, f.page(), limit)
	return Page{Title: f.title, HTML: out}, err
}
