package egovtest

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"hash/crc32"
)

// Entry is one entry of an archive. The zero value of all but Name and Data is an honest, deflated file; the rest is
// for archives that lie.
type Entry struct {
	Name       []byte // as it is written, in whichever encoding
	Data       []byte
	UTF8       bool // the flag
	Stored     bool
	Descriptor bool // sizes follow the data
	Bare       bool // the descriptor has no signature
	Extra      []byte
	Mode       uint32 // Unix mode; 0: none

	Flags     uint16          // further flags
	Method    uint16          // instead of the true one
	Packed    []byte          // instead of what Data packs to
	Claim     uint32          // instead of the true size, in both headers
	Checksum  uint32          // instead of the true one, in both headers
	LocalName []byte          // instead of Name, in the local header
	Local     func(b []byte)  // changes the local header
	Central   func(b []byte)  // changes the directory record
	Describe  func(d *[]byte) // changes the data descriptor
	At        *int            // the local header of that entry (by index) serves this one too
	Gap       []byte          // bytes ahead of the local header
}

// Archive writes a ZIP.
func Archive(entries ...Entry) []byte { return writeArchive(entries, nil) }

// writeArchive lets end change the end record.
func writeArchive(entries []Entry, end func(b []byte)) []byte {
	var out, directory []byte
	offsets := make([]int, len(entries))
	for i, e := range entries {
		out = append(out, e.Gap...)
		offsets[i] = len(out)
		local, central := e.headers()
		if e.At != nil {
			offsets[i] = offsets[*e.At]
		} else {
			out = append(out, local...)
		}
		binary.LittleEndian.PutUint32(central[42:], uint32(offsets[i]))
		if e.Central != nil {
			e.Central(central)
		}
		directory = append(directory, central...)
	}
	le := binary.LittleEndian
	b := le.AppendUint32(nil, 0x06054b50)
	b = append(b, 0, 0, 0, 0)
	b = le.AppendUint16(le.AppendUint16(b, uint16(len(entries))), uint16(len(entries)))
	b = le.AppendUint32(le.AppendUint32(b, uint32(len(directory))), uint32(len(out)))
	b = append(b, 0, 0)
	if end != nil {
		end(b)
	}
	return append(append(out, directory...), b...)
}

// headers returns the local header with data and descriptor, and the directory record.
func (e *Entry) headers() (local, central []byte) {
	packed, method := e.pack()
	flags, size, sum := e.Flags, uint32(len(e.Data)), crc32.ChecksumIEEE(e.Data)
	if e.UTF8 {
		flags |= 1 << 11
	}
	if e.Descriptor {
		flags |= 1 << 3
	}
	if e.Claim != 0 {
		size = e.Claim
	}
	if e.Checksum != 0 {
		sum = e.Checksum
	}
	le := binary.LittleEndian
	numbers := le.AppendUint32(le.AppendUint32(le.AppendUint32(nil, sum), uint32(len(packed))), size)
	version := []byte{20, 0}
	fixed := le.AppendUint16(le.AppendUint16(nil, flags), method)
	fixed = append(fixed, 0, 0, 0x21, 0x58) // 2024-01-01
	lengths := le.AppendUint16(le.AppendUint16(nil, uint16(len(e.Name))), uint16(len(e.Extra)))

	made := byte(0)
	if e.Mode != 0 {
		made = 3
	}
	central = bytes.Join([][]byte{{'P', 'K', 1, 2, 20, made}, version, fixed, numbers, lengths, make([]byte, 6)}, nil)
	central = le.AppendUint32(central, e.Mode<<16)
	central = bytes.Join([][]byte{central, make([]byte, 4), e.Name, e.Extra}, nil)

	return e.local(version, fixed, numbers, lengths, packed), central
}

func (e *Entry) local(version, fixed, numbers, lengths, packed []byte) []byte {
	inHeader := numbers
	if e.Descriptor {
		inHeader = make([]byte, 12)
	}
	name := e.Name
	if e.LocalName != nil {
		name = e.LocalName
		lengths = append(binary.LittleEndian.AppendUint16(nil, uint16(len(name))), lengths[2:]...)
	}
	local := bytes.Join([][]byte{{'P', 'K', 3, 4}, version, fixed, inHeader, lengths, name, e.Extra}, nil)
	if e.Local != nil {
		e.Local(local)
	}
	local = append(local, packed...)
	if !e.Descriptor {
		return local
	}
	descriptor := append([]byte("PK\x07\x08"), numbers...)
	if e.Bare {
		descriptor = descriptor[4:]
	}
	if e.Describe != nil {
		e.Describe(&descriptor)
	}
	return append(local, descriptor...)
}

func (e *Entry) pack() (packed []byte, method uint16) {
	method = 8
	switch {
	case e.Packed != nil:
		packed = e.Packed
	case e.Stored || bytes.HasSuffix(e.Name, []byte("/")):
		packed, method = e.Data, 0
	default:
		packed = Deflate(e.Data)
	}
	if e.Method != 0 {
		method = e.Method
	}
	return packed, method
}

// Deflate packs data.
func Deflate(data []byte) []byte {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestSpeed)
	must(err)
	_, err = w.Write(data)
	must(err)
	must(w.Close())
	return b.Bytes()
}

// must is for what cannot fail: writing to memory, encoding what the package itself wrote.
func must(err error) {
	if err != nil {
		panic("egovtest: " + err.Error())
	}
}
