package egov

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"math"
	"slices"
	"unicode/utf8"
)

// ZIP records (APPNOTE 4.3), lengths without their variable parts.
const (
	localSignature      = 0x04034b50
	centralSignature    = 0x02014b50
	endSignature        = 0x06054b50
	descriptorSignature = 0x08074b50

	wideEndSignature     = 0x06064b50
	wideLocatorSignature = 0x07064b50
	wideEndLength        = 56
	wideLocatorLength    = 20

	localLength   = 30
	centralLength = 46
	endLength     = 22

	methodStored  = 0
	methodDeflate = 8

	flagEncrypted  = 1 << 0
	flagDescriptor = 1 << 3
	flagPatch      = 1 << 5
	flagStrong     = 1 << 6
	flagUTF8       = 1 << 11
	flagMasked     = 1 << 13

	extraZip64   = 0x0001
	extraUnicode = 0x7075
)

// entry is one record of an archive's directory, checked against its local header.
type entry struct {
	name     string // decoded, NFC, slashes; a folder keeps its final slash
	raw      []byte
	method   uint16
	flags    uint16
	crc      uint32
	packed   int64
	size     int64
	header   int64 // where its local header is
	data     int64 // where its bytes are
	end      int64 // where the next may begin
	mode     uint32
	hasZip64 bool
}

func (e *entry) folder() bool { return e.name[len(e.name)-1] == '/' }

// archive is a ZIP whose structure has been checked; reading an entry checks its content.
type archive struct {
	src     io.ReaderAt
	path    string // of the archive itself, for refusals; ends in "!/" unless empty
	entries []*entry
	limits  Limits
}

// openArchive reads the directory of the ZIP that src holds in size bytes and holds every record to the others:
// each byte of the file belongs to exactly one of them.
func openArchive(src io.ReaderAt, size int64, path string, l Limits) (*archive, error) {
	a := &archive{src: src, path: path, limits: l}
	end, err := a.findEnd(size)
	if err != nil {
		return nil, err
	}
	if err := a.readDirectory(end); err != nil {
		return nil, err
	}
	for _, e := range a.entries {
		if err := a.checkLocal(e, end.offset); err != nil {
			return nil, err
		}
	}
	if err := a.checkExtents(end.offset); err != nil {
		return nil, err
	}
	if err := a.checkNames(); err != nil {
		return nil, err
	}
	return a, nil
}

func (a *archive) refuse(name string, reason Reason, detail string, args ...any) error {
	return refuse(a.path+name, reason, detail, args...)
}

// read returns n bytes at offset, all or none.
func (a *archive) read(offset, n int64, name string) ([]byte, error) {
	b := make([]byte, n)
	if _, err := a.src.ReadAt(b, offset); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, a.refuse(name, RefusedTruncated, "%d bytes wanted at %d", n, offset)
		}
		return nil, err
	}
	return b, nil
}

// endRecord is what the end of central directory says.
type endRecord struct {
	count  int
	offset int64 // of the directory
	size   int64
}

// findEnd finds the end record from behind. Its comment must reach exactly to the end of the file, so there is nothing
// after the archive; that there is nothing before it is seen by checkExtents.
func (a *archive) findEnd(size int64) (endRecord, error) {
	n := min(size, endLength+math.MaxUint16)
	tail, err := a.read(size-n, n, "")
	if err != nil {
		return endRecord{}, err
	}
	for i := len(tail) - endLength; i >= 0; i-- {
		b := tail[i:]
		if binary.LittleEndian.Uint32(b) == endSignature && int(binary.LittleEndian.Uint16(b[20:])) == len(b)-endLength {
			return a.endRecord(b, size-n+int64(i))
		}
	}
	return endRecord{}, a.noEnd(tail)
}

// noEnd says what is wrong with a file whose end record is not where it belongs.
func (a *archive) noEnd(tail []byte) error {
	i := bytes.LastIndex(tail, []byte("PK\x05\x06"))
	if i >= 0 && len(tail)-i >= endLength && int(binary.LittleEndian.Uint16(tail[i+20:])) < len(tail)-i-endLength {
		return a.refuse("", RefusedHidden, "bytes after the end of the archive")
	}
	magic, err := a.read(0, min(int64(len(tail)), 4), "")
	if i < 0 && (err != nil || !zipMagic(magic)) {
		return a.refuse("", RefusedNotArchive, "no end of directory, and it does not begin like one")
	}
	return a.refuse("", RefusedTruncated, "no end of directory")
}

func (a *archive) endRecord(b []byte, at int64) (endRecord, error) {
	le := binary.LittleEndian
	here, all := uint64(le.Uint16(b[8:])), uint64(le.Uint16(b[10:]))
	size, offset := uint64(le.Uint32(b[12:])), uint64(le.Uint32(b[16:]))
	if le.Uint16(b[4:]) != 0 || le.Uint16(b[6:]) != 0 || here != all {
		return endRecord{}, a.refuse("", RefusedSplit, "several disks")
	}
	wide, err := a.wideEnd(at)
	if err != nil {
		return endRecord{}, err
	}
	if wide != nil {
		at -= wideEndLength + wideLocatorLength
		for _, n := range [...]struct {
			narrow *uint64
			ones   uint64
			wide   uint64
		}{{&all, math.MaxUint16, le.Uint64(wide[32:])}, {&size, math.MaxUint32, le.Uint64(wide[40:])}, {&offset, math.MaxUint32, le.Uint64(wide[48:])}} {
			if *n.narrow != n.ones && *n.narrow != n.wide {
				return endRecord{}, a.refuse("", RefusedDisagreement, "the two end records differ")
			}
			*n.narrow = n.wide
		}
	}
	return a.checkEnd(all, size, offset, at)
}

func (a *archive) checkEnd(count, size, offset uint64, at int64) (endRecord, error) {
	switch {
	case count > uint64(a.limits.Entries):
		return endRecord{}, a.refuse("", RefusedEntries, "%d entries", count)
	case offset > uint64(at) || size > uint64(at)-offset:
		return endRecord{}, a.refuse("", RefusedTruncated, "the directory ends behind its end record")
	case offset+size < uint64(at):
		return endRecord{}, a.refuse("", RefusedHidden, "bytes before the end record, or the archive is not at the file's start")
	}
	return endRecord{count: int(count), size: int64(size), offset: int64(offset)}, nil
}

// wideEnd returns the ZIP64 end record (4.3.14) that lies with its locator straight before the end record at that
// offset; nil if there is none. Archives are small, but writers that do not know so beforehand write it.
func (a *archive) wideEnd(at int64) ([]byte, error) {
	if at < wideEndLength+wideLocatorLength {
		return nil, nil
	}
	b, err := a.read(at-wideEndLength-wideLocatorLength, wideEndLength+wideLocatorLength, "")
	if err != nil {
		return nil, err
	}
	le := binary.LittleEndian
	locator := b[wideEndLength:]
	switch {
	case le.Uint32(locator) != wideLocatorSignature:
		return nil, nil
	case le.Uint32(b) != wideEndSignature || le.Uint64(b[4:]) != wideEndLength-12 || le.Uint64(locator[8:]) != uint64(at-wideEndLength-wideLocatorLength):
		return nil, a.refuse("", RefusedStructure, "a ZIP64 locator without its record")
	case le.Uint32(locator[4:]) != 0 || le.Uint32(locator[16:]) > 1 || le.Uint32(b[16:]) != 0 || le.Uint32(b[20:]) != 0 || le.Uint64(b[24:]) != le.Uint64(b[32:]):
		return nil, a.refuse("", RefusedSplit, "several disks")
	}
	return b, nil
}

func (a *archive) readDirectory(end endRecord) error {
	// Entries are bounded and so are their parts: what is longer is refused without being read.
	if end.size > int64(end.count)*int64(centralLength+a.limits.Name+4<<10) {
		return a.refuse("", RefusedStructure, "a directory of %d bytes for %d entries", end.size, end.count)
	}
	b, err := a.read(end.offset, end.size, "")
	if err != nil {
		return err
	}
	for range end.count {
		var e *entry
		if e, b, err = a.centralEntry(b); err != nil {
			return err
		}
		a.entries = append(a.entries, e)
	}
	if len(b) > 0 {
		return a.refuse("", RefusedStructure, "the directory holds more than it counts")
	}
	return nil
}

// centralEntry reads one directory record and returns what follows it.
func (a *archive) centralEntry(b []byte) (*entry, []byte, error) {
	le := binary.LittleEndian
	if len(b) < centralLength || le.Uint32(b) != centralSignature {
		return nil, nil, a.refuse("", RefusedStructure, "the directory holds less than it counts")
	}
	name, extra, comment := int(le.Uint16(b[28:])), int(le.Uint16(b[30:])), int(le.Uint16(b[32:]))
	if len(b) < centralLength+name+extra+comment {
		return nil, nil, a.refuse("", RefusedStructure, "a directory record longer than the directory")
	}
	e := &entry{
		flags: le.Uint16(b[8:]), method: le.Uint16(b[10:]), crc: le.Uint32(b[16:]),
		packed: int64(le.Uint32(b[20:])), size: int64(le.Uint32(b[24:])),
		mode: le.Uint32(b[38:]) >> 16, header: int64(le.Uint32(b[42:])), raw: b[centralLength : centralLength+name],
	}
	if disk := le.Uint16(b[34:]); disk != 0 {
		return nil, nil, a.refuse(e.printable(), RefusedSplit, "on disk %d", disk)
	}
	fields := b[centralLength+name : centralLength+name+extra]
	if err := a.widen(e, fields, &e.size, &e.packed, &e.header); err != nil {
		return nil, nil, err
	}
	if err := a.decodeName(e, fields); err != nil {
		return nil, nil, err
	}
	return e, b[centralLength+name+extra+comment:], a.checkKind(e)
}

// widen replaces those of the numbers that are all ones by the ZIP64 extra field's, which holds them in this order.
func (a *archive) widen(e *entry, extra []byte, numbers ...*int64) error {
	wide, err := a.extraField(e, extra, extraZip64)
	if err != nil {
		return err
	}
	e.hasZip64 = e.hasZip64 || wide != nil
	for _, n := range numbers {
		if *n != math.MaxUint32 {
			continue
		}
		if len(wide) < 8 {
			return a.refuse(e.printable(), RefusedStructure, "a number is missing from the ZIP64 field")
		}
		v := binary.LittleEndian.Uint64(wide)
		if v > math.MaxInt64/4 {
			return a.refuse(e.printable(), RefusedStructure, "a number of the ZIP64 field is out of range")
		}
		*n, wide = int64(v), wide[8:]
	}
	return nil
}

// extraField returns the first field with that tag; nil if there is none. The last bytes may be too few for a field:
// some writers pad.
func (a *archive) extraField(e *entry, extra []byte, tag uint16) ([]byte, error) {
	le := binary.LittleEndian
	for len(extra) >= 4 {
		id, n := le.Uint16(extra), int(le.Uint16(extra[2:]))
		if len(extra) < 4+n {
			return nil, a.refuse(e.printable(), RefusedStructure, "an extra field longer than its record")
		}
		if id == tag {
			return extra[4 : 4+n : 4+n], nil
		}
		extra = extra[4+n:]
	}
	return nil, nil
}

// checkKind refuses what no reader of ours may open.
func (a *archive) checkKind(e *entry) error {
	const typeMask, regular, directory = 0o170000, 0o100000, 0o040000
	switch kind := e.mode & typeMask; {
	case e.flags&(flagEncrypted|flagStrong|flagMasked) != 0:
		return a.refuse(e.name, RefusedEncrypted, "flags %#04x", e.flags)
	case e.flags&flagPatch != 0 || e.method != methodStored && e.method != methodDeflate:
		return a.refuse(e.name, RefusedMethod, "method %d", e.method)
	case kind != 0 && kind != regular && kind != directory:
		return a.refuse(e.name, RefusedSpecial, "mode %#o", e.mode)
	case e.method == methodStored && e.packed != e.size:
		return a.refuse(e.name, RefusedSize, "stored %d bytes as %d", e.size, e.packed)
	case e.folder() && e.size != 0:
		return a.refuse(e.name, RefusedStructure, "a folder with content")
	case !e.folder() && kind == directory:
		return a.refuse(e.name, RefusedStructure, "a folder named like a file")
	}
	return nil
}

// checkLocal holds the local header, and the data descriptor if there is one, to the directory's record.
func (a *archive) checkLocal(e *entry, limit int64) error {
	if e.header < 0 || e.header+localLength > limit {
		return a.refuse(e.name, RefusedStructure, "its header is outside of the archive")
	}
	b, err := a.read(e.header, localLength, e.name)
	if err != nil {
		return err
	}
	le := binary.LittleEndian
	if le.Uint32(b) != localSignature {
		return a.refuse(e.name, RefusedStructure, "no header where the directory points")
	}
	name, extra := int64(le.Uint16(b[26:])), int64(le.Uint16(b[28:]))
	e.data = e.header + localLength + name + extra
	if e.data > limit || e.packed > limit-e.data {
		return a.refuse(e.name, RefusedTruncated, "its bytes reach outside of the archive")
	}
	rest, err := a.read(e.header+localLength, name+extra, e.name)
	if err != nil {
		return err
	}
	if err := a.compareLocal(e, b, rest[:name], rest[name:]); err != nil {
		return err
	}
	return a.checkDescriptor(e, limit)
}

// compareLocal: names, flags, methods and numbers must be the same, but that a header before a descriptor may leave
// each of the numbers open.
func (a *archive) compareLocal(e *entry, b, name, extra []byte) error {
	const telling = flagEncrypted | flagDescriptor | flagPatch | flagStrong | flagUTF8 | flagMasked
	le := binary.LittleEndian
	crc, packed, size := le.Uint32(b[14:]), int64(le.Uint32(b[18:])), int64(le.Uint32(b[22:]))
	if err := a.widen(e, extra, &size, &packed); err != nil {
		return err
	}
	differs := func(local, central int64) bool {
		return local != central && (local != 0 || e.flags&flagDescriptor == 0)
	}
	switch {
	case !bytes.Equal(name, e.raw):
		return a.refuse(e.name, RefusedDisagreement, "the local name is %q", name)
	case (le.Uint16(b[6:])^e.flags)&telling != 0:
		return a.refuse(e.name, RefusedDisagreement, "flags %#04x and %#04x", le.Uint16(b[6:]), e.flags)
	case le.Uint16(b[8:]) != e.method:
		return a.refuse(e.name, RefusedDisagreement, "methods %d and %d", le.Uint16(b[8:]), e.method)
	case differs(int64(crc), int64(e.crc)), differs(packed, e.packed), differs(size, e.size):
		return a.refuse(e.name, RefusedDisagreement, "sizes %d to %d and %d to %d, or checksums", packed, size, e.packed, e.size)
	}
	return nil
}

// checkDescriptor finds the data descriptor, in whichever of its four forms, and sets where the entry ends.
func (a *archive) checkDescriptor(e *entry, limit int64) error {
	e.end = e.data + e.packed
	if e.flags&flagDescriptor == 0 {
		return nil
	}
	b, err := a.read(e.end, min(24, limit-e.end), e.name)
	if err != nil {
		return err
	}
	for _, d := range e.descriptors() {
		if bytes.HasPrefix(b, d) {
			e.end += int64(len(d))
			return nil
		}
	}
	return a.refuse(e.name, RefusedDisagreement, "no data descriptor that says what the directory says")
}

// descriptors are the forms in which this entry's descriptor may be written: with and without signature, and with wide
// numbers where there is a ZIP64 field. The longest that fits comes first.
func (e *entry) descriptors() [][]byte {
	le := binary.LittleEndian
	signature := le.AppendUint32(nil, descriptorSignature)
	narrow := le.AppendUint32(nil, e.crc)
	wide := le.AppendUint64(le.AppendUint64(slices.Clone(narrow), uint64(e.packed)), uint64(e.size))
	narrow = le.AppendUint32(le.AppendUint32(narrow, uint32(e.packed)), uint32(e.size))
	forms := [][]byte{slices.Concat(signature, narrow), narrow}
	if e.hasZip64 {
		forms = append([][]byte{slices.Concat(signature, wide), wide}, forms...)
	}
	return forms
}

// checkExtents: the entries lie side by side from the file's first byte to the directory.
func (a *archive) checkExtents(directory int64) error {
	sorted := slices.Clone(a.entries)
	slices.SortFunc(sorted, func(x, y *entry) int {
		if x.header != y.header {
			return int(min(max(x.header-y.header, -1), 1))
		}
		return bytes.Compare(x.raw, y.raw)
	})
	at := int64(0)
	for _, e := range sorted {
		switch {
		case e.header < at:
			return a.refuse(e.name, RefusedOverlap, "it begins at %d, before the one ahead of it ends at %d", e.header, at)
		case e.header > at:
			return a.refuse(e.name, RefusedHidden, "%d bytes ahead of it belong to nothing", e.header-at)
		}
		at = e.end
	}
	if at != directory {
		return a.refuse("", RefusedHidden, "%d bytes ahead of the directory belong to nothing", directory-at)
	}
	return nil
}

// printable is the name before it is decoded, for refusals.
func (e *entry) printable() string {
	if e.name != "" {
		return e.name
	}
	if utf8.Valid(e.raw) {
		return string(e.raw)
	}
	return string(bytes.ToValidUTF8(e.raw, []byte("?")))
}

// unicodeName is the Info-ZIP Unicode Path field (APPNOTE 4.6.9), if it belongs to this name.
func unicodeName(field, raw []byte) ([]byte, bool) {
	if len(field) < 5 || field[0] != 1 || binary.LittleEndian.Uint32(field[1:]) != crc32.ChecksumIEEE(raw) {
		return nil, false
	}
	return field[5:], true
}
