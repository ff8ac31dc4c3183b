package scim

import (
	"bytes"
	"encoding/json"
	"io"
	"unicode/utf8"
)

// What a body may be. A group of ten thousand members fits.
const (
	maxBody  = 2 << 20 // bytes
	maxDepth = 12
	maxNodes = 60_000
	maxText  = 4_000 // bytes of one string, which no attribute of ours comes near
)

// reader reads JSON into the tree that [Attributes] are, within bounds. Numbers stay as they are written.
type reader struct {
	dec   *json.Decoder
	nodes int
}

// readObject reads one JSON object and nothing after it.
func readObject(raw []byte) (Attributes, error) {
	if !utf8.Valid(raw) {
		return nil, Refuse(InvalidSyntax, "The body is not UTF-8.")
	}
	r := &reader{dec: json.NewDecoder(bytes.NewReader(raw))}
	r.dec.UseNumber()
	v, err := r.value(0)
	if err != nil {
		return nil, err
	}
	if _, err := r.dec.Token(); err != io.EOF {
		return nil, Refuse(InvalidSyntax, "The body goes on after its end.")
	}
	object, ok := v.(Attributes)
	if !ok {
		return nil, Refuse(InvalidSyntax, "The body is not a JSON object.")
	}
	return object, nil
}

func (r *reader) value(depth int) (any, error) {
	if r.nodes++; r.nodes > maxNodes || depth > maxDepth {
		return nil, Refuse(TooMany, "The body has more than %d values, or they are nested deeper than %d.", maxNodes, maxDepth)
	}
	token, err := r.dec.Token()
	if err != nil {
		return nil, &Error{Status: 400, Type: InvalidSyntax, Detail: "The body is not JSON.", Err: err}
	}
	switch token := token.(type) {
	case json.Delim:
		if token == '{' {
			return r.object(depth)
		}
		return r.list(depth)
	case string:
		if len(token) > maxText {
			return nil, Refuse(InvalidValue, "A text is longer than %d bytes.", maxText)
		}
		return token, nil
	}
	return token, nil
}

func (r *reader) object(depth int) (any, error) {
	object := Attributes{}
	for r.dec.More() {
		key, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		name, _ := key.(string)
		if _, twice := object[name]; twice {
			return nil, Refuse(InvalidSyntax, "An object has the same name twice.")
		}
		if object[name], err = r.value(depth + 1); err != nil {
			return nil, err
		}
	}
	return object, r.end()
}

func (r *reader) list(depth int) (any, error) {
	list := []any{}
	for r.dec.More() {
		v, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, r.end()
}

// end reads the bracket that closes what was opened.
func (r *reader) end() error {
	if _, err := r.dec.Token(); err != nil {
		return &Error{Status: 400, Type: InvalidSyntax, Detail: "The body is not JSON.", Err: err}
	}
	return nil
}

// copied returns a copy of v that shares nothing that can be changed with it.
func copied(v any) any {
	switch v := v.(type) {
	case Attributes:
		c := make(Attributes, len(v))
		for name, one := range v {
			c[name] = copied(one)
		}
		return c
	case []any:
		c := make([]any, len(v))
		for i, one := range v {
			c[i] = copied(one)
		}
		return c
	}
	return v
}

// Clone returns a copy of a that shares nothing with it.
func (a Attributes) Clone() Attributes {
	c, _ := copied(a).(Attributes)
	return c
}

// ReadAttributes reads what [Attributes.JSON] wrote.
func ReadAttributes(text string) (Attributes, error) { return readObject([]byte(text)) }

// JSON returns a as JSON, the same text for the same tree.
func (a Attributes) JSON() (string, error) {
	b, err := json.Marshal(a)
	return string(b), err
}
