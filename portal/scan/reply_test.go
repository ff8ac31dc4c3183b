package scan

import (
	"errors"
	"strings"
	"testing"

	"cloudpocket/store"
)

// FuzzReply checks that nothing is clean or found but by the one exact reply, whatever else clamd may say.
func FuzzReply(f *testing.F) {
	for _, s := range []string{
		"stream: OK\x00", "stream: Test.Eicar FOUND\x00", "stream: OK", "stream: OK\x00\x00", "stream: OK \x00",
		"stream: FOUND\x00", "stream:  FOUND\x00", "stream: OK FOUND\x00", "INSTREAM size limit exceeded. ERROR\x00",
		"stream: x ERROR\x00", "\x00", "", "ClamAV 1.4.6/27811/Sun Nov 22 09:26:13 2026",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, reply []byte) {
		v, err := verdict(reply)
		switch {
		case err != nil:
			if v != (Verdict{}) || !errors.Is(err, store.ErrUnavailable) {
				t.Fatalf("%q: %+v with %v", reply, v, err)
			}
		case v.Found:
			if string(reply) != "stream: "+v.Name+" FOUND\x00" || strings.ContainsAny(v.Name, " \n") || v.Name == "" {
				t.Fatalf("%q is read as %+v", reply, v)
			}
		case string(reply) != "stream: OK\x00" || v.Name != "":
			t.Fatalf("%q is clean", reply)
		}
		if ver, err := version(string(reply)); err != nil && (ver != Version{} || !errors.Is(err, store.ErrUnavailable)) {
			t.Fatalf("%q: %+v with %v", reply, ver, err)
		}
	})
}
