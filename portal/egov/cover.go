package egov

import (
	"cmp"
	"path"
	"regexp"
	"strings"
)

// Cover is what a cover (鑑) says. Text is [Plain]; paragraphs keep their lines.
type Cover struct {
	Kind       Kind   // comment, filing-copy, review; else unknown: the notices tell
	Arrival    string // 到達番号, if the cover itself says it
	Number     string // 文書番号
	Date       Date
	To         Party
	Author     Party
	Title      string
	Untitled   bool // the document has no title; Title is made up by rule
	Secrecy    string
	Stamp      string
	Paragraphs []Paragraph
	Deadline   Date // by which something is to be sent again, if the text names a day
	Codes      []Codes
	Review     *Review // of a labour bureau's cover
}

// Party is whom a cover is to or from.
type Party struct {
	Affiliation string
	Name        string
	Honorific   string
}

// String is the party in one line.
func (p Party) String() string {
	return strings.TrimSpace(strings.Join([]string{p.Affiliation, strings.TrimSpace(p.Name + " " + p.Honorific)}, " "))
}

// Paragraph is one part of a cover's text.
type Paragraph struct {
	Heading string // 記 and the like; may be empty
	Text    string
}

// Review is what only a labour bureau's cover holds.
type Review struct {
	Filed        Date   // TOTATUDATE: when the filing arrived
	Result       string // HBUN
	Department   string // SSATANTOU
	Organisation string // SYOZOKUSOSIKI
	Person       string // SSASYANAME
	Telephone    string // SSASYATEL
}

const reviewTitle = "電子申請に対する審査結果について"

// Cover reads the file as a cover; false if it is none.
func (f *File) Cover() (Cover, bool) {
	if f.Role != RoleCover {
		return Cover{}, false
	}
	root := rootOf(f.doc)
	body := child(root, "BODY")
	c := Cover{Kind: f.Kind, Number: value(body, "DOCNO"), Date: ParseDate(text(child(body, "DATE")))}
	c.To, c.Author = partyOf(child(body, "TO")), partyOf(child(body, "AUTHOR"))
	c.Title = value(body, "TITLE")
	front := child(root, "FRONT")
	c.Secrecy, c.Stamp = value(front, "SECRECY"), value(front, "STAMP")
	c.Paragraphs = paragraphs(body)
	if f.Kind.Code == KindReview {
		c.readReview(body)
	}
	if f.Kind.Code == KindComment {
		c.Arrival = arrivalIn(c.Number)
	}
	c.Untitled = c.Title == ""
	c.Title = cmp.Or(c.Title, f.Kind.Japanese, c.Number, path.Base(f.Name))
	c.readText()
	return c, true
}

func partyOf(n node) Party {
	return Party{Affiliation: value(n, "AFF"), Name: value(n, "NAME"), Honorific: value(n, "HONORIFC")}
}

// readReview takes what a labour bureau writes in fields of its own.
func (c *Cover) readReview(body node) {
	c.Arrival = arrivalIn(value(body, "TOTATUNO"))
	c.Date = ParseDate(text(child(body, "UKEDATE")))
	c.To = Party{
		Affiliation: value(body, "HOJIGRPNAME"), Honorific: "殿",
		Name: strings.TrimSpace(value(body, "SSEISYAYKSYOK") + " " + value(body, "SSEISYANAME")),
	}
	c.Author = Party{Affiliation: value(body, "ATESK")}
	c.Review = &Review{
		Filed: ParseDate(text(child(body, "TOTATUDATE"))), Result: Lines(text(child(body, "HBUN"))),
		Department: value(body, "SSATANTOU"), Organisation: value(body, "SYOZOKUSOSIKI"),
		Person: value(body, "SSASYANAME"), Telephone: value(body, "SSASYATEL"),
	}
	c.Title = cmp.Or(c.Title, reviewTitle)
	if c.Review.Result != "" {
		c.Paragraphs = append(c.Paragraphs, Paragraph{Text: c.Review.Result})
	}
}

// readText finds codes and a deadline in the words.
func (c *Cover) readText() {
	var all strings.Builder
	for _, p := range c.Paragraphs {
		all.WriteString(p.Heading + "\n" + p.Text + "\n")
	}
	all.WriteString(c.To.String())
	words := start(all.String(), 64<<10)
	c.Codes = addCodes(nil, codesInText(words))
	c.Deadline = deadlineIn(words)
}

// start is the first bytes of s, no character cut.
func start(s string, n int) string { return strings.ToValidUTF8(s[:min(len(s), n)], "") }

// paragraphs are the texts of MAINTXT, MAINTXT2, MAINTXT3 … and REFERENC, in the document's order.
func paragraphs(body node) []Paragraph {
	var list []Paragraph
	for _, n := range elements(body) {
		name := localName(n)
		if !strings.HasPrefix(name, "MAINTXT") && name != "REFERENC" {
			continue
		}
		p := Paragraph{Heading: value(n, strings.Replace(name, "MAINTXT", "MT", 1)+"TITLE"), Text: linesOf(n)}
		if p.Text != "" || p.Heading != "" {
			list = append(list, p)
		}
	}
	return list
}

// linesOf is n's text, a line for each P, without headings and links.
func linesOf(n node) string {
	var lines []string
	var walk func(node)
	walk = func(n node) {
		switch name := localName(n); {
		case name == "P":
			lines = append(lines, Lines(text(n)))
			return
		case strings.HasPrefix(name, "MT") && strings.HasSuffix(name, "TITLE"), name == "DOCLINK", name == "APPTITLE":
			return
		}
		if leaf(n) {
			lines = append(lines, Lines(text(n)))
		}
		for _, c := range elements(n) {
			walk(c)
		}
	}
	walk(n)
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

// kindOfCover judges what a cover is by itself.
func kindOfCover(root node, file string) Kind {
	body := child(root, "BODY")
	switch {
	case value(child(root, "FRONT"), "SECRECY") == "COMMENT", strings.EqualFold(file, "commenttsuuchi.xml"):
		return KindOf(KindComment)
	case child(body, "TOTATUNO").there():
		return KindOf(KindReview)
	case copyName.MatchString(file), copyWords.MatchString(start(text(body), 64<<10)):
		return KindOf(KindFilingCopy)
	}
	return Kind{}
}

var copyWords = regexp.MustCompile(`電子申請データの写し|申請書の写し`)

// deadlineIn finds a day that running text calls the one to send again by.
func deadlineIn(s string) Date {
	m := deadlineForm.FindStringSubmatch(s)
	if m == nil {
		return Date{}
	}
	return ParseDate(m[1])
}

var deadlineForm = regexp.MustCompile(`(?:再?提出期限|補正期限|回答期限|納付期限)[^\p{L}\d]{0,6}` +
	`((?:令和|平成|R|H)?[ 　]*(?:元|[\d０-９ 　]{1,5})年[ 　]*[\d０-９ 　]{1,3}月[ 　]*[\d０-９ 　]{1,3}日)`)

// maxLinks is how many files a cover may hand over.
const maxLinks = 1000

// links reads what a cover hands over, in all its spellings: DOCLINK with REF, with URI or with text, inside APPENDIX,
// APPENDIX2, REFDOC, MAINTXT2 and the like, inside or behind BODY.
func (p *Package) links(f *File) []Link {
	var links []Link
	seen := map[*File]bool{}
	var walk func(n node, title string)
	walk = func(n node, title string) {
		if localName(n) == "Signature" || localName(n) == "STYLESHEET" {
			return
		}
		if t := childWithSuffix(n, "APPTITLE"); t.there() {
			title = Plain(text(t))
		}
		if localName(n) == "DOCLINK" {
			l := Link{Ref: cmp.Or(attribute(n, "REF"), attribute(n, "URI"), strings.TrimFunc(text(n), blank)), Title: title}
			l.File, _ = p.find(f, l.Ref)
			if l.Ref != "" && l.File != f && !seen[l.File] && len(links) < maxLinks {
				seen[l.File] = l.File != nil
				links = append(links, l)
			}
		}
		for _, c := range elements(n) {
			walk(c, title)
		}
	}
	walk(rootOf(f.doc), "")
	return links
}
