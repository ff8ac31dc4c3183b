package mail

import (
	"net/textproto"
	"strings"
	"testing"
)

// TestLoggedFailure says what the server answered, without whom it was about; the firm reads that too.
func TestLoggedFailure(t *testing.T) {
	for _, words := range []string{"4.2.1 <worker@x.example>: mailbox busy", "4.2.1 worker@x.example mailbox busy"} {
		f, ok := judge(stepMail, &textproto.Error{Code: 450, Msg: words}).(*Failure)
		if !ok || strings.Contains(f.Error(), "worker") || !strings.Contains(f.Error(), "mailbox busy") || !strings.Contains(f.Words, "worker@x.example") {
			t.Errorf("%q becomes %v, and to the firm %q", words, f, f.Words)
		}
	}
}
