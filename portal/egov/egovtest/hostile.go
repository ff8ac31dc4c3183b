package egovtest

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"slices"
	"strings"
)

// Hostile is an archive that must be refused.
type Hostile struct {
	Name   string
	Data   []byte
	Reason string // the refusal's
	Entry  string // what the refusal must name: a path inside the archive; empty: the archive itself
}

// HostileArchives makes the corpus: every way that is known to make two readers see different things in one ZIP, or one
// reader do more than it should.
func HostileArchives() []Hostile {
	var all []Hostile
	for _, group := range [...][]Hostile{structures(), disagreements(), sizes(), names(), nests()} {
		all = append(all, group...)
	}
	return all
}

// doc is an honest entry to put beside others.
func doc(name string) Entry {
	return Entry{Name: []byte(name), Data: []byte("<?xml version=\"1.0\"?><a/>")}
}

func structures() []Hostile {
	honest := Archive(doc("a.xml"), doc("b.xml"))
	first := 0
	shared := doc("b.xml")
	shared.At = &first
	encrypted, strong, special, device := doc("a.xml"), doc("a.xml"), doc("a.xml"), doc("a.xml")
	encrypted.Flags, strong.Flags = 1, 1<<6
	special.Mode, device.Mode = 0o120777, 0o060600
	method := doc("a.xml")
	method.Method = 12
	gap := doc("b.xml")
	gap.Gap = []byte("hidden")
	folder := Entry{Name: []byte("f/"), Data: []byte("content"), Method: 0}
	return []Hostile{
		{"no archive", []byte("this is a text and not an archive at all"), "not_archive", ""},
		{"cut off", honest[:len(honest)-10], "truncated", ""},
		{"bytes before", append([]byte("MZ stub"), honest...), "hidden", ""},
		{"bytes after", append(bytes.Clone(honest), "<script>"...), "hidden", ""},
		{"two archives end to end", append(bytes.Clone(honest), honest...), "hidden", ""},
		{"bytes between entries", Archive(doc("a.xml"), gap), "hidden", "b.xml"},
		{"bytes ahead of the directory", aheadOfDirectory(honest, "hidden"), "hidden", ""},
		{"no entries", Archive(), "empty", ""},
		{"only a folder", Archive(Entry{Name: []byte("f/")}), "empty", ""},
		{"two records, one entry", Archive(doc("a.xml"), shared), "disagreement", "b.xml"},
		{"the same bytes twice", overlappingData(), "overlap", "b.xml"},
		{"several disks", writeArchive([]Entry{doc("a.xml")}, func(b []byte) { b[4] = 1 }), "split", ""},
		{"counts one less", writeArchive([]Entry{doc("a.xml"), doc("b.xml")}, func(b []byte) { b[8], b[10] = 1, 1 }), "structure", ""},
		{"counts one more", writeArchive([]Entry{doc("a.xml")}, func(b []byte) { b[8], b[10] = 2, 2 }), "structure", ""},
		{"ones for a count and no ZIP64 record", writeArchive([]Entry{doc("a.xml")}, func(b []byte) { copy(b[8:], "\xff\xff\xff\xff") }), "entries", ""},
		{"a ZIP64 record with another count", wideEnd(Archive(doc("a.xml")), 2, 0), "disagreement", ""},
		{"a ZIP64 locator that points elsewhere", wideEnd(Archive(doc("a.xml")), 1, 4), "structure", ""},
		{"too many entries", manyEntries(2001), "entries", ""},
		{"encrypted", Archive(encrypted), "encrypted", "a.xml"},
		{"strongly encrypted", Archive(strong), "encrypted", "a.xml"},
		{"another compression", Archive(method), "method", "a.xml"},
		{"a symbolic link", Archive(special), "special", "a.xml"},
		{"a device", Archive(device), "special", "a.xml"},
		{"a folder with content", Archive(folder), "structure", "f/"},
	}
}

// WideEnd adds the end records of ZIP64 to an archive, as writers do that cannot know its size beforehand.
func WideEnd(archive []byte) []byte {
	count := int(binary.LittleEndian.Uint16(archive[len(archive)-12:]))
	return wideEnd(archive, count, 0)
}

// wideEnd writes records that tell that count, and point beside themselves by that much.
func wideEnd(archive []byte, count, beside int) []byte {
	le := binary.LittleEndian
	at := len(archive) - 22
	end := archive[at:]
	b := bytes.Clone(archive[:at])
	b = le.AppendUint64(append(b, "PK\x06\x06"...), 44)
	b = append(b, 45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	b = le.AppendUint64(le.AppendUint64(b, uint64(count)), uint64(count))
	b = le.AppendUint64(le.AppendUint64(b, uint64(le.Uint32(end[12:]))), uint64(le.Uint32(end[16:])))
	b = le.AppendUint64(append(b, "PK\x06\x07\x00\x00\x00\x00"...), uint64(at+beside))
	return append(append(b, 1, 0, 0, 0), end...)
}

func aheadOfDirectory(archive []byte, hidden string) []byte {
	at := bytes.Index(archive, []byte("PK\x01\x02"))
	b := slices.Concat(archive[:at], []byte(hidden), archive[at:])
	binary.LittleEndian.PutUint32(b[len(b)-6:], uint32(at+len(hidden)))
	return b
}

// overlappingData has a second local header inside the data of the first, stored, entry.
func overlappingData() []byte {
	inner := Archive(doc("b.xml"))
	end := bytes.Index(inner, []byte("PK\x01\x02"))
	outer := Entry{Name: []byte("a.xml"), Data: inner[:end], Stored: true}
	second := doc("b.xml")
	second.Central = func(b []byte) { binary.LittleEndian.PutUint32(b[42:], uint32(30+len("a.xml"))) }
	whole := Archive(outer, second)
	// The second entry's own bytes go: its record points into the first.
	at := bytes.LastIndex(whole, []byte("PK\x03\x04"))
	directory := bytes.Index(whole, []byte("PK\x01\x02"))
	cut := append(bytes.Clone(whole[:at]), whole[directory:]...)
	binary.LittleEndian.PutUint32(cut[len(cut)-6:], uint32(at))
	return cut
}

func manyEntries(n int) []byte {
	entries := make([]Entry, n)
	for i := range entries {
		entries[i] = Entry{Name: fmt.Appendf(nil, "%d.txt", i), Data: []byte("x"), Stored: true}
	}
	return Archive(entries...)
}

func disagreements() []Hostile {
	change := func(set func(*Entry)) []byte {
		e := doc("a.xml")
		set(&e)
		return Archive(e)
	}
	put := func(at int, v uint32) func([]byte) {
		return func(b []byte) { binary.LittleEndian.PutUint32(b[at:], v) }
	}
	return []Hostile{
		{"another local name", change(func(e *Entry) { e.LocalName = []byte("b.xml") }), "disagreement", "a.xml"},
		{"another local size", change(func(e *Entry) { e.Local = put(22, 7) }), "disagreement", "a.xml"},
		{"another local packed size", change(func(e *Entry) { e.Local = put(18, 7) }), "disagreement", "a.xml"},
		{"another local checksum", change(func(e *Entry) { e.Local = put(14, 7) }), "disagreement", "a.xml"},
		{"another local method", change(func(e *Entry) { e.Local = func(b []byte) { b[8] = 0 } }), "disagreement", "a.xml"},
		{"encrypted in the local header alone", change(func(e *Entry) { e.Local = func(b []byte) { b[6] |= 1 } }), "disagreement", "a.xml"},
		{"UTF-8 in the local header alone", change(func(e *Entry) { e.Local = func(b []byte) { b[7] |= 8 } }), "disagreement", "a.xml"},
		{"no local header there", change(func(e *Entry) { e.Central = put(42, 5) }), "structure", "a.xml"},
		{"a local header outside", change(func(e *Entry) { e.Central = put(42, 1<<30) }), "structure", "a.xml"},
		{"a descriptor with another size", change(func(e *Entry) {
			e.Descriptor, e.Describe = true, func(d *[]byte) { (*d)[8]++ }
		}), "disagreement", "a.xml"},
		{"no descriptor", change(func(e *Entry) { e.Descriptor, e.Describe = true, func(d *[]byte) { *d = nil } }), "disagreement", "a.xml"},
		{"on another disk", change(func(e *Entry) { e.Central = func(b []byte) { b[34] = 1 } }), "split", "a.xml"},
		{"an extra field beyond its record", change(func(e *Entry) { e.Extra = []byte{1, 0, 200, 0, 1, 2} }), "structure", "a.xml"},
	}
}

func sizes() []Hostile {
	zeros := func(n int) []byte { return Deflate(make([]byte, n)) }
	noise := make([]byte, 8<<10)
	_, err := rand.NewChaCha8([32]byte{}).Read(noise)
	must(err)
	cut := Deflate(noise)
	return []Hostile{
		{"longer than it says", Archive(Entry{Name: []byte("a.xml"), Packed: zeros(1 << 20), Claim: 10}), "size", "a.xml"},
		{"shorter than it says", Archive(Entry{Name: []byte("a.xml"), Data: []byte("short"), Claim: 1 << 30}), "size", "a.xml"},
		{"stored with two sizes", Archive(Entry{Name: []byte("a.xml"), Data: []byte("short"), Stored: true, Claim: 6}), "size", "a.xml"},
		{"a wrong checksum", Archive(Entry{Name: []byte("a.xml"), Data: []byte("data"), Checksum: 1}), "checksum", "a.xml"},
		{"a bomb of zeros", Archive(Entry{Name: []byte("a.xml"), Packed: zeros(64 << 20), Claim: 64 << 20}), "ratio", "a.xml"},
		{"a bomb below the ratio", Archive(Entry{Name: []byte("a.xml"), Packed: repeated(noise, 40<<10), Claim: 40 << 10 * 8 << 10}), "unpacked", "a.xml"},
		{"many small bombs", Archive(smallBombs(noise, 20)...), "unpacked", "17.xml"},
		{"a stream that is no deflate", Archive(Entry{Name: []byte("a.xml"), Packed: []byte("\xff\xff\xff\xff"), Claim: 4}), "structure", "a.xml"},
		{"a stream that is cut off", Archive(Entry{Name: []byte("a.xml"), Packed: cut[:len(cut)/2], Claim: 8 << 10}), "truncated", "a.xml"},
		{"a stream with more behind it", Archive(Entry{Name: []byte("a.xml"), Data: []byte("data"), Packed: append(Deflate([]byte("data")), "hidden"...)}), "size", "a.xml"},
	}
}

// repeated is a deflate stream that unpacks to chunk n times, n a multiple of 64, at a ratio of some ninety to one.
// What the second run of copies packs to is good for all that follow, for their past looks alike: so making a large
// stream costs no more than a small one.
func repeated(chunk []byte, n int) []byte {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	must(err)
	run := func() []byte {
		b.Reset()
		_, err := w.Write(bytes.Repeat(chunk, 64))
		must(err)
		must(w.Flush())
		return bytes.Clone(b.Bytes())
	}
	out := run()
	again := run()
	for range n/64 - 1 {
		out = append(out, again...)
	}
	return append(out, 1, 0, 0, 0xff, 0xff) // the last block: stored, empty
}

func smallBombs(chunk []byte, n int) []Entry {
	const times = 1 << 10
	packed, sum := repeated(chunk, times), crc32.ChecksumIEEE(bytes.Repeat(chunk, times))
	entries := make([]Entry, n)
	for i := range entries {
		entries[i] = Entry{Name: fmt.Appendf(nil, "%d.xml", i+1), Packed: packed, Claim: uint32(times * len(chunk)), Checksum: sum}
	}
	return entries
}

func names() []Hostile {
	named := func(names ...string) []byte {
		var entries []Entry
		for _, n := range names {
			e := doc(n)
			e.UTF8 = true
			entries = append(entries, e)
		}
		return Archive(entries...)
	}
	raw := func(name string) []byte { return Archive(Entry{Name: []byte(name), Data: []byte("x")}) }
	return []Hostile{
		{"up", named("../a.xml"), "path", "../a.xml"},
		{"up from below", named("a/../../b.xml"), "path", "a/../../b.xml"},
		{"absolute", named("/etc/passwd"), "path", "/etc/passwd"},
		{"a drive", named("C:/a.xml"), "path", "C:/a.xml"},
		{"a stream of NTFS", named("a.xml:b"), "path", "a.xml:b"},
		{"a backslash", named(`a\b.xml`), "path", `a\b.xml`},
		{"a network path", named(`\\host\share`), "path", `\\host\share`},
		{"an empty segment", named("a//b.xml"), "path", "a//b.xml"},
		{"a dot segment", named("./a.xml"), "path", "./a.xml"},
		{"a segment of dots and spaces", named("a/. ./b.xml"), "path", "a/. ./b.xml"},
		{"no name", named(""), "path", ""},
		{"a control character", named("a\x00.xml"), "name_signs", "a?.xml"},
		{"a turned direction", named("a\u202elmx.exe"), "name_signs", "a?lmx.exe"},
		{"no width", named("a\u200b.xml"), "name_signs", "a?.xml"},
		{"flagged UTF-8 and not", Archive(Entry{Name: []byte("\x88\xc4.xml"), Data: []byte("x"), UTF8: true}), "name_encoding", "?.xml"},
		{"neither UTF-8 nor CP932", raw("\xff\xfe.xml"), "name_encoding", "?.xml"},
		{"too long", named(strings.Repeat("a", 2000)), "name_length", "aaaaaaaaaaaaaaaa…"},
		{"twice", named("a.xml", "a.xml"), "duplicate", "a.xml"},
		{"twice but for case", named("a.xml", "A.XML"), "duplicate", "A.XML"},
		{"twice but for composition", named("が.xml", "か\u3099.xml"), "duplicate", "が.xml"},
		{"twice but for a final dot", named("a", "a."), "duplicate", "a."},
		{"a file and a folder", named("a", "a/b.xml"), "duplicate", "a/b.xml"},
		{"a file below a file", named("a/b/c.xml", "A"), "duplicate", "a/b/c.xml"},
	}
}

func nests() []Hostile {
	deep := Archive(doc("a.xml"))
	entry := ""
	for range 4 {
		deep = Archive(Entry{Name: []byte("n.zip"), Data: deep, Stored: true})
		entry += "n.zip!/"
	}
	bad := doc("../x.xml")
	return []Hostile{
		{"archives too deep", deep, "depth", strings.TrimSuffix(entry, "!/")},
		{"a refusal inside", Archive(Entry{Name: []byte("n.zip"), Data: Archive(bad), Stored: true}), "path", "n.zip!/../x.xml"},
		{"no archive by that name", Archive(Entry{Name: []byte("n.zip"), Data: []byte("text, no archive, whatever it says")}), "not_archive", "n.zip"},
		{"a bomb that is an archive", Archive(Entry{Name: []byte("n.zip"), Packed: Deflate(make([]byte, 32<<20)), Claim: 32 << 20}), "ratio", "n.zip"},
	}
}
