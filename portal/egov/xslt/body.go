package xslt

import (
	"cloudpocket/portal/egov/tree"
	"cloudpocket/portal/egov/xslt/xpath"
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
	if r.nested++; r.nested > nestingPerLevel*r.budget.Depth {
		panic(&xpath.Stop{Over: "depth", Reason: "its instructions run inside one another deeper than they may"})
	}
	for i := range s {
		r.c.Meter.Step(1)
		r.line = s[i].line
		s[i].instruction.run(r)
	}
	r.nested--
}

// nestingPerLevel is how many sequences may be inside one another for each level of templates, on average: what
// people write has three or four, and each takes a piece of the stack.
const nestingPerLevel = 10

// body compiles the children of an element. Variables declared there are visible to its end.
func (k *compiler) body(n tree.Node) (sequence, error) {
	visible := len(k.frame.visible)
	defer func() { k.frame.leave(visible) }()
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
		if blank(s) && !k.isXSL(parent, "text") && !k.around(parent).preserve {
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

// instruction compiles an element of a template.
func (k *compiler) instruction(n tree.Node) (instruction, error) {
	name := k.doc.Name(n)
	if name.Space != xslSpace {
		if k.around(n).extensions[name.Space] {
			return k.fallback(n, Forbidden, "the extension element "+name.String())
		}
		return k.literalElement(n)
	}
	if compile := k.instructionNamed(name.Local); compile != nil {
		return compile(n)
	}
	if name.Local == "apply-imports" {
		return nil, k.refuse(n, Forbidden, "xsl:apply-imports has nothing to apply, as xsl:import is forbidden")
	}
	if k.around(n).forwards {
		return k.fallback(n, Wrong, name.String()+" is no instruction of XSLT 1.0, and it holds no xsl:fallback")
	}
	return nil, k.wrong(n, "xsl:%s cannot stand here", name.Local)
}

// instructionNamed finds how an instruction is compiled, or nil.
func (k *compiler) instructionNamed(local string) func(tree.Node) (instruction, error) {
	switch local {
	case "apply-templates":
		return k.applyTemplates
	case "call-template":
		return k.callTemplate
	case "for-each":
		return k.forEach
	case "if":
		return k.ifElement
	case "choose":
		return k.choose
	case "variable":
		return k.variable
	case "param":
		return k.param
	case "message":
		return k.message
	}
	return k.constructorNamed(local)
}

// constructorNamed does so for the instructions that add to the result.
func (k *compiler) constructorNamed(local string) func(tree.Node) (instruction, error) {
	switch local {
	case "value-of":
		return k.valueOf
	case "text":
		return k.text
	case "element":
		return k.element
	case "attribute":
		return k.attribute
	case "comment":
		return k.comment
	case "processing-instruction":
		return k.processingInstruction
	case "copy":
		return k.copyElement
	case "copy-of":
		return k.copyOf
	case "number":
		return k.number
	}
	return nil
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
