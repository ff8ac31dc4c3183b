package portal

import (
	"archive/zip"
	"bytes"
	"fmt"
	"hash/crc32"
	"io"
	"time"
	"unicode/utf8"

	"cloudpocket/store"
)

// zipStream writes an archive as it goes. What an entry holds is known before its header is written, so that there are no
// data descriptors, which some programs cannot read from a stream; names are in UTF-8 and say so (APPNOTE 4.4.4, bit 11).
type zipStream struct {
	z  *zip.Writer
	at time.Time // of every entry
}

func newZipStream(w io.Writer, at time.Time) *zipStream { return &zipStream{zip.NewWriter(w), at} }

// add writes an entry, uncompressed: what is handed out is compressed already, for the most part.
func (s *zipStream) add(name string, content io.ReadSeeker) error {
	sum := crc32.NewIEEE()
	size, err := io.Copy(sum, content)
	if err != nil {
		return fmt.Errorf("read what goes into an archive: %w", err)
	}
	if _, err := content.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("go back to the start: %w", err)
	}
	h := &zip.FileHeader{Name: name, Method: zip.Store, CRC32: sum.Sum32(), CompressedSize64: uint64(size), UncompressedSize64: uint64(size)}
	h.Flags |= 1 << 11
	//lint:ignore SA1019 an entry that is written as it is takes its time from nowhere else
	h.ModifiedDate, h.ModifiedTime = dosTime(s.at)
	h.SetMode(0o644)
	if !utf8.ValidString(name) {
		return fmt.Errorf("a name is not UTF-8")
	}
	w, err := s.z.CreateRaw(h)
	if err != nil {
		return fmt.Errorf("begin an entry: %w", err)
	}
	if n, err := io.Copy(w, content); err != nil || n != size {
		return fmt.Errorf("write %d of %d bytes of an entry: %w", n, size, orShort(err))
	}
	return nil
}

func orShort(err error) error {
	if err == nil {
		return io.ErrUnexpectedEOF
	}
	return err
}

func (s *zipStream) addBytes(name string, b []byte) error { return s.add(name, bytes.NewReader(b)) }

// addBlob opens a blob, writes it and closes it.
func (s *zipStream) addBlob(name string, open func() (store.Blob, error)) error {
	blob, err := open()
	if err != nil {
		return fmt.Errorf("open a file for an archive: %w", unreadable(err))
	}
	defer blob.Close()
	return s.add(name, blob)
}

// flush sends what was written so far on its way.
func (s *zipStream) flush() error { return s.z.Flush() }

// close writes the table of contents: without it the archive is visibly broken.
func (s *zipStream) close() error { return s.z.Close() }

// dosTime is t in Asia/Tokyo as an archive keeps it, in steps of two seconds.
func dosTime(t time.Time) (date, clock uint16) {
	t = t.In(time.FixedZone("Asia/Tokyo", 9*60*60))
	return uint16(t.Day() + int(t.Month())<<5 + (t.Year()-1980)<<9), uint16(t.Second()/2 + t.Minute()<<5 + t.Hour()<<11)
}
