package ssotest

import (
	"bytes"
	"compress/flate"
	"crypto"
	"encoding/base64"
	"io"
	"net/url"
	"strings"
	"testing"

	"cloudpocket/sso"
)

// SAMLRedirect writes a Redirect-binding query as an IdP does.
type SAMLRedirect struct {
	Key      SAMLKey
	Field    string // SAMLRequest or SAMLResponse
	Relay    string
	Unsigned bool
	SigAlg   string                      // default RSA with SHA-256, or ECDSA
	Escape   func(string) string         // default url.QueryEscape
	Signed   func(query string) []string // parts of the query in the order to sign and send; default as they are
}

// Query returns the query that carries message.
func (r SAMLRedirect) Query(t testing.TB, message []byte) string {
	t.Helper()
	if r.Escape == nil {
		r.Escape = url.QueryEscape
	}
	if r.SigAlg == "" {
		r.SigAlg = SAMLSigner{Key: r.Key}.withDefaults().Method
	}
	parts := []string{r.Field + "=" + r.Escape(base64.StdEncoding.EncodeToString(Deflate(t, message)))}
	if r.Relay != "" {
		parts = append(parts, "RelayState="+r.Escape(r.Relay))
	}
	if r.Unsigned {
		return strings.Join(parts, "&")
	}
	parts = append(parts, "SigAlg="+r.Escape(r.SigAlg))
	if r.Signed != nil {
		parts = r.Signed(strings.Join(parts, "&"))
	}
	query := strings.Join(parts, "&")
	value := SAMLSigner{Key: r.Key, Hash: crypto.SHA256}.value(t, []byte(query))
	return query + "&Signature=" + r.Escape(base64.StdEncoding.EncodeToString(value))
}

// Deflate returns data as RFC 1951 has it.
func Deflate(t testing.TB, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err == nil {
		_, err = w.Write(data)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatalf("deflate: %v", err)
	}
	return b.Bytes()
}

// inflateQuery returns the message that a query carries in field.
func inflateQuery(t testing.TB, q url.Values, field string) []byte {
	t.Helper()
	raw, err := base64.StdEncoding.DecodeString(q.Get(field))
	if err != nil {
		t.Fatalf("%s is not base64: %v", field, err)
	}
	out, err := io.ReadAll(flate.NewReader(bytes.NewReader(raw)))
	if err != nil {
		t.Fatalf("inflate %s: %v", field, err)
	}
	return out
}

// redirected returns the message that a redirect to the SLO endpoint with that query is.
func (w *SAMLWorld) redirected(query string) sso.Message {
	q, _ := url.ParseQuery(query) // what does not parse is left out, as by any server
	return sso.Message{Endpoint: w.URL("slo"), RawQuery: query, Query: q}
}
