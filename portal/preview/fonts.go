package preview

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/image/font/sfnt"
)

const (
	maxFonts     = 8    // that the engine is given; it opens all of them to choose one
	maxFontFiles = 5000 // that are looked at when a Maker is opened
	fontFolder   = "usr/share/fonts"
)

// fonts are the paths of Japanese fonts, and the whole file system that the PDF engine sees: they lie in the folder that
// PDFium looks into, and nothing else is there.
type fonts []string

// findFonts returns the fonts below dirs that have Japanese glyphs. A folder that is not there has none.
func findFonts(ctx context.Context, dirs []string) (fonts, error) {
	var found fonts
	seen := 0
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err != nil || d.IsDir() || !fontFile(path) {
				return nil
			}
			if seen++; seen > maxFontFiles || len(found) >= maxFonts {
				return fs.SkipAll
			}
			if writesJapanese(path) && !slices.Contains(found, path) {
				found = append(found, path)
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("look for fonts in %s: %w", dir, err)
		}
	}
	return found, nil
}

func fontFile(path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".ttf", ".ttc", ".otf", ".otc":
		return true
	}
	return false
}

// writesJapanese tells whether a font has what a 公文書 is written with: kanji and kana. Chinese fonts without kana have not.
func writesJapanese(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	c, err := sfnt.ParseCollectionReaderAt(f)
	if err != nil {
		return false
	}
	face, err := c.Font(0)
	if err != nil {
		return false
	}
	for _, r := range "書務あア" {
		if g, err := face.GlyphIndex(nil, r); err != nil || g == 0 {
			return false
		}
	}
	return true
}

func (f fonts) names() []string {
	var names []string
	for _, path := range f {
		names = append(names, filepath.Base(path))
	}
	return names
}

// Open implements [fs.FS]: the folders down to PDFium's, and the fonts under numbers.
func (f fonts) Open(name string) (fs.File, error) {
	if name == "." || name == fontFolder || strings.HasPrefix(fontFolder, name+"/") {
		return &folder{name: name, fonts: f}, nil
	}
	base, ok := strings.CutPrefix(name, fontFolder+"/")
	for i := range f {
		if ok && base == f.file(i) {
			return os.Open(f[i])
		}
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

func (f fonts) file(i int) string { return strconv.Itoa(i) + strings.ToLower(filepath.Ext(f[i])) }

// folder is an open folder of fonts.
type folder struct {
	name  string
	fonts fonts
	next  int
}

func (d *folder) entries() []fs.DirEntry {
	if d.name == fontFolder {
		var files []fs.DirEntry
		for i := range d.fonts {
			files = append(files, node{d.fonts.file(i), 0o444})
		}
		return files
	}
	below, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(fontFolder, strings.TrimPrefix(d.name, ".")), "/"), "/")
	return []fs.DirEntry{node{below, fs.ModeDir | 0o555}}
}

// ReadDir implements [fs.ReadDirFile].
func (d *folder) ReadDir(n int) ([]fs.DirEntry, error) {
	rest := d.entries()[d.next:]
	if n > 0 {
		rest = rest[:min(n, len(rest))]
		if len(rest) == 0 {
			return nil, io.EOF
		}
	}
	d.next += len(rest)
	return rest, nil
}

func (d *folder) Stat() (fs.FileInfo, error) {
	return node{filepath.Base(d.name), fs.ModeDir | 0o555}, nil
}
func (d *folder) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: d.name, Err: fs.ErrInvalid}
}
func (d *folder) Close() error { return nil }

// node is what a folder tells about something in it.
type node struct {
	name string
	mode fs.FileMode
}

func (n node) Name() string               { return n.name }
func (n node) Size() int64                { return 0 }
func (n node) Mode() fs.FileMode          { return n.mode }
func (n node) Type() fs.FileMode          { return n.mode.Type() }
func (n node) ModTime() time.Time         { return time.Time{} }
func (n node) IsDir() bool                { return n.mode.IsDir() }
func (n node) Sys() any                   { return nil }
func (n node) Info() (fs.FileInfo, error) { return n, nil }
