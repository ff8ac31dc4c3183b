package egov

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Field is one value of a form, put together where the form cuts it in parts.
type Field struct {
	Label    string // 資格取得年月日; 標準報酬月額（健保）
	Value    string // Plain
	Date     *Date  // of a day that the form holds in parts; else nil
	Original string // as the document has it; of one in parts, the parts one after another
}

func (f Field) date() Date {
	if f.Date != nil {
		return *f.Date
	}
	return ParseDate(f.Value)
}

// part is one element of a form.
type part struct {
	base, part, text string
}

// fieldsOf reads the leaves below n, in order, as fields.
func fieldsOf(n node) []Field { return fieldsOutside(n, nil) }

// fieldsOutside leaves out the elements in except.
func fieldsOutside(n node, except []node) []Field {
	skip := map[node]bool{}
	for _, e := range except {
		skip[e] = true
	}
	if skip[n] {
		return nil
	}
	var parts []part
	var walk func(node)
	walk = func(n node) {
		for _, c := range elements(n) {
			switch {
			case skip[c]:
			case !leaf(c):
				walk(c)
			default:
				base, name := splitName(localName(c))
				parts = append(parts, part{base, name, text(c)})
			}
		}
	}
	walk(n)
	return assemble(parts)
}

// splitName parts an element's name at its last "_", or at an "x" between two characters that are not ASCII, which some
// kinds of notice use instead.
func splitName(name string) (base, part string) {
	name = strings.TrimLeft(name, "_")
	if i := strings.LastIndexByte(name, '_'); i > 0 && i+1 < len(name) {
		return name[:i], name[i+1:]
	}
	for i := len(name) - 2; i > 0; i-- {
		if name[i] == 'x' && name[i-1] >= utf8.RuneSelf && name[i+1] >= utf8.RuneSelf {
			return name[:i], name[i+1:]
		}
	}
	return name, ""
}

// fieldLabel is an element's name as people read it.
func fieldLabel(name string) string {
	base, p := splitName(name)
	return label(base, p)
}

func label(base, part string) string {
	if part == "" || part == "項目" {
		return Plain(base)
	}
	return Plain(base) + "（" + Plain(part) + "）"
}

// assemble joins the parts of dates and numbers. Elements that only hold a printed label, or a hidden mark, go.
func assemble(parts []part) []Field {
	var fields []Field
	used := make([]bool, len(parts))
	for i, p := range parts {
		if used[i] || p.part == "固定文字" || p.base == "非表示項目" {
			continue
		}
		if f, ok := compound(parts[i:], used[i:]); ok {
			fields = append(fields, f)
			continue
		}
		fields = append(fields, Field{Label: label(p.base, p.part), Value: Plain(p.text), Original: p.text})
	}
	return fields
}

// separators says how the parts of a number are joined, by its name and parts.
func separator(base, part string) (string, bool) {
	switch {
	case strings.Contains(base, "整理記号"), strings.HasSuffix(part, "桁"):
		return "-", true
	case strings.Contains(base, "労働保険番号"), strings.Contains(base, "法人番号"),
		strings.Contains(base, "適用事業所番号"), strings.Contains(base, "雇用保険") && strings.HasSuffix(base, "番号"):
		return "", true
	}
	return "", false
}

// compound reads what begins at parts[0] as one date or number, if it is the first of at least two parts, and marks
// its parts as used. Parts of the same name that come again, as in the next line of a form, belong to another field.
func compound(parts []part, used []bool) (Field, bool) {
	first := parts[0]
	sep, number := separator(first.base, first.part)
	if first.part == "" || !number && !datePart(first.part) {
		return Field{}, false
	}
	values, order, original := map[string]string{}, []string(nil), ""
	for i, p := range parts[:min(len(parts), 8)] {
		if p.base != first.base || p.part == "" || used[i] || number == datePart(p.part) {
			continue
		}
		if _, again := values[p.part]; again {
			break
		}
		values[p.part], used[i] = p.text, true
		order, original = append(order, p.part), original+p.text
	}
	if number {
		return numberField(first.base, sep, order, values, original), true
	}
	d := dateOf(cmpText(values["元号"], values["年号"]), values["年"], values["月"], values["日"])
	if strings.Trim(d.Text, "年月日") == "" {
		d.Text = ""
	}
	return Field{Label: Plain(first.base), Value: d.Text, Date: &d, Original: original}, true
}

func numberField(base, sep string, order []string, values map[string]string, original string) Field {
	var texts []string
	for _, p := range order {
		if v := Plain(values[p]); v != "" {
			texts = append(texts, v)
		}
	}
	return Field{Label: Plain(base), Value: strings.Join(texts, sep), Original: original}
}

func datePart(name string) bool {
	return slices.Contains([]string{"元号", "年号", "年", "月", "日"}, name)
}

func cmpText(a, b string) string {
	if Plain(a) != "" {
		return a
	}
	return b
}
