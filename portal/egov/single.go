package egov

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
)

// Bytes returns the bytes of one file of the package that an upload holds, by the file's name in it, and reads no other:
// neither is the package unpacked, nor its XML parsed. The error is fs.ErrNotExist when there is no such file, else as
// [Open]'s.
func Bytes(name string, src io.ReaderAt, size int64, l Limits, file string) ([]byte, error) {
	var data []byte
	err := fmt.Errorf("no %q in %q: %w", file, name, fs.ErrNotExist)
	packages := 0
	walkUpload(name, src, size, l, true, func(p *Package, refused error) bool {
		if packages++; packages > 1 && refused == nil {
			refused = refuse(p.Path, RefusedManyPackages, "")
		}
		if refused != nil {
			data, err = nil, refused
			return false
		}
		if f := p.File(file); f != nil {
			data, err = f.load()
		}
		return true
	})
	return data, err
}

// Claim returns how many bytes an upload says that may come out of it, before it is read, and whether there are archives in
// it, which are read to reach what is in them. It is no less than what [Open] brings out of archives one deep, because an
// entry that turns out longer than it says is refused; of archives in archives it is what the limits allow at most. An
// upload that is no archive, or a broken one, claims its own size.
func Claim(name string, src io.ReaderAt, size int64, l Limits) (unpacked int64, nested bool) {
	l = l.withDefaults()
	magic := make([]byte, min(size, 4))
	if _, err := src.ReadAt(magic, 0); err != nil && !errors.Is(err, io.EOF) || !zipMagic(magic) && !strings.EqualFold(path.Ext(name), ".zip") {
		return size, false
	}
	a, err := openArchive(src, size, name+"!/", l)
	if err != nil {
		return size, false
	}
	for _, e := range a.entries {
		if !strings.EqualFold(path.Ext(e.name), ".zip") {
			unpacked += min(e.size, l.Unpacked)
			continue
		}
		archive := min(e.size, l.Package)
		unpacked += archive + min(l.Unpacked, ratioFree+archive*l.Ratio)
		nested = true
	}
	return unpacked, nested
}
