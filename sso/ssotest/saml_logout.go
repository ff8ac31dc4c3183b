package ssotest

import (
	"encoding/base64"
	"net/url"
	"strings"
	"testing"
	"time"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// SAMLLogout is a logout message to be, from the IdP.
type SAMLLogout struct {
	Response                                             bool
	ID, Version, IssueInstant, Destination, NotOnOrAfter string
	InResponseTo                                         string // of a response
	IssuerXML, ContentXML                                string
}

// XML returns the message without a signature.
func (l SAMLLogout) XML() string {
	local := "LogoutRequest"
	if l.Response {
		local = "LogoutResponse"
	}
	return `<samlp:` + local + ` xmlns:samlp="` + samlProtocol + `" xmlns:saml="` + samlAssertion + `"` + attrs("ID", l.ID, "Version", l.Version,
		"IssueInstant", l.IssueInstant, "Destination", l.Destination, "NotOnOrAfter", l.NotOnOrAfter, "InResponseTo", l.InResponseTo) + `>` +
		l.IssuerXML + l.ContentXML + `</samlp:` + local + `>`
}

// LogoutRequest returns a valid request to end one session of taro's.
func (w *SAMLWorld) LogoutRequest() SAMLLogout {
	return SAMLLogout{
		ID: "_logout-1", Version: "2.0", IssueInstant: SAMLTime(w.Now), Destination: w.URL("slo"), NotOnOrAfter: SAMLTime(w.Now.Add(5 * time.Minute)),
		IssuerXML:  `<saml:Issuer>` + w.EntityID + `</saml:Issuer>`,
		ContentXML: NameXML("taro@example.jp") + `<samlp:SessionIndex>_session-1</samlp:SessionIndex>`,
	}
}

// LogoutResponse returns a valid answer to our request of that ID.
func (w *SAMLWorld) LogoutResponse(to string) SAMLLogout {
	return SAMLLogout{
		Response: true, ID: "_logout-2", Version: "2.0", IssueInstant: SAMLTime(w.Now), Destination: w.URL("slo"), InResponseTo: to,
		IssuerXML: `<saml:Issuer>` + w.EntityID + `</saml:Issuer>`, ContentXML: status(success),
	}
}

func (l SAMLLogout) field() string {
	if l.Response {
		return "SAMLResponse"
	}
	return "SAMLRequest"
}

// bring returns l as a message by one binding, signed by the IdP.
func (w *SAMLWorld) bring(t testing.TB, l SAMLLogout, post bool, relay string) sso.Message {
	t.Helper()
	if !post {
		return w.redirected(SAMLRedirect{Key: w.IdP, Field: l.field(), Relay: relay}.Query(t, []byte(l.XML())))
	}
	el := element(t, l.XML())
	SAMLSigner{Key: w.IdP}.Sign(t, el)
	return w.postedLogout(l.field(), serialise(t, el), relay)
}

func (w *SAMLWorld) postedLogout(field string, data []byte, relay string) sso.Message {
	form := url.Values{field: {base64.StdEncoding.EncodeToString(data)}}
	if relay != "" {
		form.Set("RelayState", relay)
	}
	return sso.Message{Post: true, Endpoint: w.URL("slo"), Query: url.Values{}, Form: form}
}

// logoutVector is a forged logout message made from a valid one, by each binding unless message makes it.
type logoutVector struct {
	name    string
	want    []sso.Reason
	knobs   func(l *SAMLLogout)
	message func(t testing.TB, w *SAMLWorld) sso.Message
}

// SAMLLogoutCorpus holds a connector to every forged logout request.
func SAMLLogoutCorpus(t *testing.T, open OpenSAML) {
	w := NewSAMLWorld(t)
	for _, v := range append(logoutContentVectors(w), append(logoutPostVectors(), logoutRedirectVectors()...)...) {
		t.Run(v.name, func(t *testing.T) {
			if v.message != nil {
				judgeLogout(t, w, open, v.message(t, w), v.want)
				return
			}
			l := w.LogoutRequest()
			v.knobs(&l)
			for name, post := range map[string]bool{"post": true, "redirect": false} {
				t.Run(name, func(t *testing.T) { judgeLogout(t, w, open, w.bring(t, l, post, "relay"), v.want) })
			}
		})
	}
}

func judgeLogout(t *testing.T, w *SAMLWorld, open OpenSAML, m sso.Message, want []sso.Reason) {
	t.Helper()
	order, err := w.Open(t, open, w.Setup()).LogoutMessage(t.Context(), m)
	if len(want) > 0 {
		WantRefused(t, err, want...)
		if order.Subject != "" || order.Answers != "" || order.Reply != nil {
			t.Errorf("a refusal came with an order: %+v", order)
		}
		return
	}
	if err != nil {
		t.Fatalf("a valid logout request was refused: %v", err)
	}
	if order.Subject != "taro@example.jp" || order.Answers != "" || order.Reply == nil {
		t.Errorf("the order is %+v", order)
	}
}

func logoutContentVectors(w *SAMLWorld) []logoutVector {
	at := func(d time.Duration) string { return SAMLTime(w.Now.Add(d)) }
	content := func(xml string) func(*SAMLLogout) { return func(l *SAMLLogout) { l.ContentXML = xml } }
	return []logoutVector{
		{name: "valid", knobs: func(*SAMLLogout) {}},
		{name: "without an end or an index", knobs: func(l *SAMLLogout) { l.NotOnOrAfter, l.ContentXML = "", NameXML("taro@example.jp") }},
		{name: "two indexes", knobs: func(l *SAMLLogout) { l.ContentXML += `<samlp:SessionIndex>_session-2</samlp:SessionIndex>` }},
		{name: "encrypted name", knobs: content(SAMLEncrypter{To: w.SP}.Encrypt(noT{}, "EncryptedID",
			[]byte(strings.Replace(NameXML("taro@example.jp"), "<saml:NameID", `<saml:NameID xmlns:saml="`+samlAssertion+`"`, 1))))},
		{name: "wrong Issuer", want: reasons("saml.issuer"), knobs: func(l *SAMLLogout) { l.IssuerXML = `<saml:Issuer>https://other.example</saml:Issuer>` }},
		{name: "no Issuer", want: reasons("saml.issuer"), knobs: func(l *SAMLLogout) { l.IssuerXML = "" }},
		{name: "wrong Destination", want: reasons("saml.destination"), knobs: func(l *SAMLLogout) { l.Destination += "/" }},
		{name: "no Destination", want: reasons("saml.destination_missing"), knobs: func(l *SAMLLogout) { l.Destination = "" }},
		{name: "version 1.1", want: reasons("saml.version"), knobs: func(l *SAMLLogout) { l.Version = "1.1" }},
		{name: "no ID", want: reasons("saml.id_syntax", "saml.signature_reference"), knobs: func(l *SAMLLogout) { l.ID = "" }},
		{name: "issued in the future", want: reasons("saml.issue_future"), knobs: func(l *SAMLLogout) { l.IssueInstant = at(61 * time.Second) }},
		{name: "issued long ago", want: reasons("saml.logout_old"), knobs: func(l *SAMLLogout) { l.IssueInstant = at(-12 * time.Minute) }},
		{name: "issued at no time", want: reasons("saml.issue_instant"), knobs: func(l *SAMLLogout) { l.IssueInstant = "" }},
		{name: "over", want: reasons("saml.logout_late"), knobs: func(l *SAMLLogout) { l.NotOnOrAfter = at(-time.Minute) }},
		{name: "over at no time", want: reasons("saml.logout_instant"), knobs: func(l *SAMLLogout) { l.NotOnOrAfter = "soon" }},
		{name: "no name", want: reasons("saml.name_id_count"), knobs: content("")},
		{name: "two names", want: reasons("saml.name_id_count"), knobs: content(NameXML("a") + NameXML("b"))},
		{name: "name with a child", want: reasons("saml.text_children"), knobs: content(NameXML("a<x/>b"))},
		{name: "name with white space", want: reasons("saml.name_id_space"), knobs: content(NameXML(" a"))},
		{name: "empty index", want: reasons("saml.session_index"), knobs: content(NameXML("a") + `<samlp:SessionIndex/>`)},
		{name: "something unknown", want: reasons("saml.logout_shape"), knobs: func(l *SAMLLogout) { l.ContentXML += `<x/>` }},
		{name: "name encrypted for someone else", want: reasons("saml.decrypt"), knobs: content(SAMLEncrypter{To: w.Forger}.Encrypt(noT{}, "EncryptedID", []byte("<x/>")))},
	}
}

func logoutPostVectors() []logoutVector {
	signed := func(s SAMLSigner, do func(xml string) string) func(testing.TB, *SAMLWorld) sso.Message {
		return func(t testing.TB, w *SAMLWorld) sso.Message {
			if s.Key.Signer == nil {
				s.Key = w.IdP
			}
			el := element(t, w.LogoutRequest().XML())
			s.Sign(t, el)
			return w.postedLogout("SAMLRequest", []byte(do(string(serialise(t, el)))), "relay")
		}
	}
	same := func(s string) string { return s }
	return []logoutVector{
		{name: "post, unsigned", want: reasons("saml.signature_missing"), message: func(t testing.TB, w *SAMLWorld) sso.Message {
			return w.postedLogout("SAMLRequest", []byte(w.LogoutRequest().XML()), "")
		}},
		{name: "post, another user's name put in", want: reasons("saml.signature_digest_mismatch"), message: signed(SAMLSigner{}, func(s string) string {
			return strings.Replace(s, "taro@example.jp", "hanako@example.jp", 1)
		})},
		{name: "post, forger's key", want: reasons("saml.signature"), message: func(t testing.TB, w *SAMLWorld) sso.Message {
			return signed(SAMLSigner{Key: w.Forger}, same)(t, w)
		}},
		{name: "post, SHA-1", want: reasons("saml.signature_algorithm"), message: signed(SAMLSigner{Method: xmlSignature + "rsa-sha1"}, same)},
		{name: "post, reference to the document", want: reasons("saml.signature_reference"), message: signed(SAMLSigner{URI: uri("")}, same)},
		{name: "post, DOCTYPE", want: reasons("saml.xml_doctype"), message: signed(SAMLSigner{}, func(s string) string { return "<!DOCTYPE x>" + s })},
		{name: "post, comment in the name", want: reasons("saml.xml_comment"), message: signed(SAMLSigner{}, func(s string) string {
			return strings.Replace(s, "taro@", "taro@<!-- x -->", 1)
		})},
		{name: "post, a response to a sign-in", want: reasons("saml.root"), message: func(t testing.TB, w *SAMLWorld) sso.Message {
			return w.postedLogout("SAMLResponse", w.Seal(t, SignedResponse, w.Response(w.Attempt()), Sealing{}), "")
		}},
		{name: "post, at the ACS", want: reasons("saml.endpoint"), message: func(t testing.TB, w *SAMLWorld) sso.Message {
			m := w.bring(t, w.LogoutRequest(), true, "")
			m.Endpoint = w.URL("acs")
			return m
		}},
		{name: "post, long relay state", want: reasons("saml.relay_state_size"), message: func(t testing.TB, w *SAMLWorld) sso.Message {
			return w.bring(t, w.LogoutRequest(), true, strings.Repeat("x", 1025))
		}},
		{name: "answer to nothing of ours", want: reasons("saml.in_response_to"), message: func(t testing.TB, w *SAMLWorld) sso.Message {
			return w.bring(t, w.LogoutResponse("_unknown"), true, "handle")
		}},
		{name: "answer without a request", want: reasons("saml.in_response_to_missing"), message: func(t testing.TB, w *SAMLWorld) sso.Message {
			return w.bring(t, w.LogoutResponse(""), false, "handle")
		}},
		{name: "answer, unsigned", want: reasons("saml.signature_missing"), message: func(t testing.TB, w *SAMLWorld) sso.Message {
			return w.postedLogout("SAMLResponse", []byte(w.LogoutResponse("_x").XML()), "")
		}},
	}
}

func logoutRedirectVectors() []logoutVector {
	by := func(r func(w *SAMLWorld) SAMLRedirect, do func(query string) string) func(testing.TB, *SAMLWorld) sso.Message {
		return func(t testing.TB, w *SAMLWorld) sso.Message {
			b := r(w)
			b.Field, b.Relay = "SAMLRequest", "relay/x y"
			return w.redirected(do(b.Query(t, []byte(w.LogoutRequest().XML()))))
		}
	}
	idp := func(w *SAMLWorld) SAMLRedirect { return SAMLRedirect{Key: w.IdP} }
	same := func(q string) string { return q }
	swap := func(q string) []string { // RelayState before SAMLRequest
		p := strings.Split(q, "&")
		return []string{p[1], p[0], p[2]}
	}
	return []logoutVector{
		{name: "redirect, percent-encoding in lower case", message: by(func(w *SAMLWorld) SAMLRedirect { return SAMLRedirect{Key: w.IdP, Escape: lowerEscape} }, same)},
		{name: "redirect, everything escaped", message: by(func(w *SAMLWorld) SAMLRedirect { return SAMLRedirect{Key: w.IdP, Escape: fullEscape} }, same)},
		{name: "redirect, another parameter added on the way", message: by(idp, func(q string) string { return q + "&utm_source=x" })},
		{name: "redirect, encoding named", message: by(idp, func(q string) string {
			return q + "&SAMLEncoding=" + url.QueryEscape("urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE")
		})},
		{name: "redirect, unsigned", want: reasons("saml.signature_missing"), message: by(func(w *SAMLWorld) SAMLRedirect { return SAMLRedirect{Key: w.IdP, Unsigned: true} }, same)},
		{name: "redirect, signature dropped", want: reasons("saml.signature_missing"), message: by(idp, func(q string) string { return q[:strings.Index(q, "&Signature=")] })},
		{name: "redirect, algorithm dropped", want: reasons("saml.signature_missing"), message: by(idp, func(q string) string {
			return q[:strings.Index(q, "&SigAlg=")] + q[strings.Index(q, "&Signature="):]
		})},
		{name: "redirect, signed over a reordered query", want: reasons("saml.redirect_order"), message: by(func(w *SAMLWorld) SAMLRedirect { return SAMLRedirect{Key: w.IdP, Signed: swap} }, same)},
		{name: "redirect, sent in another order", want: reasons("saml.redirect_order"), message: by(idp, func(q string) string {
			p := strings.Split(q, "&")
			return strings.Join([]string{p[1], p[0], p[2], p[3]}, "&")
		})},
		{name: "redirect, relay state changed", want: reasons("saml.signature"), message: by(idp, func(q string) string { return strings.Replace(q, "relay", "other", 1) })},
		{name: "redirect, relay state removed", want: reasons("saml.signature"), message: by(idp, func(q string) string {
			p := strings.Split(q, "&")
			return strings.Join([]string{p[0], p[2], p[3]}, "&")
		})},
		{name: "redirect, escaped anew on the way", want: reasons("saml.signature"), message: by(idp, func(q string) string { return strings.Replace(q, "+y", "%20y", 1) })},
		{name: "redirect, second request", want: reasons("saml.parameter"), message: by(idp, func(q string) string { return q + "&SAMLRequest=x" })},
		{name: "redirect, second request with its name escaped", want: reasons("saml.redirect_escape"), message: by(idp, func(q string) string { return q + "&%53AMLRequest=x" })},
		{name: "redirect, a response beside it", want: reasons("saml.redirect_order", "saml.parameter"), message: by(idp, func(q string) string { return q + "&SAMLResponse=x" })},
		{name: "redirect, other encoding", want: reasons("saml.redirect_encoding"), message: by(idp, func(q string) string { return q + "&SAMLEncoding=urn:x" })},
		{name: "redirect, forger's key", want: reasons("saml.signature"), message: by(func(w *SAMLWorld) SAMLRedirect { return SAMLRedirect{Key: w.Forger} }, same)},
		{name: "redirect, SHA-1", want: reasons("saml.signature_algorithm"), message: by(func(w *SAMLWorld) SAMLRedirect {
			return SAMLRedirect{Key: w.IdP, SigAlg: xmlSignature + "rsa-sha1"}
		}, same)},
		{name: "redirect, no message", want: reasons("saml.parameter"), message: func(_ testing.TB, w *SAMLWorld) sso.Message { return w.redirected("RelayState=x") }},
		{name: "redirect, deflate bomb (CVE-2023-28119)", want: reasons("saml.deflate_size"), message: raw(func(t testing.TB) []byte { return Deflate(t, make([]byte, 64<<20)) })},
		{name: "redirect, not deflated", want: reasons("saml.deflate"), message: raw(func(testing.TB) []byte { return []byte("<xml>") })},
		{name: "redirect, bytes after the deflated message", want: reasons("saml.deflate"), message: raw(func(t testing.TB) []byte { return append(Deflate(t, []byte("<x/>")), "xx"...) })},
		{name: "redirect, signature inside as well", want: reasons("saml.signature_place"), message: func(t testing.TB, w *SAMLWorld) sso.Message {
			el := element(t, w.LogoutRequest().XML())
			SAMLSigner{Key: w.IdP}.Sign(t, el)
			return w.redirected(SAMLRedirect{Key: w.IdP, Field: "SAMLRequest"}.Query(t, serialise(t, el)))
		}},
	}
}

// raw returns a redirect that carries bytes as they are, signed by the IdP: what costs too much must cost too much
// even then.
func raw(bytes func(testing.TB) []byte) func(testing.TB, *SAMLWorld) sso.Message {
	return func(t testing.TB, w *SAMLWorld) sso.Message {
		r := SAMLRedirect{Key: w.IdP, Field: "SAMLRequest"}
		r.Signed = func(q string) []string {
			return []string{"SAMLRequest=" + url.QueryEscape(base64.StdEncoding.EncodeToString(bytes(t))), q[strings.Index(q, "SigAlg="):]}
		}
		return w.redirected(r.Query(t, nil))
	}
}

func lowerEscape(s string) string {
	var b strings.Builder
	for i, part := range strings.Split(url.QueryEscape(s), "%") {
		if i > 0 {
			part = "%" + strings.ToLower(part[:2]) + part[2:]
		}
		b.WriteString(part)
	}
	return b.String()
}

func fullEscape(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		b.Write([]byte{'%', hex[s[i]>>4], hex[s[i]&15]})
	}
	return b.String()
}

// session is taro's, as it is kept after a sign-in.
func (w *SAMLWorld) session() store.Session {
	return store.Session{TrustID: w.TrustID, Subject: "taro@example.jp", Index: "_session-1",
		NameID: strings.Replace(NameXML("taro@example.jp"), "<saml:NameID", `<saml:NameID xmlns:saml="`+samlAssertion+`"`, 1)}
}
