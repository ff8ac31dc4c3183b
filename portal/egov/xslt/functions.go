package xslt

import (
	"strconv"
	"strings"

	"cloudpocket/portal/egov/tree"
	"cloudpocket/portal/egov/xslt/xpath"
)

// function is one that XSLT adds to XPath (section 12).
type function struct {
	least, most int
	make        func(scope, []*xpath.Expr) (*xpath.Expr, error)
}

// functionNamed finds one of XSLT's functions.
func functionNamed(local string) (function, bool) {
	switch local {
	case "current":
		return function{0, 0, current}, true
	case "key":
		return function{2, 2, keyFunction}, true
	case "format-number":
		return function{2, 3, formatNumber}, true
	case "generate-id":
		return function{0, 1, generateID}, true
	case "system-property":
		return function{1, 1, systemProperty}, true
	case "element-available":
		return function{1, 1, elementAvailable}, true
	case "function-available":
		return function{1, 1, functionAvailable}, true
	case "unparsed-entity-uri":
		return function{1, 1, unparsedEntityURI}, true
	}
	return function{}, false
}

func current(scope, []*xpath.Expr) (*xpath.Expr, error) {
	return xpath.FromNode(func(c *xpath.Context) tree.Node { return c.Current }), nil
}

// named reads a name that an expression gives, at the element the expression is written at.
func (s scope) named(c *xpath.Context, e *xpath.Expr) qname {
	written := e.String(c)
	c.Meter.Scan(written)
	name, err := s.k.expand(s.n, written)
	if err != nil {
		panic(err)
	}
	return name
}

func keyFunction(s scope, args []*xpath.Expr) (*xpath.Expr, error) {
	s = s.alone()
	return xpath.FromNodes(func(c *xpath.Context, dst []tree.Node) []tree.Node {
		name := s.named(c, args[0])
		r := c.Host.(*run)
		if _, ok := r.sheet.keys[name]; !ok {
			stop(Wrong, "there is no key %s", name.local)
		}
		return r.lookup(name, args[1].Value(c), dst)
	}), nil
}

// alone keeps of the compiler what a function needs when it runs.
func (s scope) alone() scope { return scope{&compiler{doc: s.k.doc, sheet: s.k.sheet}, s.n} }

// generateID gives a node an identifier that no other has; in another run it may be another (section 12.4).
func generateID(_ scope, args []*xpath.Expr) (*xpath.Expr, error) {
	id := func(c *xpath.Context, n tree.Node) string { return "id" + strconv.FormatInt(int64(n), 36) }
	if len(args) == 0 {
		return xpath.FromString(func(c *xpath.Context) string { return id(c, c.Node) }), nil
	}
	return xpath.FromString(func(c *xpath.Context) (out string) {
		args[0].WithNodes(c, func(list []tree.Node) {
			if len(list) > 0 {
				out = id(c, list[0])
			}
		})
		return out
	}), nil
}

func systemProperty(s scope, args []*xpath.Expr) (*xpath.Expr, error) {
	s = s.alone()
	return xpath.FromString(func(c *xpath.Context) string {
		switch s.named(c, args[0]) {
		case qname{xslSpace, "version"}:
			return "1.0"
		case qname{xslSpace, "vendor"}:
			return "Cloud Pocket"
		}
		return ""
	}), nil
}

func elementAvailable(s scope, args []*xpath.Expr) (*xpath.Expr, error) {
	s = s.alone()
	return xpath.FromBool(func(c *xpath.Context) bool {
		name := s.named(c, args[0])
		return name.space == xslSpace && s.k.instructionNamed(name.local) != nil
	}), nil
}

func functionAvailable(s scope, args []*xpath.Expr) (*xpath.Expr, error) {
	s = s.alone()
	return xpath.FromBool(func(c *xpath.Context) bool {
		name := s.named(c, args[0])
		_, ok := functionNamed(name.local)
		return name.space == "" && (ok || xpath.IsCoreFunction(name.local))
	}), nil
}

// unparsedEntityURI is empty: there are no entities.
func unparsedEntityURI(scope, []*xpath.Expr) (*xpath.Expr, error) {
	return xpath.FromString(func(*xpath.Context) string { return "" }), nil
}

// formatNumber is format-number() (section 12.3).
func formatNumber(s scope, args []*xpath.Expr) (*xpath.Expr, error) {
	s = s.alone()
	return xpath.FromString(func(c *xpath.Context) string {
		name := qname{}
		if len(args) == 3 {
			name = s.named(c, args[2])
		}
		r := c.Host.(*run)
		f := r.sheet.formats[name]
		if f == nil && name != (qname{}) {
			stop(Wrong, "there is no decimal format %s", name.local)
		}
		if f == nil {
			f = usualFormat()
		}
		number, picture := args[0].Number(c), args[1].String(c)
		c.Meter.Bytes(4 * len(picture))
		return f.format(number, picture)
	}), nil
}

func fields(s string) []string { return strings.FieldsFunc(s, isSpace) }

func isSpace(r rune) bool { return r < 0x80 && strings.ContainsRune(space, r) }
