package xslt

import (
	"strings"
)

// htmlWriter is the html method (section 16.2). Elements without a namespace and those of XHTML are HTML's.
type htmlWriter struct {
	w       *writer
	verbose bool // inside script or style, where nothing is escaped
	inHead  bool
	skipped bool // the element that has begun is a meta that named an encoding, and is not written
}

var htmlText = [256]string{'&': "&amp;", '<': "&lt;", '>': "&gt;"}
var htmlAttr = [256]string{'<': "&lt;", '>': "&gt;", '"': "&quot;"}

const contentType = `<meta http-equiv="Content-Type" content="text/html; charset=UTF-8">`

// htmlName is the name of an element of HTML in lower case, or "".
func htmlName(n outName) string {
	if n.space != "" && n.space != xhtmlSpace {
		return ""
	}
	return strings.ToLower(n.local)
}

func void(name string) bool {
	switch name {
	case "area", "base", "basefont", "br", "col", "embed", "frame", "hr", "img", "input", "isindex", "link", "meta",
		"param", "source", "track", "wbr":
		return true
	}
	return false
}

// flag tells the attributes that mean something by being there.
func flag(name string) bool {
	switch strings.ToLower(name) {
	case "checked", "compact", "declare", "defer", "disabled", "ismap", "multiple", "nohref", "noresize", "noshade",
		"nowrap", "readonly", "selected":
		return true
	}
	return false
}

func (h *htmlWriter) start(e *outElement) {
	name := htmlName(e.name)
	if name == "meta" && h.inHead && namesEncoding(e) {
		h.skipped = true
		return
	}
	h.w.put("<")
	h.w.put(e.name.String())
	for _, s := range e.spaces {
		h.w.namespace(s.Prefix, s.URI)
	}
	for i := range e.attrs {
		h.attribute(name, &e.attrs[i])
	}
	h.w.put(">")
	switch name {
	case "head":
		h.inHead = true
		h.w.put(contentType)
	case "script", "style":
		h.verbose = true
	}
}

// namesEncoding tells a meta element that says what the bytes are encoded in; that is UTF-8 now.
func namesEncoding(e *outElement) bool {
	for _, a := range e.attrs {
		if strings.EqualFold(a.name.local, "charset") ||
			strings.EqualFold(a.name.local, "http-equiv") && strings.EqualFold(strings.Trim(a.value, space), "content-type") {
			return true
		}
	}
	return false
}

func (h *htmlWriter) attribute(element string, a *outAttr) {
	h.w.put(" ")
	h.w.put(a.name.String())
	if a.name.space == "" && flag(a.name.local) {
		return
	}
	h.w.put(`="`)
	value := a.value
	if a.name.space == "" && holdsURI(element, strings.ToLower(a.name.local)) {
		value = escapeURI(value)
	}
	for {
		amp := strings.IndexByte(value, '&')
		if amp < 0 {
			break
		}
		h.w.escaped(value[:amp], &htmlAttr)
		value = value[amp+1:]
		if strings.HasPrefix(value, "{") {
			h.w.put("&")
		} else {
			h.w.put("&amp;")
		}
	}
	h.w.escaped(value, &htmlAttr)
	h.w.put(`"`)
}

func holdsURI(element, name string) bool {
	switch name {
	case "href", "src", "action", "cite", "longdesc", "background", "usemap":
		return true
	}
	return name == "name" && element == "a"
}

// escapeURI writes what URIs cannot hold as their UTF-8 bytes.
func escapeURI(s string) string {
	s = strings.TrimLeft(s, space)
	if strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r >= 0x7F }) < 0 {
		return s
	}
	const digits = "0123456789ABCDEF"
	out := make([]byte, 0, len(s)+len(s)/2)
	for _, c := range []byte(s) {
		if c <= ' ' || c >= 0x7F {
			out = append(out, '%', digits[c>>4], digits[c&15])
			continue
		}
		out = append(out, c)
	}
	return string(out)
}

func (h *htmlWriter) end(n outName) {
	name := htmlName(n)
	switch {
	case h.skipped && name == "meta":
		h.skipped = false
		return
	case void(name):
		return
	}
	switch name {
	case "head":
		h.inHead = false
	case "script", "style":
		h.verbose = false
	}
	h.w.put("</")
	h.w.put(n.String())
	h.w.put(">")
}

func (h *htmlWriter) text(s string, raw bool) {
	if raw || h.verbose {
		h.w.put(s)
		return
	}
	h.w.escaped(s, &htmlText)
}

func (h *htmlWriter) comment(s string) { h.w.put("<!--" + s + "-->") }

func (h *htmlWriter) instruction(target, s string) {
	if s != "" {
		s = " " + s
	}
	h.w.put("<?" + target + s + ">")
}
