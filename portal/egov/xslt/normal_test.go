package xslt_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/text/encoding/htmlindex"
)

var (
	declared    = regexp.MustCompile(`<xsl:output[^>]*encoding="([^"]+)"`)
	indented    = regexp.MustCompile(`<xsl:output[^>]*indent="(yes|no)"`)
	declaration = regexp.MustCompile(`^<\?xml [^>]*\?>\n?`)
	between     = regexp.MustCompile(`>\s+<`)
)

// fromEncoding returns what xsltproc wrote in the encoding that the stylesheet asks for; ours is always UTF-8.
func fromEncoding(t testing.TB, out []byte, sheet string) string {
	t.Helper()
	m := declared.FindStringSubmatch(sheet)
	if m == nil {
		return string(out)
	}
	e, err := htmlindex.Get(m[1])
	if err != nil {
		t.Fatalf("encoding %s: %v", m[1], err)
	}
	text, err := e.NewDecoder().Bytes(out)
	if err != nil {
		t.Fatalf("decode what xsltproc wrote: %v", err)
	}
	return string(text)
}

// normal takes away what the recommendation leaves open: the declaration's wording, the line break at the end, the
// white space that indenting puts in, and all that HTML has two spellings for.
func normal(t testing.TB, out, method, sheet string) string {
	t.Helper()
	m := indented.FindStringSubmatch(sheet)
	switch {
	case method == "html":
		return outline(t, out, m == nil || m[1] == "yes")
	case method == "text":
		return out
	}
	out = strings.TrimSuffix(declaration.ReplaceAllString(out, ""), "\n")
	if m != nil && m[1] == "yes" {
		out = between.ReplaceAllString(out, "><")
	}
	return canonical(out)
}

var (
	tag       = regexp.MustCompile(`<(/?)([^\s<>!?/]+)((?:\s+[^\s=<>]+="[^"]*")*)\s*(/?)>`)
	attribute = regexp.MustCompile(`([^\s=]+)="([^"]*)"`)
	empty     = regexp.MustCompile(`<([^<>/!?](?:[^<>]*[^<>/])?)></[^<>]+>`)
	reference = regexp.MustCompile(`&#(x[0-9A-Fa-f]+|[0-9]+);`)
)

// canonical writes names with their namespaces in the place of prefixes and declarations, which are the processor's
// own affair (XSLT 1.0, 7.1.1), orders attributes, writes empty elements in one way, and characters beyond ASCII as themselves.
func canonical(xml string) string {
	scopes := []map[string]string{{"xml": "xml"}}
	xml = reference.ReplaceAllStringFunc(xml, func(r string) string {
		n, err := strconv.ParseUint(strings.Replace(strings.Trim(r, "&#;"), "x", "0x", 1), 0, 32)
		if err != nil || n < 0x80 {
			return r
		}
		return string(rune(n))
	})
	return empty.ReplaceAllString(tag.ReplaceAllStringFunc(xml, func(t string) string {
		m := tag.FindStringSubmatch(t)
		scope := scopes[len(scopes)-1]
		if m[1] == "/" {
			scopes = scopes[:max(1, len(scopes)-1)]
			return "</" + expanded(m[2], scope[""], scope) + ">"
		}
		scope = maps.Clone(scope)
		attrs := attribute.FindAllStringSubmatch(m[3], -1)
		for _, a := range attrs {
			if prefix, ok := strings.CutPrefix(a[1], "xmlns"); ok {
				scope[strings.TrimPrefix(prefix, ":")] = a[2]
			}
		}
		var kept []string
		for _, a := range attrs {
			if !strings.HasPrefix(a[1], "xmlns") {
				kept = append(kept, " "+expanded(a[1], "", scope)+`="`+a[2]+`"`)
			}
		}
		slices.Sort(kept)
		if m[4] == "" {
			scopes = append(scopes, scope)
		}
		return "<" + expanded(m[2], scope[""], scope) + strings.Join(kept, "") + m[4] + ">"
	}), "<$1/>")
}

func expanded(name, space string, scope map[string]string) string {
	if prefix, local, ok := strings.Cut(name, ":"); ok {
		name, space = local, scope[prefix]
	}
	if space == "" {
		return name
	}
	return "{" + space + "}" + name
}

// outline writes the tree that a browser builds, a node a line.
func outline(t testing.TB, out string, loose bool) string {
	t.Helper()
	tree, err := html.Parse(strings.NewReader(strings.TrimRight(out, "\n")))
	if err != nil {
		t.Fatalf("parse the HTML: %v", err)
	}
	var b strings.Builder
	describe(&b, tree, 0, loose)
	return b.String()
}

func describe(b *strings.Builder, n *html.Node, depth int, loose bool) {
	blank := n.Type == html.TextNode && strings.Trim(n.Data, " \t\r\n") == ""
	last := depth >= 3 && n.NextSibling == nil && n.Parent.Data == "body" // the end of the file is read into the body
	switch {
	case blank && (loose || depth < 3 || last) && (!insideOf(n, "pre") || strings.HasPrefix(n.Parent.Data, "t")):
	case n.Type == html.TextNode && last:
		fmt.Fprintf(b, "%*s1 %q\n", depth, "", strings.TrimRight(n.Data, "\n"))
	case n.Type == html.ElementNode && n.Data == "meta":
		fmt.Fprintf(b, "%*smeta\n", depth, "")
	default:
		fmt.Fprintf(b, "%*s%d %q", depth, "", n.Type, n.Data)
		attrs := slices.Clone(n.Attr)
		slices.SortFunc(attrs, func(a, c html.Attribute) int { return strings.Compare(a.Key, c.Key) })
		for _, a := range attrs {
			fmt.Fprintf(b, " %s=%q", a.Key, a.Val)
		}
		b.WriteByte('\n')
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		describe(b, c, depth+1, loose)
	}
}

func insideOf(n *html.Node, name string) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if p.Data == name {
			return true
		}
	}
	return false
}
