package app

import (
	"regexp"
	"strings"

	"cloudpocket/store"
)

// masked stands where a secret was.
const masked = "[…]"

// secretNames are parts of the names of attributes that are never kept.
var secretNames = regexp.MustCompile(`(?i)passw|secret|cookie|authorization|token|verifier|private|samlresponse|assertion`)

// secretTexts are what gives a secret away within a text, each with what stays of it.
var secretTexts = []struct {
	is    *regexp.Regexp
	stays string
}{
	{regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?`), masked},
	{regexp.MustCompile(`(://)[^/\s"?#]*@`), "${1}" + masked + "@"}, // who signs in where, with their password
	{regexp.MustCompile(`\bey[JI][\w-]{8,}\.[\w-]*(?:\.[\w-]*)*`), masked},
	{regexp.MustCompile(`(?i)\b(bearer|basic) +[\w.~+/=-]{8,}`), "${1} " + masked},
	{regexp.MustCompile(`(?i)\b((?:[a-z_-]*(?:passw(?:or)?d|secret|token|assertion)|code|code_verifier|state|nonce|samlresponse|samlrequest|relaystate|signature)=)[^&\s"']+`), "${1}" + masked},
}

// mask takes secrets out of e. Nothing that is logged should hold one; what is kept is seen by more people than the log is,
// so it is looked at again.
func mask(e *store.SystemEvent) {
	e.Message = maskText(e.Message)
	for name, text := range e.Attributes {
		if secretNames.MatchString(name) {
			e.Attributes[name] = masked
		} else {
			e.Attributes[name] = maskText(text)
		}
	}
}

func maskText(text string) string {
	if !strings.ContainsAny(text, "=-@. ") {
		return text
	}
	for _, s := range secretTexts {
		text = s.is.ReplaceAllString(text, s.stays)
	}
	return text
}
