package xslt

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"

	"cloudpocket/portal/egov/tree"
	"cloudpocket/portal/egov/xslt/xpath"
)

// sortKey is xsl:sort (section 10). Text is compared by code point, as libxslt does where the language is not said or
// not known to the machine; case-order, where it is said, first compares without regard to case.
type sortKey struct {
	by        *xpath.Expr
	dataType  avt
	order     avt
	caseOrder avt
}

func (k *compiler) sorts(n tree.Node) ([]sortKey, error) {
	var out []sortKey
	for c := k.doc.FirstChild(n); c != tree.None; c = k.doc.Next(c) {
		if !k.isXSL(c, "sort") {
			continue
		}
		s, err := k.sort(c)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

func (k *compiler) sort(n tree.Node) (out sortKey, err error) {
	by, ok := k.doc.Attr(n, "", "select")
	if !ok {
		by = "."
	}
	if out.by, err = k.expr(n, by); err != nil {
		return out, err
	}
	for attribute, to := range map[string]*avt{"data-type": &out.dataType, "order": &out.order, "case-order": &out.caseOrder} {
		if *to, err = k.optional(n, attribute); err != nil {
			return out, err
		}
	}
	return out, nil
}

// sorting is a list being sorted: a column of values for each key.
type sorting struct {
	list    []tree.Node
	columns []column
}

// column is one key's values, as numbers or as texts.
type column struct {
	numbers    []float64
	texts      []string
	descending bool
	upperFirst bool
	folds      bool
}

// sortBy sorts a list in place; nodes that compare equal stay in order.
func (r *run) sortBy(keys []sortKey, list []tree.Node) {
	if len(keys) == 0 || len(list) < 2 {
		return
	}
	s := sorting{list: list}
	for _, k := range keys {
		s.columns = append(s.columns, r.column(k, list))
	}
	r.c.Meter.Sort(len(list) * len(keys))
	order := make([]int, len(list))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		r.c.Meter.Step(1)
		return s.compare(r, a, b)
	})
	sorted := make([]tree.Node, len(list))
	for to, from := range order {
		sorted[to] = list[from]
	}
	copy(list, sorted)
}

func (r *run) column(k sortKey, list []tree.Node) column {
	out := column{descending: k.order.String(r) == "descending"}
	numeric := k.dataType.String(r) == "number"
	caseOrder := k.caseOrder.String(r)
	out.upperFirst, out.folds = caseOrder == "upper-first", caseOrder != ""
	r.each(list, func(tree.Node) {
		if numeric {
			out.numbers = append(out.numbers, k.by.Number(r.c))
			return
		}
		s := k.by.String(r.c)
		r.c.Meter.Bytes(16)
		out.texts = append(out.texts, s)
	})
	return out
}

func (s *sorting) compare(r *run, a, b int) int {
	for i := range s.columns {
		if d := s.columns[i].compare(r, a, b); d != 0 {
			return d
		}
	}
	return 0
}

func (c *column) compare(r *run, a, b int) int {
	d := 0
	if c.numbers != nil {
		d = compareNumbers(c.numbers[a], c.numbers[b])
	} else {
		if c.folds { // both are written again in lower case
			r.c.Meter.Step((len(c.texts[a]) + len(c.texts[b])) >> 2)
		}
		r.c.Meter.Step(min(len(c.texts[a]), len(c.texts[b])) >> 6)
		d = c.compareTexts(c.texts[a], c.texts[b])
	}
	if c.descending {
		return -d
	}
	return d
}

// compareNumbers puts what is no number first.
func compareNumbers(a, b float64) int {
	switch {
	case math.IsNaN(a) && math.IsNaN(b):
		return 0
	case math.IsNaN(a):
		return -1
	case math.IsNaN(b):
		return 1
	}
	return cmp.Compare(a, b)
}

func (c *column) compareTexts(a, b string) int {
	if !c.folds {
		return strings.Compare(a, b)
	}
	if d := strings.Compare(strings.ToLower(a), strings.ToLower(b)); d != 0 {
		return d
	}
	d := firstCase(a, b)
	if c.upperFirst {
		return d
	}
	return -d
}

// firstCase compares texts that differ in case only: upper case first.
func firstCase(a, b string) int {
	x, y := []rune(a), []rune(b)
	for i := range min(len(x), len(y)) {
		if x[i] == y[i] {
			continue
		}
		if unicode.IsUpper(x[i]) {
			return -1
		}
		return 1
	}
	return 0
}
