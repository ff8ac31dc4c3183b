package redisstore

import (
	"encoding/binary"
	"time"

	"cloudpocket/store"
)

// decodeSession reads what encodeSession wrote for key. Anything else is an error of kind Damaged. The session's strings
// share v's memory, so that one allocation holds them all.
func decodeSession(key store.SessionKey, v string) (store.Session, error) {
	format := byte(sessionFormat)
	if v != "" && v[0] == embedFormat {
		format = embedFormat
	}
	body, err := unseal(v, format, string(key[:]))
	if err != nil {
		return store.Session{}, err
	}
	if len(body) < timesSize {
		return store.Session{}, damaged("a session ends within its times")
	}
	s := store.Session{Key: key, Began: timeAt(body), Seen: timeAt(body[8:]), Previous: timeAt(body[16:]), Ends: timeAt(body[24:]),
		Idle: time.Duration(uint64At(body[32:]))}
	strings := texts(&s)
	rest, err := takeTexts(body[timesSize:], strings[:])
	if err == nil && format == embedFormat {
		strings := embedTexts(&s)
		rest, err = takeTexts(rest, strings[:])
	}
	switch {
	case err != nil:
		return store.Session{}, err
	case rest != "":
		return store.Session{}, damaged("a session has %d bytes too many", len(rest))
	case s.Embedded() != (format == embedFormat):
		return store.Session{}, damaged("an embed's session is of no client")
	}
	return s, nil
}

// takeTexts reads texts from the beginning of body and returns what follows.
func takeTexts(body string, texts []*string) (rest string, err error) {
	for _, text := range texts {
		n, width := uvarint(body)
		if width <= 0 || n > uint64(len(body)-width) {
			return "", damaged("a session ends within a string")
		}
		*text, body = body[width:width+int(n)], body[width+int(n):]
	}
	return body, nil
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
