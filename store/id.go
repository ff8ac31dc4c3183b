package store

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"time"
)

// ID names one record. Generated ones are 26 lower-case characters that sort by time of creation; an administrator
// may choose short ones (letters, digits, hyphens) where they appear in URLs that others have to type.
type ID string

var idEncoding = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// NewID returns a new ID: 48 bits of milliseconds and 80 random bits. Later times sort after earlier ones.
func NewID(now time.Time) ID {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(now.UnixMilli())<<16)
	rand.Read(b[6:]) // never fails: crypto/rand ends the process instead
	return ID(idEncoding.EncodeToString(b[:]))
}

// Valid reports whether id has the form of an ID: 1 to 64 of a–z, 0–9 and inner hyphens. It says nothing about existence.
func (id ID) Valid() bool {
	if id == "" || len(id) > 64 || id[0] == '-' || id[len(id)-1] == '-' {
		return false
	}
	for i := range len(id) {
		c := id[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}
