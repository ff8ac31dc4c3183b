package samlsp

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"strings"

	"github.com/beevik/etree"

	"cloudpocket/sso"
)

// newID returns an ID for a message of ours: 160 random bits (SAML core 1.3.4), starting as an NCName must.
func newID() string {
	var b [20]byte
	rand.Read(b[:])
	return "_" + hex.EncodeToString(b[:])
}

// outgoing is one message on its way to the IdP.
type outgoing struct {
	field   string // SAMLRequest or SAMLResponse
	message *etree.Element
	id      string
	relay   string
	plain   bool // unsigned
}

// byRedirect returns the dispatch that carries o in the query of location.
func (c *connector) byRedirect(location string, o outgoing) (sso.Dispatch, error) {
	data, err := write(o.message)
	if err != nil {
		return sso.Dispatch{}, err
	}
	key := &c.Keys[0]
	if o.plain {
		key = nil
	}
	query, err := signQuery(key, o.field, data, o.relay)
	if err != nil {
		return sso.Dispatch{}, err
	}
	join := "?"
	if strings.Contains(location, "?") {
		join = "&"
	}
	return sso.Dispatch{URL: location + join + query}, nil
}

// byPost returns the dispatch that carries o in a form.
func (c *connector) byPost(location string, o outgoing) (sso.Dispatch, error) {
	if !o.plain {
		if err := c.Keys[0].signXML(o.message, o.id, 1); err != nil { // after the Issuer
			return sso.Dispatch{}, err
		}
	}
	data, err := write(o.message)
	if err != nil {
		return sso.Dispatch{}, err
	}
	fields := []sso.Field{{Name: o.field, Value: base64.StdEncoding.EncodeToString(data)}}
	if o.relay != "" {
		fields = append(fields, sso.Field{Name: "RelayState", Value: o.relay})
	}
	return sso.Dispatch{URL: location, Fields: fields}, nil
}
