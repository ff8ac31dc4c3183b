package render

import (
	"bytes"
	"fmt"
	"html"
	"regexp"
)

// Book puts pages one after another into one page to print, each from a new sheet of paper. Each keeps its own styles:
// they are scoped to it. Pages without HTML are left out.
func Book(title string, lang string, pages []Page) []byte {
	var head, body bytes.Buffer
	for i, p := range pages {
		if p.HTML == nil {
			continue
		}
		style, content, attributes := apart(p.HTML)
		fmt.Fprintf(&head, "<style>@scope(.part-%d){%s}</style>", i, style)
		fmt.Fprintf(&body, `<div class="book-part part-%d"><div%s>%s</div></div>`, i, attributes, content)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, `<html lang="%s"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>%s</title>`, html.EscapeString(lang), html.EscapeString(title))
	b.WriteString(`<style>@page{size:A4;margin:10mm}body{margin:0;background:#fff}.book-part{break-after:page;padding:8px}.book-part:last-child{break-after:auto}@media print{.book-part{padding:0}}</style>`)
	head.WriteTo(&b)
	b.WriteString("</head><body>")
	body.WriteTo(&b)
	b.WriteString("</body></html>")
	return b.Bytes()
}

var (
	styles    = regexp.MustCompile(`(?s)<style[^>]*>(.*?)</style>`)
	body      = regexp.MustCompile(`(?s)<body([^>]*)>(.*)</body>`)
	rootNames = regexp.MustCompile(`(?i)(^|[\s,{}>])(?:html\s+body|html|body)([\s,{.#:>])`)
	paper     = regexp.MustCompile(`@page\s*\{[^}]*\}`)
	fitted    = regexp.MustCompile(`@media screen and \(max-width:\d+px\)\{html\{zoom:[\d.]+\}\}`)
)

// apart cuts a page into its styles, for use inside a scope, the content of its body, and the body's attributes.
func apart(page []byte) (style, content, attributes []byte) {
	for _, m := range styles.FindAllSubmatch(page, -1) {
		style = append(append(style, m[1]...), '\n')
	}
	style = fitted.ReplaceAll(paper.ReplaceAll(style, nil), nil)
	for range 2 { // two names beside each other share the sign between them
		style = rootNames.ReplaceAll(style, []byte("$1:scope$2"))
	}
	if m := body.FindSubmatch(page); m != nil {
		attributes, content = m[1], m[2]
	}
	return style, content, attributes
}
