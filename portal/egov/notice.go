package egov

import (
	"cmp"
	"slices"
	"strings"
)

// Notice is what a notice, a returned filing or a copy says.
type Notice struct {
	Kind     Kind
	Title    string // the kind's name, or the document's own word for itself
	Arrival  string // 到達番号
	Number   string // 通知管理番号
	Date     Date   // 通知年月日
	Author   string // 年金事務所名
	To       string // 事業所名称, or the employer's name
	Codes    []Codes
	Persons  []Person
	Returned []Returned // of a returned filing, a page each
	Fields   []Field    // what stands outside of persons and pages
}

// Person is one insured person (被保険者), or an employee aged 70 or over (被用者).
type Person struct {
	Name     string // kanji; the kana where kanji are missing
	Kana     string // full-width
	FromKana bool   // Name is the kana
	Number   string // 被保険者整理番号 or 被保険者番号
	Birth    Date
	Elder    bool // 70歳以上被用者
	Fields   []Field
}

// Returned is one page of a returned filing (返戻票).
type Returned struct {
	Form     string // 帳票名称
	Filing   string // 届書名
	Reason   string
	Note     string // 通信欄
	Deadline Date   // 再提出期限
	Inquiry  string // 照会番号
	Fields   []Field
}

// Notice reads the file as a notice; false if it is none.
func (f *File) Notice() (Notice, bool) {
	if f.Role != RoleNotice {
		return Notice{}, false
	}
	root := rootOf(f.doc)
	n := Notice{Kind: f.Kind}
	rows, pages := rowsOf(root)
	for _, r := range rows {
		n.Persons = append(n.Persons, personOf(fieldsOf(r)))
	}
	for _, p := range pages {
		n.Returned = append(n.Returned, returnedOf(fieldsOf(p)))
	}
	n.Fields = fieldsOutside(root, append(rows, pages...))
	n.readHead()
	n.Title = cmp.Or(n.Kind.Japanese, n.own("様式名", "帳票名称", "届書名", "標題", "タイトル"), f.root)
	return n, true
}

// readHead takes what concerns the whole notice; official notices repeat it with every person.
func (n *Notice) readHead() {
	n.Arrival = arrivalIn(n.own("到達番号"))
	n.Number = n.own("通知管理番号")
	n.Date = ParseDate(n.own("通知年月日"))
	n.Author = n.own("年金事務所名", "事務センター名", "公共職業安定所名")
	n.To = n.own("事業所名称（送付先）", "事業所名称", "事業主氏名（送付先）", "事業主氏名")
	n.eachFields(func(fields []Field) { n.Codes = addCodes(n.Codes, codesOfFields(fields)) })
}

func (n *Notice) eachFields(visit func([]Field)) {
	visit(n.Fields)
	for _, p := range n.Persons {
		visit(p.Fields)
	}
	for _, r := range n.Returned {
		visit(r.Fields)
	}
}

// own is the first value that is not empty of the first label that has one.
func (n *Notice) own(labels ...string) string {
	for _, label := range labels {
		found := ""
		n.eachFields(func(fields []Field) { found = cmp.Or(found, valueOf(fields, label)) })
		if found != "" {
			return found
		}
	}
	return ""
}

func valueOf(fields []Field, label string) string {
	for _, f := range fields {
		if f.Label == label && f.Value != "" {
			return f.Value
		}
	}
	return ""
}

// rowsOf finds the elements that are one person each, and those that are one returned page each: the topmost that are
// called so or that hold a person's name.
func rowsOf(root node) (rows, pages []node) {
	var walk func(node)
	walk = func(n node) {
		switch {
		case localName(n) == "_ページ":
			pages = append(pages, n)
			return
		case isPerson(n):
			rows = append(rows, n)
			return
		}
		for _, c := range elements(n) {
			walk(c)
		}
	}
	walk(root)
	return rows, pages
}

func isPerson(n node) bool {
	name := localName(n)
	if leaf(n) {
		return false
	}
	if strings.HasSuffix(name, "_被保険者") || strings.HasSuffix(name, "_被用者") {
		return true
	}
	return slices.ContainsFunc(elements(n), func(c node) bool {
		return leaf(c) && (nameRank(fieldLabel(localName(c))) > 0 || isKana(fieldLabel(localName(c))))
	})
}

// nameRank tells how surely a label is that of the person a row is about; 0: it is not.
func nameRank(label string) int {
	if !strings.Contains(label, "氏名") || othersName(label) || kanaWord(label) {
		return 0
	}
	rank := 1
	if strings.Contains(label, "被保険者") || strings.Contains(label, "被用者") || strings.Contains(label, "船員") {
		rank += 2
	}
	if strings.Contains(label, "漢字") {
		rank++
	}
	return rank
}

func isKana(label string) bool {
	return strings.Contains(label, "氏名") && kanaWord(label) && !othersName(label)
}

func kanaWord(label string) bool {
	label = Plain(label)
	return slices.ContainsFunc([]string{"カナ", "フリガナ", "かな", "ふりがな"}, func(w string) bool {
		return strings.Contains(label, w)
	})
}

// othersName: names on a notice that are not the insured person's.
func othersName(label string) bool {
	return slices.ContainsFunc([]string{"事業主", "労務士", "代表", "代理", "扶養者", "配偶者", "送付先", "提出", "担当", "所長",
		"変更前", "固定文字"}, func(w string) bool { return strings.Contains(label, w) })
}

func personOf(fields []Field) Person {
	p := Person{Fields: fields}
	best := 0
	for _, f := range fields {
		switch rank := nameRank(f.Label); {
		case rank > best && f.Value != "":
			p.Name, best = f.Value, rank
		case isKana(f.Label) && p.Kana == "":
			p.Kana = f.Value
		case strings.HasSuffix(f.Label, "整理番号"), strings.Contains(f.Label, "被保険者番号"):
			p.Number = cmp.Or(p.Number, f.Value)
		case f.Label == "生年月日" && f.Date != nil:
			p.Birth = *f.Date
		}
		p.Elder = p.Elder || strings.Contains(f.Label, "被用者")
	}
	if p.Name == "" {
		p.Name, p.FromKana = p.Kana, p.Kana != ""
	}
	return p
}

func returnedOf(fields []Field) Returned {
	r := Returned{Fields: fields}
	for _, f := range fields {
		switch {
		case f.Label == "帳票名称":
			r.Form = cmp.Or(r.Form, f.Value)
		case f.Label == "届書名":
			r.Filing = cmp.Or(r.Filing, f.Value)
		case strings.Contains(f.Label, "期限"):
			if d := f.date(); !r.Deadline.Known() && d.Text != "" {
				r.Deadline = d
			}
		case strings.Contains(f.Label, "理由"):
			r.Reason = join(r.Reason, Lines(f.Original))
		case strings.Contains(f.Label, "通信欄"):
			r.Note = join(r.Note, Lines(f.Original))
		case strings.Contains(f.Label, "照会番号"):
			r.Inquiry = cmp.Or(r.Inquiry, f.Value)
		}
	}
	return r
}

func join(a, b string) string { return strings.Trim(a+"\n"+b, "\n") }
