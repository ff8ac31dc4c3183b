package oidcrp

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/big"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

const (
	maxDepth  = 16
	maxValues = 20_000
)

// object is a JSON object that was read strictly. Numbers are [json.Number].
type object map[string]any

// readObject reads exactly one JSON object (RFC 8259). It refuses what two readers could understand differently: a
// name that is repeated at any depth, names of the outermost object that differ in case alone, one of the protected
// names in another case, text that is not UTF-8, and anything after the object. Depth and size are bounded.
func readObject(data []byte, protected ...string) (object, error) {
	if !utf8.Valid(data) {
		return nil, errors.New("it is not UTF-8")
	}
	if !json.Valid(data) {
		return nil, errors.New("it is not JSON")
	}
	r := reader{json.NewDecoder(bytes.NewReader(data)), maxValues}
	r.dec.UseNumber()
	v, err := r.value(0)
	if err != nil {
		return nil, err
	}
	o, ok := v.(object)
	if !ok {
		return nil, errors.New("it is not an object")
	}
	return o, o.checkCase(protected)
}

type reader struct {
	dec  *json.Decoder
	left int
}

func (r *reader) value(depth int) (any, error) {
	if r.left--; r.left < 0 || depth > maxDepth {
		return nil, errors.New("it is too deep or has too many values")
	}
	token, err := r.dec.Token()
	if err != nil {
		return nil, unexpected(err)
	}
	switch token {
	case json.Delim('{'):
		return r.object(depth)
	case json.Delim('['):
		return r.array(depth)
	}
	return token, nil
}

func (r *reader) object(depth int) (object, error) {
	o := object{}
	for r.dec.More() {
		token, err := r.dec.Token()
		if err != nil {
			return nil, unexpected(err)
		}
		name, _ := token.(string)
		if _, taken := o[name]; taken {
			return nil, fmt.Errorf("the name %q is repeated", cut(name))
		}
		if o[name], err = r.value(depth + 1); err != nil {
			return nil, err
		}
	}
	_, err := r.dec.Token()
	return o, unexpected(err)
}

func (r *reader) array(depth int) ([]any, error) {
	list := []any{}
	for r.dec.More() {
		v, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	_, err := r.dec.Token()
	return list, unexpected(err)
}

// unexpected words an error of the decoder, which has seen the text as valid before, without quoting that text.
func unexpected(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, io.EOF) {
		return errors.New("it ends too early")
	}
	return errors.New("it cannot be decoded")
}

// checkCase refuses names that a reader without regard to case, such as encoding/json itself, would confuse.
func (o object) checkCase(protected []string) error {
	seen := make(map[string]string, len(o)+len(protected))
	for _, p := range protected {
		seen[fold(p)] = p
	}
	for name := range o {
		f := fold(name)
		if other, taken := seen[f]; taken && other != name {
			return fmt.Errorf("the names %q and %q differ in case alone", cut(name), cut(other))
		}
		seen[f] = name
	}
	return nil
}

// fold maps names to one that all which differ in case alone share, in the way encoding/json compares them.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		least := r
		for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
			least = min(least, f)
		}
		return least
	}, s)
}

// str returns a string member. It is "" and false when there is none, and an error when it is something else; null
// is something else.
func (o object) str(name string) (string, bool, error) {
	v, ok := o[name]
	if !ok {
		return "", false, nil
	}
	s, isString := v.(string)
	if !isString {
		return "", true, fmt.Errorf("%s is not a string", name)
	}
	return s, true, nil
}

// list returns a member that is an array of strings.
func (o object) list(name string) ([]string, bool, error) {
	v, ok := o[name]
	if !ok {
		return nil, false, nil
	}
	items, isArray := v.([]any)
	if !isArray {
		return nil, true, fmt.Errorf("%s is not an array", name)
	}
	out := make([]string, 0, len(items))
	for _, item := range items {
		s, isString := item.(string)
		if !isString {
			return nil, true, fmt.Errorf("%s holds something that is not a string", name)
		}
		out = append(out, s)
	}
	return out, true, nil
}

// oneOrMore returns a member that is a string or an array of strings, as aud is (RFC 7519 section 4.1.3).
func (o object) oneOrMore(name string) ([]string, bool, error) {
	if s, ok := o[name].(string); ok {
		return []string{s}, true, nil
	}
	return o.list(name)
}

// instant returns a NumericDate (RFC 7519 section 2): seconds since 1970, possibly with a fraction, of the years 1970
// to 9999.
func (o object) instant(name string) (time.Time, bool, error) {
	v, ok := o[name]
	if !ok {
		return time.Time{}, false, nil
	}
	n, isNumber := v.(json.Number)
	if !isNumber {
		return time.Time{}, true, fmt.Errorf("%s is not a number", name)
	}
	const last = 253402300799
	seconds, err := n.Float64()
	if err != nil || seconds < 0 || seconds > last {
		return time.Time{}, true, fmt.Errorf("%s is no time of the years 1970 to 9999", name)
	}
	if whole, ok := new(big.Int).SetString(n.String(), 10); ok {
		return time.Unix(whole.Int64(), 0), true, nil
	}
	whole, part := math.Modf(seconds)
	return time.Unix(int64(whole), int64(part*1e9)), true, nil
}

// cut shortens foreign text for a log.
func cut(s string) string {
	const most = 80
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
