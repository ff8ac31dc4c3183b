package render

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html"
	"slices"
	"strings"
	"time"

	"cloudpocket/portal/egov"
	"cloudpocket/portal/egov/clean"
	"cloudpocket/portal/egov/xslt"
)

// Policy is the Content-Security-Policy to serve a Page under: that of [clean.Policy], a reader's click may lead to a
// sibling part, and only pages of the same origin may frame it.
const Policy = clean.Policy + " allow-top-navigation-by-user-activation; frame-ancestors 'self'"

// Form is how a page came about.
type Form string

// The forms.
const (
	Styled  Form = "styled"  // by the stylesheet that came with it
	Outline Form = "outline" // by our own layout of what the XML says
	None    Form = "none"    // the file has nothing that can be laid out
)

// Reason is the key of why a page is not Styled. Surfaces translate it as "look.reason." + Reason.
type Reason string

// The reasons.
const (
	NoStylesheet Reason = "no_stylesheet" // the package has none that fits
	Refused      Reason = "refused"       // it asks for what is not given, or is no XSLT 1.0
	TooCostly    Reason = "too_costly"    // it, or what it makes, is over a budget
	Empty        Reason = "empty"         // what it makes shows nothing
	Unreadable   Reason = "unreadable"    // the file is no XML that can be read
	Plain        Reason = "plain"         // the reader asked for it
)

// Page is what a part looks like.
type Page struct {
	Form   Form
	Reason Reason // why it is not Styled; empty if it is
	Detail string // the same for the log, in English
	Title  string
	HTML   []byte // a complete page in UTF-8, to be served under Policy; nil for None
	Width  int    // CSS pixels that a Styled page is laid out for; 0: any
	Height int    // CSS pixels that it takes at that width; 0: not known

	Address string // what its siblings' links to it say, for Book; empty: nothing leads to it
}

// Options say for whom a page is made. The zero value is for a Japanese reader, without links.
type Options struct {
	Lang    string                          // of the outline's few words: ja or en
	Address func(*egov.File) (string, bool) // the address of a sibling part, relative to the page; nil or false: no link
	Plain   bool                            // without a stylesheet, whatever there is
	Budget  xslt.Budget                     // zero fields take DefaultBudget's values
}

// DefaultBudget is what one part may cost: a tenth of what the interpreter allows by itself is fifty times a notice of a
// thousand persons. Its time is for all of it, from the stylesheet's first byte to the page's last, and so is its output
// for each step on the way; the outline, which follows where they were not enough, keeps to the same output.
func DefaultBudget() xslt.Budget {
	return xslt.Budget{Steps: 50_000_000, Output: 16 << 20, Memory: 128 << 20, Time: 5 * time.Second}
}

// Part makes the page of a cover or a notice of p. It always returns one; of another file it is None.
func Part(ctx context.Context, p *egov.Package, f *egov.File, o Options) Page {
	if f.Role != egov.RoleCover && f.Role != egov.RoleNotice {
		return Page{Form: None, Reason: Unreadable, Detail: problem(f.Problem)}
	}
	page, reason, err := styled(ctx, p, f, o)
	if reason == "" {
		return page
	}
	page = outline(f, o)
	page.Reason, page.Detail = reason, problem(err)
	return page
}

func problem(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// styled applies the stylesheet of f; a reason means that there is no page.
func styled(ctx context.Context, p *egov.Package, f *egov.File, o Options) (Page, Reason, error) {
	switch {
	case f.Stylesheet == nil:
		return Page{}, NoStylesheet, nil
	case o.Plain:
		return Page{}, Plain, nil
	}
	budget := withDefaults(o.Budget)
	ctx, cancel := context.WithTimeout(ctx, budget.Time)
	defer cancel()
	sheet, err := xslt.Compile(f.Stylesheet.Data, budget)
	if err != nil {
		return Page{}, reasonOf(err), err
	}
	out, err := sheet.Transform(ctx, f.Document(), budget)
	if err != nil {
		return Page{}, reasonOf(err), err
	}
	source := out.Bytes
	if out.Method == "text" {
		source = []byte("<!doctype html><pre>" + html.EscapeString(string(out.Bytes)) + "</pre>")
	}
	page, err := clean.HTML(ctx, source, clean.Options{Link: links(p, f, o), MaxBytes: budget.Output})
	if err != nil {
		return Page{}, TooCostly, err
	}
	if !shows(page.HTML) {
		return Page{}, Empty, nil
	}
	width, height := measure(page.HTML)
	if err := ctx.Err(); err != nil {
		return Page{}, TooCostly, fmt.Errorf("measure the page: %w", err)
	}
	return Page{Form: Styled, Title: page.Title, HTML: dress(page.HTML, width), Width: width, Height: height}, "", nil
}

func withDefaults(b xslt.Budget) xslt.Budget {
	d := DefaultBudget()
	if b.Steps == 0 {
		b.Steps = d.Steps
	}
	if b.Output == 0 {
		b.Output = d.Output
	}
	if b.Memory == 0 {
		b.Memory = d.Memory
	}
	if b.Time == 0 {
		b.Time = d.Time
	}
	return b
}

func reasonOf(err error) Reason {
	var refusal *xslt.Refusal
	if errors.As(err, &refusal) && refusal.Reason == xslt.OverBudget {
		return TooCostly
	}
	return Refused
}

// links answers where what f's stylesheet wrote as a link leads: to a part of the same package, or nowhere. What names a
// stylesheet's own choice of file is looked up as the package looks up everything else, each name once.
func links(p *egov.Package, f *egov.File, o Options) func(string) (string, bool) {
	handed := map[string]*egov.File{}
	for _, link := range slices.Backward(f.Links) { // of two with one name the first counts
		handed[link.Ref] = link.File
	}
	known := map[string]*egov.File{}
	return func(href string) (string, bool) {
		if strings.HasPrefix(href, "#") || o.Address == nil {
			return "", false // in a frame that opens links in the whole window it would lead out of the document
		}
		to, ok := known[href]
		if !ok {
			to = sibling(p, f, handed, href)
			known[href] = to
		}
		if to == nil {
			return "", false
		}
		return o.Address(to)
	}
}

// shows reports whether a cleaned page has anything to look at: text or a picture in its body.
func shows(page []byte) bool {
	_, body, _ := bytes.Cut(page, []byte("<body"))
	_, body, _ = bytes.Cut(body, []byte(">"))
	for len(body) > 0 {
		text, rest, tag := bytes.Cut(body, []byte("<"))
		if len(bytes.TrimSpace(bytes.ReplaceAll(text, []byte("\u00a0"), nil))) > 0 {
			return true
		}
		if !tag {
			return false
		}
		if bytes.HasPrefix(rest, []byte("img")) {
			return true
		}
		_, body, _ = bytes.Cut(rest, []byte(">"))
	}
	return false
}
