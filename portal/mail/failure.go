package mail

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"regexp"
	"strings"
	"unicode"

	"cloudpocket/store"
)

// Message keys of what a Failure wraps.
const (
	KeyAddress  = "error.mail_address"  // Invalid: the recipient's address is wrong
	KeyRefused  = "error.mail_refused"  // Invalid: this mail is not taken
	KeySettings = "error.mail_settings" // Unavailable: somebody has to change our settings
	KeyAway     = "error.mail_away"     // Unavailable: later again
)

// Failure is why a mail was not sent. It wraps a store.Error of kind Invalid if it is Permanent, else Unavailable.
type Failure struct {
	Permanent bool   // sending this mail again will not help
	Address   bool   // the recipient's address is at fault
	Setup     bool   // our settings are at fault; never together with Permanent
	Code      int    // the server's answer, 400 to 599; 0: there was none
	Words     string // the server's own, in one line of at most 200 characters that are safe to show; may be empty

	cause *store.Error
}

func (f *Failure) Error() string { return "send mail: " + f.cause.Error() }

func (f *Failure) Unwrap() error { return f.cause }

func newFailure(f Failure, format string, args ...any) *Failure {
	kind, key := store.Unavailable, KeyAway
	switch {
	case f.Permanent && f.Address:
		kind, key = store.Invalid, KeyAddress
	case f.Permanent:
		kind, key = store.Invalid, KeyRefused
	case f.Setup:
		key = KeySettings
	}
	f.cause = &store.Error{Kind: kind, Key: key, Err: fmt.Errorf(format, args...)}
	return &f
}

// judge returns nil for nil, else the Failure that err is at that step.
func judge(at step, err error) error {
	var answer *textproto.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &answer) && answer.Code >= 400:
		f := weigh(at, answer.Code, enhanced(answer.Msg))
		f.Code, f.Words = answer.Code, safe(answer.Msg)
		return newFailure(f, "%s: the server answered %d %s", at, f.Code, addresses.ReplaceAllString(f.Words, "…"))
	}
	return newFailure(Failure{Setup: isSetup(at, err)}, "%s: %w", at, err)
}

// weigh says what an answer means (RFC 5321 4.2.2, 4.3.2). status is the enhanced code (RFC 3463), if there is one.
func weigh(at step, code int, status string) Failure {
	switch {
	case code < 500:
		return Failure{}
	case code == 500 || code == 502 || code == 503 || code == 504 || code == 530 || code == 538:
		return Failure{Setup: true} // we say what this server does not understand, or should have signed in
	case at == stepRcpt && code == 552:
		return Failure{} // too many or too much for now (4.5.3.1.10)
	case at == stepRcpt:
		return Failure{Permanent: true, Address: !strings.HasPrefix(status, "5.7.")} // 5.7: policy, not the address
	case at == stepData || at == stepEnd:
		return Failure{Permanent: true, Address: strings.HasPrefix(status, "5.1.") && status != "5.1.7" && status != "5.1.8"}
	case at == stepMail && (code == 552 || status == "5.3.4"):
		return Failure{Permanent: true} // too large
	}
	return Failure{Setup: true}
}

// isSetup reports whether an error that is no answer is one of settings: a certificate that does not fit, a refusal to
// sign in over this connection.
func isSetup(at step, err error) bool {
	var untrusted *tls.CertificateVerificationError
	var plain tls.RecordHeaderError
	if errors.Is(err, errSetup) || errors.As(err, &untrusted) || errors.As(err, &plain) {
		return true
	}
	var away net.Error
	broken := errors.As(err, &away) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, errTalkative)
	var garbled textproto.ProtocolError
	return at == stepAuth && !broken && !errors.As(err, &garbled)
}

var status = regexp.MustCompile(`^[245]\.[0-9]{1,3}\.[0-9]{1,3}(?: |$)`)

func enhanced(words string) string { return strings.TrimSpace(status.FindString(words)) }

const maxWords = 200

// addresses finds mail addresses in a server's words: they are for the firm, who typed them, and not for the log.
var addresses = regexp.MustCompile(`<?[^\s<>]+@[^\s<>]+>?`)

// safe returns the server's words in one line without anything that could change how a page or a terminal shows them.
func safe(words string) string {
	words = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		if !unicode.IsPrint(r) {
			return '\uFFFD'
		}
		return r
	}, strings.ToValidUTF8(words, "\uFFFD"))
	runes := []rune(strings.Join(strings.Fields(words), " "))
	if len(runes) > maxWords {
		runes = append(runes[:maxWords-1], '…')
	}
	return string(runes)
}
