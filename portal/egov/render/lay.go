package render

import (
	"bytes"
	"html"
	"strings"
)

// html lays a view out in at most limit bytes and its frame. What is left out is said at the end. It is written by hand:
// a notice of 20,000 persons has 400,000 lines, for each of which a template takes ten times as long.
func (v view) html(limit int) []byte {
	l := &layout{left: limit}
	l.frame(`<!doctype html><html lang="`, v.Lang, `"><head><base target="_top"><meta charset="utf-8"><title>`)
	l.say(v.Title)
	l.frame("</title><style>", outlineStyle, "</style></head><body><main>")
	if v.To != "" {
		l.block(`<p class="to">`, v.To, "</p>")
	}
	l.block("<h1>", v.Title, "</h1>\n")
	l.lines(v.Lead)
	for _, t := range v.Text {
		if t.Heading != "" {
			l.block("<h2>", t.Heading, "</h2>")
		}
		l.block("<p>", t.Text, "</p>\n")
	}
	for _, g := range v.Groups {
		if l.full {
			break
		}
		l.frame("<section>")
		l.block("<h2>", g.Heading, "</h2>")
		l.lines(g.Lines)
		l.frame("</section>\n")
	}
	if l.full {
		l.frame(`<p class="more">`, html.EscapeString(v.Words.More), "</p>")
	}
	l.frame("</main></body></html>\n")
	return l.page.Bytes()
}

// layout is a page being written, in so many more bytes.
type layout struct {
	page bytes.Buffer
	left int
	full bool // something was left out
}

func (l *layout) frame(markup ...string) {
	for _, m := range markup {
		l.page.WriteString(m)
		l.left -= len(m)
	}
}

// say writes a text, or as much of it as may still be.
func (l *layout) say(text string) {
	escaped := html.EscapeString(text)
	if len(escaped) > l.left { // a sign may take five bytes
		escaped, l.full = html.EscapeString(strings.ToValidUTF8(text[:min(len(text), max(0, l.left)/5)], "")), true
	}
	l.frame(escaped)
}

// block writes a text between two tags, or nothing once something was left out.
func (l *layout) block(before, text, after string) {
	if l.full = l.full || l.left < len(before)+len(after); l.full {
		return
	}
	l.frame(before)
	l.say(text)
	l.frame(after)
}

func (l *layout) lines(lines []line) {
	if len(lines) == 0 || l.full {
		return
	}
	l.frame("<dl>")
	for _, one := range lines {
		if l.full {
			break
		}
		l.frame("<div>")
		l.block("<dt>", one.Label, "</dt>")
		l.block("<dd>", one.Value, "</dd>")
		l.frame("</div>")
	}
	l.frame("</dl>")
}

const outlineStyle = `
@page{size:A4;margin:15mm}
body{margin:0;padding:24px;background:#fff;color:#1a1a1c;font:16px/1.7 "Noto Sans JP","Hiragino Sans","Yu Gothic",sans-serif;overflow-wrap:anywhere}
main{max-width:720px;margin:0 auto}h1{font-size:22px;line-height:1.5;margin:16px 0}h2{font-size:17px;margin:28px 0 8px;border-bottom:2px solid #626264}
dl{margin:0}dl div{display:grid;grid-template-columns:minmax(110px,14em) 1fr;gap:4px 16px;padding:5px 0;border-bottom:1px solid #d8d8db}
dt{color:#4d4d4f}dd{margin:0;white-space:pre-line}p{white-space:pre-line}.to,.more{font-weight:700;margin:0}
@media(max-width:520px){body{padding:12px}dl div{grid-template-columns:1fr;gap:0}dt{font-size:14px}}@media print{body{padding:0;font-size:11pt}section{break-inside:avoid}}
`
