package preview

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"cloudpocket/store"
)

// compiled is where tests keep the PDF engine's machine code between runs: compiling takes seconds.
func compiled(tb testing.TB) string {
	tb.Helper()
	dir, err := filepath.Abs("../../.cache/preview")
	if err != nil {
		tb.Fatalf("find the folder for compiled code: %v", err)
	}
	return dir
}

func open(tb testing.TB, change func(*Config)) *Maker {
	tb.Helper()
	c := Config{
		Cache: tb.TempDir(), Compiled: compiled(tb), Secret: bytes.Repeat([]byte{7}, 32), Timeout: 30 * time.Second,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	if change != nil {
		change(&c)
	}
	m, err := Open(context.Background(), c)
	if err != nil {
		tb.Fatalf("open: %v", err)
	}
	tb.Cleanup(func() {
		if err := m.Close(); err != nil {
			tb.Errorf("close: %v", err)
		}
	})
	return m
}

func file(b []byte) File {
	return File{Tenant: "firm", Digest: store.DigestOf(sha256.Sum256(b)), Open: Bytes(b)}
}

// counted is file, and how often its bytes were asked for.
func counted(b []byte) (File, *atomic.Int32) {
	var n atomic.Int32
	f := file(b)
	f.Open = func(ctx context.Context) (store.Blob, error) {
		n.Add(1)
		return Bytes(b)(ctx)
	}
	return f, &n
}

// pdf writes a PDF by hand: objects[i] is object i+1, and object 1 is the catalogue.
func pdf(objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	var at []int
	for i, o := range objects {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, o := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, xref)
	return b.Bytes()
}

func stream(dict, content string) string {
	return fmt.Sprintf("<<%s/Length %d>>stream\n%s\nendstream", dict, len(content), content)
}

// japanesePDF has pages of 300 by 120 points that say 公文書 in a font that the file does not bring.
func japanesePDF(pages int, font string) []byte {
	kids := ""
	objects := []string{"<</Type/Catalog/Pages 2 0 R>>", "",
		"<</Type/Font/Subtype/Type0/BaseFont/" + font + "/Encoding/90ms-RKSJ-H/DescendantFonts[4 0 R]>>",
		"<</Type/Font/Subtype/CIDFontType0/BaseFont/" + font + "/CIDSystemInfo<</Registry(Adobe)/Ordering(Japan1)/Supplement 2>>/DW 1000/FontDescriptor 5 0 R>>",
		"<</Type/FontDescriptor/FontName/" + font + "/Flags 4/FontBBox[0 -200 1000 900]/ItalicAngle 0/Ascent 859/Descent -140/CapHeight 700/StemV 80>>",
	}
	for n := range pages {
		at := len(objects) + 1
		kids += fmt.Sprintf("%d 0 R ", at)
		objects = append(objects, fmt.Sprintf("<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 120]/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>", at+1),
			stream("", fmt.Sprintf("BT /F1 36 Tf 20 50 Td <8cf695b68f91> Tj /F1 8 Tf <%x> Tj ET", fmt.Sprint(n+1))))
	}
	objects[1] = fmt.Sprintf("<</Type/Pages/Kids[%s]/Count %d>>", strings.TrimSpace(kids), pages)
	return pdf(objects...)
}

// onePage is a PDF of one page of size by size points with this content.
func onePage(size float64, content string) []byte {
	return pdf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		fmt.Sprintf("<</Type/Page/Parent 2 0 R/MediaBox[0 0 %g %g]/Resources<<>>/Contents 4 0 R>>", size, size), stream("", content))
}

func keptFiles(tb testing.TB, dir string) []string {
	tb.Helper()
	var files []string
	err := filepath.Walk(filepath.Join(dir, "made"), func(path string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		tb.Fatalf("list %s: %v", dir, err)
	}
	return files
}
