package xslt

import "strings"

// xmlWriter is the xml method (section 16.1).
type xmlWriter struct {
	w     *writer
	open  bool    // the start tag lacks its >
	names []qname // of open elements, where some are CDATA sections
}

var xmlText = [256]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '\r': "&#13;"}
var xmlAttr = [256]string{
	'&': "&amp;", '<': "&lt;", '>': "&gt;", '"': "&quot;", '\n': "&#10;", '\t': "&#9;", '\r': "&#13;",
}

func (x *xmlWriter) declaration() {
	if x.w.rules.omit {
		return
	}
	x.w.put(`<?xml version="1.0" encoding="UTF-8"`)
	if s := x.w.rules.standalone; s == "yes" || s == "no" {
		x.w.put(` standalone="` + s + `"`)
	}
	x.w.put("?>\n")
}

func (x *xmlWriter) close() {
	if x.open {
		x.open = false
		x.w.put(">")
	}
}

func (x *xmlWriter) start(e *outElement) {
	x.close()
	x.w.put("<")
	x.w.put(e.name.String())
	for _, s := range e.spaces {
		x.w.namespace(s.Prefix, s.URI)
	}
	for _, a := range e.attrs {
		x.w.put(" ")
		x.w.put(a.name.String())
		x.w.put(`="`)
		x.w.escaped(a.value, &xmlAttr)
		x.w.put(`"`)
	}
	x.open = true
	x.names = append(x.names, qname{e.name.space, e.name.local})
}

func (w *writer) namespace(prefix, uri string) {
	w.put(" xmlns")
	if prefix != "" {
		w.put(":" + prefix)
	}
	w.put(`="`)
	w.escaped(uri, &xmlAttr)
	w.put(`"`)
}

func (x *xmlWriter) end(name outName) {
	x.names = x.names[:len(x.names)-1]
	if x.open {
		x.open = false
		x.w.put("/>")
		return
	}
	x.w.put("</")
	x.w.put(name.String())
	x.w.put(">")
}

func (x *xmlWriter) text(s string, raw bool) {
	x.close()
	n := len(x.names)
	switch {
	case n > 0 && x.w.rules.cdata[x.names[n-1]]:
		x.w.put("<![CDATA[" + strings.ReplaceAll(s, "]]>", "]]]]><![CDATA[>") + "]]>")
	case raw:
		x.w.put(s)
	default:
		x.w.escaped(s, &xmlText)
	}
}

func (x *xmlWriter) comment(s string) {
	x.close()
	x.w.put("<!--" + s + "-->")
}

func (x *xmlWriter) instruction(target, s string) {
	x.close()
	if s != "" {
		s = " " + s
	}
	x.w.put("<?" + target + s + "?>")
}
