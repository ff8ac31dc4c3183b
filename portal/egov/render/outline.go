package render

import (
	"strings"

	"cloudpocket/portal/egov"
)

// outline lays out what the XML says in a form of our own.
func outline(f *egov.File, o Options) Page {
	v := view{Lang: "ja", Words: wordsIn(o.Lang)}
	if o.Lang == "en" {
		v.Lang = "en"
	}
	if cover, ok := f.Cover(); ok {
		v.cover(cover)
		v.rest(f)
	} else if notice, ok := f.Notice(); ok {
		v.notice(notice)
	}
	if v.Title == "" {
		v.Title = f.Kind.Japanese
	}
	if v.Title == "" {
		v.Title = f.Name
	}
	return Page{Form: Outline, Title: v.Title, HTML: v.html(withDefaults(o.Budget).Output)}
}

// view is what an outline says.
type view struct {
	Lang   string
	Words  words
	Title  string
	To     string
	Lead   []line // number, day, author
	Text   []egov.Paragraph
	Groups []group
}

type line struct{ Label, Value string }

type group struct {
	Heading string
	Lines   []line
}

func (v *view) add(label, value string) {
	if value != "" {
		v.Lead = append(v.Lead, line{label, value})
	}
}

func (v *view) cover(c egov.Cover) {
	v.Title, v.To, v.Text = c.Title, c.To.String(), c.Paragraphs
	v.add(v.Words.Number, c.Number)
	v.add(v.Words.Arrival, c.Arrival)
	v.add(v.Words.Date, c.Date.Text)
	v.add(v.Words.Author, c.Author.String())
	v.add(v.Words.Deadline, c.Deadline.Text)
	v.codes(c.Codes)
	if r := c.Review; r != nil {
		v.add(v.Words.Filed, r.Filed.Text)
		v.add(v.Words.Department, strings.TrimSpace(r.Organisation+" "+r.Department))
		v.add(v.Words.Contact, strings.TrimSpace(r.Person+" "+r.Telephone))
		v.Text = append(v.Text, egov.Paragraph{Heading: v.Words.Result, Text: r.Result})
	}
}

// rest adds what the cover says beyond that, as it comes: the form of our own is what a signature vouches for where it
// does not cover the stylesheet, so nothing that was signed may be left out of it.
func (v *view) rest(f *egov.File) {
	shown := map[string]bool{v.Title: true, v.To: true}
	for _, l := range v.Lead {
		shown[l.Value] = true
	}
	for _, p := range v.Text {
		shown[p.Heading], shown[p.Text] = true, true
	}
	more := group{Heading: v.Words.Fields}
	var walk func(rows []egov.Outline, over string)
	walk = func(rows []egov.Outline, over string) {
		for _, r := range rows {
			if r.Value != "" && !shown[egov.Plain(r.Value)] && !shown[r.Value] {
				more.Lines = append(more.Lines, line{strings.TrimSpace(over + " " + r.Label), r.Value})
			}
			walk(r.Children, r.Label)
		}
	}
	o, _ := f.Outline()
	walk(o.Children, "")
	if len(more.Lines) > 0 {
		v.Groups = append(v.Groups, more)
	}
}

func (v *view) notice(n egov.Notice) {
	v.Title, v.To = n.Title, n.To
	v.add(v.Words.Number, n.Number)
	v.add(v.Words.Arrival, n.Arrival)
	v.add(v.Words.Date, n.Date.Text)
	v.add(v.Words.Author, n.Author)
	v.codes(n.Codes)
	for _, r := range n.Returned {
		v.Groups = append(v.Groups, v.returned(r))
	}
	for _, p := range n.Persons {
		v.Groups = append(v.Groups, v.person(p))
	}
	if len(n.Fields) > 0 {
		v.Groups = append(v.Groups, group{v.Words.Fields, filled(nil, n.Fields)})
	}
}

func (v *view) codes(all []egov.Codes) {
	for _, c := range all {
		v.add(v.Words.Reference, strings.TrimSpace(c.ReferenceCode))
		v.add(v.Words.Office, c.OfficeNumber)
		v.add(v.Words.Labor, c.LaborInsuranceNumber)
		v.add(v.Words.Employment, c.EmploymentInsuranceNumber)
		v.add(v.Words.Corporate, c.CorporateNumber)
	}
}

func (v *view) person(p egov.Person) group {
	g := group{Heading: p.Name}
	for _, l := range []line{{v.Words.PersonNumber, p.Number}, {v.Words.Kana, p.Kana}, {v.Words.Birth, p.Birth.Text}} {
		if l.Value != "" {
			g.Lines = append(g.Lines, l)
		}
	}
	g.Lines = filled(g.Lines, p.Fields)
	return g
}

func (v *view) returned(r egov.Returned) group {
	g := group{Heading: r.Filing}
	for _, l := range []line{{v.Words.Form, r.Form}, {v.Words.Why, r.Reason}, {v.Words.Note, r.Note}, {v.Words.Deadline, r.Deadline.Text}, {v.Words.Inquiry, r.Inquiry}} {
		if l.Value != "" {
			g.Lines = append(g.Lines, l)
		}
	}
	if g.Heading == "" {
		g.Heading = v.Words.Returned
	}
	g.Lines = filled(g.Lines, r.Fields)
	return g
}

// filled adds the fields that hold something.
func filled(lines []line, fields []egov.Field) []line {
	for _, f := range fields {
		if f.Value != "" {
			lines = append(lines, line{f.Label, f.Value})
		}
	}
	return lines
}
