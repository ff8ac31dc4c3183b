package portal

import (
	"bytes"
	"unicode/utf8"
)

// inspector is an io.Writer that a file passes through: it keeps the first bytes and notes whether the whole reads as
// text, in constant memory.
type inspector struct {
	head    []byte
	rest    []byte // the start of a character that the last Write cut
	utf8    bool
	cp932   bool
	lead    bool // CP932: the next byte is a second one
	control bool // a control character that no text file holds was seen
	wide    utf16Check
}

const headBytes = 3072

func newInspector() *inspector { return &inspector{utf8: true, cp932: true} }

func (in *inspector) Write(p []byte) (int, error) {
	if room := headBytes - len(in.head); room > 0 {
		in.head = append(in.head, p[:min(room, len(p))]...)
	}
	if in.utf8 {
		in.checkUTF8(p)
	}
	if in.cp932 {
		in.checkCP932(p)
	}
	in.control = in.control || bytes.ContainsFunc(p, isBinary)
	in.wide.write(p)
	return len(p), nil
}

// isText reports whether what passed is UTF-16 with a mark, UTF-8 or CP932, without binary control characters.
func (in *inspector) isText() bool {
	if in.wide.marked {
		return in.wide.good()
	}
	return !in.control && (in.utf8 && len(in.rest) == 0 || in.cp932 && !in.lead)
}

func (in *inspector) checkUTF8(p []byte) {
	b := p
	if len(in.rest) > 0 {
		b = append(in.rest, p...)
	}
	for len(b) > 0 {
		if b[0] < utf8.RuneSelf {
			b = b[1:]
			continue
		}
		if !utf8.FullRune(b) {
			in.rest = bytes.Clone(b)
			return
		}
		r, size := utf8.DecodeRune(b)
		if r == utf8.RuneError && size == 1 {
			in.utf8 = false
			return
		}
		b = b[size:]
	}
	in.rest = nil
}

func (in *inspector) checkCP932(p []byte) {
	for _, c := range p {
		switch {
		case in.lead:
			in.lead = false
			in.cp932 = c >= 0x40 && c <= 0x7e || c >= 0x80 && c <= 0xfc
		case c >= 0x81 && c <= 0x9f || c >= 0xe0 && c <= 0xfc:
			in.lead = true
		case c == 0x80 || c == 0xa0 || c > 0xfc:
			in.cp932 = false
		}
		if !in.cp932 {
			return
		}
	}
}

// isBinary reports whether r is a control character that no text file holds. Neither UTF-8 nor CP932 uses these bytes
// inside a longer character.
func isBinary(r rune) bool {
	return r < 0x20 && r != '\t' && r != '\n' && r != '\r' && r != '\f' && r != 0x1a && r != 0x1b || r == 0x7f
}

// utf16Check follows UTF-16 with a byte order mark (RFC 2781 3.2) unit by unit.
type utf16Check struct {
	order  binary16
	marked bool
	seen   int
	first  byte // of a unit that a write cut
	high   bool // the unit before was the first half of a pair
	broken bool
}

// binary16 is the order of a unit's bytes.
type binary16 bool

const littleEndian binary16 = true

func (o binary16) unit(a, b byte) uint16 {
	if o == littleEndian {
		a, b = b, a
	}
	return uint16(a)<<8 | uint16(b)
}

func (u *utf16Check) write(p []byte) {
	for _, b := range p {
		if u.seen++; u.seen%2 == 1 {
			u.first = b
			continue
		}
		if u.seen == 2 {
			u.order = binary16(u.first == 0xff && b == 0xfe)
			u.marked = bool(u.order) || u.first == 0xfe && b == 0xff
		} else if u.marked {
			u.take(u.order.unit(u.first, b))
		}
	}
}

func (u *utf16Check) take(unit uint16) {
	low := unit >= 0xdc00 && unit <= 0xdfff
	u.broken = u.broken || u.high != low || isBinary(rune(unit))
	u.high = unit >= 0xd800 && unit <= 0xdbff
}

func (u *utf16Check) good() bool { return !u.broken && !u.high && u.seen%2 == 0 }
