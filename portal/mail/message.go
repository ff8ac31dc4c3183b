package mail

import (
	"bytes"
	"fmt"
	netmail "net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"

	"cloudpocket/store"
)

const (
	maxSubject = 200      // characters
	maxText    = 64 << 10 // bytes, of the text and of the HTML
)

// Message is one mail to one person.
type Message struct {
	ID      store.ID // of the mail; Message-ID is made from it, so a mail that is sent again is the same mail
	To      string   // an address without a name
	Subject string   // one line
	Text    string   // lines ended by \n
	HTML    string   // the same as Text, for readers that prefer it; may be empty
}

// letter is a message ready for the wire.
type letter struct {
	from, to string // in angle brackets
	bytes    []byte
}

// compose returns m as bytes, or a permanent Failure if it cannot be a mail.
func compose(m Message, from netmail.Address, now time.Time) (letter, error) {
	to, ok := mailbox(m.To)
	if !ok {
		return letter{}, newFailure(Failure{Permanent: true, Address: true}, "%q is no address", m.To)
	}
	if err := m.check(); err != nil {
		return letter{}, newFailure(Failure{Permanent: true}, "%w", err)
	}
	envelope := netmail.Address{Address: from.Address}
	l := letter{from: envelope.String(), to: to.String()}
	var b bytes.Buffer
	if _, err := m.mime(from, to, now).WriteTo(&b); err != nil {
		return letter{}, newFailure(Failure{Permanent: true}, "put the mail together: %w", err)
	}
	l.bytes = b.Bytes()
	return l, nil
}

func (m Message) check() error {
	switch {
	case !m.ID.Valid():
		return fmt.Errorf("%q is no ID for a mail", m.ID)
	case m.Subject == "" || utf8.RuneCountInString(m.Subject) > maxSubject || !printable(m.Subject, ""):
		return fmt.Errorf("a subject is one line of 1 to %d characters", maxSubject)
	case m.Text == "" || len(m.Text) > maxText || !printable(m.Text, "\n\t"):
		return fmt.Errorf("a text is 1 to %d bytes of UTF-8 without control characters", maxText)
	case len(m.HTML) > maxText || !printable(m.HTML, "\n\t"):
		return fmt.Errorf("HTML is up to %d bytes of UTF-8 without control characters", maxText)
	}
	return nil
}

// printable reports whether s is UTF-8 and has no control characters but those of except.
func printable(s, except string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp) && !strings.ContainsRune(except, r)
	})
}

// mime returns m with all its headers. Auto-Submitted (RFC 3834) keeps holiday replies away, X-Auto-Response-Suppress
// does it for Exchange.
func (m Message) mime(from, to netmail.Address, now time.Time) *gomail.Msg {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithEncoding(encoding(m.Subject)))
	_, domain, _ := strings.Cut(from.Address, "@")
	msg.SetMessageIDWithValue(string(m.ID) + "@" + domain)
	msg.SetDateWithValue(now)
	msg.FromMailAddress(&from)
	msg.ToMailAddress(&to)
	msg.Subject(m.Subject)
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader("X-Auto-Response-Suppress", "All")
	msg.SetBodyString(gomail.TypeTextPlain, lines(m.Text), gomail.WithPartEncoding(encoding(m.Text)))
	if m.HTML != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, lines(m.HTML), gomail.WithPartEncoding(encoding(m.HTML)))
	}
	return msg
}

// lines ends every line with CRLF, which text within base64 needs too (RFC 2045 6.8).
func lines(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }

// encoding returns the shorter of quoted-printable (3 bytes for each that is not ASCII) and base64 (4 for 3).
func encoding(s string) gomail.Encoding {
	plain := 0
	for i := range len(s) {
		if s[i] < utf8.RuneSelf {
			plain++
		}
	}
	if 3*(plain+3*(len(s)-plain)) > 4*len(s) {
		return gomail.EncodingB64
	}
	return gomail.EncodingQP
}
