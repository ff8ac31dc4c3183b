package redisstore

import (
	"encoding/binary"
	"hash/crc32"
	"time"

	"cloudpocket/store"
)

// A stored value is
//
//	1 byte    format: 1 for a browser's session, 2 for a mark, 3 for an embed's session
//	4 bytes   CRC-32C of the key's own part and everything that follows
//	…         body
//
// and a session's body is its four times as microseconds since 1970 and its idle time in nanoseconds, 8 bytes each,
// then its strings in the order of texts, each after its length as a varint; an embed's go on with those of embedTexts.
// Numbers are big-endian.
const (
	sessionFormat = 1
	markFormat    = 2
	embedFormat   = 3
	headerSize    = 1 + crc32.Size
	timesSize     = 5 * 8

	maxSession = 128 << 10 // bytes of a stored session, which holds an ID token and a NameID
)

// texts returns s's strings in the order in which they are stored.
func texts(s *store.Session) [11]*string {
	return [...]*string{(*string)(&s.ID), (*string)(&s.TenantID), (*string)(&s.AccountID), (*string)(&s.TrustID),
		&s.Subject, &s.Index, &s.NameID, &s.IDToken, &s.Context, &s.Device, &s.Address}
}

// embedTexts returns what s has as an embed, in the order in which it is stored.
func embedTexts(s *store.Session) [4]*string {
	e := &s.Embed
	return [...]*string{(*string)(&e.ClientID), &e.Origin, &e.Thumbprint, (*string)(&e.Parent)}
}

// encodeSession returns s's stored form, or an error of kind TooLarge.
func encodeSession(s store.Session) ([]byte, error) {
	b := make([]byte, headerSize, 512)
	for _, at := range [...]time.Time{s.Began, s.Seen, s.Previous, s.Ends} {
		b = binary.BigEndian.AppendUint64(b, uint64(at.UnixMicro()))
	}
	b = binary.BigEndian.AppendUint64(b, uint64(s.Idle))
	format, strings := byte(sessionFormat), texts(&s)
	b = appendTexts(b, strings[:])
	if s.Embedded() {
		strings := embedTexts(&s)
		format, b = embedFormat, appendTexts(b, strings[:])
	}
	if len(b) > maxSession {
		return nil, store.Fail(store.TooLarge, "", "a session takes %d bytes, over %d", len(b), maxSession)
	}
	return seal(b, format, string(s.Key[:])), nil
}

func appendTexts(b []byte, texts []*string) []byte {
	for _, text := range texts {
		b = append(binary.AppendUvarint(b, uint64(len(*text))), *text...)
	}
	return b
}

// encodeMark returns the stored form of a mark that expires at that time.
func encodeMark(name string, value []byte, expires time.Time) []byte {
	b := make([]byte, headerSize, headerSize+8+len(value))
	b = binary.BigEndian.AppendUint64(b, uint64(expires.UnixMicro()))
	return seal(append(b, value...), markFormat, name)
}

// seal fills in the header of b, of which the first bytes were left free for it.
func seal(b []byte, format byte, name string) []byte {
	b[0] = format
	binary.BigEndian.PutUint32(b[1:], checksum(name, string(b[headerSize:])))
	return b
}

func checksum(name, body string) uint32 {
	table := crc32.MakeTable(crc32.Castagnoli)
	return crc32.Update(crc32.Checksum([]byte(name), table), table, []byte(body))
}
