package clean

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// filter reads tokens and writes the allowed ones so that every element that begins ends, in the right order.
type filter struct {
	ctx   context.Context
	read  int   // tokens
	late  error // why no more of them are read
	link  func(href string) (string, bool)
	limit int

	tokens *html.Tokenizer
	body   strings.Builder
	styles []string
	title  string
	doc    string // what the tags html and body had
	lang   string
	mode   string // the document type to write
	quirks bool

	open   []opened       // elements that began, outermost first
	count  map[string]int // the same by name
	cost   int            // of copying the formatting elements among them once
	copies int            // bytes that the tree builder may have to make of such copies
	inline map[string]string
}

// opened is an element that began, and what a copy of it costs if the tree builder may make one, in bytes.
type opened struct {
	name string
	cost int
}

func newFilter(ctx context.Context, link func(string) (string, bool), limit int) *filter {
	return &filter{ctx: ctx, link: link, limit: limit, quirks: true, count: map[string]int{}, inline: map[string]string{}}
}

// run reads the whole source.
func (f *filter) run(source []byte) error {
	f.body.Grow(len(source))
	f.tokens = html.NewTokenizer(bytes.NewReader(bytes.ToValidUTF8(source, []byte("\uFFFD"))))
	for first := true; ; {
		switch f.next() {
		case html.ErrorToken:
			f.close(0)
			return f.check()
		case html.DoctypeToken:
			if first {
				f.doctype(f.tokens.Token().Data)
			}
		case html.TextToken:
			text := f.tokens.Token().Data
			first = first && strings.TrimSpace(text) == ""
			f.text(text)
		case html.StartTagToken, html.SelfClosingTagToken:
			first = false
			f.start(f.tokens.Token())
		case html.EndTagToken:
			name, _ := f.tokens.TagName()
			f.end(string(name))
		}
		if err := f.check(); err != nil {
			return err
		}
	}
}

// lookEvery is how many tokens are read before the time is looked at again.
const lookEvery = 256

// next reads a token; when the time is over there is none.
func (f *filter) next() html.TokenType {
	if f.read++; f.read%lookEvery == 0 {
		f.late = f.ctx.Err()
	}
	if f.late != nil {
		return html.ErrorToken
	}
	return f.tokens.Next()
}

func (f *filter) check() error {
	switch {
	case f.late != nil:
		return fmt.Errorf("clean: filter the page: %w", f.late)
	case len(f.open) > maxDepth:
		return fmt.Errorf("%w: more than %d", ErrTooDeep, maxDepth)
	case f.copies > maxCopies:
		return fmt.Errorf("%w: formatting elements are open around too much", ErrTooLarge)
	case f.body.Len() > f.limit:
		return fmt.Errorf("%w: the result has more than %d bytes", ErrTooLarge, f.limit)
	}
	return nil
}

// The three modes: standards, almost standards, and quirks where there is no document type.
const (
	standards = "<!DOCTYPE html>"
	almost    = `<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">`
)

// doctype keeps the mode that a document type asks for (HTML 13.2.6.4.1). A stylesheet can write but a few of them.
func (f *filter) doctype(data string) {
	words := strings.ToLower(strings.Join(strings.Fields(data), " "))
	system := strings.Count(words, `"`) + strings.Count(words, `'`)
	switch {
	case words == "html", words == `html system "about:legacy-compat"`, strings.HasPrefix(words, `html public "-//w3c//dtd html 4.01//`),
		strings.HasPrefix(words, `html public "-//w3c//dtd xhtml 1.0 strict//`), strings.HasPrefix(words, `html public "-//w3c//dtd xhtml 1.1//`):
		f.mode, f.quirks = standards, false
	case strings.HasPrefix(words, `html public "-//w3c//dtd xhtml 1.0 transitional//`), strings.HasPrefix(words, `html public "-//w3c//dtd xhtml 1.0 frameset//`),
		system > 2 && strings.HasPrefix(words, `html public "-//w3c//dtd html 4.01 transitional//`),
		system > 2 && strings.HasPrefix(words, `html public "-//w3c//dtd html 4.01 frameset//`):
		f.mode, f.quirks = almost, false
	}
}

// text writes text, but for the line breaks around the tags of the head.
func (f *filter) text(text string) {
	text = strings.ReplaceAll(text, "\x00", "")
	if f.body.Len() == 0 && strings.Trim(text, " \t\n\f\r") == "" {
		return
	}
	f.copied()
	f.body.WriteString(html.EscapeString(text))
}

// copied counts what the tree builder may copy before this token: at most the formatting elements that are open.
func (f *filter) copied() { f.copies += f.cost }

func (f *filter) start(t html.Token) {
	what := elements[t.Data]
	switch {
	case t.Data == "html" || t.Data == "body":
		f.document(t)
	case what == skipped:
		f.skip(t)
	case what == collected:
		f.collect(t)
	case what != unwrapped:
		f.copied()
		f.imply(t.Data)
		from := f.body.Len()
		f.body.WriteByte('<')
		f.body.WriteString(t.Data)
		f.attributes(&f.body, t)
		f.body.WriteByte('>')
		if what != void {
			f.push(t.Data, f.body.Len()-from)
		}
	}
}

// imply forgets elements that this start tag ends by itself. No end tags are written for them: the tree builder ends
// them too, and takes over the formatting that was open inside, as the author saw it in a browser.
func (f *filter) imply(name string) {
	rule := ended(name, f.quirks)
	if !slices.ContainsFunc(rule.ends, func(name string) bool { return f.count[name] > 0 }) {
		return
	}
	for i := len(f.open) - 1; i >= 0 && len(rule.ends) > 0; i-- {
		switch {
		case slices.Contains(rule.ends, f.open[i].name):
			f.forget(f.open[i])
			f.open = slices.Delete(f.open, i, i+1)
		case slices.Contains(rule.barrier, f.open[i].name):
			return
		}
	}
}

func (f *filter) push(name string, length int) {
	o := opened{name: name}
	if elements[name] == formatting {
		o.cost = length + nodeSize
	}
	f.open = append(f.open, o)
	f.count[name]++
	f.cost += o.cost
}

func (f *filter) forget(o opened) {
	f.count[o.name]--
	f.cost -= o.cost
}

// end ends the innermost element of that name together with what is open inside it; an end tag that ends nothing goes.
func (f *filter) end(name string) {
	if f.count[name] == 0 {
		return
	}
	at := len(f.open) - 1
	for f.open[at].name != name {
		at--
	}
	f.close(at)
}

// close ends the open elements from the innermost to f.open[at].
func (f *filter) close(at int) {
	for i := len(f.open) - 1; i >= at; i-- {
		f.body.WriteString("</")
		f.body.WriteString(f.open[i].name)
		f.body.WriteByte('>')
		f.forget(f.open[i])
	}
	f.open = f.open[:at]
}

// document takes the attributes of the first html and body tags.
func (f *filter) document(t html.Token) {
	into := &f.doc
	if t.Data == "html" {
		into = &f.lang
	}
	if *into == "" {
		var b strings.Builder
		f.attributes(&b, t)
		*into = b.String()
	}
}

// skip reads over an element. One that never ends takes the rest with it, as it does in a browser.
func (f *filter) skip(t html.Token) {
	if t.Type == html.SelfClosingTagToken && (t.Data == "svg" || t.Data == "math") || t.Data == "embed" || t.Data == "frame" {
		return
	}
	for depth := 1; depth > 0; {
		switch f.next() {
		case html.ErrorToken:
			return
		case html.StartTagToken:
			if name, _ := f.tokens.TagName(); string(name) == t.Data {
				depth++
			}
		case html.EndTagToken:
			if name, _ := f.tokens.TagName(); string(name) == t.Data {
				depth--
			}
		}
	}
}

// collect moves a title or a style to the head. The tokenizer hands over what is inside as one text.
func (f *filter) collect(t html.Token) {
	if t.Type == html.SelfClosingTagToken && f.next() != html.TextToken || t.Type == html.StartTagToken && f.next() != html.TextToken {
		return
	}
	text := f.tokens.Token().Data
	if t.Data == "title" {
		if f.title == "" {
			f.title = strings.Join(strings.Fields(strings.ReplaceAll(text, "\x00", "")), " ")
		}
		return
	}
	if text == baseStyle {
		return // ours, from the pass before
	}
	media := ""
	for _, a := range t.Attr {
		if a.Key == "media" {
			media = a.Val
		}
	}
	if css := sheet(text, media); css != "" {
		f.styles = append(f.styles, css)
	}
}

// page puts the document together.
func (f *filter) page() []byte {
	var b bytes.Buffer
	b.Grow(f.body.Len() + 4<<10)
	b.WriteString(f.mode + "<html" + f.lang + `><head><meta charset="utf-8"><title>` + html.EscapeString(f.title) + "</title>")
	b.WriteString("<style>" + baseStyle + "</style>")
	if len(f.styles) > 0 {
		b.WriteString("<style>" + strings.Join(f.styles, "\n") + "</style>")
	}
	b.WriteString("</head><body" + f.doc + ">")
	b.WriteString(f.body.String())
	b.WriteString("</body></html>")
	return b.Bytes()
}
