package portal

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"cloudpocket/store"
)

// maxEntries is how many entries a ZIP may list.
const maxEntries = 10_000

// listing matches a ZIP whose table of contents can be read and names the entry, any if it is empty. The table is walked
// in constant memory: archive/zip makes something of every header that follows, whatever number the end declares.
func listing(entry string) func(store.Blob) error {
	return func(blob store.Blob) error {
		d, err := findDirectory(readerAt{blob}, blob.Size())
		if err != nil {
			return fmt.Errorf("find the table of contents: %w", err)
		}
		found := entry == ""
		err = d.walk(readerAt{blob}, func(name []byte) { found = found || string(name) == entry })
		if err != nil {
			return fmt.Errorf("read the table of contents: %w", err)
		}
		if !found {
			return fmt.Errorf("has no %s", entry)
		}
		return nil
	}
}

// Lengths and signatures of a ZIP's records (APPNOTE 4.3.12 and 4.3.14 to 4.3.16).
const (
	headerBytes    = 46
	endBytes       = 22
	end64Bytes     = 56
	locatorBytes   = 20
	maxComment     = 1<<16 - 1
	headerMark     = "PK\x01\x02"
	endMark        = "PK\x05\x06"
	end64Mark      = "PK\x06\x06"
	locatorMark    = "PK\x06\x07"
	unsaid16       = 1<<16 - 1 // the ZIP64 record says it
	unsaid32       = 1<<32 - 1
	directoryChunk = 32 << 10
)

// directory is where a ZIP's table of contents is, and how many entries it has.
type directory struct{ entries, size, offset uint64 }

// findDirectory reads the end of a ZIP of size bytes, and its ZIP64 record where it refers to one. What it returns lies
// within the file and has no more than maxEntries.
func findDirectory(r io.ReaderAt, size int64) (directory, error) {
	tail := make([]byte, min(size, endBytes+maxComment))
	if err := readFull(r, tail, size-int64(len(tail))); err != nil {
		return directory{}, err
	}
	i := lastEnd(tail)
	if i < 0 {
		return directory{}, errors.New("has no end record")
	}
	end := tail[i:]
	at := size - int64(len(end))
	le := binary.LittleEndian
	d := directory{uint64(le.Uint16(end[10:])), uint64(le.Uint32(end[12:])), uint64(le.Uint32(end[16:]))}
	if d.entries == unsaid16 || d.size == unsaid32 || d.offset == unsaid32 {
		var err error
		if d, at, err = findDirectory64(r, at); err != nil {
			return directory{}, err
		}
	}
	switch limit := uint64(at); {
	case d.entries > maxEntries:
		return directory{}, fmt.Errorf("%d entries", d.entries)
	case d.offset > limit || d.size > limit-d.offset:
		return directory{}, fmt.Errorf("%d bytes at %d reach past the end record at %d", d.size, d.offset, limit)
	}
	return d, nil
}

// lastEnd returns where in the last bytes of a file its end record begins, or -1: the last whose comment fits.
func lastEnd(tail []byte) int {
	for i := len(tail) - endBytes; i >= 0; i-- {
		if i = bytes.LastIndex(tail[:i+len(endMark)], []byte(endMark)); i < 0 {
			return -1
		}
		if int(binary.LittleEndian.Uint16(tail[i+20:])) <= len(tail)-i-endBytes {
			return i
		}
	}
	return -1
}

// findDirectory64 reads the ZIP64 record that the locator before the end record at that offset points to, and returns
// the record's own offset with it.
func findDirectory64(r io.ReaderAt, end int64) (directory, int64, error) {
	var locator [locatorBytes]byte
	if end < locatorBytes {
		return directory{}, 0, errors.New("has no ZIP64 locator")
	}
	if err := readFull(r, locator[:], end-locatorBytes); err != nil {
		return directory{}, 0, err
	}
	at := binary.LittleEndian.Uint64(locator[8:])
	if string(locator[:4]) != locatorMark || end-locatorBytes < end64Bytes || at > uint64(end-locatorBytes-end64Bytes) {
		return directory{}, 0, errors.New("has no ZIP64 record where its locator says")
	}
	var record [end64Bytes]byte
	if err := readFull(r, record[:], int64(at)); err != nil {
		return directory{}, 0, err
	}
	if string(record[:4]) != end64Mark {
		return directory{}, 0, errors.New("has no ZIP64 record where its locator says")
	}
	le := binary.LittleEndian
	return directory{le.Uint64(record[32:]), le.Uint64(record[40:]), le.Uint64(record[48:])}, int64(at), nil
}

// walk calls each with every entry's name, which it may not keep. An error means that the table is not what the end
// record says.
func (d directory) walk(r io.ReaderAt, each func(name []byte)) error {
	b := bufio.NewReaderSize(io.NewSectionReader(r, int64(d.offset), int64(d.size)), directoryChunk)
	var header [headerBytes]byte
	var name []byte
	for i := range d.entries {
		if _, err := io.ReadFull(b, header[:]); err != nil {
			return fmt.Errorf("entry %d: %w", i, err)
		}
		if string(header[:4]) != headerMark {
			return fmt.Errorf("entry %d has no header", i)
		}
		length := func(at int) int { return int(binary.LittleEndian.Uint16(header[at:])) }
		name = append(name[:0], make([]byte, length(28))...)
		if _, err := io.ReadFull(b, name); err != nil {
			return fmt.Errorf("name of entry %d: %w", i, err)
		}
		if _, err := b.Discard(length(30) + length(32)); err != nil {
			return fmt.Errorf("fields of entry %d: %w", i, err)
		}
		each(name)
	}
	if _, err := b.ReadByte(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("more than %d entries", d.entries)
	}
	return nil
}

func readFull(r io.ReaderAt, p []byte, offset int64) error {
	if n, err := r.ReadAt(p, offset); n < len(p) {
		return fmt.Errorf("read %d bytes at %d: %w", len(p), offset, err)
	}
	return nil
}
