package portal

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"cloudpocket/store"
)

// MaxFileSize is the most one uploaded file may hold, in bytes (10 MB).
const MaxFileSize = 10 << 20

// nameBytes is how long a file's name may be; file systems and ZIP readers agree on this.
const nameBytes = 200

// StagedFile is a file whose bytes are checked and durable and which no document holds yet. It can be published by
// the tenant that staged it alone.
type StagedFile struct {
	tenant    store.ID
	name      string
	mediaType string
	size      int64
	digest    store.Digest
}

// MayStage reports whether the actor may upload at all, to be asked before any byte is read.
func (p *Portal) MayStage(ctx context.Context, a Actor) error {
	return p.view(ctx, a, store.PermitDeliver, func(store.Tx, store.Account) error { return nil })
}

// Stage reads a file from src to its end, holds it against the rules for its name, and keeps its bytes. The rules: one
// of the allowed extensions, content of that type, at most MaxFileSize bytes, not empty. A refusal is Invalid or
// TooLarge with the file's name among its arguments. Memory use does not grow with the file.
func (p *Portal) Stage(ctx context.Context, a Actor, name string, src io.Reader) (StagedFile, error) {
	return p.stage(ctx, a, name, src, MaxFileSize)
}

func (p *Portal) stage(ctx context.Context, a Actor, name string, src io.Reader, most int64) (StagedFile, error) {
	if err := p.MayStage(ctx, a); err != nil {
		return StagedFile{}, err
	}
	name, err := cleanName(name)
	if err != nil {
		return StagedFile{}, err
	}
	format, ok := formatOf(name)
	if !ok {
		return StagedFile{}, store.Fail(store.Invalid, "error.file_extension", "an extension that is not allowed").
			With("Name", name).With("Allowed", strings.Join(Extensions(), ", "))
	}
	size, digest, err := p.keep(ctx, a.TenantID, name, format, src, most)
	if err != nil {
		return StagedFile{}, err
	}
	return StagedFile{tenant: a.TenantID, name: name, mediaType: format.mediaType, size: size, digest: digest}, nil
}

// keep streams src into a new blob and past the checks of its format.
func (p *Portal) keep(ctx context.Context, tenant store.ID, name string, f format, src io.Reader, most int64) (int64, store.Digest, error) {
	w, err := p.Blobs.Create(ctx, tenant)
	if err != nil {
		return 0, "", fmt.Errorf("begin a blob: %w", err)
	}
	defer w.Abort()
	look := newInspector()
	n, err := pass(io.MultiWriter(w, look), io.LimitReader(src, most+1))
	if err != nil {
		return 0, "", fmt.Errorf("receive a file: %w", err)
	}
	switch {
	case n > most:
		return 0, "", store.Fail(store.TooLarge, "error.file_too_large", "more than %d bytes", most).With("Name", name).With("Max", most>>20)
	case n == 0:
		return 0, "", store.Fail(store.Invalid, "error.file_empty", "no bytes").With("Name", name)
	}
	if err := f.matches(look); err != nil {
		return 0, "", mismatch(name, err)
	}
	digest, size, err := w.Commit(ctx)
	if err != nil {
		return 0, "", fmt.Errorf("keep a file: %w", err)
	}
	if f.inside == nil {
		return size, digest, nil
	}
	if err := p.lookInside(ctx, tenant, name, f, digest); err != nil {
		return 0, "", errors.Join(err, p.discard(ctx, tenant, digest))
	}
	return size, digest, nil
}

// discard removes a file that was refused, unless a document holds the same bytes under another name.
func (p *Portal) discard(ctx context.Context, tenant store.ID, d store.Digest) error {
	_, err := Setup{Portal: p}.sweepBlob(ctx, tenant, d, func(store.BlobInfo) bool { return true })
	return err
}

// pieces is how many bytes are written at once: a form's parts arrive in pieces of 4 KiB, each of which would be a
// system call.
const pieces = 64 << 10

// pass copies src to its end and returns how many bytes it had.
func pass(dst io.Writer, src io.Reader) (int64, error) {
	w := bufio.NewWriterSize(dst, pieces)
	n, err := w.ReadFrom(src)
	return n, errors.Join(err, w.Flush())
}

// lookInside opens a file that was kept and holds the whole of it against its format.
func (p *Portal) lookInside(ctx context.Context, tenant store.ID, name string, f format, d store.Digest) error {
	blob, err := p.Blobs.Open(ctx, tenant, d)
	if err != nil {
		return fmt.Errorf("read back a file: %w", err)
	}
	defer blob.Close()
	if err := f.inside(blob); err != nil {
		return mismatch(name, unsaid{"what is inside is not of its format", err})
	}
	return nil
}

func mismatch(name string, err error) error {
	return store.Fail(store.Invalid, "error.file_content", "content is not what the extension says: %w", err).With("Name", name)
}

// cleanName returns a file's own name: without folders, in NFC, without control and direction characters.
func cleanName(name string) (string, error) {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = norm.NFC.String(strings.ToValidUTF8(name, ""))
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, name)
	name = strings.TrimSpace(name)
	if stem := strings.TrimSuffix(name, path.Ext(name)); strings.Trim(stem, ". ") == "" {
		return "", store.Fail(store.Invalid, "error.file_name", "a name of %d bytes", len(name))
	}
	return shorten(name), nil
}

// shorten cuts the middle of a name, never its extension, to nameBytes.
func shorten(name string) string {
	if len(name) <= nameBytes {
		return name
	}
	ext := path.Ext(name)
	if len(ext) > 10 {
		return name
	}
	cut := nameBytes - len(ext)
	for !utf8.RuneStart(name[cut]) {
		cut--
	}
	return name[:cut] + ext
}

// plainText reports whether s is valid UTF-8 on one line, without control or direction characters.
func plainText(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) })
}
