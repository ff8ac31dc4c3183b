package egov

import (
	"cmp"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Summary is what a package says about itself, for sorting it and for lists.
type Summary struct {
	Arrival   string // 到達番号
	Number    string // 文書番号
	Title     string // that a person understands
	Date      Date
	Author    string
	To        string
	Kinds     []Kind // of its notices; then the cover's own
	Codes     []Codes
	Persons   []Person
	Deadlines []Date // of returned filings
}

// Summary reads all covers and notices of the package.
func (p *Package) Summary() Summary {
	var covers []Cover
	var notices []Notice
	var s Summary
	for _, f := range p.Files {
		if c, ok := f.Cover(); ok {
			covers = append(covers, c)
		}
		if n, ok := f.Notice(); ok {
			notices = append(notices, n)
		}
	}
	for _, n := range notices {
		s.addNotice(n)
	}
	for _, c := range slices.Backward(covers) { // the first is the one that counts, and that Verify looks at
		s.addCover(c)
	}
	s.Arrival = p.arrivalOf(covers, notices)
	s.Title = p.titleOf(covers, s.Kinds)
	return s
}

func (s *Summary) addNotice(n Notice) {
	s.addKind(n.Kind)
	for _, c := range n.Codes {
		s.Codes = addCodes(s.Codes, c)
	}
	s.Persons = append(s.Persons, n.Persons...)
	for _, r := range n.Returned {
		if r.Deadline.Text != "" {
			s.Deadlines = append(s.Deadlines, r.Deadline)
		}
	}
	s.fill(n.Number, n.Date, n.Author, n.To)
}

func (s *Summary) addCover(c Cover) {
	s.addKind(c.Kind)
	for _, codes := range c.Codes {
		s.Codes = addCodes(s.Codes, codes)
	}
	if c.Deadline.Known() && len(s.Deadlines) == 0 {
		s.Deadlines = append(s.Deadlines, c.Deadline)
	}
	// The cover is the letter; what it says goes before what a form says.
	form := *s
	s.Number, s.Date, s.Author, s.To = c.Number, c.Date, c.Author.String(), c.To.String()
	s.fill(form.Number, form.Date, form.Author, form.To)
}

func (s *Summary) fill(number string, date Date, author, to string) {
	s.Number, s.Author, s.To = cmp.Or(s.Number, number), cmp.Or(s.Author, author), cmp.Or(s.To, to)
	if !s.Date.Known() && date.Text != "" {
		s.Date = date
	}
}

func (s *Summary) addKind(k Kind) {
	for _, have := range s.Kinds {
		if have.Code == k.Code {
			return
		}
	}
	if k.Code != "" {
		s.Kinds = append(s.Kinds, k)
	}
}

// titleOf chooses what the package is called: the cover's own title; the names of its notices; the names of its PDFs
// without their numbers; the cover's made-up title; the package's name.
func (p *Package) titleOf(covers []Cover, kinds []Kind) string {
	for _, c := range covers {
		if !c.Untitled {
			return c.Title
		}
	}
	var names []string
	for _, k := range kinds {
		if k.Japanese != "" {
			names = append(names, k.Japanese)
		}
	}
	if len(names) == 0 {
		for _, f := range p.Notices() {
			names = append(names, fileTitle(f.Name))
		}
	}
	if len(covers) > 0 {
		return cmp.Or(strings.Join(names, "・"), covers[0].Title)
	}
	return cmp.Or(strings.Join(names, "・"), p.Name)
}

// fileTitle is a file's name without folder, ending and the numbers ahead, unless nothing else is there.
func fileTitle(name string) string {
	name = strings.TrimSuffix(path.Base(name), path.Ext(name))
	return cmp.Or(numberAhead.ReplaceAllString(name, ""), name)
}

var numberAhead = regexp.MustCompile(`^[\d_-]+`)
