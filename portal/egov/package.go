package egov

import (
	"errors"
	"path"
	"strings"

	"cloudpocket/portal/egov/tree"
)

// Package is one 公文書パッケージ: what one office sent about one matter. It is read whole and never changes.
type Package struct {
	Path  string  // where in the upload: archives are joined by "!/", folders by "/"
	Name  string  // the last of Path without ".zip": often the 到達番号
	Files []*File // the cover first, then notices as the cover lists them, then the rest as they were packed
	Raw   []byte  // the archive within an upload that holds this package and nothing else; nil if there is none

	exact, loose map[string]*File // by name, and by name as a reference may write it
	base         string           // what refusals put before a file's name
	left         tree.Budget      // for XML that is still to be read
}

// Role is what a file of a package is for.
type Role string

// The roles.
const (
	RoleCover      Role = "cover"      // 鑑, or a comment
	RoleNotice     Role = "notice"     // XML that says something to the office: a notice, a returned filing, a copy
	RoleStylesheet Role = "stylesheet" // XSLT; not for reading
	RolePDF        Role = "pdf"
	RoleImage      Role = "image"
	RoleText       Role = "text"   // plain text, CSV, HTML
	RoleOpaque     Role = "opaque" // what cannot be shown, such as .DTA
)

// File is one file of a package.
type File struct {
	Name       string // relative to the package, NFC, slashes; unique in it
	Role       Role
	Data       []byte // as it was sent; not to be changed
	Kind       Kind   // of a cover or notice
	Stylesheet *File  // for a cover or notice: nil if there is none that fits
	Match      Match  // how Stylesheet was found
	Links      []Link // of a cover: what it hands over
	Problem    error  // why XML could not be read; it is RoleOpaque then
	doc        *tree.Document
	root       string                 // name of the root element
	load       func() ([]byte, error) // the bytes, while the file is only named
}

// Document is the file's XML; nil unless it is a cover, a notice or a stylesheet.
func (f *File) Document() *tree.Document { return f.doc }

// Root is the name of the XML's root element; empty if the file is no XML.
func (f *File) Root() string { return f.root }

// Match is how a name led to a file.
type Match string

// How names are tried, in this order.
const (
	MatchNone    Match = ""
	MatchExact   Match = "exact"   // as it stands
	MatchDecoded Match = "decoded" // after percent-decoding
	MatchFolded  Match = "folded"  // upper and lower case, width or composition differ
	MatchBase    Match = "base"    // 7130001.xsl for 7130001.xml
	MatchOnly    Match = "only"    // the only one there that nothing else claims
)

// Link is one file that a cover hands over.
type Link struct {
	Ref   string // as the cover has it
	Title string // of the appendix; may be empty
	File  *File  // nil if it is not in the package
}

// Cover is the first cover, or nil.
func (p *Package) Cover() *File {
	for _, f := range p.Files {
		if f.Role == RoleCover {
			return f
		}
	}
	return nil
}

// Notices are the files that carry what the office has to say: notices in XML, then, if there are none, PDFs.
func (p *Package) Notices() []*File {
	for _, role := range [...]Role{RoleNotice, RolePDF} {
		var found []*File
		for _, f := range p.Files {
			if f.Role == role {
				found = append(found, f)
			}
		}
		if len(found) > 0 {
			return found
		}
	}
	return nil
}

// File returns the file of that name, or nil.
func (p *Package) File(name string) *File {
	return p.exact[name]
}

// index makes files findable; of names that are alike the first is found.
func (p *Package) index() {
	p.exact, p.loose = map[string]*File{}, map[string]*File{}
	for _, f := range p.Files {
		p.exact[f.Name] = f
		if key := loose(f.Name); p.loose[key] == nil {
			p.loose[key] = f
		}
	}
}

// newPackage classifies files, which lie in base, and ties them together. It refuses a package whose XML is more than its limits allow: one
// that was read in part would be one that says less than was sent.
func newPackage(where, base string, files []*File, l Limits) (*Package, error) {
	p := &Package{Path: where, Name: baseName(where), Files: files, base: base, left: tree.Budget{Bytes: l.Text, Nodes: l.Nodes}}
	p.index()
	for _, f := range files {
		if err := p.classify(f); err != nil {
			return nil, err
		}
	}
	for _, f := range files {
		if f.Role == RoleCover {
			f.Links = p.links(f)
		}
	}
	p.dressXML()
	p.order()
	return p, nil
}

func baseName(where string) string {
	name := path.Base(strings.ReplaceAll(where, "!/", "/"))
	for _, ext := range [...]string{".zip", ".ZIP", ".Zip"} {
		name = strings.TrimSuffix(name, ext)
	}
	return name
}

// order moves the cover ahead, then what it links, in its order; the rest stays.
func (p *Package) order() {
	var sorted []*File
	seen := map[*File]bool{nil: true}
	add := func(f *File) {
		if !seen[f] {
			seen[f], sorted = true, append(sorted, f)
		}
	}
	for _, f := range p.Files {
		if f.Role == RoleCover {
			add(f)
		}
	}
	for _, cover := range sorted {
		for _, l := range cover.Links {
			add(l.File)
		}
	}
	for _, role := range [...]Role{RoleNotice, RolePDF, RoleImage, RoleText, RoleOpaque, RoleStylesheet} {
		for _, f := range p.Files {
			if f.Role == role {
				add(f)
			}
		}
	}
	p.Files = sorted
}

// classify sets f's role by what the bytes are, and by the name where they do not tell.
func (p *Package) classify(f *File) error {
	switch form := sniff(f.Name, f.Data); form {
	case formXML:
		return p.readXML(f)
	default:
		f.Role = Role(form)
	}
	return nil
}

func (p *Package) readXML(f *File) error {
	doc, err := tree.Parse(f.Data, tree.Limits{Budget: &p.left})
	var r *tree.Refusal
	if errors.As(err, &r) && r.Reason == tree.Spent {
		return refuse(p.base+f.Name, RefusedXML, "%s", r.Text)
	}
	if err != nil {
		f.Role, f.Problem = RoleOpaque, err
		return nil
	}
	root := rootOf(doc)
	f.doc, f.root = doc, localName(root)
	switch {
	case space(root) == "http://www.w3.org/1999/XSL/Transform":
		f.Role = RoleStylesheet
	case space(root) == "" && f.root == "DOC" && child(root, "BODY").there():
		f.Role, f.Kind = RoleCover, kindOfCover(root, path.Base(f.Name))
	default:
		f.Role, f.Kind = RoleNotice, kindOfNotice(f.root, path.Base(f.Name))
	}
	return nil
}
