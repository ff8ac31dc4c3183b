package mail

import (
	"bytes"
	"fmt"
	"strings"
)

// WriteAll returns one message that says n in every language, the first of Languages first, for readers of whom nobody
// knows what they read. n.Lang is not needed.
func (w *Words) WriteAll(n Note) (Message, error) {
	var all Message
	var pages [][]byte
	for i, lang := range Languages() {
		n.Lang = lang
		one, err := w.Write(n)
		if err != nil {
			return Message{}, err
		}
		if i == 0 {
			all = one
		} else {
			all.Text += "\n" + strings.Repeat("-", 40) + "\n\n" + one.Text
			all.Subject = both(all.Subject, w.bareSubject(n, one.Subject))
		}
		pages = append(pages, body(one.HTML, lang))
	}
	html := []byte(all.HTML)
	head, _, ok := bytes.Cut(html, []byte("<body"))
	if !ok {
		return Message{}, fmt.Errorf("write a mail in all languages: its HTML has no body")
	}
	all.HTML = string(head) + "<body>\n" + string(bytes.Join(pages, []byte("<hr>\n"))) + "</body>\n</html>\n"
	return all, nil
}

// bareSubject returns a subject without the firm, which the first language's says already.
func (w *Words) bareSubject(n Note, subject string) string {
	return strings.TrimSpace(strings.Replace(subject, "["+clean(n.Firm)+"]", "", 1))
}

// both joins two subjects if there is room for them.
func both(first, second string) string {
	if joined := first + " / " + second; len([]rune(joined)) <= maxSubject {
		return joined
	}
	return first
}

// body returns what the body of a page holds, as a section in its language.
func body(page, lang string) []byte {
	_, rest, _ := strings.Cut(page, "<body")
	style, rest, _ := strings.Cut(rest, ">")
	inner, _, _ := strings.Cut(rest, "</body>")
	return []byte(`<div lang="` + lang + `"` + style + ">" + inner + "</div>\n")
}
