package clean

// kind says what becomes of an element.
type kind int

const (
	unwrapped  kind = iota // the tags go, what is inside stays: also every element without an entry
	kept                   // allowed
	formatting             // allowed, and copied by the tree builder where it was left open (HTML 13.2.4.3)
	void                   // allowed, has no content
	skipped                // goes with everything inside
	collected              // <title> and <style>, which move to the head
)

// elements are what may be shown, and what must not even leave its text behind.
var elements = map[string]kind{
	"abbr": kept, "acronym": kept, "address": kept, "article": kept, "aside": kept, "bdi": kept, "bdo": kept,
	"blockquote": kept, "caption": kept, "center": kept, "cite": kept, "colgroup": kept, "dd": kept, "del": kept,
	"dir": kept, "div": kept, "dl": kept, "dt": kept, "fieldset": kept, "figcaption": kept, "figure": kept,
	"footer": kept, "h1": kept, "h2": kept, "h3": kept, "h4": kept, "h5": kept, "h6": kept, "header": kept,
	"ins": kept, "kbd": kept, "label": kept, "legend": kept, "li": kept, "main": kept, "mark": kept, "menu": kept,
	"nav": kept, "ol": kept, "p": kept, "pre": kept, "q": kept, "rp": kept, "rt": kept, "ruby": kept, "samp": kept,
	"section": kept, "span": kept, "sub": kept, "sup": kept, "table": kept, "tbody": kept, "td": kept, "tfoot": kept,
	"th": kept, "thead": kept, "time": kept, "tr": kept, "ul": kept, "var": kept,

	"a": formatting, "b": formatting, "big": formatting, "code": formatting, "em": formatting, "font": formatting,
	"i": formatting, "nobr": formatting, "s": formatting, "small": formatting, "strike": formatting,
	"strong": formatting, "tt": formatting, "u": formatting,

	"br": void, "col": void, "hr": void, "img": void, "wbr": void,

	"applet": skipped, "embed": skipped, "frame": skipped, "frameset": skipped, "iframe": skipped, "math": skipped,
	"noembed": skipped, "noframes": skipped, "noscript": skipped, "object": skipped, "plaintext": skipped,
	"script": skipped, "svg": skipped, "template": skipped, "xml": skipped, "xmp": skipped,

	"style": collected, "title": collected,
}

// implied says which open elements a start tag ends without an end tag, and what it cannot end through (HTML 13.2.6.4).
type implied struct{ ends, barrier []string }

var (
	cells = []string{"td", "th", "caption"}
	scope = []string{"table", "td", "th", "caption"}
)

// ended returns what the start tag of name ends. quirks is true where a table may stand in a paragraph.
func ended(name string, quirks bool) implied {
	switch name {
	case "li":
		return implied{[]string{"li", "p"}, append([]string{"ul", "ol", "dir", "menu"}, scope...)}
	case "dt", "dd":
		return implied{[]string{"dt", "dd", "p"}, append([]string{"dl"}, scope...)}
	case "td", "th":
		return implied{cells, []string{"table", "tr"}}
	case "tr":
		return implied{append([]string{"tr"}, cells...), []string{"table"}}
	case "tbody", "thead", "tfoot", "colgroup":
		return implied{append([]string{"tr", "tbody", "thead", "tfoot", "colgroup"}, cells...), []string{"table"}}
	case "address", "article", "aside", "blockquote", "center", "dir", "div", "dl", "fieldset", "figcaption", "figure",
		"footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "main", "menu", "nav", "ol", "p", "pre",
		"section", "ul":
		return implied{[]string{"p"}, scope}
	case "table":
		if !quirks {
			return implied{[]string{"p"}, scope}
		}
	}
	return implied{}
}
