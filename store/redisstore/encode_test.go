package redisstore

import (
	"encoding/binary"
	"errors"
	"strings"
	"testing"
	"time"

	"cloudpocket/store"
)

func fullSession() store.Session {
	at := time.Date(2026, 11, 22, 9, 30, 0, 123456000, time.UTC)
	return store.Session{Key: store.KeyOf("token"), ID: "s1", TenantID: "firm", AccountID: "taro",
		TrustID: "parent", Subject: "taro@parent.example", Index: "_6f1a", NameID: strings.Repeat("n", 200),
		IDToken: strings.Repeat("t", 400), Context: "urn:oasis:names:tc:SAML:2.0:ac:classes:TimeSyncToken",
		Device: "Mozilla/5.0 (X11; Linux x86_64)", Address: "2001:db8::1", Began: at, Seen: at.Add(time.Minute),
		Ends: at.Add(8 * time.Hour), Idle: 30 * time.Minute}
}

// fullEmbed is fullSession of an embed.
func fullEmbed() store.Session {
	s := fullSession()
	s.Embed = store.Embed{ClientID: "client", Origin: "https://hr.example", Thumbprint: strings.Repeat("p", 43), Parent: "s0"}
	return s
}

// TestSessionRoundTrip demands of a browser's session that it is written as it was before there were embeds: instances of both
// versions may stand side by side.
func TestSessionRoundTrip(t *testing.T) {
	for name, want := range map[string]store.Session{"full": fullSession(), "empty": {Key: store.KeyOf("token")}, "embed": fullEmbed(),
		"embed of an origin alone": {Key: store.KeyOf("token"), Embed: store.Embed{Origin: "https://hr.example"}}} {
		b, err := encodeSession(want)
		if err != nil {
			t.Fatal(err)
		}
		if format := map[bool]byte{false: 1, true: 3}[want.Embedded()]; b[0] != format {
			t.Errorf("%s: written in format %d", name, b[0])
		}
		got, err := decodeSession(want.Key, string(b))
		if err != nil || got != want {
			t.Errorf("%s: got %+v, %v, want %+v", name, got, err, want)
		}
		if !got.Previous.IsZero() {
			t.Errorf("%s: the zero time came back as %v", name, got.Previous)
		}
	}
}

// TestSessionDamage alters each byte, cuts at each length and moves the value under another key.
func TestSessionDamage(t *testing.T) {
	for _, s := range []store.Session{fullSession(), fullEmbed()} {
		damageSession(t, s)
	}
}

func damageSession(t *testing.T, s store.Session) {
	good, err := encodeSession(s)
	if err != nil {
		t.Fatal(err)
	}
	refused := func(what string, key store.SessionKey, b []byte) {
		t.Helper()
		if got, err := decodeSession(key, string(b)); !errors.Is(err, store.ErrDamaged) || got != (store.Session{}) {
			t.Fatalf("%s: %+v, %v", what, got, err)
		}
	}
	for i := range good {
		bad := append([]byte{}, good...)
		bad[i] ^= 1
		refused("altered", s.Key, bad)
		refused("cut", s.Key, good[:i])
	}
	refused("lengthened", s.Key, append(append([]byte{}, good...), 0))
	refused("under another key", store.KeyOf("another"), good)
	refused("a mark", s.Key, encodeMark(string(s.Key[:]), good, time.Time{}))
	body, err := encodeSession(fullSession())
	if err != nil {
		t.Fatal(err)
	}
	refused("an embed's of nothing", s.Key, seal(body, embedFormat, string(s.Key[:])))
	refused("an embed's of empty strings", s.Key, seal(append(body, 0, 0, 0, 0), embedFormat, string(s.Key[:])))
	refused("too long", s.Key, seal(make([]byte, maxSession+1), sessionFormat, string(s.Key[:])))
}

func TestSessionTooLarge(t *testing.T) {
	s := fullSession()
	s.IDToken = strings.Repeat("t", maxSession)
	if _, err := encodeSession(s); !errors.Is(err, store.ErrTooLarge) {
		t.Errorf("got %v", err)
	}
}

func TestEntryRoundTrip(t *testing.T) {
	want := entry{store.KeyOf("token"), time.UnixMilli(1795221000123)}
	if got, ok := parseEntry(want.String()); !ok || got != want {
		t.Errorf("got %+v, %v", got, ok)
	}
	for _, member := range []string{"", "x", want.String()[:keyText], strings.Repeat("!", keyText) + "a", strings.Repeat("A", keyText) + "!"} {
		if got, ok := parseEntry(member); ok {
			t.Errorf("%q was read as %+v", member, got)
		}
	}
}

// FuzzDecodeSession gives every body the checksum it needs, so that what lies behind it is reached. A body that can be
// read means the same after it is written again.
func FuzzDecodeSession(f *testing.F) {
	key := store.KeyOf("token")
	for _, s := range []store.Session{fullSession(), {Key: key}, fullEmbed()} {
		b, err := encodeSession(s)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b[0], b[headerSize:])
		f.Add(b[0], b[headerSize:len(b)-1])
	}
	f.Add(byte(sessionFormat), append(make([]byte, timesSize), binary.AppendUvarint(nil, 1<<63)...))
	f.Add(byte(embedFormat), append(make([]byte, timesSize), 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255))
	f.Fuzz(func(t *testing.T, format byte, body []byte) {
		v := seal(append(make([]byte, headerSize), body...), format, string(key[:]))
		s, err := decodeSession(key, string(v))
		if err != nil {
			if !errors.Is(err, store.ErrDamaged) {
				t.Fatal(err)
			}
			return
		}
		again, err := encodeSession(s)
		if err != nil {
			t.Fatal(err)
		}
		if s2, err := decodeSession(key, string(again)); err != nil || s2 != s {
			t.Fatalf("%+v became %+v, %v", s, s2, err)
		}
	})
}

func FuzzDecodeMark(f *testing.F) {
	f.Add("name", encodeMark("name", []byte("value"), time.UnixMicro(1)))
	f.Add("", []byte{})
	f.Fuzz(func(t *testing.T, name string, v []byte) {
		value, expires, err := decodeMark(name, string(v))
		if err != nil {
			if !errors.Is(err, store.ErrDamaged) {
				t.Fatal(err)
			}
			return
		}
		if again := encodeMark(name, []byte(value), expires); string(again) != string(v) {
			t.Fatalf("%x became %x", v, again)
		}
	})
}

func BenchmarkEncodeSession(b *testing.B) {
	s := fullSession()
	for b.Loop() {
		if _, err := encodeSession(s); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecodeSession(b *testing.B) {
	s := fullSession()
	v, err := encodeSession(s)
	if err != nil {
		b.Fatal(err)
	}
	text := string(v)
	for b.Loop() {
		if _, err := decodeSession(s.Key, text); err != nil {
			b.Fatal(err)
		}
	}
}
