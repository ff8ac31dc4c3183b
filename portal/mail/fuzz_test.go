package mail

import (
	"errors"
	netmail "net/mail"
	"net/textproto"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"cloudpocket/store"
)

// FuzzAnswer checks that whatever a server answers becomes a failure of one kind, with words that are safe to show.
func FuzzAnswer(f *testing.F) {
	f.Add(550, "5.1.1 <a@x.jp>: no such user\nhttps://example.jp/why")
	f.Add(421, "\x1b[2J\u202e\xff\u2028")
	f.Add(552, "5.7.")
	f.Add(999, strings.Repeat("あ", 300))
	f.Fuzz(func(t *testing.T, code int, words string) {
		for _, at := range []step{stepConnect, stepGreet, stepTLS, stepAuth, stepMail, stepRcpt, stepData, stepEnd} {
			var f *Failure
			if err := judge(at, &textproto.Error{Code: code, Msg: words}); !errors.As(err, &f) {
				t.Fatalf("%s: %v", at, err)
			}
			if f.Permanent != errors.Is(f, store.ErrInvalid) || f.Permanent == errors.Is(f, store.ErrUnavailable) {
				t.Fatalf("%s: %+v is of kind %v", at, *f, store.KindOf(f))
			}
			if f.Permanent && (f.Setup || code < 500) || f.Address && !f.Permanent {
				t.Fatalf("%s: %d makes %+v", at, code, *f)
			}
			if !printable(f.Words, "") || utf8.RuneCountInString(f.Words) > maxWords || strings.ContainsAny(f.Words, "\u202e\u200b\u2028") {
				t.Fatalf("%q is not safe to show", f.Words)
			}
		}
	})
}

// FuzzMailbox checks that what is taken for an address is one, the same one, to another reader.
func FuzzMailbox(f *testing.F) {
	for _, s := range []string{"a@x.jp", "a..b.@docomo.ne.jp", ".a@x.jp", "a@x.jp\r\nBcc: b@y.jp", "\"a\"@x.jp", "a+b/c@x-y.co.jp", "a@1.2", "a@b@c.jp"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, ok := mailbox(s)
		if !ok {
			return
		}
		back, err := netmail.ParseAddress(a.String())
		if err != nil || back.Address != s || back.Name != "" || strings.ContainsAny(a.String(), "\r\n ,") {
			t.Fatalf("%q is written %q and read %+v, %v", s, a.String(), back, err)
		}
	})
}

// FuzzLetter checks that no subject and no text can add a header or a line that is not fit for mail.
func FuzzLetter(f *testing.F) {
	f.Add("公文書が届いています", "本文\n.\n")
	f.Add("a\r\nBcc: b@y.jp", "x")
	f.Add("=?utf-8?q?a=0D=0ABcc:_b?=", "=\n=3D \t\n")
	f.Add(strings.Repeat("長い題名", 50), strings.Repeat("x", 2000))
	f.Fuzz(func(t *testing.T, subject, text string) {
		l, err := compose(Message{ID: "m", To: "a@x.jp", Subject: subject, Text: text, HTML: text}, netmail.Address{Address: "f@y.jp"}, time.Unix(0, 0))
		if err != nil {
			return
		}
		head, _, _ := strings.Cut(string(l.bytes), "\r\n\r\n")
		for _, line := range strings.Split(string(l.bytes), "\r\n") {
			if len(line) > 998 || strings.ContainsAny(line, "\r\n\x00") || strings.ContainsFunc(line, func(r rune) bool { return r > '~' }) {
				t.Fatalf("%q is not fit for mail", line)
			}
		}
		m, err := netmail.ReadMessage(strings.NewReader(string(l.bytes)))
		if err != nil || len(m.Header) != 9 || m.Header.Get("Bcc") != "" {
			t.Fatalf("%v: %q", err, head)
		}
	})
}
