package clean

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

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

// HTML returns the safe page that source, in UTF-8, describes. It fails with [ErrTooLarge], [ErrTooDeep] or
// [ErrUnstable], never because markup is wrong.
func HTML(source []byte, o Options) (Page, error) {
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
	page, err := pass(source, resolve, o.MaxBytes)
	// From now on a link is one that was resolved; asking again would resolve an answer.
	again := func(href string) (string, bool) { return href, resolved[href] }
	for range maxPasses {
		if err != nil {
			return Page{}, err
		}
		var same bool
		if same, err = stable(page.HTML); same {
			return page, nil
		}
		if err == nil {
			page, err = pass(page.HTML, again, o.MaxBytes)
		}
	}
	return Page{}, ErrUnstable
}

// stable reports that a page is written as it is read.
func stable(page []byte) (bool, error) {
	again, err := rebuilt(bytes.NewReader(page), len(page))
	return bytes.Equal(again, page), err
}

// rebuilt has the browser's algorithm build a tree, and writes it.
func rebuilt(page io.Reader, about int) ([]byte, error) {
	tree, err := html.Parse(page)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrTooDeep, err)
	}
	out := bytes.NewBuffer(make([]byte, 0, about+4<<10))
	if err := html.Render(out, tree); err != nil {
		return nil, fmt.Errorf("clean: write the page: %w", err)
	}
	return out.Bytes(), nil
}

// pass filters source and rebuilds what is left of it.
func pass(source []byte, link func(string) (string, bool), limit int) (Page, error) {
	if len(source) > limit {
		return Page{}, fmt.Errorf("%w: %d bytes, of which %d are taken", ErrTooLarge, len(source), limit)
	}
	f := newFilter(link, limit)
	if err := f.run(source); err != nil {
		return Page{}, err
	}
	page := f.page()
	out, err := rebuilt(strings.NewReader(page), len(page))
	if err == nil && len(out) > limit {
		err = fmt.Errorf("%w: the result has %d bytes", ErrTooLarge, len(out))
	}
	return Page{Title: f.title, HTML: out}, err
}
