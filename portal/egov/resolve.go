package egov

import (
	"net/url"
	"path"
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

// maxReference is how long a reference may be, in bytes: a path of the longest name, percent-encoded.
const maxReference = 4 << 10

// Find returns the file that ref, as from's content writes it, means; nil if the package has none. A reference never
// leaves the package.
func (p *Package) Find(from *File, ref string) *File {
	f, _ := p.find(from, ref)
	return f
}

// find returns the file that ref, as from's content writes it, means: as it stands, percent-decoded, then without
// regard to case, width and composition. A reference never leaves the package; one that would, or that names a scheme,
// finds nothing.
func (p *Package) find(from *File, ref string) (*File, Match) {
	ref = strings.TrimPrefix(strings.TrimFunc(ref, blank), "./")
	if ref == "" || len(ref) > maxReference || strings.ContainsAny(ref, "\\:") {
		return nil, MatchNone
	}
	dir := path.Dir(from.Name)
	if f := p.File(path.Join(dir, norm.NFC.String(ref))); f != nil {
		return f, MatchExact
	}
	if decoded, err := url.PathUnescape(ref); err == nil {
		ref = decoded
		if f := p.File(path.Join(dir, norm.NFC.String(ref))); f != nil {
			return f, MatchDecoded
		}
	}
	if f := p.loose[loose(path.Join(dir, ref))]; f != nil {
		return f, MatchFolded
	}
	return nil, MatchNone
}

func loose(name string) string {
	return norm.NFC.String(cases.Fold().String(width.Fold.String(name)))
}

// dressXML finds each cover's and notice's stylesheet: the one its instruction names, the one its STYLESHEET element
// names, the one with its own name, then the only one there that no other file claims. That last rule is what opens
// packages whose instruction names a file by another name than it was packed under; a stylesheet that is another
// document's would show an empty page, so it is not taken.
func (p *Package) dressXML() {
	claimed := map[*File]bool{}
	for _, f := range p.Files {
		if f.Role != RoleCover && f.Role != RoleNotice {
			continue
		}
		if f.Stylesheet, f.Match = p.namedStylesheet(f); f.Stylesheet != nil {
			claimed[f.Stylesheet] = true
		}
	}
	for _, f := range p.Files {
		if f.Stylesheet == nil && (f.Role == RoleCover || f.Role == RoleNotice) {
			f.Stylesheet, f.Match = p.onlyStylesheet(f, claimed)
		}
	}
}

func (p *Package) namedStylesheet(f *File) (*File, Match) {
	refs := stylesheetRefs(f.doc)
	for _, ref := range refs {
		if s, match := p.find(f, ref); s != nil && s.Role == RoleStylesheet {
			return s, match
		}
	}
	own := strings.TrimSuffix(path.Base(f.Name), path.Ext(f.Name))
	for _, ext := range [...]string{".xsl", ".xslt"} {
		if s, _ := p.find(f, own+ext); s != nil && s.Role == RoleStylesheet {
			return s, MatchBase
		}
	}
	return nil, MatchNone
}

// onlyStylesheet is for a file that has none: if nothing else is without one, and exactly one lies there unclaimed.
func (p *Package) onlyStylesheet(f *File, claimed map[*File]bool) (*File, Match) {
	var only *File
	for _, s := range p.Files {
		switch {
		case s.Role != RoleStylesheet || claimed[s] || path.Dir(s.Name) != path.Dir(f.Name):
		case only != nil:
			return nil, MatchNone
		default:
			only = s
		}
	}
	if only == nil {
		return nil, MatchNone
	}
	return only, MatchOnly
}
