package portal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/gabriel-vasile/mimetype"

	"cloudpocket/store"
)

// format is one kind of file that may be uploaded: by which extensions, served as what, and recognised how.
type format struct {
	extensions []string
	mediaType  string
	matches    func(*inspector) error
	inside     func(store.Blob) error // what can be told from the whole alone; nil: nothing more
}

// formats is the service's list of uploads, complete: what is not here is refused.
var formats = []format{
	{[]string{"pdf"}, "application/pdf", sniffed("application/pdf"), nil},
	{[]string{"xml"}, "application/xml", markup, wellFormed},
	{[]string{"jpeg", "jpg"}, "image/jpeg", sniffed("image/jpeg"), nil},
	{[]string{"gif"}, "image/gif", sniffed("image/gif"), nil},
	{[]string{"png"}, "image/png", sniffed("image/png"), nil},
	{[]string{"txt", "conf", "log"}, "text/plain", text, nil},
	{[]string{"csv"}, "text/csv", text, nil},
	{[]string{"docx"}, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", zipped, listing("word/document.xml")},
	{[]string{"doc"}, "application/msword", compound, holding("WordDocument")},
	{[]string{"xlsx"}, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", zipped, listing("xl/workbook.xml")},
	{[]string{"xls"}, "application/vnd.ms-excel", compound, holding("Workbook", "Book")},
	{[]string{"zip"}, "application/zip", zipped, listing("")},
}

// Extensions returns the extensions that may be uploaded, without dots, in the order of the service's list.
func Extensions() []string {
	var all []string
	for _, f := range formats {
		all = append(all, f.extensions...)
	}
	return all
}

func formatOf(name string) (format, bool) {
	ext := strings.ToLower(strings.TrimPrefix(path.Ext(name), "."))
	i := slices.IndexFunc(formats, func(f format) bool { return slices.Contains(f.extensions, ext) })
	if i < 0 {
		return format{}, false
	}
	return formats[i], true
}

// sniffed matches content that the sniffer takes for mediaType by its first bytes.
func sniffed(mediaType string) func(*inspector) error {
	return func(in *inspector) error {
		if got := mimetype.Detect(in.head); !got.Is(mediaType) {
			return fmt.Errorf("looks like %s", got)
		}
		return nil
	}
}

// text matches anything that reads as text in one of the encodings in use. What the text says does not matter: it is
// served as text, to be saved.
func text(in *inspector) error {
	if !in.isText() {
		return errors.New("is not text in UTF-8, UTF-16 or CP932")
	}
	return nil
}

// markup matches text that starts like XML and not like HTML.
func markup(in *inspector) error {
	if err := text(in); err != nil {
		return err
	}
	start := bytes.TrimLeft(bytes.ReplaceAll(bytes.TrimLeft(in.head, "\xef\xbb\xbf\xff\xfe"), []byte{0}, nil), " \t\r\n")
	low := bytes.ToLower(start[:min(len(start), 256)])
	if !bytes.HasPrefix(low, []byte("<")) || bytes.HasPrefix(low, []byte("<html")) || bytes.HasPrefix(low, []byte("<!doctype html")) {
		return errors.New("does not start like XML")
	}
	return nil
}

// compound matches the container of the old Office formats (MS-CFB 2.2).
func compound(in *inspector) error {
	if !bytes.HasPrefix(in.head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) {
		return errors.New("is not a compound file")
	}
	return nil
}

// zipped matches the start of a ZIP; listing looks at the rest.
func zipped(in *inspector) error {
	if !bytes.HasPrefix(in.head, []byte("PK\x03\x04")) && !bytes.HasPrefix(in.head, []byte("PK\x05\x06")) {
		return errors.New("is not a ZIP")
	}
	return nil
}

// searchBytes is how much of a file is looked through at once.
const searchBytes = 32 << 10

// holding matches a compound file that has a stream of one of these names, which its directory keeps in UTF-16 (MS-CFB
// 2.6.1).
func holding(names ...string) func(store.Blob) error {
	return func(blob store.Blob) error {
		var wide [][]byte
		for _, name := range names {
			wide = append(wide, wideName(name))
		}
		found, err := contains(blob, wide)
		if err != nil {
			return fmt.Errorf("read the file: %w", err)
		}
		if !found {
			return fmt.Errorf("has no stream %s", strings.Join(names, " or "))
		}
		return nil
	}
}

// wideName returns an ASCII name in UTF-16, little end first, with the NUL that ends it.
func wideName(name string) []byte {
	wide := make([]byte, 0, 2*len(name)+2)
	for _, c := range []byte(name + "\x00") {
		wide = append(wide, c, 0)
	}
	return wide
}

// contains reports whether one of the wanted is anywhere in r, in constant memory: of every piece it keeps as much of
// the end as the longest could begin in.
func contains(r io.Reader, wanted [][]byte) (bool, error) {
	keep := 0
	for _, w := range wanted {
		keep = max(keep, len(w)-1)
	}
	piece := make([]byte, keep+searchBytes)
	for kept := 0; ; {
		n, err := io.ReadFull(r, piece[kept:])
		seen := piece[:kept+n]
		if slices.ContainsFunc(wanted, func(w []byte) bool { return bytes.Contains(seen, w) }) {
			return true, nil
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		kept = copy(piece, seen[max(0, len(seen)-keep):])
	}
}

// readerAt reads a blob at offsets. It is for one reader at a time.
type readerAt struct{ io.ReadSeeker }

func (r readerAt) ReadAt(p []byte, off int64) (int, error) {
	if _, err := r.Seek(off, io.SeekStart); err != nil {
		return 0, err
	}
	n, err := io.ReadFull(r.ReadSeeker, p)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return n, err
}
