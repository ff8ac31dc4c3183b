package render

import (
	"bytes"
	"fmt"
	"html"
	"regexp"
	"strconv"
)

// Book puts pages one after another into one page to print, each from a new sheet of paper of its own size. Each keeps
// its own styles: they are scoped to it. Links among the pages lead to the place in the book, #part- and the Address;
// others go, because nothing is beside a book. Pages without HTML are left out.
//
// A page may place its boxes where it likes, but not on another page: each is clipped at its upper and lower edge. It has
// room at least for what it places without regard to the text's flow.
func Book(title string, lang string, pages []Page) []byte {
	var head, body bytes.Buffer
	places := anchors(pages)
	for i, p := range pages {
		if p.HTML == nil {
			continue
		}
		part := apart(p.HTML)
		fmt.Fprintf(&head, "<style>@page part-%d{%s}.part-%d{page:part-%d;min-height:%dpx}@scope(.part-%d){%s}</style>", i, part.paper, i, i, part.room(), i, part.style)
		fmt.Fprintf(&body, `<div class="book-part part-%d"%s lang="ja"><div%s>%s</div></div>`, i, anchor(p.Address), part.attributes, places.lead(part.content))
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, `<html lang="%s"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>%s</title>`, html.EscapeString(lang), html.EscapeString(title))
	b.WriteString(`<style>@page{size:A4;margin:10mm}body{margin:0;background:#fff}.book-part{display:flow-root;position:relative;isolation:isolate;overflow-x:visible;overflow-y:clip;break-after:page;padding:8px}.book-part:last-child{break-after:auto}@media print{.book-part{padding:0}}</style>`)
	head.WriteTo(&b)
	b.WriteString("</head><body>")
	body.WriteTo(&b)
	b.WriteString("</body></html>")
	return b.Bytes()
}

// places are the addresses that a book has.
type places map[string]bool

func anchors(pages []Page) places {
	found := places{}
	for _, p := range pages {
		if p.HTML != nil && p.Address != "" {
			found[p.Address] = true
		}
	}
	return found
}

func anchor(address string) string {
	if address == "" {
		return ""
	}
	return ` id="part-` + html.EscapeString(address) + `"`
}

// lead makes links lead inside the book. In a page of ours a quotation mark stands in no text, so what looks like an
// attribute is one. An anchor that a page has by itself could be taken for one of the book's.
func (p places) lead(content []byte) []byte {
	content = foreign.ReplaceAll(content, []byte(`${1}own-part-`))
	return hrefs.ReplaceAllFunc(content, func(attribute []byte) []byte {
		to := html.UnescapeString(string(hrefs.FindSubmatch(attribute)[1]))
		if !p[to] {
			return nil
		}
		return []byte(` href="#part-` + html.EscapeString(to) + `"`)
	})
}

var (
	styles    = regexp.MustCompile(`(?s)<style[^>]*>(.*?)</style>`)
	body      = regexp.MustCompile(`(?s)<body([^>]*)>(.*)</body>`)
	rootNames = regexp.MustCompile(`(?i)(^|[\s,{}>])(?:html\s+body|html|body)([\s,{.#:>])`)
	paper     = regexp.MustCompile(`@page\s*\{([^}]*)\}`)
	hrefs     = regexp.MustCompile(` href="([^"]*)"`)
	foreign   = regexp.MustCompile(`( (?:id|name)=")part-`)
	tops      = regexp.MustCompile(`[;{"\s]top:\s*(\d{1,5})px`)
	absolute  = []byte("position:absolute")
	fitted    = regexp.MustCompile(`@media screen and \(max-width:\d+px\)\{html\{zoom:[\d.]+\}\}`)
)

// piece is a page cut into what a book needs.
type piece struct {
	style      []byte // for use inside a scope
	paper      []byte // the declarations of its @page rules
	content    []byte // of its body
	attributes []byte // of its body
}

func apart(page []byte) piece {
	var p piece
	for _, m := range styles.FindAllSubmatch(page, -1) {
		p.style = append(append(p.style, m[1]...), '\n')
	}
	for _, m := range paper.FindAllSubmatch(p.style, -1) {
		p.paper = append(append(p.paper, m[1]...), ';')
	}
	p.style = fitted.ReplaceAll(paper.ReplaceAll(p.style, nil), nil)
	for range 2 { // two names beside each other share the sign between them
		p.style = rootNames.ReplaceAll(p.style, []byte("$1:scope$2"))
	}
	if m := body.FindSubmatch(page); m != nil {
		p.attributes, p.content = m[1], m[2]
	}
	return p
}

// The least room of boxes that are placed absolutely, in CSS pixels: less than a sheet of A4 has between its margins.
const (
	roomUpright   = 990
	roomLandscape = 660
	roomBelow     = 200 // for the box that is placed lowest
	maxRoom       = 20_000
)

// room is how high the piece is at least.
func (p piece) room() int {
	if !bytes.Contains(p.style, absolute) && !bytes.Contains(p.content, absolute) {
		return 0
	}
	room := roomUpright
	if bytes.Contains(p.paper, []byte("landscape")) {
		room = roomLandscape
	}
	for _, text := range [...][]byte{p.style, p.content} {
		for _, m := range tops.FindAllSubmatch(text, -1) {
			if top, err := strconv.Atoi(string(m[1])); err == nil && top > room-roomBelow {
				room = top + roomBelow
			}
		}
	}
	return min(room, maxRoom)
}
