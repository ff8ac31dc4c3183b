package xslt

import (
	"strings"

	"cloudpocket/portal/egov/tree"
)

// instruction is something a template does.
type instruction interface{ run(*run) }

// placed is an instruction and the line it was written on.
type placed struct {
	instruction
	line int
}

// sequence is the content of a template or of an instruction.
type sequence []placed

func (s sequence) run(r *run) {
	for i := range s {
		r.c.Meter.Step(1)
		r.line = s[i].line
		s[i].instruction.run(r)
	}
}

// body compiles the children of an element. Variables declared there are visible to its end.
func (k *compiler) body(n tree.Node) (sequence, error) {
	visible := len(k.frame.visible)
	defer func() { k.frame.visible = k.frame.visible[:visible] }()
	var out sequence
	for c := k.doc.FirstChild(n); c != tree.None; c = k.doc.Next(c) {
		in, err := k.child(n, c)
		if err != nil {
			return nil, err
		}
		if in != nil {
			out = append(out, placed{in, k.doc.Line(c)})
		}
	}
	return out, nil
}

func (k *compiler) child(parent, c tree.Node) (instruction, error) {
	switch k.doc.Kind(c) {
	case tree.Text:
		s := k.doc.StringValue(c)
		if blank(s) && !k.preserves(parent) {
			return nil, nil
		}
		return literalText{text: s}, nil
	case tree.Element:
		if k.belongsToParent(parent, c) {
			return nil, nil
		}
		return k.instruction(c)
	}
	return nil, nil
}

// belongsToParent tells the elements that the surrounding instruction reads itself.
func (k *compiler) belongsToParent(parent, c tree.Node) bool {
	switch {
	case k.isXSL(c, "fallback"):
		return true
	case k.isXSL(c, "sort"):
		return k.isXSL(parent, "for-each") || k.isXSL(parent, "apply-templates")
	case k.isXSL(c, "with-param"):
		return k.isXSL(parent, "call-template") || k.isXSL(parent, "apply-templates")
	}
	return false
}

// preserves tells whether white space counts in an element of the stylesheet (section 3.4).
func (k *compiler) preserves(n tree.Node) bool {
	if k.isXSL(n, "text") {
		return true
	}
	for ; n != tree.Root; n = k.doc.Parent(n) {
		if v, ok := k.doc.Attr(n, xmlSpace, "space"); ok {
			return v == "preserve"
		}
	}
	return false
}

// instruction compiles an element of a template.
func (k *compiler) instruction(n tree.Node) (instruction, error) {
	name := k.doc.Name(n)
	if name.Space != xslSpace {
		if k.isExtension(n, name.Space) {
			return k.fallback(n, Forbidden, "the extension element "+name.String())
		}
		return k.literalElement(n)
	}
	if make, ok := k.instructions()[name.Local]; ok {
		return make(n)
	}
	if name.Local == "apply-imports" {
		return nil, k.refuse(n, Forbidden, "xsl:apply-imports has nothing to apply, as xsl:import is forbidden")
	}
	if k.forwards(n) {
		return k.fallback(n, Wrong, name.String()+" is no instruction of XSLT 1.0, and it holds no xsl:fallback")
	}
	return nil, k.wrong(n, "xsl:%s cannot stand here", name.Local)
}

func (k *compiler) instructions() map[string]func(tree.Node) (instruction, error) {
	return map[string]func(tree.Node) (instruction, error){
		"apply-templates":        k.applyTemplates,
		"call-template":          k.callTemplate,
		"for-each":               k.forEach,
		"if":                     k.ifElement,
		"choose":                 k.choose,
		"variable":               k.variable,
		"param":                  k.param,
		"value-of":               k.valueOf,
		"text":                   k.text,
		"element":                k.element,
		"attribute":              k.attribute,
		"comment":                k.comment,
		"processing-instruction": k.processingInstruction,
		"copy":                   k.copyElement,
		"copy-of":                k.copyOf,
		"number":                 k.number,
		"message":                k.message,
	}
}

// isExtension tells whether a namespace was said to be one of extension elements (section 14.1).
func (k *compiler) isExtension(n tree.Node, uri string) bool {
	return uri != "" && k.listed(n, "extension-element-prefixes", uri)
}

// listed tells whether an attribute of the element or of one around it lists a prefix of this namespace. On a literal
// result element the attribute is XSLT's, on an element of XSLT it has no namespace.
func (k *compiler) listed(n tree.Node, attribute, uri string) bool {
	for ; n != tree.Root; n = k.doc.Parent(n) {
		at := xslSpace
		if k.doc.Name(n).Space == xslSpace {
			at = ""
		}
		v, _ := k.doc.Attr(n, at, attribute)
		for _, prefix := range strings.Fields(v) {
			if prefix == "#default" {
				prefix = ""
			}
			if found, ok := k.lookup(n, prefix); ok && found == uri {
				return true
			}
		}
	}
	return false
}

// fallback compiles what an element that is not known offers instead (section 15). An extension without is refused at
// once, an unknown instruction when it is run.
func (k *compiler) fallback(n tree.Node, why Reason, text string) (instruction, error) {
	var out sequence
	found := false
	for c := k.doc.FirstChild(n); c != tree.None; c = k.doc.Next(c) {
		if !k.isXSL(c, "fallback") {
			continue
		}
		found = true
		body, err := k.body(c)
		if err != nil {
			return nil, err
		}
		out = append(out, body...)
	}
	refusal := k.refuse(n, why, "%s", text)
	switch {
	case found:
		return block(out), nil
	case why == Forbidden:
		return nil, refusal
	}
	return refused{refusal}, nil
}

// block is a sequence as one instruction.
type block sequence

func (b block) run(r *run) { sequence(b).run(r) }

// refused is an instruction that must not be reached.
type refused struct{ err error }

func (i refused) run(*run) { panic(i.err) }
