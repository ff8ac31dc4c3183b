package render

import (
	"bytes"
	"fmt"
	"iter"
	"regexp"
	"strconv"
	"strings"
)

// formWidth and formHeight are an official page in CSS pixels, formGap what lies between two of them.
const (
	formWidth  = 640
	formHeight = 940
	formGap    = 40
	maxHeight  = 200_000 // beyond it a frame scrolls
)

// dress adds to a cleaned page what our frames need: its language, links that open in the whole window, A4 for print, and for pages of
// a fixed width smaller letters in a narrower frame.
func dress(page []byte, width int) []byte {
	style := `<base target="_top"><style>@page{size:A4;margin:10mm}@media print{html{zoom:1!important}body{margin:0}}` + narrower(width) + `</style>`
	// Han letters look otherwise in other languages: a reader whose own is none of them would see the wrong ones.
	page = bytes.Replace(page, []byte("<html>"), []byte(`<html lang="ja">`), 1)
	head := []byte("<head>")
	i := bytes.Index(page, head)
	if i < 0 {
		return page
	}
	i += len(head)
	return append(append(append(make([]byte, 0, len(page)+len(style)), page[:i]...), style...), page[i:]...)
}

// narrower returns rules that fit a page of width into frames down to 280 pixels.
func narrower(width int) string {
	if width == 0 {
		return ""
	}
	var b strings.Builder
	full := width + 24 // with the body's margins and a scroll bar
	for w := full - full%20; w >= 280; w -= 20 {
		fmt.Fprintf(&b, "@media screen and (max-width:%dpx){html{zoom:%.3f}}", w+19, float64(w)/float64(full))
	}
	return b.String()
}

const maxClasses = 100 // of official pages; a form has one or two

// styledPage finds the class of a rule whose box is an official page.
var styledPage = regexp.MustCompile(`\.([A-Za-z_][\w-]*)\s*\{[^{}]*\bheight:\s*9[0-9]{2}px`)

// measure returns the width and height in CSS pixels of a page that is laid out as the official ones are, in boxes of
// 640 by 940; zeros if it is not, or only the width. It reads the page a few times, however much there is to find.
func measure(page []byte) (width, height int) {
	width = widthOf(page)
	head, body, _ := bytes.Cut(page, []byte("<body"))
	classes := map[string]bool{}
	for _, m := range styledPage.FindAllSubmatch(head, maxClasses) {
		classes[string(m[1])] = true
	}
	boxes := 0
	for value := range attributes(body, `class="`) {
		if classes[string(value)] {
			boxes++
		}
	}
	for value := range attributes(body, `style="`) {
		if isPage(value) {
			boxes++
		}
	}
	if boxes == 0 || width == 0 {
		return width, 0
	}
	return width, min(maxHeight, boxes*(formHeight+formGap)+formGap)
}

// attributes yields the values behind a name and its quotation mark: in a cleaned page it stands in no text.
func attributes(page []byte, name string) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for more := true; more; {
			_, page, more = bytes.Cut(page, []byte(name))
			value, rest, _ := bytes.Cut(page, []byte{'"'})
			if page = rest; more && !yield(value) {
				return
			}
		}
	}
}

// isPage tells the style of a box that is an official page: a height of 900 to 999 pixels.
func isPage(style []byte) bool {
	for rest, more := style, true; more; {
		_, rest, more = bytes.Cut(rest, []byte("height:"))
		n, unit := figure(rest)
		if 900 <= n && n <= 999 && bytes.HasPrefix(unit, []byte("px")) {
			return true
		}
	}
	return false
}

// widthOf is the first width from 600 to 749 pixels that a page names, in a style or as an attribute; 0 if none.
func widthOf(page []byte) int {
	for rest, more := page, true; more; {
		_, rest, more = bytes.Cut(rest, []byte("width"))
		value, named := bytes.CutPrefix(rest, []byte(":"))
		if !named {
			value, named = bytes.CutPrefix(rest, []byte(`="`))
		}
		n, unit := figure(value)
		if named && 600 <= n && n <= 749 && (bytes.HasPrefix(unit, []byte("px")) || bytes.IndexAny(unit[:min(len(unit), 1)], ";}\" !") == 0) {
			return n
		}
	}
	return 0
}

// figure reads the number of three digits that s begins with, and gives what follows; 0 if it begins with none.
func figure(s []byte) (n int, unit []byte) {
	s = bytes.TrimLeft(s[:min(len(s), 16)], " ")
	if len(s) < 3 {
		return 0, nil
	}
	n, err := strconv.Atoi(string(s[:3]))
	if err != nil || n < 100 {
		return 0, nil
	}
	return n, s[3:]
}
