package sso

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Encode returns t as JSON of at most limit bytes that both databases can keep: valid UTF-8 and no control characters. What
// is too much is cut, the longest first: message, claims, then what passed. The words of what failed stay.
func (t *Trace) Encode(limit int) []byte {
	if t == nil {
		return nil
	}
	for _, room := range []int{limit / 2, limit / 4, limit / 8, limit / 24, 0} {
		b := encode(t.within(room))
		if len(b) <= limit {
			return b
		}
	}
	return nil
}

// DecodeTrace reads what Encode wrote.
func DecodeTrace(b []byte) (t Trace, err error) {
	if len(b) == 0 {
		return t, nil
	}
	err = json.Unmarshal(b, &t)
	return t, err
}

// encode leaves <, > and & as they are: a message is full of them.
func encode(t Trace) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(t); err != nil {
		return nil // texts and numbers alone can always be encoded
	}
	return bytes.TrimSpace(b.Bytes())
}

// What a trace is cut to, beside the room that it has.
const (
	mostChecks  = 60
	mostClaims  = 200 // names
	mostValues  = 100 // of a name, offices and roles as well
	claimBytes  = 512 // of a value
	failedBytes = 1200
	passedBytes = 400
)

// within returns t cut to about room bytes for its message and as much for its claims.
func (t Trace) within(room int) Trace {
	t.Message, t.Name = cutText(t.Message, room), cutText(t.Name, claimBytes)
	t.Claims = cutClaims(t.Claims, room)
	t.Checks = cutChecks(t.Checks, min(passedBytes, room/10+20))
	if t.Mapped != nil {
		m := t.Mapped.within(room)
		t.Mapped = &m
	}
	return t
}

func (m Mapped) within(room int) Mapped {
	m.Subject, m.Name, m.Email = cutText(m.Subject, claimBytes), cutText(m.Name, claimBytes), cutText(m.Email, claimBytes)
	most := min(mostValues, room/100)
	m.Offices, m.Roles = slices.Clone(m.Offices[:min(len(m.Offices), most)]), slices.Clone(m.Roles[:min(len(m.Roles), most)])
	for i, o := range m.Offices {
		m.Offices[i].Claim, m.Offices[i].Name = cutText(o.Claim, claimBytes), cutText(o.Name, claimBytes)
	}
	for i, r := range m.Roles {
		m.Roles[i].Claim = cutText(r.Claim, claimBytes)
	}
	return m
}

// cutChecks keeps the first steps and the last, which may be the one that failed.
func cutChecks(all []Check, passed int) []Check {
	out := slices.Clone(all)
	if len(out) > mostChecks {
		out = append(out[:mostChecks-1], out[len(out)-1])
	}
	for i, c := range out {
		long := passed
		if !c.OK {
			long = failedBytes
		}
		out[i].Step, out[i].Detail = cutText(c.Step, 60), cutText(c.Detail, long)
	}
	return out
}

func cutClaims(all map[string][]string, room int) map[string][]string {
	if len(all) == 0 {
		return nil
	}
	out, secret := map[string][]string{}, SecretNames(all)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if len(out) == mostClaims || room <= 0 {
			break
		}
		values := make([]string, 0, len(all[name]))
		for _, v := range all[name] {
			if len(values) == mostValues || room <= 0 {
				values = append(values, "…")
				break
			}
			if secret[name] {
				v = "…"
			}
			v = cutText(v, min(claimBytes, room))
			values, room = append(values, v), room-len(v)
		}
		out[cutText(name, claimBytes)], room = values, room-len(name)
	}
	return out
}

// SecretNames are the claims in all whose values are better not shown: those that are called so, and those that say the very
// same, since an attribute of SAML is read under two names and may be called so in one of them.
func SecretNames(all map[string][]string) map[string]bool {
	secret := map[string]bool{}
	for called, values := range all {
		if !SecretName(called) {
			continue
		}
		for name, same := range all {
			secret[name] = secret[name] || name == called || len(values) > 0 && slices.Equal(values, same)
		}
	}
	return secret
}

// SecretName reports whether what is called so is better not shown, whoever sent it: some IdPs release what they should not.
func SecretName(name string) bool {
	name = strings.ToLower(name)
	for _, word := range []string{"password", "passwd", "secret", "token", "privatekey", "private_key", "credential"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

// cutText returns the beginning of s, of at most size bytes, without what cannot be kept or seen.
func cutText(s string, size int) string {
	if !keepable(s) {
		s = strings.Map(func(r rune) rune {
			if r != '\n' && unicode.Is(unicode.Cc, r) {
				return '\uFFFD'
			}
			return r
		}, strings.ToValidUTF8(s, "\uFFFD"))
	}
	if len(s) <= size {
		return s
	}
	end := max(0, size-len("…"))
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + "…"
}

// keepable reports whether s is UTF-8 without control characters but line ends, which nearly all texts are.
func keepable(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' && c != '\n' || c == 0x7f || c == 0xc2 && i+1 < len(s) && s[i+1] < 0xa0 {
			return false
		}
	}
	return utf8.ValidString(s)
}
