package clean

import (
	"encoding/base64"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// value says what an attribute's value must look like.
type value int

const (
	text   value = iota + 1 // anything: it is only ever compared or shown
	word                    // a keyword such as center
	number                  // digits
	length                  // a number with a unit that HTML 3 to 5 know
	colour                  // a name or #rgb
	flag                    // there or not
	css                     // a style attribute
	link                    // what the caller resolves
	image                   // a picture inside the page
)

// everywhere are the attributes that any element may have; only holds those of certain elements.
var everywhere = map[string]value{
	"align": word, "bgcolor": colour, "bordercolor": colour, "class": text, "clear": word, "color": colour, "dir": word,
	"height": length, "id": text, "lang": text, "nowrap": flag, "style": css, "title": text, "valign": word, "width": length,
}

var only = map[string]map[string]value{
	"a":          {"href": link, "name": text},
	"body":       {"alink": colour, "bottommargin": length, "leftmargin": length, "link": colour, "marginheight": length, "marginwidth": length, "rightmargin": length, "text": colour, "topmargin": length, "vlink": colour},
	"col":        {"span": number, "char": text},
	"colgroup":   {"span": number},
	"font":       {"face": text, "size": length},
	"hr":         {"noshade": flag, "size": length},
	"img":        {"alt": text, "border": length, "hspace": length, "src": image, "vspace": length},
	"li":         {"type": word, "value": number},
	"ol":         {"compact": flag, "start": number, "type": word},
	"table":      {"border": length, "cellpadding": length, "cellspacing": length, "frame": word, "rules": word, "summary": text},
	"td":         {"abbr": text, "axis": text, "colspan": number, "headers": text, "rowspan": number, "scope": word},
	"th":         {"abbr": text, "axis": text, "colspan": number, "headers": text, "rowspan": number, "scope": word},
	"time":       {"datetime": text},
	"ul":         {"compact": flag, "type": word},
	"blockquote": {},
}

var (
	words   = regexp.MustCompile(`^[A-Za-z0-9-]{1,32}$`)
	digits  = regexp.MustCompile(`^[0-9]{1,5}$`)
	lengths = regexp.MustCompile(`^[+-]?[0-9]{1,5}(\.[0-9]{1,4})?(%|\*|px|pt|em|ex|cm|mm|in|pc)?$`)
	colours = regexp.MustCompile(`^#?[A-Za-z0-9]{1,32}$`)
	pixels  = regexp.MustCompile(`^data:image/(png|jpeg|jpg|gif|webp);base64,$`)
)

// attributes writes the allowed attributes of t, each once.
func (f *filter) attributes(b *strings.Builder, t html.Token) {
	seen := make([]string, 0, 8)
	for _, a := range t.Attr {
		what, ok := only[t.Data][a.Key]
		if !ok {
			what = everywhere[a.Key]
		}
		if what == 0 || a.Namespace != "" || slices.Contains(seen, a.Key) {
			continue
		}
		seen = append(seen, a.Key)
		if v, ok := f.value(what, a.Val); ok {
			b.WriteByte(' ')
			b.WriteString(a.Key)
			b.WriteString(`="`)
			b.WriteString(html.EscapeString(v))
			b.WriteByte('"')
		}
	}
}

// value returns v as it may be written.
func (f *filter) value(what value, v string) (string, bool) {
	trimmed := strings.TrimSpace(v)
	switch what {
	case text:
		return strings.ReplaceAll(v, "\x00", ""), true
	case word:
		return trimmed, words.MatchString(trimmed)
	case number:
		return trimmed, digits.MatchString(trimmed)
	case length:
		return trimmed, lengths.MatchString(trimmed) && short(trimmed)
	case colour:
		return trimmed, colours.MatchString(trimmed)
	case flag:
		return "", true
	case css:
		return f.style(v)
	case link:
		return f.link(v)
	case image:
		return picture(v)
	}
	return "", false
}

// short reports that an attribute's length is none beyond maxLength; without a unit it is in pixels.
func short(v string) bool {
	n, _ := pixelsOf(strings.TrimRight(v, "*"))
	return n <= maxLength
}

// style filters a style attribute. A table of many rows repeats a few of them, so results are kept for the page.
func (f *filter) style(v string) (string, bool) {
	out, ok := f.inline[v]
	if !ok {
		out = declarations(v)
		f.inline[v] = out
	}
	return out, out != ""
}

// picture takes a picture whose bytes are in the URL (RFC 2397), of a kind that is pixels and nothing else.
func picture(v string) (string, bool) {
	at := strings.IndexByte(v, ',') + 1
	head := strings.ToLower(strings.TrimSpace(v[:at]))
	if !pixels.MatchString(head) {
		return "", false
	}
	raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(v[at:]), ""))
	if err != nil {
		return "", false
	}
	return head + base64.StdEncoding.EncodeToString(raw), true
}

// harmless reports that following to loads a page: it is relative or http(s), whatever the caller's resolver was given.
func harmless(to string) bool {
	u, err := url.Parse(to)
	return err == nil && (u.Scheme == "" || u.Scheme == "http" || u.Scheme == "https")
}
