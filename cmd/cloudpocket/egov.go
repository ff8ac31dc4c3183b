package main

import (
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"cloudpocket/portal/egov"
	"cloudpocket/portal/egov/render"
)

type egovCmd struct {
	Show   egovShow   `cmd:"" help:"Say what is inside a package, whom it names, and what its signature is worth."`
	Render egovRender `cmd:"" help:"Write each XML of a package as the HTML that the portal shows."`
}

type egovShow struct {
	File  string   `arg:"" help:"A package: a ZIP, or one file out of it." type:"path"`
	JSON  bool     `name:"json" help:"Print JSON."`
	Roots []string `name:"roots" help:"PEM file with certificates of certification authorities that sign official documents." type:"path"`
}

// shownPackage is what show prints of one package.
type shownPackage struct {
	Path      string        `json:"path"`
	Arrival   string        `json:"arrival_number,omitempty"`
	Number    string        `json:"document_number,omitempty"`
	Title     string        `json:"title,omitempty"`
	Date      string        `json:"date,omitempty"`
	Author    string        `json:"author,omitempty"`
	To        string        `json:"to,omitempty"`
	Kinds     []string      `json:"kinds,omitempty"`
	Offices   []egov.Codes  `json:"offices,omitempty"`
	Persons   []shownPerson `json:"persons,omitempty"`
	Signature string        `json:"signature"`
	Doubt     string        `json:"doubt,omitempty"`
	Signer    string        `json:"signer,omitempty"`
	Signed    []shownSigned `json:"signed,omitempty"`
	Uncovered []string      `json:"uncovered,omitempty"`
	Styled    []string      `json:"unsigned_layout,omitempty"`
	Files     []shownFile   `json:"files"`
}

type shownPerson struct {
	Number string `json:"number,omitempty"`
	Name   string `json:"name"`
	Kana   string `json:"kana,omitempty"`
}

// shownSigned is one thing that was signed.
type shownSigned struct {
	URI  string `json:"uri"`
	File string `json:"file,omitempty"`
	Good bool   `json:"good"`
}

type shownFile struct {
	Name       string `json:"name"`
	Role       string `json:"role"`
	Size       int    `json:"size"`
	Kind       string `json:"kind,omitempty"`
	Stylesheet string `json:"stylesheet,omitempty"`
	Problem    string `json:"problem,omitempty"`
}

func (c *egovShow) Run(t *terminal) error {
	roots, err := certificates(c.Roots)
	if err != nil {
		return err
	}
	var all []shownPackage
	err = eachPackage(c.File, func(p *egov.Package) error {
		v, err := p.Verify(t.ctx, roots, time.Now())
		all = append(all, shownOf(p, v))
		return err
	})
	if c.JSON {
		e := json.NewEncoder(t.out)
		e.SetIndent("", "  ")
		return errors.Join(e.Encode(all), err)
	}
	for _, p := range all {
		if err := p.print(t); err != nil {
			return err
		}
	}
	return err
}

// eachPackage calls fn for every package of a file. What is refused does not keep the others from it, and comes back.
func eachPackage(path string, fn func(*egov.Package) error) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open the package: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("open the package: %w", err)
	}
	var refused []error
	for p, err := range egov.Packages(filepath.Base(path), f, info.Size(), egov.Limits{}) {
		if err != nil {
			refused = append(refused, fmt.Errorf("refused: %w", err))
			continue
		}
		if err := fn(p); err != nil {
			return err
		}
	}
	return errors.Join(refused...)
}

func certificates(files []string) (*x509.CertPool, error) {
	pool := x509.NewCertPool()
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read the roots: %w", err)
		}
		if !pool.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("%s holds no certificate in PEM", file)
		}
	}
	return pool, nil
}

func shownOf(p *egov.Package, v egov.Verdict) shownPackage {
	s := p.Summary()
	shown := shownPackage{Path: p.Path, Arrival: s.Arrival, Number: s.Number, Title: s.Title, Date: s.Date.Text, Author: s.Author, To: s.To,
		Offices: s.Codes, Signature: string(v.Status), Doubt: string(v.Doubt),
		Uncovered: v.Uncovered, Styled: v.Styled}
	if v.Signer != nil {
		shown.Signer = v.Signer.Subject
	}
	for _, r := range v.References {
		if v.Looked {
			shown.Signed = append(shown.Signed, shownSigned{r.URI, r.File, r.Good})
		}
	}
	for _, k := range s.Kinds {
		shown.Kinds = append(shown.Kinds, strings.TrimSpace(k.Code+" "+k.Japanese))
	}
	for _, person := range s.Persons {
		shown.Persons = append(shown.Persons, shownPerson{person.Number, person.Name, person.Kana})
	}
	for _, f := range p.Files {
		one := shownFile{Name: f.Name, Role: string(f.Role), Size: len(f.Data), Kind: f.Kind.Code}
		if f.Stylesheet != nil {
			one.Stylesheet = f.Stylesheet.Name
		}
		if f.Problem != nil {
			one.Problem = f.Problem.Error()
		}
		shown.Files = append(shown.Files, one)
	}
	return shown
}

func (s shownPackage) print(t *terminal) error {
	known := []fact{{"package", s.Path}, {"arrival number", s.Arrival}, {"document number", s.Number}, {"date", s.Date}, {"title", s.Title}, {"author", s.Author},
		{"to", s.To}, {"kinds", strings.Join(s.Kinds, ", ")}, {"signature", strings.TrimSpace(s.Signature + " " + s.Doubt)}, {"signer", s.Signer}}
	known = append(known, s.covered()...)
	for _, o := range s.Offices {
		known = append(known, fact{"office", codesLine(o)})
	}
	for _, p := range s.Persons {
		known = append(known, fact{"person", strings.TrimSpace(p.Number + " " + p.Name + " " + p.Kana)})
	}
	var rows [][]string
	for _, f := range s.Files {
		rows = append(rows, []string{f.Role, fmt.Sprint(f.Size), f.Kind, f.Name})
		if f.Problem != "" {
			known = append(known, fact{"cannot be read", f.Name + ": " + f.Problem})
		}
	}
	if err := facts(t.out, known); err != nil {
		return err
	}
	if err := table(t.out, []string{"ROLE", "BYTES", "KIND", "NAME"}, rows); err != nil {
		return err
	}
	_, err := fmt.Fprintln(t.out)
	return err
}

// covered are the lines on what was signed and what was not.
func (s shownPackage) covered() (known []fact) {
	for _, r := range s.Signed {
		word := r.URI
		switch {
		case !r.Good && r.File == "" && !strings.HasPrefix(r.URI, "#"):
			word += " (missing)"
		case !r.Good:
			word += " (changed)"
		}
		known = append(known, fact{"signed", word})
	}
	for _, name := range s.Uncovered {
		known = append(known, fact{"not signed", name})
	}
	for _, name := range s.Styled {
		known = append(known, fact{"layout not signed", name})
	}
	return known
}

func codesLine(c egov.Codes) string {
	var all []string
	for _, f := range []fact{{"reference", c.ReferenceCode}, {"number", c.OfficeNumber}, {"labour", c.LaborInsuranceNumber}, {"employment", c.EmploymentInsuranceNumber}, {"corporate", c.CorporateNumber}} {
		if f.value != "" {
			all = append(all, f.name+" "+f.value)
		}
	}
	return strings.Join(all, ", ")
}

type egovRender struct {
	File string `arg:"" help:"A package: a ZIP, or one file out of it." type:"path"`
	Out  string `help:"Folder to write to; it is made if it is not there." required:"" type:"path"`
	Lang string `help:"Language of the few words that are ours: ja or en." enum:"ja,en" default:"ja"`
}

// Run writes the pages, and fails when a package, or a page by its own stylesheet, was refused.
func (c *egovRender) Run(t *terminal) error {
	refused, packages := 0, 0
	err := eachPackage(c.File, func(p *egov.Package) error {
		packages++
		n, err := c.render(t, p, packages)
		refused += n
		return err
	})
	if err == nil && refused > 0 {
		err = fmt.Errorf("%d of the files or their stylesheets were refused", refused)
	}
	return err
}

// render writes one package's pages and returns how many of its files, or of their stylesheets, were refused.
func (c *egovRender) render(t *terminal, p *egov.Package, number int) (refused int, err error) {
	dir := c.Out
	if number > 1 {
		dir = filepath.Join(dir, fmt.Sprint(number))
	}
	for _, f := range p.Files {
		if f.Problem != nil {
			refused++
			fmt.Fprintf(t.out, "%s  refused: %s\n", visible(f.Name), visible(f.Problem.Error()))
			continue
		}
		page := render.Part(t.ctx, p, f, render.Options{Lang: c.Lang, Address: beside(f)})
		if page.HTML == nil {
			continue
		}
		file := filepath.Join(dir, filepath.FromSlash(inFolders(f.Name))+".html")
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return refused, fmt.Errorf("make the folder: %w", err)
		}
		if err := os.WriteFile(file, page.HTML, 0o644); err != nil {
			return refused, fmt.Errorf("write a page: %w", err)
		}
		line := string(page.Form)
		if page.Reason != "" {
			line += " (" + strings.ReplaceAll(string(page.Reason), "_", " ") + ")"
		}
		if page.Reason != "" && page.Reason != render.NoStylesheet {
			refused++
			line += ": " + page.Detail
		}
		fmt.Fprintf(t.out, "%s  %s\n", visible(f.Name), visible(line))
	}
	return refused, nil
}

// inFolders turns a name inside an archive in an archive into one in folders.
func inFolders(name string) string { return strings.ReplaceAll(name, "!/", "/") }

// beside returns the addresses of the other pages, seen from that of one file.
func beside(from *egov.File) func(*egov.File) (string, bool) {
	return func(to *egov.File) (string, bool) {
		if to.Role != egov.RoleCover && to.Role != egov.RoleNotice {
			return "", false
		}
		up, err := filepath.Rel(filepath.Dir(filepath.FromSlash(inFolders(from.Name))), filepath.FromSlash(inFolders(to.Name)))
		return "./" + filepath.ToSlash(up) + ".html", err == nil
	}
}
