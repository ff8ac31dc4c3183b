package mail

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/url"
	"strings"
	texttemplate "text/template"
	"unicode"

	"cloudpocket/store"
)

//go:embed ja.json en.json
var locales embed.FS

// Languages are those that mails can be written in.
func Languages() []string { return []string{"ja", "en"} }

// Kind is what a mail is for.
type Kind string

const (
	Delivered Kind = "delivered" // something waits
	Reminder  Kind = "reminder"  // it still waits
	Unopened  Kind = "unopened"  // to the firm: it expired and nobody had opened it
	Unplanned Kind = "unplanned" // to the firm: it could not be delivered as it was planned
	Found     Kind = "found"     // to the firm: the scanner found something
	Onward    Kind = "onward"    // persons are left to be told
	Digest    Kind = "digest"    // what waits, once a day

	KeysEnding    Kind = "keys_ending"    // to the firm: keys of a trust end soon
	KeysOffered   Kind = "keys_offered"   // to the firm: an IdP has other keys, which wait for a word
	Inventory     Kind = "inventory"      // to the firm: accounts wait to be looked through
	InventoryOpen Kind = "inventory_open" // to the firm: they still do
)

// Kinds returns every Kind.
func Kinds() []Kind {
	return []Kind{Delivered, Reminder, Unopened, Unplanned, Found, Onward, Digest, KeysEnding, KeysOffered, Inventory, InventoryOpen}
}

// Note is everything that a mail can say. Counts of 0 are not mentioned.
type Note struct {
	Kind           Kind
	Lang           string // one of Languages
	Firm           string // the tenant's name
	Link           string // page of the service to sign in on: https, without query and fragment
	Unopened       int    // documents that were not opened
	Unacknowledged int    // documents that were not acknowledged
	Untold         int    // persons who were not told
}

// Words are the words of all mails in all languages.
type Words struct {
	parts map[string]*texttemplate.Template // by language and key, "ja/foot"
	html  *template.Template
}

// page is the HTML of every mail: its paragraphs, the link among them.
const page = `<!DOCTYPE html>
<html lang="{{.Lang}}">
<head><meta charset="utf-8"><title>{{.Subject}}</title></head>
<body style="font-family:sans-serif;line-height:1.7">
{{range .Before}}<p>{{.}}</p>
{{end}}<p><a href="{{.Link}}">{{.Link}}</a></p>
{{range .After}}<p>{{.}}</p>
{{end}}</body>
</html>
`

// OpenWords returns the words that are part of the program.
func OpenWords() (*Words, error) {
	w := &Words{parts: map[string]*texttemplate.Template{}}
	var err error
	if w.html, err = template.New("html").Parse(page); err != nil {
		return nil, fmt.Errorf("read the HTML of mails: %w", err)
	}
	for _, lang := range Languages() {
		b, err := locales.ReadFile(lang + ".json")
		if err != nil {
			return nil, fmt.Errorf("read the words of mails: %w", err)
		}
		var texts map[string]string
		if err := json.Unmarshal(b, &texts); err != nil {
			return nil, fmt.Errorf("read the words of mails in %s: %w", lang, err)
		}
		for key, text := range texts {
			name := lang + "/" + key
			if w.parts[name], err = texttemplate.New(name).Option("missingkey=error").Parse(text); err != nil {
				return nil, fmt.Errorf("read the words of mails: %w", err)
			}
		}
	}
	return w, nil
}

// Write returns a message with n's subject, text and HTML; ID and To are left to the caller. A note that no mail can be
// made of, a digest of nothing among them, is an error of kind store.Invalid.
func (w *Words) Write(n Note) (Message, error) {
	n.Firm = clean(n.Firm)
	if err := n.check(w); err != nil {
		return Message{}, &store.Error{Kind: store.Invalid, Err: fmt.Errorf("write a mail: %w", err)}
	}
	s := sentences{words: w, lang: n.Lang, firm: n.Firm}
	subject := s.say(string(n.Kind)+".subject", 0)
	before := []string{s.say(string(n.Kind)+".text", 0)}
	if counts := s.counts(n); counts != "" {
		before = append(before, counts)
	}
	foot := s.say("foot", 0)
	if s.err != nil {
		return Message{}, fmt.Errorf("write a mail: %w", s.err)
	}
	var html bytes.Buffer
	err := w.html.Execute(&html, map[string]any{
		"Lang": n.Lang, "Subject": subject, "Before": split(before), "Link": n.Link, "After": split([]string{foot}),
	})
	if err != nil {
		return Message{}, fmt.Errorf("write a mail as HTML: %w", err)
	}
	text := strings.Join(append(before, n.Link, foot), "\n\n") + "\n"
	return Message{Subject: subject, Text: text, HTML: html.String()}, nil
}

func (n Note) check(w *Words) error {
	switch {
	case w.parts[n.Lang+"/foot"] == nil:
		return fmt.Errorf("%q is no language of mails", n.Lang)
	case w.parts[n.Lang+"/"+string(n.Kind)+".subject"] == nil:
		return fmt.Errorf("%q is no kind of mail", n.Kind)
	case n.Firm == "":
		return fmt.Errorf("the firm has no name")
	case n.Unopened < 0 || n.Unacknowledged < 0 || n.Untold < 0:
		return fmt.Errorf("a count is negative")
	case n.Kind == Digest && n.Unopened+n.Unacknowledged+n.Untold == 0:
		return fmt.Errorf("nothing waits")
	}
	return checkLink(n.Link)
}

// checkLink lets through only where a person signs in. A path of plain segments can hold no sentence.
func checkLink(link string) error {
	u, err := url.Parse(link)
	switch {
	case err != nil:
		return fmt.Errorf("the link cannot be read: %w", err)
	case u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || u.Opaque != "":
		return fmt.Errorf("%q is no address of the service", link)
	case strings.ContainsAny(link, "?#") || !only(u.Host, ".:-[]") || !only(u.EscapedPath(), "/-._~") || len(link) > 200:
		return fmt.Errorf("%q says more than where the service is", link)
	}
	return nil
}

// maxFirm is how many characters of a firm's name are said; a subject has room for them.
const maxFirm = 80

// clean returns a name in one line, without what is invisible or turns the direction of writing.
func clean(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) || unicode.Is(unicode.Cc, r):
			return ' '
		case !unicode.IsGraphic(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, ""))
	runes := []rune(strings.Join(strings.Fields(name), " "))
	if len(runes) > maxFirm {
		runes = append(runes[:maxFirm-1], '…')
	}
	return string(runes)
}

// sentences says one after the other and keeps the first error.
type sentences struct {
	words      *Words
	lang, firm string
	err        error
}

func (s *sentences) say(key string, count int) string {
	part := s.words.parts[s.lang+"/"+key]
	if part == nil {
		s.err = fmt.Errorf("there is no %s in %s", key, s.lang)
		return ""
	}
	var b strings.Builder
	if err := part.Execute(&b, map[string]any{"Firm": s.firm, "Count": count}); err != nil && s.err == nil {
		s.err = err
	}
	return b.String()
}

func (s *sentences) counts(n Note) string {
	var said []string
	for _, c := range []struct {
		key string
		n   int
	}{{"count.unopened", n.Unopened}, {"count.unacknowledged", n.Unacknowledged}, {"count.untold", n.Untold}} {
		if c.n > 0 {
			said = append(said, s.say(c.key, c.n))
		}
	}
	return strings.Join(said, "\n")
}

// split returns every line as a paragraph of its own.
func split(paragraphs []string) []string {
	return strings.Split(strings.Join(paragraphs, "\n"), "\n")
}
