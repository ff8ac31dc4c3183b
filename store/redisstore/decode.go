package redisstore

import (
	"encoding/binary"
	"time"

	"cloudpocket/store"
)

// decodeSession reads what encodeSession wrote for key. Anything else is an error of kind Damaged. The session's strings
// share v's memory, so that one allocation holds them all.
func decodeSession(key store.SessionKey, v string) (store.Session, error) {
	body, err := unseal(v, sessionFormat, string(key[:]))
	if err != nil {
		return store.Session{}, err
	}
	if len(body) < timesSize {
		return store.Session{}, damaged("a session ends within its times")
	}
	s := store.Session{Key: key, Began: timeAt(body), Seen: timeAt(body[8:]), Previous: timeAt(body[16:]), Ends: timeAt(body[24:]),
		Idle: time.Duration(uint64At(body[32:]))}
	rest := body[timesSize:]
	for _, text := range texts(&s) {
		n, width := uvarint(rest)
		if width <= 0 || n > uint64(len(rest)-width) {
			return store.Session{}, damaged("a session ends within a string")
		}
		*text, rest = rest[width:width+int(n)], rest[width+int(n):]
	}
	if rest != "" {
		return store.Session{}, damaged("a session has %d bytes too many", len(rest))
	}
	return s, nil
}

// decodeMark reads what encodeMark wrote for name. Anything else is an error of kind Damaged.
func decodeMark(name, v string) (value string, expires time.Time, err error) {
	body, err := unseal(v, markFormat, name)
	if err != nil {
		return "", time.Time{}, err
	}
	if len(body) < 8 {
		return "", time.Time{}, damaged("a mark ends within its time")
	}
	return body[8:], timeAt(body), nil
}

// unseal returns the body of v after checking its size, format and checksum.
func unseal(v string, format byte, name string) (string, error) {
	switch {
	case len(v) < headerSize || len(v) > maxSession:
		return "", damaged("a value has %d bytes", len(v))
	case v[0] != format:
		return "", damaged("a value has format %d, not %d", v[0], format)
	case binary.BigEndian.Uint32([]byte(v[1:headerSize])) != checksum(name, v[headerSize:]):
		return "", damaged("a value does not match its checksum")
	}
	return v[headerSize:], nil
}

func timeAt(s string) time.Time { return time.UnixMicro(int64(uint64At(s))).UTC() }

func uint64At(s string) uint64 { return binary.BigEndian.Uint64([]byte(s[:8])) }

func uvarint(s string) (uint64, int) {
	return binary.Uvarint([]byte(s[:min(len(s), binary.MaxVarintLen64)]))
}
