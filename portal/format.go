package portal

import (
	"archive/zip"
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
	inside     string // ZIP-based: the entry that makes it this format; "*" for any
}

// formats is the service's list of uploads, complete: what is not here is refused.
var formats = []format{
	{[]string{"pdf"}, "application/pdf", sniffed("application/pdf"), ""},
	{[]string{"xml"}, "application/xml", markup, ""},
	{[]string{"jpeg", "jpg"}, "image/jpeg", sniffed("image/jpeg"), ""},
	{[]string{"gif"}, "image/gif", sniffed("image/gif"), ""},
	{[]string{"png"}, "image/png", sniffed("image/png"), ""},
	{[]string{"txt", "conf", "log"}, "text/plain", text, ""},
	{[]string{"csv"}, "text/csv", text, ""},
	{[]string{"docx"}, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", zipped, "word/document.xml"},
	{[]string{"doc"}, "application/msword", compound, ""},
	{[]string{"xlsx"}, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", zipped, "xl/workbook.xml"},
	{[]string{"xls"}, "application/vnd.ms-excel", compound, ""},
	{[]string{"zip"}, "application/zip", zipped, "*"},
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

// text matches anything that reads as text in one of the encodings in use, and is not a page for a browser.
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

// zipped matches the start of a ZIP; checkZIP looks at the rest.
func zipped(in *inspector) error {
	if !bytes.HasPrefix(in.head, []byte("PK\x03\x04")) && !bytes.HasPrefix(in.head, []byte("PK\x05\x06")) {
		return errors.New("is not a ZIP")
	}
	return nil
}

// maxEntries is how many entries a ZIP may list; a table of contents past it is refused unread.
const maxEntries = 10_000

// checkZIP reads a ZIP's table of contents and demands the entry that makes it the format it claims to be.
func checkZIP(blob store.Blob, inside string) error {
	r, err := zip.NewReader(readerAt{blob}, blob.Size())
	if err != nil {
		return fmt.Errorf("read the table of contents: %w", err)
	}
	if len(r.File) > maxEntries {
		return fmt.Errorf("%d entries", len(r.File))
	}
	if inside != "*" && !slices.ContainsFunc(r.File, func(f *zip.File) bool { return f.Name == inside }) {
		return fmt.Errorf("has no %s", inside)
	}
	return nil
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
