package mail

import (
	netmail "net/mail"
	"strings"
)

// mailbox returns the address as it is written in a header and an envelope, and false if it is none that can be sent to.
// It is ASCII (RFC 5321 without SMTPUTF8), without name, comment or address literal. Dots may stand anywhere before the
// @, as they do in older addresses of Japanese carriers; such a part is then written in quotes.
func mailbox(address string) (netmail.Address, bool) {
	local, domain, _ := strings.Cut(address, "@")
	ok := len(local) >= 1 && len(local) <= 64 && only(local, "!#$%&'*+-/=?^_`{|}~.") && isDomain(domain)
	return netmail.Address{Address: address}, ok
}

// isDomain reports whether s is a name of two or more labels (RFC 1035 2.3.1, RFC 1123 2.1).
func isDomain(s string) bool {
	labels := strings.Split(s, ".")
	for _, l := range labels {
		if l == "" || len(l) > 63 || l[0] == '-' || l[len(l)-1] == '-' || !only(l, "-") {
			return false
		}
	}
	return len(labels) >= 2 && len(s) <= 253
}

// only reports whether s has ASCII letters, digits and the characters of more, and nothing else.
func only(s, more string) bool {
	for i := range len(s) {
		c := s[i]
		if (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') && strings.IndexByte(more, c) < 0 {
			return false
		}
	}
	return true
}
