package egov

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"path"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Open reads an upload that holds one package: a ZIP of any shape, or a file by itself. name is what the upload is
// called. The error is a [*Refusal] that names the entry, RefusedManyPackages if there is more than one package (use
// [Packages]), or src's own.
func Open(name string, src io.ReaderAt, size int64, l Limits) (*Package, error) {
	var first *Package
	for p, err := range Packages(name, src, size, l) {
		switch {
		case err != nil:
			return nil, err
		case first != nil:
			return nil, refuse(p.Path, RefusedManyPackages, "after %q", first.Path)
		}
		first = p
	}
	return first, nil
}

// Packages yields the packages of an upload one by one: a ZIP of packages, of folders, of ZIPs in ZIPs, or whatever
// [Open] takes. Only one package is in memory at a time. A package that is refused is yielded as a nil and its
// [*Refusal], and the next follows; a refusal with the upload's own name, or one for a limit of the whole, is the last.
func Packages(name string, src io.ReaderAt, size int64, l Limits) iter.Seq2[*Package, error] {
	return func(yield func(*Package, error) bool) { walkUpload(name, src, size, l, false, yield) }
}

// walkUpload yields an upload's packages; when names is set, they have their files' names and nothing else.
func walkUpload(name string, src io.ReaderAt, size int64, l Limits, names bool, yield func(*Package, error) bool) {
	l = l.withDefaults()
	w := &walk{limits: l, total: &budget{left: l.Total, reason: RefusedTotal}, left: l.Packages, names: names, yield: yield}
	name = uploadName(name)
	switch {
	case size == 0:
		w.refused(refuse(name, RefusedEmpty, "no bytes"))
	case size > l.Size:
		w.refused(refuse(name, RefusedTooLarge, "%d bytes", size))
	default:
		w.upload(name, src, size)
	}
}

// uploadName keeps what a browser sends as a file's name usable as a path's first part.
func uploadName(name string) string {
	name = strings.Map(visible, norm.NFC.String(strings.ToValidUTF8(name, "?")))
	name = path.Base("/" + strings.ReplaceAll(strings.ReplaceAll(name, `\`, "/"), "!/", "/"))
	if strings.Trim(name, "./ ") == "" {
		return "upload"
	}
	return name
}

// walk is one pass over an upload.
type walk struct {
	limits Limits
	total  *budget
	left   int  // packages and refusals that may still be yielded
	names  bool // files are named, and not read until they are asked for
	done   bool
	yield  func(*Package, error) bool
}

func (w *walk) upload(name string, src io.ReaderAt, size int64) {
	magic := make([]byte, min(size, 4))
	if _, err := src.ReadAt(magic, 0); err != nil && !errors.Is(err, io.EOF) {
		w.refused(err)
		return
	}
	if zipMagic(magic) || strings.EqualFold(path.Ext(name), ".zip") {
		w.archive(src, size, nil, name, 1)
		return
	}
	if size > w.limits.Package {
		w.refused(refuse(name, RefusedTooLarge, "%d bytes", size))
		return
	}
	data := make([]byte, size)
	if _, err := src.ReadAt(data, 0); err != nil && !errors.Is(err, io.EOF) {
		w.refused(err)
		return
	}
	w.built(w.build(name, "", []*File{{Name: name, Data: data, load: func() ([]byte, error) { return data, nil }}}))
}

// zipMagic: a ZIP that begins like one. A .docx does too, but uploads of those are told by their name.
func zipMagic(b []byte) bool {
	return bytes.Equal(b, []byte("PK\x03\x04")) || bytes.Equal(b, []byte("PK\x05\x06"))
}

func (w *walk) refused(err error) { w.emit(nil, err) }
func (w *walk) found(p *Package)  { w.emit(p, nil) }

func (w *walk) built(p *Package, err error) {
	if err != nil {
		w.refused(err)
		return
	}
	w.found(p)
}

// emit yields, counts, and ends the walk at the last that is allowed.
func (w *walk) emit(p *Package, err error) {
	if w.done {
		return
	}
	if w.left--; w.left < 0 {
		p, err, w.done = nil, refuse("", RefusedTooMany, "more than %d", w.limits.Packages), true
	}
	if !w.yield(p, err) || w.total.left < 0 {
		w.done = true
	}
}

// archive yields what one archive holds. raw are its bytes, if it lies in another.
func (w *walk) archive(src io.ReaderAt, size int64, raw []byte, where string, depth int) {
	if depth > w.limits.Depth {
		w.refused(refuse(where, RefusedDepth, "%d archives deep", depth))
		return
	}
	a, err := openArchive(src, size, where+"!/", w.limits)
	if err != nil {
		w.refused(atArchive(err, where))
		return
	}
	zips, groups := a.groups()
	if len(zips) == 0 && len(groups) == 0 {
		w.refused(refuse(where, RefusedEmpty, "no file"))
		return
	}
	if len(zips) == 1 && len(groups) == 1 && groups[0].onlyTexts() {
		w.companions(a, zips[0], groups[0], raw, where, depth)
		return
	}
	if len(zips)+len(groups) > 1 {
		raw = nil // it holds more than one
	}
	for _, g := range groups {
		w.group(a, g, raw, where)
	}
	for _, z := range zips {
		w.nested(a, z, where, depth)
	}
}

// atArchive names the archive itself where a refusal has no entry.
func atArchive(err error, where string) error {
	var r *Refusal
	if errors.As(err, &r) && r.Entry == where+"!/" {
		return &Refusal{Entry: where, Reason: r.Reason, Detail: r.Detail}
	}
	return err
}

func (w *walk) nested(a *archive, z *entry, where string, depth int) {
	if w.done {
		return
	}
	data, err := w.unpackArchive(a, z)
	if err != nil {
		w.refused(err)
		return
	}
	w.archive(bytes.NewReader(data), int64(len(data)), data, where+"!/"+z.name, depth+1)
}

func (w *walk) unpackArchive(a *archive, z *entry) ([]byte, error) {
	if z.size > w.limits.Package {
		return nil, a.refuse(z.name, RefusedTooLarge, "%d bytes", z.size)
	}
	return a.content(z, &budget{left: w.limits.Package, parent: w.total, reason: RefusedTooLarge})
}

// companions reads a returned filing: a text beside one archive belongs to the package in it, if there is just one.
func (w *walk) companions(a *archive, z *entry, texts *group, raw []byte, where string, depth int) {
	var inner []*Package
	several := false
	sub := &walk{limits: w.limits, total: w.total, left: w.left, names: w.names}
	sub.yield = func(p *Package, err error) bool {
		if p == nil || several {
			several = true
			w.emit(p, err)
			return !w.done
		}
		if inner = append(inner, p); len(inner) > 1 {
			several = true
			w.found(inner[0])
			w.found(inner[1])
		}
		return !w.done
	}
	sub.nested(a, z, where, depth)
	if len(inner) == 1 && !several {
		inner[0].Raw = raw
		w.join(a, inner[0], texts)
		return
	}
	if len(inner) == 1 {
		w.found(inner[0])
	}
	w.group(a, texts, nil, where)
}

func (w *walk) join(a *archive, p *Package, texts *group) {
	files, err := w.unpack(a, texts)
	if err != nil {
		w.refused(err)
		return
	}
	p.base = a.path
	taken := names{}
	for _, f := range p.Files {
		taken.take(f.Name)
	}
	for _, f := range files {
		f.Name = taken.free(path.Base(f.Name))
		p.Files = append(p.Files, f)
		if w.names {
			continue
		}
		if err := p.classify(f); err != nil {
			w.refused(err)
			return
		}
	}
	p.index()
	if !w.names {
		p.order()
	}
	w.found(p)
}

// build makes a package of files, or when they are only named what finds them by their names.
func (w *walk) build(where, base string, files []*File) (*Package, error) {
	if !w.names {
		return newPackage(where, base, files, w.limits)
	}
	p := &Package{Path: where, Files: files}
	p.index()
	return p, nil
}

// names are those that files have already, with the number to try next for each.
type names map[string]int

func (n names) take(name string) { n[fold(name)] = 2 }

// free is name, with a number if another has it already, and takes it.
func (n names) free(name string) string {
	key, ext, unique := fold(name), path.Ext(name), name
	for n[fold(unique)] != 0 {
		unique = fmt.Sprintf("%s (%d)%s", strings.TrimSuffix(name, ext), n[key], ext)
		n[key]++
	}
	n.take(unique)
	return unique
}

func (w *walk) group(a *archive, g *group, raw []byte, where string) {
	if w.done {
		return
	}
	files, err := w.unpack(a, g)
	if err != nil {
		w.refused(err)
		return
	}
	base := a.path
	if g.dir != "." {
		where, base = where+"!/"+g.dir, base+g.dir+"/"
	}
	p, err := w.build(where, base, files)
	if err == nil {
		p.Raw = raw
	}
	w.built(p, err)
}

func (w *walk) unpack(a *archive, g *group) ([]*File, error) {
	b := &budget{left: w.limits.Unpacked, parent: w.total, reason: RefusedUnpacked}
	var files []*File
	taken := names{}
	for _, e := range g.entries {
		f := &File{load: func() ([]byte, error) { return a.content(e, b) }}
		if !w.names {
			var err error
			if f.Data, err = f.load(); err != nil {
				return nil, err
			}
			f.load = nil
		}
		name, below := strings.CutPrefix(e.name, g.dir+"/")
		if !below && g.dir != "." { // a text beside the package's folder
			name = taken.free(path.Base(name))
		} else {
			taken.take(name)
		}
		f.Name = name
		files = append(files, f)
	}
	return files, nil
}
