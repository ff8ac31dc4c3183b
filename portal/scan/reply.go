package scan

import (
	"bytes"
	"strconv"
	"strings"
	"time"
)

// maxReply is the longest reply that is read; clamd's are a signature's name and a few words.
const maxReply = 4 << 10

// tooLong is what clamd says of a stream beyond its StreamMaxLength.
const tooLong = "INSTREAM size limit exceeded. ERROR"

// Verdict is what clamd said of one stream.
type Verdict struct {
	Found bool
	Name  string // of the signature that matched: visible ASCII without spaces, safe to show; empty unless Found
}

// verdict reads clamd's whole reply to INSTREAM, up to the end of the connection. It returns an error of kind
// store.Unavailable unless the reply is exactly "stream: OK" or "stream: NAME FOUND", ended by one zero byte.
func verdict(reply []byte) (Verdict, error) {
	text, err := single(reply)
	if err != nil {
		return Verdict{}, err
	}
	if text == "stream: OK" {
		return Verdict{}, nil
	}
	if text == tooLong {
		return Verdict{}, fail(KeyTooLarge, "clamd refuses a stream of this length (StreamMaxLength)")
	}
	rest, ours := strings.CutPrefix(text, "stream: ")
	name, found := strings.CutSuffix(rest, " FOUND")
	if !ours || !found || !visible(name) {
		return Verdict{}, fail(KeyAnswer, "clamd answered %s", quote(text))
	}
	return Verdict{Found: true, Name: name}, nil
}

// single returns the text of a reply that is one text and its zero byte.
func single(reply []byte) (string, error) {
	text, rest, ended := bytes.Cut(reply, []byte{0})
	switch {
	case len(reply) == 0:
		return "", fail(KeyAway, "clamd closed the connection without an answer")
	case !ended:
		return "", fail(KeyAnswer, "clamd's answer %s has no end", quote(string(text)))
	case len(rest) > 0:
		return "", fail(KeyAnswer, "clamd's answer %s goes on after its end", quote(string(text)))
	}
	return string(text), nil
}

// visible reports whether s is a signature's name as clamd writes them: 1 to 256 visible ASCII characters.
func visible(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return s != "" && len(s) <= 256
}

func quote(s string) string { return strconv.QuoteToASCII(s[:min(len(s), 120)]) }

// Version is what clamd says of itself.
type Version struct {
	Engine   string    // such as "1.4.6"
	Database int       // number of the daily signatures; 0 if it has none
	Made     time.Time // when those were made, as clamd's machine writes it (read as UTC); zero without them
}

// Age returns how old the signatures are at now, and false if clamd has none of ClamAV's own.
func (v Version) Age(now time.Time) (time.Duration, bool) {
	if v.Made.IsZero() {
		return 0, false
	}
	return max(now.Sub(v.Made), 0), true
}

// version reads "ClamAV 1.4.6" or "ClamAV 1.4.6/27811/Sun Nov 22 09:26:13 2026".
func version(text string) (Version, error) {
	product, ours := strings.CutPrefix(text, "ClamAV ")
	parts := strings.Split(product, "/")
	if !ours || !visible(parts[0]) || len(parts) != 1 && len(parts) != 3 {
		return Version{}, fail(KeyAnswer, "clamd answered %s for its version", quote(text))
	}
	v := Version{Engine: parts[0]}
	if len(parts) == 1 {
		return v, nil
	}
	number, err := strconv.ParseUint(parts[1], 10, 31)
	if err != nil {
		return Version{}, fail(KeyAnswer, "clamd numbers its signatures %s", quote(parts[1]))
	}
	if v.Made, err = time.Parse(time.ANSIC, parts[2]); err != nil {
		return Version{}, fail(KeyAnswer, "clamd dates its signatures %s", quote(parts[2]))
	}
	v.Database = int(number)
	return v, nil
}
