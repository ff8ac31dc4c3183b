package xslt

import (
	"strings"

	"cloudpocket/portal/egov/tree"
	"cloudpocket/portal/egov/xslt/xpath"
)

// outputRules is xsl:output (section 16). Its encoding is not kept: what comes out is UTF-8. Neither is indent.
type outputRules struct {
	method     string // "" to be decided by the result
	version    string
	standalone string
	omit       bool // the XML declaration
	public     string
	system     string
	mediaType  string
	cdata      map[qname]bool
}

func (k *compiler) outputElement(n tree.Node) error {
	o := &k.sheet.output
	for attribute, to := range map[string]*string{
		"version": &o.version, "standalone": &o.standalone, "doctype-public": &o.public,
		"doctype-system": &o.system, "media-type": &o.mediaType,
	} {
		if v, ok := k.doc.Attr(n, "", attribute); ok {
			*to = v
		}
	}
	if v, ok := k.doc.Attr(n, "", "omit-xml-declaration"); ok {
		o.omit = v == "yes"
	}
	switch method := k.attr(n, "method"); method {
	case "":
	case "xml", "html", "text":
		o.method = method
	case "xhtml": // libxslt knows it, and people have used it
		o.method = "html"
	default:
		return k.wrong(n, "there is no output method %s", method)
	}
	return k.cdataElements(n)
}

func (k *compiler) cdataElements(n tree.Node) error {
	for _, s := range fields(k.attr(n, "cdata-section-elements")) {
		prefix, local, found := strings.Cut(s, ":")
		if !found {
			prefix, local = "", s
		}
		uri, ok := k.lookup(n, prefix)
		if !ok && prefix != "" {
			return k.wrong(n, "the prefix %s is not declared", prefix)
		}
		if k.sheet.output.cdata == nil {
			k.sheet.output.cdata = map[qname]bool{}
		}
		k.sheet.output.cdata[qname{uri, local}] = true
	}
	return nil
}

// writer is the receiver of a whole result: it decides the method, holding back what comes before that, and writes.
type writer struct {
	rules   outputRules
	most    int
	buf     []byte
	to      receiver // nil while the method is not decided
	held    []event
	started bool // the first element has begun
}

func (w *writer) put(s string) {
	if len(w.buf)+len(s) > w.most {
		panic(&xpath.Stop{Over: "output", Reason: "its result is longer than it may be"})
	}
	w.buf = append(w.buf, s...)
}

// decide begins the result with a method, and writes what was held back.
func (w *writer) decide(method string) {
	if w.rules.method == "" {
		w.rules.method = method
	}
	switch w.rules.method {
	case "html":
		w.to = &htmlWriter{w: w}
	case "text":
		w.to = textWriter{w}
	default:
		x := &xmlWriter{w: w}
		x.declaration()
		w.to = x
	}
	held := w.held
	w.held = nil
	for _, e := range held {
		switch e.what {
		case textEvent:
			w.to.text(e.text, e.raw)
		case commentEvent:
			w.to.comment(e.text)
		default:
			w.to.instruction(e.name.local, e.text)
		}
	}
}

// holds keeps what comes before the first element where that decides the method (section 16).
func (w *writer) holds(e event) bool {
	if w.to == nil && w.rules.method != "" {
		w.decide("")
	}
	if w.to != nil {
		return false
	}
	if len(w.held) > w.most>>6 {
		panic(&xpath.Stop{Over: "output", Reason: "its result is longer than it may be"})
	}
	w.held = append(w.held, e)
	return true
}

func (w *writer) start(e *outElement) {
	if w.to == nil {
		method := "xml"
		if e.name.space == "" && strings.EqualFold(e.name.local, "html") {
			method = "html"
		}
		w.decide(method)
	}
	if !w.started {
		w.started = true
		w.doctype(e.name)
	}
	w.to.start(e)
}

func (w *writer) end(name outName) { w.to.end(name) }

func (w *writer) text(s string, raw bool) {
	if w.to == nil && !blank(s) {
		w.decide("xml")
	}
	if !w.holds(event{what: textEvent, text: s, raw: raw}) {
		w.to.text(s, raw)
	}
}

func (w *writer) comment(s string) {
	if !w.holds(event{what: commentEvent, text: s}) {
		w.to.comment(s)
	}
}

func (w *writer) instruction(target, s string) {
	if !w.holds(event{what: instructionEvent, name: outName{local: target}, text: s}) {
		w.to.instruction(target, s)
	}
}

func (w *writer) doctype(root outName) {
	html := w.rules.method == "html"
	if w.rules.method == "text" || w.rules.system == "" && (!html || w.rules.public == "") {
		return
	}
	name := root.String()
	if html {
		name = "html"
	}
	w.put("<!DOCTYPE " + name)
	switch {
	case w.rules.public != "":
		w.put(" PUBLIC " + quoted(w.rules.public))
	default:
		w.put(" SYSTEM")
	}
	if w.rules.system != "" {
		w.put(" " + quoted(w.rules.system))
	}
	w.put(">\n")
}

// quoted is an identifier in the quotes that it does not contain.
func quoted(s string) string {
	if strings.Contains(s, `"`) {
		return "'" + strings.ReplaceAll(s, "'", "") + "'"
	}
	return `"` + s + `"`
}

func (w *writer) finish() Output {
	if w.to == nil {
		w.decide("xml")
	}
	if w.started {
		w.put(w.ending())
	}
	out := Output{Bytes: w.buf, Method: w.rules.method, MediaType: w.rules.mediaType}
	if out.MediaType == "" {
		out.MediaType = map[string]string{"html": "text/html", "xml": "text/xml", "text": "text/plain"}[out.Method]
	}
	return out
}

// ending is the line end that libxslt puts behind a document.
func (w *writer) ending() string {
	if w.rules.method == "text" {
		return ""
	}
	return "\n"
}

// textWriter is the text method (section 16.3).
type textWriter struct{ w *writer }

func (t textWriter) start(*outElement)          {}
func (t textWriter) end(outName)                {}
func (t textWriter) text(s string, _ bool)      { t.w.put(s) }
func (t textWriter) comment(string)             {}
func (t textWriter) instruction(string, string) {}

// escaped writes text with the bytes that the table names replaced.
func (w *writer) escaped(s string, table *[256]string) {
	done := 0
	for i := range len(s) {
		if to := table[s[i]]; to != "" {
			w.put(s[done:i])
			w.put(to)
			done = i + 1
		}
	}
	w.put(s[done:])
}
