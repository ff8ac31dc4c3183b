package api

import (
	"errors"
	"io"
	"mime/multipart"
	"unicode/utf8"

	"cloudpocket/store"
)

// maxField is how many bytes a field of a form may hold.
const maxField = 16 << 10

// form takes the parts of a multipart form (RFC 7578) as they arrive. An error of either ends the reading.
type form struct {
	most  int // parts
	file  func(name string, src io.Reader) error
	field func(name, value string) error
}

// read reads all parts. That the form itself cannot be read is told from what file says of a file that it could not keep.
func (f form) read(parts *multipart.Reader) error {
	for n := 0; ; n++ {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return unreadable(err)
		}
		if n == f.most {
			return store.Fail(store.Invalid, "error.too_many_parts", "a form of more than %d parts", f.most).With("Max", f.most)
		}
		if err := f.take(part); err != nil {
			return err
		}
	}
}

func (f form) take(part *multipart.Part) error {
	src := &source{Reader: part}
	if part.FormName() == "file" && part.FileName() != "" {
		err := f.file(part.FileName(), src)
		if src.err != nil {
			return unreadable(src.err)
		}
		return err
	}
	b, err := io.ReadAll(io.LimitReader(src, maxField+1))
	if err != nil {
		return unreadable(err)
	}
	if len(b) > maxField || !utf8.Valid(b) {
		return store.Fail(store.Invalid, "error.body", "a field of %d bytes or more, or not of UTF-8", len(b))
	}
	return f.field(part.FormName(), string(b))
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

// nothing is a field that a form does not have.
func nothing(name, _ string) error {
	return store.Fail(store.Invalid, "error.field_unknown", "field %.40q", name).With("Name", name)
}
