package oidcrp

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// flatten turns claims into attributes. Strings, numbers and booleans are values as they were written, arrays are
// several values, and members of an object have dotted names: {"realm_access":{"roles":["a"]}} is realm_access.roles.
// null is no value. Two claims that come to have the same name are refused, since one of them could stand in for the
// other. What only ties messages together (nonce, at_hash, c_hash) is left out, and so is what only points to claims
// elsewhere (OIDC core 5.6.2), which may hold an access token and is not followed.
func flatten(claims object) (map[string][]string, error) {
	f := flattener{map[string][]string{}, map[string]string{}}
	for name, v := range claims {
		switch name {
		case "nonce", "at_hash", "c_hash", "_claim_names", "_claim_sources":
			continue
		}
		if err := f.add(name, strconv.Quote(name), v); err != nil {
			return nil, err
		}
	}
	return f.values, nil
}

type flattener struct {
	values map[string][]string
	paths  map[string]string // by name: the only path that leads to it
}

func (f flattener) add(name, path string, v any) error {
	switch v := v.(type) {
	case nil:
		return nil
	case object:
		for member, w := range v {
			if err := f.add(name+"."+member, path+strconv.Quote(member), w); err != nil {
				return err
			}
		}
		return nil
	case []any:
		for _, item := range v {
			if err := f.add(name, path, item); err != nil {
				return err
			}
		}
		return nil
	case string:
		return f.set(name, path, v)
	case json.Number:
		return f.set(name, path, v.String())
	case bool:
		return f.set(name, path, strconv.FormatBool(v))
	default:
		return fmt.Errorf("the claim %q is of type %T", cut(name), v)
	}
}

func (f flattener) set(name, path, value string) error {
	if other, taken := f.paths[name]; taken && other != path {
		return fmt.Errorf("two claims flatten to %q", cut(name))
	}
	f.paths[name] = path
	f.values[name] = append(f.values[name], value)
	return nil
}

// subject returns the value that accounts are known by: the mapped claim's, or sub. It must be there once, and be
// what a person who compares two of them on a screen can tell apart.
func subject(from store.Source, attributes map[string][]string) (string, error) {
	if from.IsZero() {
		from = store.Claim("sub")
	}
	values, _ := from.Values(attributes)
	if len(values) != 1 {
		return "", sso.Refuse(reasonSubject, sso.KeyMessage, "the subject claim %q has %d values", from, len(values))
	}
	v := values[0]
	invisible := func(r rune) bool {
		return r == unicode.ReplacementChar || unicode.In(r, unicode.C, unicode.Zl, unicode.Zp)
	}
	if v == "" || len(v) > maxID || strings.TrimSpace(v) != v || strings.ContainsFunc(v, invisible) {
		return "", sso.Refuse(reasonSubject, sso.KeyMessage, "the subject claim %q holds %q, which no account can be known by", from, cut(v))
	}
	return v, nil
}
