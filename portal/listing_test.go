package portal

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"cloudpocket/store"
)

// memoryBlob is a file in memory.
type memoryBlob struct {
	*bytes.Reader
}

func (memoryBlob) Close() error { return nil }

func blobOf(content []byte) store.Blob { return memoryBlob{bytes.NewReader(content)} }

// end is an end record for a directory of size bytes at offset.
func end(entries uint16, size, offset uint32, comment string) []byte {
	b := append([]byte(endMark), make([]byte, 4)...)
	le := binary.LittleEndian
	b = le.AppendUint16(le.AppendUint16(b, entries), entries)
	b = le.AppendUint32(le.AppendUint32(b, size), offset)
	return append(le.AppendUint16(b, uint16(len(comment))), comment...)
}

// end64 is a ZIP64 record at that offset, its locator and an end record that refers to them.
func end64(at, entries, size, offset uint64) []byte {
	le := binary.LittleEndian
	b := append(le.AppendUint64([]byte(end64Mark), end64Bytes-12), make([]byte, 12)...)
	b = le.AppendUint64(le.AppendUint64(le.AppendUint64(le.AppendUint64(b, entries), entries), size), offset)
	b = append(le.AppendUint64(append(append(b, locatorMark...), 0, 0, 0, 0), at), 1, 0, 0, 0)
	return append(b, end(unsaid16, unsaid32, unsaid32, "")...)
}

// headers are n entries without a name.
func headers(n int) []byte {
	return bytes.Repeat(append([]byte(headerMark), make([]byte, headerBytes-4)...), n)
}

func written(t testing.TB, comment string, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range names {
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store}) // a compressor for each would cost a minute
		if err == nil && !strings.HasSuffix(name, "/") {                         // a folder holds nothing
			_, err = io.WriteString(f, name)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.SetComment(comment); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestListing(t *testing.T) {
	start := "PK\x03\x04"
	with := func(parts ...[]byte) []byte { return bytes.Join(append([][]byte{[]byte(start)}, parts...), nil) }
	named := func(n int) (names []string) {
		for i := range n {
			names = append(names, fmt.Sprint(i, ".xml"))
		}
		return names
	}
	one := written(t, "", "word/document.xml")
	for _, row := range []struct {
		name    string
		content []byte
		refused string // a part of the reason; empty: none
	}{
		{"one", one, ""},
		{"none", end(0, 0, 0, ""), ""},
		{"comment", written(t, "an end "+endMark+" inside", "a"), ""},
		{"longest comment", written(t, strings.Repeat("c", maxComment), "a"), ""},
		{"bytes after the end", append(bytes.Clone(one), "more"...), ""},
		{"as many as may be", written(t, "", named(maxEntries)...), ""},
		{"ZIP64", with(headers(3), end64(4+3*headerBytes, 3, 3*headerBytes, 4)), ""},
		{"one too many", written(t, "", named(maxEntries+1)...), "10001 entries"},
		{"ZIP64 of very many", with(headers(1), end64(4+headerBytes, 1<<63, headerBytes, 4)), "entries"},
		{"more than it declares", with(headers(3), end(2, 3*headerBytes, 4, "")), "more than 2 entries"},
		{"more than it declares, by 65536", with(headers(65537), end(1, 65537*headerBytes, 4, "")), "more than 1 entries"},
		{"fewer than it declares", with(headers(2), end(3, 2*headerBytes, 4, "")), "entry 2"},
		{"past the end record", with(headers(1), end(1, headerBytes+1, 4, "")), "past the end record"},
		{"offset past the file", with(headers(1), end(1, headerBytes, 1<<31, "")), "past the end record"},
		{"ZIP64 size that turns around", with(headers(1), end64(4+headerBytes, 1, 1<<64-1, 4)), "past the end record"},
		{"ZIP64 record past the file", with(headers(1), end64(1<<63, 1, headerBytes, 4)), "no ZIP64 record"},
		{"ZIP64 record that is none", with(headers(1), end64(0, 1, headerBytes, 4)), "no ZIP64 record"},
		{"ZIP64 without a locator", end(unsaid16, 0, 0, ""), "no ZIP64 locator"},
		{"not a header", with(make([]byte, headerBytes), end(1, headerBytes, 4, "")), "no header"},
		{"cut", one[:len(one)-1], "no end record"},
		{"nothing", nil, "no end record"},
	} {
		t.Run(row.name, func(t *testing.T) {
			err := listing("")(blobOf(row.content))
			if (err == nil) != (row.refused == "") || err != nil && !strings.Contains(err.Error(), row.refused) {
				t.Errorf("%v, want %q", err, row.refused)
			}
		})
	}
	if err := listing("xl/workbook.xml")(blobOf(one)); err == nil || !strings.Contains(err.Error(), "has no xl/workbook.xml") {
		t.Errorf("another entry: %v", err)
	}
}

// TestListingTakesNoMemory has as many headers as an upload can hold, more than its end declares and as many.
func TestListingTakesNoMemory(t *testing.T) {
	all := headers(MaxFileSize/headerBytes - 10)
	n, size := len(all)/headerBytes, uint32(len(all))
	for name, tail := range map[string][]byte{
		"the number modulo 65536": end(uint16(n%(1<<16)), size, 0, ""),
		"ZIP64":                   end64(uint64(size), uint64(n), uint64(size), 0),
		"a few":                   end(5, size, 0, ""),
	} {
		content := append(bytes.Clone(all), tail...)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err := listing("")(blobOf(content))
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; took > 1<<20 {
			t.Errorf("%s: %d bytes were allocated", name, took)
		}
		if err == nil {
			t.Errorf("%s: it is taken for a ZIP", name)
		}
	}
}

// FuzzListing demands that what is taken for a ZIP has as many entries as it declares and no more than may be, and that
// what archive/zip wrote is taken.
func FuzzListing(f *testing.F) {
	for _, names := range []string{"", "a.xml", "a/\n/", "a\nb\nword/document.xml"} {
		f.Add(written(f, "comment", strings.Split(names, "\n")...), "a\nb")
	}
	f.Add(append(headers(2), end64(2*headerBytes, 2, 2*headerBytes, 0)...), "")
	f.Fuzz(func(t *testing.T, content []byte, names string) {
		if d, err := findDirectory(bytes.NewReader(content), int64(len(content))); err == nil {
			n := 0
			err := d.walk(bytes.NewReader(content), func([]byte) { n++ })
			if n > maxEntries || err == nil && uint64(n) != d.entries {
				t.Errorf("%d entries of %d", n, d.entries)
			}
		}
		names = names[:min(len(names), 1000)]
		wanted := strings.Split(names, "\n")
		if err := listing(wanted[len(wanted)-1])(blobOf(written(t, "", wanted...))); err != nil {
			t.Errorf("%q: %v", wanted, err)
		}
	})
}
