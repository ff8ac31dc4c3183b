package render

import (
	"bytes"
	"fmt"
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

// dress adds to a cleaned page what our frames need: links that open in the whole window, A4 for print, and for pages of
// a fixed width smaller letters in a narrower frame.
func dress(page []byte, width int) []byte {
	style := `<base target="_top"><style>@page{size:A4;margin:10mm}@media print{html{zoom:1!important}body{margin:0}}` + narrower(width) + `</style>`
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

var (
	// styledPage finds the class of a rule whose box is an official page.
	styledPage = regexp.MustCompile(`(?:[a-z]*)\.([A-Za-z_][\w-]*)\s*\{[^{}]*\bheight:\s*9[0-9]{2}px`)
	// ownPage is such a box by its own style attribute.
	ownPage = regexp.MustCompile(`style="[^"]*\bheight:\s*9[0-9]{2}px`)
	wide    = regexp.MustCompile(`\bwidth(?:="|:\s*)(6[0-9]{2}|7[0-4][0-9])(?:px)?\b`)
)

// measure returns the width and height in CSS pixels of a page that is laid out as the official ones are, in boxes of
// 640 by 940; zeros if it is not, or only the width.
func measure(page []byte) (width, height int) {
	if m := wide.FindSubmatch(page); m != nil {
		width, _ = strconv.Atoi(string(m[1]))
	}
	boxes := len(ownPage.FindAll(page, -1))
	seen := map[string]bool{}
	for _, m := range styledPage.FindAllSubmatch(page, -1) {
		class := string(m[1])
		if !seen[class] {
			seen[class] = true
			boxes += bytes.Count(page, []byte(`class="`+class+`"`))
		}
	}
	if boxes == 0 || width == 0 {
		return width, 0
	}
	return width, min(maxHeight, boxes*(formHeight+formGap)+formGap)
}
