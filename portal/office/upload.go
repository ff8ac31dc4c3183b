package office

import (
	"bufio"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"unicode/utf8"

	"cloudpocket/portal"
	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/store"
)

// What one form may hold in all.
const (
	maxUpload = portal.MaxFiles*portal.MaxFileSize + 4<<20 // bytes
	maxField  = 16 << 10                                   // bytes of one field
	maxParts  = store.MaxDeliveries + portal.MaxFiles + 50
)

// upload is the publishing form as it was sent.
type upload struct {
	typed    page.Typed
	deliver  bool
	made     bool // delivered at once, all of it
	files    []portal.StagedFile
	problems []page.Problem
	seen     int // files, refused ones included
}

// receive reads the form part by part as it arrives. Files that break a rule are noted in problems and the rest is read
// on, so that the person sees all of it at once; an error ends the reading.
func (o *office) receive(w http.ResponseWriter, r *http.Request, v door.Visit) (upload, error) {
	var u upload
	r.Body = inPieces(http.MaxBytesReader(w, r.Body, maxUpload))
	parts, err := r.MultipartReader()
	if err != nil {
		return u, store.Fail(store.Invalid, "error.form", "read a form: %w", err)
	}
	for range maxParts {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return u, nil
		}
		if err != nil {
			return u, unreadable(err)
		}
		if err := o.take(r, v, &u, part); err != nil {
			return u, err
		}
	}
	return u, store.Fail(store.Invalid, "error.form", "a form of more than %d parts", maxParts)
}

// inPieces reads a body 64 KiB at a time, where reading a form asks for 4 KiB.
func inPieces(body io.ReadCloser) io.ReadCloser {
	return struct {
		io.Reader
		io.Closer
	}{bufio.NewReaderSize(body, 64<<10), body}
}

// take reads one part into u.
func (o *office) take(r *http.Request, v door.Visit, u *upload, part *multipart.Part) error {
	if part.FormName() == "file" {
		return o.takeFile(r, v, u, part)
	}
	b, err := io.ReadAll(io.LimitReader(part, maxField+1))
	if err != nil {
		return unreadable(err)
	}
	if len(b) > maxField || !utf8.Valid(b) {
		return store.Fail(store.Invalid, "error.form", "a field of %d bytes or more, or not of UTF-8", len(b))
	}
	u.set(part.FormName(), string(b))
	return nil
}

// takeFile stages one file. An empty file field is what browsers send for no file at all.
func (o *office) takeFile(r *http.Request, v door.Visit, u *upload, part *multipart.Part) error {
	name := part.FileName()
	if name == "" {
		return nil
	}
	if u.seen++; u.seen > portal.MaxFiles {
		if u.seen == portal.MaxFiles+1 {
			u.problems = append(u.problems, page.Problem{Field: "file", Key: "error.too_many_files", Args: map[string]any{"Max": portal.MaxFiles}})
		}
		return nil
	}
	src := &source{Reader: part}
	f, err := o.Portal.Stage(r.Context(), v.Actor, name, src)
	if src.err != nil {
		return unreadable(src.err)
	}
	if refused, ok := problemOf(err); ok {
		u.problems = append(u.problems, refused)
		return nil
	}
	if err != nil {
		return err
	}
	u.files = append(u.files, f)
	return nil
}

// set notes one field. Browsers end lines with CR LF, and count them as one character against a limit.
func (u *upload) set(name, value string) {
	switch name {
	case "title":
		u.typed.Title = value
	case "kind":
		u.typed.Kind = value
	case "note":
		u.typed.Note = strings.ReplaceAll(value, "\r\n", "\n")
	case "acknowledge":
		u.typed.Acknowledge = value == "1"
	case "office":
		u.typed.Offices = append(u.typed.Offices, store.ID(value))
	case "due":
		u.typed.Due = value
	case "expires":
		u.typed.Expires = value
	case "replaces":
		u.typed.Replaces = store.ID(value)
	case "deliver":
		u.deliver = value == "1"
	}
}

// unreadable gives a meaning to what ended the reading of a form: it is too large, or it broke off or is not one.
func unreadable(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return store.Fail(store.TooLarge, "error.upload_too_large", "read a form: %w", err).With("Max", maxUpload>>20)
	}
	return store.Fail(store.Invalid, "error.form", "read a form: %w", err)
}

// source remembers how reading a file ended, to tell a form that broke off from a store that failed.
type source struct {
	io.Reader
	err error
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}
