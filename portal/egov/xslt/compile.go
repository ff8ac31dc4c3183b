package xslt

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"cloudpocket/portal/egov/tree"
	"cloudpocket/portal/egov/xslt/xpath"
)

// compiler turns one stylesheet's elements into instructions.
type compiler struct {
	doc   *tree.Document
	sheet *Stylesheet
	frame *frame // of the template being compiled; nil where no local variable can be
	rules int    // template rules so far

	surroundings map[tree.Node]*surroundings
}

func (k *compiler) refuse(n tree.Node, why Reason, format string, args ...any) error {
	return &Refusal{Reason: why, Line: k.doc.Line(n), Text: clip(fmt.Sprintf(format, args...))}
}

func (k *compiler) wrong(n tree.Node, format string, args ...any) error {
	return k.refuse(n, Wrong, format, args...)
}

// stylesheet compiles xsl:stylesheet, xsl:transform, or a literal result element in their place (section 2.3).
func (k *compiler) stylesheet(root tree.Node) error {
	if !k.isXSL(root, "stylesheet") && !k.isXSL(root, "transform") {
		if _, ok := k.doc.Attr(root, xslSpace, "version"); !ok {
			return k.wrong(root, "this is no stylesheet: its outermost element is %s", k.doc.Name(root))
		}
		return k.simplified(root)
	}
	if k.attr(root, "version") == "" {
		return k.wrong(root, "the stylesheet names no version of XSLT")
	}
	for _, pass := range []func(tree.Node) error{k.declare, k.define} {
		for n := k.doc.FirstChild(root); n != tree.None; n = k.doc.Next(n) {
			if err := k.topLevel(n, pass); err != nil {
				return err
			}
		}
	}
	return nil
}

// simplified makes a stylesheet with one template, for the root, of a literal result element.
func (k *compiler) simplified(root tree.Node) error {
	patterns, err := k.xpath(root).Patterns("/")
	if err != nil {
		return err
	}
	t, err := k.framed(func() (sequence, error) {
		in, err := k.instruction(root)
		return sequence{{in, k.doc.Line(root)}}, err
	})
	k.addRule(k.sheet.mode(qname{}), patterns[0], t, nil)
	return err
}

func (k *compiler) topLevel(n tree.Node, pass func(tree.Node) error) error {
	switch k.doc.Kind(n) {
	case tree.Text:
		if !blank(k.doc.StringValue(n)) {
			return k.wrong(n, "text outside a template")
		}
		return nil
	case tree.Element:
		name := k.doc.Name(n)
		if name.Space == "" {
			return k.wrong(n, "the element %s is outside a template", name)
		}
		if name.Space == xslSpace {
			return pass(n)
		}
	}
	return nil
}

// declare is the first pass: what templates refer to before it is written.
func (k *compiler) declare(n tree.Node) error {
	switch k.doc.Name(n).Local {
	case "variable", "param":
		name, err := k.expand(n, k.attr(n, "name"))
		if err != nil {
			return err
		}
		if _, twice := k.sheet.globalIDs[name]; twice {
			return k.wrong(n, "the variable %s twice", name.local)
		}
		k.sheet.globalIDs[name] = len(k.sheet.globals)
		k.sheet.globals = append(k.sheet.globals, &global{name: name})
	case "template":
		return k.declareTemplate(n)
	case "namespace-alias":
		return k.namespaceAlias(n)
	case "key":
		name, err := k.expand(n, k.attr(n, "name"))
		k.sheet.keys[name] = nil
		return err
	case "attribute-set":
		name, err := k.expand(n, k.attr(n, "name"))
		if k.sheet.sets[name] == nil {
			k.sheet.sets[name] = &attributeSets{}
		}
		return err
	}
	return nil
}

func (k *compiler) declareTemplate(n tree.Node) error {
	written, named := k.doc.Attr(n, "", "name")
	_, matches := k.doc.Attr(n, "", "match")
	if !named {
		if !matches {
			return k.wrong(n, "a template without match and name")
		}
		return nil
	}
	name, err := k.expand(n, written)
	if err != nil {
		return err
	}
	if k.sheet.named[name] != nil {
		return k.wrong(n, "the template %s twice", name.local)
	}
	k.sheet.named[name] = &template{}
	return nil
}

// define is the second pass.
func (k *compiler) define(n tree.Node) error {
	switch local := k.doc.Name(n).Local; local {
	case "template":
		return k.template(n)
	case "variable", "param":
		return k.global(n, local == "param")
	case "key":
		return k.key(n)
	case "output":
		return k.outputElement(n)
	case "strip-space", "preserve-space":
		return k.spaceElement(n, local == "strip-space")
	case "decimal-format":
		return k.decimalFormat(n)
	case "attribute-set":
		return k.attributeSet(n)
	case "namespace-alias":
		return nil
	case "include", "import":
		return k.refuse(n, Forbidden, "xsl:%s asks for another file", local)
	default:
		if k.around(n).forwards {
			return nil
		}
		return k.wrong(n, "xsl:%s cannot stand outside a template", local)
	}
}

func (k *compiler) template(n tree.Node) error {
	t, err := k.framed(func() (sequence, error) { return k.body(n) })
	if err != nil {
		return err
	}
	if written, named := k.doc.Attr(n, "", "name"); named {
		name, err := k.expand(n, written)
		if err != nil {
			return err
		}
		*k.sheet.named[name] = *t
	}
	match, matches := k.doc.Attr(n, "", "match")
	if !matches {
		return nil
	}
	return k.ruleOf(n, match, t)
}

func (k *compiler) ruleOf(n tree.Node, match string, t *template) error {
	m, err := k.mode(n)
	if err != nil {
		return err
	}
	patterns, err := k.xpath(n).Patterns(match)
	if err != nil {
		return k.badExpr(n, err)
	}
	var priority *float64
	if s, ok := k.doc.Attr(n, "", "priority"); ok {
		f, err := strconv.ParseFloat(strings.Trim(s, space), 64)
		if err != nil {
			return k.wrong(n, "the priority %q is no number", s)
		}
		priority = &f
	}
	for _, p := range patterns {
		k.addRule(m, p, t, priority)
	}
	return nil
}

// mode is the mode an element names; none is the mode of the empty name.
func (k *compiler) mode(n tree.Node) (*mode, error) {
	written, ok := k.doc.Attr(n, "", "mode")
	if !ok {
		return k.sheet.mode(qname{}), nil
	}
	name, err := k.expand(n, written)
	return k.sheet.mode(name), err
}

func (k *compiler) global(n tree.Node, param bool) error {
	name, err := k.expand(n, k.attr(n, "name"))
	if err != nil {
		return err
	}
	g := k.sheet.globals[k.sheet.globalIDs[name]]
	g.param = param
	t, err := k.framed(func() (sequence, error) {
		g.value, err = k.binding(n)
		return nil, err
	})
	if err != nil {
		return err
	}
	g.slots = t.slots
	return nil
}

// xpath is the compiler of the expressions written at an element.
func (k *compiler) xpath(n tree.Node) xpath.Compiler {
	return xpath.Compiler{Names: &k.sheet.names, Scope: scope{k, n}}
}

// expr compiles an expression. In forwards-compatible mode one that cannot be compiled is wrong only when it is run.
func (k *compiler) expr(n tree.Node, s string) (*xpath.Expr, error) {
	e, err := k.xpath(n).Expr(s)
	if err == nil {
		return e, nil
	}
	err = k.badExpr(n, err)
	var r *Refusal
	if errors.As(err, &r) && r.Reason == Wrong && k.around(n).forwards {
		return xpath.FromValue(func(*xpath.Context) xpath.Value { panic(r) }), nil
	}
	return nil, err
}

func (k *compiler) badExpr(n tree.Node, err error) error {
	var r *Refusal
	if errors.As(err, &r) {
		return err
	}
	return k.wrong(n, "%v", err)
}

// needed compiles the expression of an attribute that must be there.
func (k *compiler) needed(n tree.Node, attribute string) (*xpath.Expr, error) {
	s, ok := k.doc.Attr(n, "", attribute)
	if !ok {
		return nil, k.wrong(n, "xsl:%s without %s", k.doc.Name(n).Local, attribute)
	}
	return k.expr(n, s)
}
