package client

import (
	"fmt"
	"io"
	"mime/multipart"
	"os"
	"path/filepath"
)

// File is a file to send. It may be opened more than once: when it has to be sent again.
type File struct {
	Name string
	Size int64 // in bytes
	Open func() (io.ReadCloser, error)
}

// FromDisk returns the file at a path, which is opened when it is sent.
func FromDisk(path string) (File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return File{}, err
	}
	if !info.Mode().IsRegular() {
		return File{}, fmt.Errorf("%s is no file", path)
	}
	return File{Name: filepath.Base(path), Size: info.Size(), Open: func() (io.ReadCloser, error) { return os.Open(path) }}, nil
}

// field is one field of a form that is not a file.
type field struct{ name, value string }

// asForm gives r a form (RFC 7578) that is written while it is read, so that no more than a piece of it is in memory.
func (r request) asForm(fields []field, files []File) request {
	boundary := multipart.NewWriter(nil).Boundary()
	r.media = "multipart/form-data; boundary=" + boundary
	r.body = func() io.ReadCloser {
		read, write := io.Pipe()
		go func() { write.CloseWithError(writeForm(write, boundary, fields, files)) }()
		return read
	}
	return r
}

func writeForm(w io.Writer, boundary string, fields []field, files []File) error {
	form := multipart.NewWriter(w)
	if err := form.SetBoundary(boundary); err != nil {
		return err
	}
	for _, f := range fields {
		if err := form.WriteField(f.name, f.value); err != nil {
			return err
		}
	}
	for _, f := range files {
		if err := writeFile(form, f); err != nil {
			return fmt.Errorf("send %s: %w", f.Name, err)
		}
	}
	return form.Close()
}

func writeFile(form *multipart.Writer, f File) error {
	part, err := form.CreateFormFile("file", f.Name)
	if err != nil {
		return err
	}
	src, err := f.Open()
	if err != nil {
		return err
	}
	defer src.Close()
	_, err = io.Copy(part, src)
	return err
}
