package xpath_test

import (
	"context"
	"errors"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"cloudpocket/portal/egov/tree"
	"cloudpocket/portal/egov/xslt/xpath"
)

// plain is a scope with one prefix and one variable.
type plain struct{}

func (plain) Namespace(prefix string) (string, bool) { return "urn:u", prefix == "u" }

func (plain) Variable(_, local string) (*xpath.Expr, error) {
	if local != "n" {
		return nil, errors.New("no such variable")
	}
	return xpath.FromValue(func(*xpath.Context) xpath.Value { return xpath.Number(2) }), nil
}

func (plain) Function(string, string, []*xpath.Expr) (*xpath.Expr, error) { return nil, nil }

const rows = `<list xmlns:u="urn:u"><row id="a">1</row><row id="b">2<u:x/></row><!--c--><sec><row id="c">3</row></sec></list>`

// at gives a context at the list element.
func at(t testing.TB, names *xpath.Names, steps int64) *xpath.Context {
	t.Helper()
	doc, err := tree.Parse([]byte(rows), tree.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	c := xpath.NewContext(doc, names, xpath.NewMeter(context.Background(), steps, 1<<20))
	c.Node = doc.DocumentElement()
	return c
}

func TestEvaluation(t *testing.T) {
	for _, row := range []struct{ expr, want string }{
		{"row", "1"},
		{"row[2]", "2"},
		{"row[last()]/@id", "b"},
		{"row[$n]/@id", "b"},
		{"//row[@id = 'c']/..", "3"},
		{"(//row)[3]", "3"},
		{"count(//row | row | sec//row)", "3"},
		{"name(//u:*)", "u:x"},
		{"row[1]/following::row[2]/@id", "c"},
		{"sec/row/preceding::row[1]/@id", "b"},
		{"sec/row/ancestor::*[last()]/row/@id", "a"},
		{"sum(//row) * -1 + 10 mod 4", "-4"},
		{"2 * 3 = 6 and not(1 > 2) or row", "true"},
		{"row != '1'", "true"},
		{"translate(concat('ab', 1), 'b1', 'B')", "aB"},
		{"substring('一二三', 2, 1)", "二"},
	} {
		t.Run(row.expr, func(t *testing.T) {
			names := &xpath.Names{}
			e, err := xpath.Compiler{Names: names, Scope: plain{}}.Expr(row.expr)
			if err != nil {
				t.Fatal(err)
			}
			if got := e.String(at(t, names, 1000)); got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}

func TestSyntaxErrors(t *testing.T) {
	for _, expr := range []string{
		"", "a b", "a[", "a]", "(a", "a)", "1 +", "@", "a/", "//", "a//", "::a", "foo::a", "x:a", "$", "$none", "'a", "f()",
		"count()", "count(1)", "count(a, b)", "1 | 2", "'a'/b", "1[1]", "a['", "..a", "text(", "node()()", "$n:x", "1 = = 2",
		"processing-instruction(a)", "!", "a ! b", "\xff", strings.Repeat("(", 200) + "1" + strings.Repeat(")", 200),
		"1" + strings.Repeat("+1", 10_000),
	} {
		names := &xpath.Names{}
		if _, err := (xpath.Compiler{Names: names, Scope: plain{}}).Expr(expr); err == nil {
			t.Errorf("%.40q compiles", expr)
		}
	}
}

func TestPatterns(t *testing.T) {
	for _, row := range []struct {
		pattern  string
		priority float64
		want     string // names of the elements, text and attributes matched
	}{
		{"row", 0, "row row row"},
		{"*", -0.5, "list row row u:x sec row"},
		{"u:*", -0.25, "u:x"},
		{"@*", -0.5, "id id id"},
		{"@id", 0, "id id id"},
		{"/", 0.5, "/"},
		{"/list/row", 0.5, "row row"},
		{"sec//row", 0.5, "row"},
		{"list//row", 0.5, "row row row"},
		{"//sec", 0.5, "sec"},
		{"row[1]", 0.5, "row row"},
		{"row[last()]", 0.5, "row row"},
		{"row[@id='b']/u:x", 0.5, "u:x"},
		{"comment()", -0.5, "!"},
		{"text()[. > 2]", 0.5, "3"},
		{"node()", -0.5, "list row 1 row 2 u:x ! sec row 3"},
		{"attribute::node()", -0.5, "id id id"},
		{"id('x')", 0.5, ""},
	} {
		t.Run(row.pattern, func(t *testing.T) {
			names := &xpath.Names{}
			list, err := xpath.Compiler{Names: names, Scope: plain{}}.Patterns(row.pattern)
			if err != nil {
				t.Fatal(err)
			}
			if list[0].Priority != row.priority {
				t.Errorf("priority %v, want %v", list[0].Priority, row.priority)
			}
			if got := matched(at(t, names, 10_000), list[0]); got != row.want {
				t.Errorf("matches %q, want %q", got, row.want)
			}
		})
	}
}

// matched lists what a pattern matches in the whole document.
func matched(c *xpath.Context, p *xpath.Pattern) string {
	var out []string
	add := func(n tree.Node) {
		if !p.Match(c, n) {
			return
		}
		switch c.Doc.Kind(n) {
		case tree.RootKind:
			out = append(out, "/")
		case tree.Text:
			out = append(out, c.Doc.StringValue(n))
		case tree.Comment:
			out = append(out, "!")
		default:
			out = append(out, c.Doc.Name(n).String())
		}
	}
	for n := tree.Root; n < c.Doc.End(tree.Root); n = c.Doc.Follow(n) {
		add(n)
		for a, end := c.Doc.Attrs(n); a < end; a = tree.NextAttr(a) {
			add(a)
		}
	}
	return strings.Join(out, " ")
}

func TestPatternErrors(t *testing.T) {
	for _, pattern := range []string{
		"", "|", "a|", "a/", "//", "a//", ".", "..", "a/..", "ancestor::a", "a/self::b", "$n", "1", "f()", "count(a)", "a b", "(a)",
	} {
		if _, err := (xpath.Compiler{Names: &xpath.Names{}, Scope: plain{}}).Patterns(pattern); err == nil {
			t.Errorf("%q compiles", pattern)
		}
	}
}

func TestFormatNumber(t *testing.T) {
	for _, row := range []struct {
		in   float64
		want string
	}{
		{0, "0"}, {math.Copysign(0, -1), "0"}, {1, "1"}, {-1.5, "-1.5"}, {0.1 + 0.2, "0.3"}, {1.0 / 3, "0.333333333333333"},
		{2147483646, "2147483646"}, {3e9, "3e+09"}, {-1e15, "-1e+15"}, {0.00001, "0.00001"}, {0.000001, "1e-06"},
		{math.NaN(), "NaN"}, {math.Inf(1), "Infinity"}, {math.Inf(-1), "-Infinity"},
	} {
		if got := xpath.FormatNumber(row.in); got != row.want {
			t.Errorf("%v: got %s, want %s", row.in, got, row.want)
		}
	}
}

// TestMeter ends evaluations that cost more than they may.
func TestMeter(t *testing.T) {
	names := &xpath.Names{}
	e, err := xpath.Compiler{Names: names, Scope: plain{}}.Expr("count(//*/following::node())")
	if err != nil {
		t.Fatal(err)
	}
	c := at(t, names, 5)
	if s := stopped(func() { e.String(c) }); s == nil || s.Over != "steps" {
		t.Errorf("got %+v, want a stop for steps", s)
	}
}

// stopped runs f and gives the Stop that ended it, or nil.
func stopped(f func()) (s *xpath.Stop) {
	defer func() {
		if p := recover(); p != nil {
			s = p.(*xpath.Stop)
		}
	}()
	f()
	return nil
}

// FuzzXPath holds expressions to agree with themselves: whichever type is asked for, the answer is the value's; and
// node-sets are in document order. The same text as a pattern must not panic.
func FuzzXPath(f *testing.F) {
	data, err := os.ReadFile("../testdata/expressions.txt")
	if err != nil {
		f.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		expr, _, _ := strings.Cut(line, "\t")
		f.Add(expr)
	}
	f.Fuzz(func(t *testing.T, expr string) {
		names := &xpath.Names{}
		compiler := xpath.Compiler{Names: names, Scope: plain{}}
		e, err := compiler.Expr(expr)
		patterns, wrong := compiler.Patterns(expr)
		c := at(t, names, 20_000)
		if err == nil {
			stopped(func() { agrees(t, e, c) })
		}
		if wrong == nil {
			stopped(func() { matched(c, patterns[0]) })
		}
	})
}

func agrees(t *testing.T, e *xpath.Expr, c *xpath.Context) {
	v := e.Value(c)
	if got := e.String(c); got != v.String() {
		t.Errorf("as a string %q, its value %q", got, v.String())
	}
	if got := e.Bool(c); got != v.Bool() {
		t.Errorf("as a boolean %v, its value %v", got, v.Bool())
	}
	if got := e.Number(c); got != v.Number() && !(math.IsNaN(got) && math.IsNaN(v.Number())) {
		t.Errorf("as a number %v, its value %v", got, v.Number())
	}
	set, ok := v.(xpath.Nodes)
	if !ok {
		return
	}
	if strictly := slices.IsSortedFunc(set.List, func(a, b tree.Node) int {
		if a == b {
			return -1
		}
		return int(a - b)
	}); !strictly {
		t.Errorf("not in document order: %v", set.List)
	}
	e.WithNodes(c, func(list []tree.Node) {
		if !slices.Equal(set.List, list) {
			t.Errorf("lent %v, as a value %v", list, set.List)
		}
	})
}
