package egovtest

import (
	"fmt"
	"strings"
	"time"
)

// coverText is what a cover says.
type coverText struct {
	arrival    string
	number     string
	day        string
	stylesheet string
	style      coverStyle
	office     Office
	author     [2]string // affiliation, name
	title      string
	secrecy    string
	main       []string
	second     []string
	parts      []coverPart
}

// coverPart is a file that the cover hands over.
type coverPart struct{ name, title string }

// coverStyle is one of the ways in which covers name their parts.
type coverStyle int

const (
	linkByRef  coverStyle = iota // APPENDIX/DOCLINK/@REF inside BODY
	linkByText                   // APPENDIX2/DOCLINK with text inside BODY
	linkByURI                    // APPENDIX/DOCLINK/@URI behind BODY
)

// element writes <name>text</name>, in canonical form.
func element(name, text string) string { return "<" + name + ">" + escape(text) + "</" + name + ">" }

// xml writes the cover around body, with signature (which may be empty) behind it.
func (c *coverText) xml(body, signature string) []byte {
	front := "<FRONT>" + element("SECRECY", c.secrecy) + element("STAMP", "要") + `<MNGINFO TYPE="0000-1101">0000</MNGINFO></FRONT>`
	behind := ""
	if c.style == linkByURI {
		behind = c.appendix("APPENDIX")
	}
	return []byte(fmt.Sprintf("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<?xml-stylesheet type=\"text/xsl\" href=\"%s\"?>\n<DOC VERSION=\"1.0\">\n%s\n%s\n%s%s</DOC>\n",
		escapeAttribute(c.stylesheet), front, body, behind, signature))
}

// body is the BODY element of most covers.
func (c *coverText) body() string {
	var b strings.Builder
	b.WriteString(`<BODY ID="DOCBODY">` + "\n" + `<STYLESHEET URI="` + escapeAttribute(c.stylesheet) + `"></STYLESHEET>` + "\n")
	b.WriteString(element("DOCNO", c.number) + "\n" + `<DATE TYPE="1">` + escape(c.day) + "</DATE>\n")
	b.WriteString("<TO>" + element("AFF", c.office.Name) + element("NAME", c.office.Owner) + element("HONORIFC", "様") + "</TO>\n")
	b.WriteString("<AUTHOR>" + element("AFF", c.author[0]) + element("NAME", c.author[1]) + "</AUTHOR>\n")
	b.WriteString(element("TITLE", c.title) + "\n<REFDOC><DOCLINK></DOCLINK></REFDOC>\n<MAINTXT>" + paragraphsOf(c.main) + "</MAINTXT>\n")
	b.WriteString("<MAINTXT2>" + element("MT2TITLE", "記") + "<MT2TEXT>" + paragraphsOf(c.second) + "</MT2TEXT></MAINTXT2>\n")
	b.WriteString("<REFERENC><P></P></REFERENC>\n")
	switch c.style {
	case linkByRef:
		b.WriteString(c.appendix("APPENDIX"))
	case linkByText:
		b.WriteString(c.appendix("APPENDIX2"))
	}
	b.WriteString("</BODY>")
	return b.String()
}

// reviewBody is the BODY element of a labour bureau's cover.
func (c *coverText) reviewBody(filed time.Time) string {
	var b strings.Builder
	b.WriteString(`<BODY ID="DOCBODY">` + "\n")
	owner := strings.SplitN(c.office.Owner, "　", 2)
	for _, f := range [][2]string{
		{"TOTATUNO", c.arrival}, {"UKEDATE", c.day}, {"HOJIGRPNAME", c.office.Name}, {"SSEISYAYKSYOK", "代表取締役"},
		{"SSEISYANAME", strings.Join(owner, "　")}, {"ATESK", c.author[0]}, {"TOTATUDATE", wareki(filed)},
		{"HBUN", strings.Join(c.main, "\n")}, {"SSATANTOU", "労働保険徴収課"}, {"SYOZOKUSOSIKI", c.author[0]},
		{"SSASYANAME", "審査担当"}, {"SSASYATEL", "000-0000-0000"},
	} {
		b.WriteString(element(f[0], f[1]) + "\n")
	}
	return b.String() + "</BODY>"
}

func (c *coverText) appendix(name string) string {
	var b strings.Builder
	for _, p := range c.parts {
		link := `<DOCLINK REF="` + escapeAttribute(p.name) + `"></DOCLINK>`
		switch c.style {
		case linkByText:
			link = element("DOCLINK", p.name)
		case linkByURI:
			link = `<DOCLINK URI="` + escapeAttribute(percent(p.name)) + `"></DOCLINK>`
		}
		b.WriteString("<" + name + ">" + link + element("APPTITLE", p.title) + "</" + name + ">\n")
	}
	return b.String()
}

func paragraphsOf(lines []string) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(`<P LEVEL="0">` + escape(l) + "</P>")
	}
	return b.String()
}

// percent encodes everything but ASCII letters, digits and a few signs, as the labour bureaus' system does.
func percent(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || strings.IndexByte("._-", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		fmt.Fprintf(&b, "%%%02X", c)
	}
	return b.String()
}
