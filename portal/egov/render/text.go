package render

import (
	"bytes"
	"html/template"
)

// Text makes the page of a text's lines.
func Text(title, lang string, lines []string) Page {
	return laid(listing{Lang: lang, Title: title, Lines: lines})
}

// Table makes the page of a table; rows may differ in length, and a cell may have lines.
func Table(title, lang string, rows [][]string) Page {
	return laid(listing{Lang: lang, Title: title, Rows: rows})
}

type listing struct {
	Lang, Title string
	Lines       []string
	Rows        [][]string
}

func laid(l listing) Page {
	var b bytes.Buffer
	if err := template.Must(template.New("listing").Parse(listingText)).Execute(&b, l); err != nil {
		return Page{Form: None, Reason: Unreadable, Detail: err.Error()}
	}
	return Page{Form: Outline, Title: l.Title, HTML: b.Bytes()}
}

const listingText = `<!doctype html><html lang="{{.Lang}}"><head><meta charset="utf-8"><title>{{.Title}}</title><style>
@page{size:A4;margin:15mm}
body{margin:0;padding:16px;background:#fff;color:#1a1a1c;font:15px/1.7 "Noto Sans JP","Hiragino Sans","Yu Gothic",sans-serif}
pre{margin:0;font:14px/1.7 "Noto Sans Mono CJK JP","Noto Sans Mono",Menlo,Consolas,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}td{border:1px solid #b4b4b7;padding:4px 10px;vertical-align:top;white-space:pre-line}tr:first-child td{background:#f1f1f4}
@media print{body{padding:0}}
</style></head><body><main lang="ja">{{if .Rows}}<table><tbody>{{range .Rows}}<tr>{{range .}}<td>{{.}}</td>{{end}}</tr>
{{end}}</tbody></table>{{else}}<pre>{{range .Lines}}{{.}}
{{end}}</pre>{{end}}</main></body></html>
`
