package egov

import (
	"slices"
	"strings"
)

// Outline is a document as labels and values: what is shown where no stylesheet works. It is a tree, so that a surface
// can make a list, a table or headings of it.
type Outline struct {
	Label    string    // as people read it, in Japanese; empty for the top
	Value    string    // lines are kept; empty where there are Children
	Children []Outline // in the document's order
}

// Outline returns what the file's XML says, all of it but what is only printed or hidden, and of a cover the body alone,
// which is what is signed; false if the file is neither a cover nor a notice.
func (f *File) Outline() (Outline, bool) {
	if f.Role != RoleCover && f.Role != RoleNotice {
		return Outline{}, false
	}
	root := rootOf(f.doc)
	if f.Role == RoleCover {
		return Outline{Children: outlineOf(child(root, "BODY"), true)}, true
	}
	return Outline{Children: outlineOf(root, false)}, true
}

// outlineOf gives each child element of n its row; runs of leaves are put together as fields.
func outlineOf(n node, cover bool) []Outline {
	var rows []Outline
	var parts []part
	flush := func() {
		for _, field := range assemble(parts) {
			if v := fieldLines(field); v != "" {
				rows = append(rows, Outline{Label: field.Label, Value: v})
			}
		}
		parts = nil
	}
	for _, c := range elements(n) {
		switch {
		case space(c) == dsigSpace:
		case cover:
			rows = append(rows, coverRow(c)...)
		case leaf(c):
			base, name := splitName(localName(c))
			parts = append(parts, part{base, name, text(c)})
		default:
			flush()
			if children := outlineOf(c, false); len(children) > 0 {
				rows = append(rows, Outline{Label: fieldLabel(localName(c)), Children: children})
			}
		}
	}
	flush()
	return rows
}

// fieldLines keeps the lines of a text that has several.
func fieldLines(f Field) string {
	if strings.Contains(strings.TrimFunc(f.Original, blank), "\n") {
		return Lines(f.Original)
	}
	return f.Value
}

// coverRow is an element of a cover: one with a name of its own is a row, the others only hold rows.
func coverRow(n node) []Outline {
	name := localName(n)
	key := strings.ToLower(strings.TrimRight(name, "0123456789"))
	switch {
	case slices.Contains([]string{"stylesheet", "mnginfo", "stamp"}, key):
		return nil
	case name == "DOCLINK":
		return row("doclink", attribute(n, "REF"), attribute(n, "URI"), Plain(text(n)))
	case key == "maintxt":
		return append(row("mt2title", text(childWithSuffix(n, "TITLE"))), row(key, linesOf(n))...)
	case slices.Contains(coverTexts, key):
		return row(key, linesOf(n))
	case leaf(n) || key == "p":
		return row(key, Lines(text(n)))
	}
	children := outlineOf(n, true)
	if len(children) == 0 || !slices.Contains(coverGroups, key) {
		return children
	}
	return []Outline{{Label: coverLabels[key], Children: children}}
}

// row is one with the first of values that is not empty; none if all are.
func row(key string, values ...string) []Outline {
	for _, v := range values {
		if strings.TrimFunc(v, blank) != "" {
			label := coverLabels[key]
			if label == "" {
				label = strings.ToUpper(key)
			}
			return []Outline{{Label: label, Value: strings.TrimFunc(v, blank)}}
		}
	}
	return nil
}

var (
	// coverTexts hold paragraphs; coverGroups hold rows and are told from one another by a heading.
	coverTexts  = []string{"referenc", "mt2text", "mt3text"}
	coverGroups = []string{"to", "author", "appendix", "refdoc"}
)

// coverLabels are the words for the elements of a cover.
var coverLabels = map[string]string{
	"docno": "文書番号", "date": "日付", "to": "宛先", "author": "発出元", "aff": "所属", "name": "氏名",
	"honorific": "敬称", "title": "件名", "maintxt": "本文", "mt2title": "見出し", "mt2text": "本文", "mt3title": "見出し",
	"mt3text": "本文", "referenc": "備考", "p": "本文", "appendix": "添付", "refdoc": "参照文書", "doclink": "ファイル", "apptitle": "添付の名称",
	"totatuno": "到達番号", "ukedate": "日付", "hojigrpname": "事業所名", "sseisyayksyok": "役職", "sseisyaname": "氏名",
	"atesk": "発出元", "totatudate": "申請日", "hbun": "本文", "ssatantou": "担当部署", "syozokusosiki": "所属組織",
	"ssasyaname": "担当者", "ssasyatel": "電話番号",
}
