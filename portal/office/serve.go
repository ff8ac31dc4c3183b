package office

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"cloudpocket/store"
)

// serve answers with a file's bytes, or those of the ranges asked for (RFC 9110 14), always to be saved and never to be
// shown: what a file holds is somebody else's. Without a Last-Modified the digest is the only validator.
func serve(w http.ResponseWriter, r *http.Request, f store.File, content io.ReadSeeker) {
	h := w.Header()
	h.Set("Content-Type", f.MediaType)
	h.Set("Content-Disposition", disposition(f.Name))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("ETag", etag(f))
	http.ServeContent(w, r, "", time.Time{}, content)
}

func etag(f store.File) string { return `"` + string(f.Digest) + `"` }

// conditional reports whether the answer may turn out to take no bytes; only then the file is looked at before.
func conditional(r *http.Request) bool {
	asks := func(header string) bool { return r.Header.Get(header) != "" }
	return r.Method == http.MethodHead || slices.ContainsFunc([]string{"If-Match", "If-None-Match", "Range"}, asks)
}

// takesNoBytes reports whether the answer holds none of the file: to HEAD, to a browser that has the file already or
// wants another one, and to one that asks for what lies past its end (RFC 9110 13.1 and 14.2). The server's own code is
// asked, by a request for the headers alone, so that what is recorded and what is sent cannot differ.
func takesNoBytes(r *http.Request, f store.File) bool {
	if r.Method == http.MethodHead {
		return true
	}
	ask := *r
	ask.Method = http.MethodHead
	outcome := trial{http.Header{}, http.StatusOK}
	serve(&outcome, &ask, f, length(f.Size))
	return outcome.status != http.StatusOK && outcome.status != http.StatusPartialContent
}

// trial notes the status of an answer that nobody gets.
type trial struct {
	header http.Header
	status int
}

func (t *trial) Header() http.Header         { return t.header }
func (t *trial) WriteHeader(status int)      { t.status = status }
func (t *trial) Write(b []byte) (int, error) { return len(b), nil }

// length stands for content of that many bytes where none of them will be read.
type length int64

func (l length) Read([]byte) (int, error) { return 0, errors.New("these bytes are not to be read") }

func (l length) Seek(offset int64, whence int) (int64, error) {
	if whence == io.SeekEnd {
		return int64(l) + offset, nil
	}
	return offset, nil
}

// disposition returns the header under which a file is saved by its own name (RFC 6266, with the name in UTF-8 as RFC
// 8187 has it) and, where that is not understood, by one in ASCII.
func disposition(name string) string {
	encoded := strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
	return `attachment; filename="` + plain(name) + `"; filename*=UTF-8''` + encoded
}

// plain returns name in ASCII: other characters, and those with a meaning in headers and paths, become underscores; a
// name of nothing else becomes "file" and its extension.
func plain(name string) string {
	clean := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r < ' ' || r > '~' || strings.ContainsRune(`"%/\`, r) {
				return '_'
			}
			return r
		}, s)
	}
	ext := clean(path.Ext(name))
	stem := clean(strings.TrimSuffix(name, path.Ext(name)))
	if strings.Trim(stem, "_ .") == "" {
		stem = "file"
	}
	return stem + ext
}
