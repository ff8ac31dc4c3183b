package api

import (
	"bytes"
	"io"
	"mime/multipart"
	"slices"
	"testing"

	"cloudpocket/store"
)

// Endpoints are the operations that are mounted.
func Endpoints() (all []string) {
	for _, e := range endpoints() {
		all = append(all, e.method+" "+e.path)
	}
	slices.Sort(all)
	return all
}

// FuzzForm demands that no form makes more of itself than it may: parts, bytes of a field, and errors that are the sender's.
func FuzzForm(f *testing.F) {
	f.Add([]byte("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\na\r\n--x--\r\n"))
	f.Add([]byte("--x\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nt\r\n--x\r\n\r\n\r\n--x--"))
	f.Add([]byte("--x\r\nContent-Disposition: form-data; name=title\r\n\r\n\xff\r\n--x--"))
	f.Fuzz(func(t *testing.T, b []byte) {
		n := 0
		err := form{most: 4, file: func(_ string, src io.Reader) error {
			n++
			_, err := io.Copy(io.Discard, src)
			return err
		}, field: func(_, value string) error {
			if n++; len(value) > maxField {
				t.Errorf("a field of %d bytes", len(value))
			}
			return nil
		}}.read(multipart.NewReader(bytes.NewReader(b), "x"))
		if n > 4 {
			t.Errorf("%d parts", n)
		}
		if kind := store.KindOf(err); err != nil && kind != store.Invalid && kind != store.TooLarge {
			t.Errorf("%v is not said to be the sender's", err)
		}
	})
}
