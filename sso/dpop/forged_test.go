package dpop

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"strings"
	"testing"
	"time"

	"cloudpocket/sso"
	"cloudpocket/sso/ssotest"
)

// changed is m with some of its members changed; those that become nil are left out.
func changed(m map[string]any, by map[string]any) map[string]any {
	m = maps.Clone(m)
	for name, value := range by {
		if m[name] = value; value == nil {
			delete(m, name)
		}
	}
	return m
}

// TestForgedClaims signs what is not for this request.
func TestForgedClaims(t *testing.T) {
	b, p := newBench(t), ssotest.NewProver(t)
	want := Want{Method: "GET", URL: here, Token: token, Thumbprint: p.Thumbprint()}
	for _, row := range []struct {
		name string
		by   map[string]any
		want sso.Reason
	}{
		{"another method", map[string]any{"htm": "POST"}, reasonMethod},
		{"the method in another case", map[string]any{"htm": "get"}, reasonMethod},
		{"no method", map[string]any{"htm": nil}, reasonMethod},
		{"another path", map[string]any{"htu": here + "/1"}, reasonURL},
		{"another host", map[string]any{"htu": "https://pocket.example.attacker.example/embed/at/deliveries"}, reasonURL},
		{"another scheme", map[string]any{"htu": strings.Replace(here, "https", "http", 1)}, reasonURL},
		{"a query", map[string]any{"htu": here + "?a=b"}, reasonURL},
		{"a fragment", map[string]any{"htu": here + "#a"}, reasonURL},
		{"a port", map[string]any{"htu": "https://pocket.example:443/embed/at/deliveries"}, reasonURL},
		{"no address", map[string]any{"htu": nil}, reasonURL},
		{"old", map[string]any{"iat": b.now.Add(-Skew - time.Second).Unix()}, reasonIssued},
		{"early", map[string]any{"iat": b.now.Add(Skew + time.Second).Unix()}, reasonIssued},
		{"no time", map[string]any{"iat": nil}, reasonIssued},
		{"a time in words", map[string]any{"iat": "1795338000"}, reasonIssued},
		{"a time in parts", map[string]any{"iat": 1795338000.5}, reasonIssued},
		{"a time before all", map[string]any{"iat": -1}, reasonIssued},
		{"a time that runs over", map[string]any{"iat": json.RawMessage("9223372036854775807")}, reasonIssued},
		{"a time of many digits", map[string]any{"iat": json.RawMessage("1" + strings.Repeat("0", 400))}, reasonIssued},
		{"a huge exponent", map[string]any{"iat": json.RawMessage("1e999999999")}, reasonIssued},
		{"no jti", map[string]any{"jti": nil}, reasonID},
		{"a blank jti", map[string]any{"jti": " \t"}, reasonID},
		{"a long jti", map[string]any{"jti": strings.Repeat("x", maxID+1)}, reasonID},
		{"a jti that is none", map[string]any{"jti": 1}, reasonClaims},
		{"no token's", map[string]any{"ath": nil}, reasonToken},
		{"an empty token's", map[string]any{"ath": ""}, reasonToken},
		{"the token itself", map[string]any{"ath": token}, reasonToken},
		{"another token's", map[string]any{"ath": digest("cpe_other")}, reasonToken},
		{"a token's, padded", map[string]any{"ath": digest(token) + "="}, reasonToken},
	} {
		claims := changed(ssotest.Claims("GET", here, token, b.now), row.by)
		if got, err := b.Verify(t.Context(), p.Sign(t, p.Header(), claims), want); got != "" || sso.ReasonOf(err) != row.want {
			t.Errorf("%s: %q, %v, want %s", row.name, got, err, row.want)
		}
	}
	other := ssotest.NewProver(t)
	if _, err := b.Verify(t.Context(), other.Proof(t, "GET", here, token, b.now), want); sso.ReasonOf(err) != reasonThumbprint {
		t.Errorf("another key: %v", err)
	}
	if _, err := b.Verify(t.Context(), p.Proof(t, "GET", here, token, b.now), Want{Method: "GET", URL: here}); sso.ReasonOf(err) != reasonToken {
		t.Errorf("for a token where none comes: %v", err)
	}
}

// TestForgedHeaders signs good claims under headers that are none of a proof's.
func TestForgedHeaders(t *testing.T) {
	b, p, other := newBench(t), ssotest.NewProver(t), ssotest.NewProver(t)
	jwk := func(by map[string]any) map[string]any { return map[string]any{"jwk": changed(p.JWK, by)} }
	x, _ := p.JWK["x"].(string)
	for _, row := range []struct {
		name string
		by   map[string]any
		want sso.Reason
	}{
		{"no type", map[string]any{"typ": nil}, reasonType},
		{"an ID token's type", map[string]any{"typ": "JWT"}, reasonType},
		{"the type in another case", map[string]any{"typ": "DPoP+JWT"}, reasonType},
		{"no algorithm", map[string]any{"alg": nil}, reasonAlgorithm},
		{"none", map[string]any{"alg": "none"}, reasonAlgorithm},
		{"None", map[string]any{"alg": "None"}, reasonAlgorithm},
		{"HMAC", map[string]any{"alg": "HS256"}, reasonAlgorithm},
		{"another hash", map[string]any{"alg": "ES384"}, reasonAlgorithm},
		{"another key's algorithm", map[string]any{"alg": "RS256"}, reasonAlgorithm},
		{"a list of algorithms", map[string]any{"alg": []string{"ES256"}}, reasonAlgorithm},
		{"no key", map[string]any{"jwk": nil}, reasonKey},
		{"a key that is none", map[string]any{"jwk": "key"}, reasonKey},
		{"another's key", map[string]any{"jwk": other.JWK}, reasonSignature},
		{"a key's name", map[string]any{"kid": "../../keys/1"}, reasonHeader},
		{"a key's address", map[string]any{"jku": "https://attacker.example/jwks"}, reasonHeader},
		{"a certificate's address", map[string]any{"x5u": "https://attacker.example/x"}, reasonHeader},
		{"a certificate", map[string]any{"x5c": []string{"MIIB"}}, reasonHeader},
		{"an extension", map[string]any{"crit": []string{"b64"}, "b64": false}, reasonHeader},
		{"a private part", jwk(map[string]any{"d": p.Private(t)}), reasonKey},
		{"an empty private part", jwk(map[string]any{"d": ""}), reasonKey},
		{"a symmetric key", map[string]any{"jwk": map[string]any{"kty": "oct", "k": "c2VjcmV0"}}, reasonKey},
		{"an RSA key", map[string]any{"jwk": map[string]any{"kty": "RSA", "n": x, "e": "AQAB"}}, reasonKey},
		{"RSA beside EC", jwk(map[string]any{"n": x, "e": "AQAB"}), reasonKey},
		{"another curve", jwk(map[string]any{"crv": "P-384"}), reasonKey},
		{"Ed25519", map[string]any{"jwk": map[string]any{"kty": "OKP", "crv": "Ed25519", "x": x}}, reasonKey},
		{"a certificate in the key", jwk(map[string]any{"x5c": []string{"MIIB"}}), reasonKey},
		{"a name in the key", jwk(map[string]any{"kid": "1"}), reasonKey},
		{"not on the curve", jwk(map[string]any{"y": x}), reasonKey},
		{"the point of nothing", jwk(map[string]any{"x": strings.Repeat("A", 43), "y": strings.Repeat("A", 43)}), reasonKey},
		{"a coordinate over the field", jwk(map[string]any{"x": "_____________________________________________w"[:42] + "8"}), reasonKey},
		{"a coordinate padded", jwk(map[string]any{"x": x + "="}), reasonKey},
		{"a coordinate with a line's end", jwk(map[string]any{"x": x[:20] + "\n" + x[20:]}), reasonKey},
		{"a coordinate longer by a zero", jwk(map[string]any{"x": "AA" + x}), reasonKey},
		{"a coordinate that is a number", jwk(map[string]any{"x": 5}), reasonKey},
	} {
		header := changed(p.Header(), row.by)
		got, err := b.Verify(t.Context(), p.Sign(t, header, ssotest.Claims("GET", here, "", b.now)), Want{Method: "GET", URL: here})
		if got != "" || sso.ReasonOf(err) != row.want {
			t.Errorf("%s: %q, %v, want %s", row.name, got, err, row.want)
		}
	}
}

// TestForgedForms sends what is no compact JWS of two JSON objects, each member once.
func TestForgedForms(t *testing.T) {
	b, p := newBench(t), ssotest.NewProver(t)
	good := p.Proof(t, "GET", here, "", b.now)
	parts := strings.Split(good, ".")
	text := func(v any) string { s, _ := json.Marshal(v); return string(s) }
	header, claims := text(p.Header()), text(ssotest.Claims("GET", here, "", b.now))
	twice := func(object, member string) string { return object[:len(object)-1] + "," + member + "}" }
	for _, row := range []struct {
		name  string
		proof string
		want  sso.Reason
	}{
		{"nothing", "", reasonSize},
		{"too much", good + strings.Repeat("A", maxProof), reasonSize},
		{"a jti that fills it", p.SignText(t, header, text(changed(ssotest.Claims("GET", here, "", b.now), map[string]any{"jti": strings.Repeat("x", maxProof)}))), reasonSize},
		{"two parts", parts[0] + "." + parts[1], reasonForm},
		{"four parts", good + ".AAAA", reasonForm},
		{"dots", "..", reasonHeader},
		{"no signature", parts[0] + "." + parts[1] + ".", reasonSignature},
		{"a short signature", parts[0] + "." + parts[1] + "." + parts[2][:84], reasonSignature},
		{"a zero signature", parts[0] + "." + parts[1] + "." + strings.Repeat("A", 86), reasonSignature},
		{"a signature longer by zeros", parts[0] + "." + parts[1] + "." + strings.Repeat("A", 4) + parts[2], reasonSignature},
		{"another's signature", parts[0] + "." + parts[1] + "." + strings.Split(p.Proof(t, "GET", here, "", b.now), ".")[2], reasonSignature},
		{"a signature in ASN.1", parts[0] + "." + parts[1] + "." + base64.RawURLEncoding.EncodeToString(append([]byte{0x30, 0x44}, make([]byte, 68)...)), reasonSignature},
		{"HMAC by the public key", hmacOf(p, claims), reasonAlgorithm},
		{"padding", parts[0] + "=." + parts[1] + "." + parts[2], reasonForm},
		{"standard base64", parts[0] + "." + strings.Repeat("+/", 20) + "." + parts[2], reasonForm},
		{"a line's end", parts[0] + ".\n" + parts[1] + "." + parts[2], reasonForm},
		{"blanks around", " " + good, reasonForm},
		{"two, apart by a comma", good + "," + good, reasonForm},
		{"JSON serialisation", `{"protected":"` + parts[0] + `"}`, reasonForm},
		{"alg twice", p.SignText(t, twice(header, `"alg":"ES256"`), claims), reasonHeader},
		{"jwk twice", p.SignText(t, twice(header, `"jwk":{}`), claims), reasonHeader},
		{"htu twice", p.SignText(t, header, twice(claims, `"htu":"`+here+`"`)), reasonClaims},
		{"a list of claims", p.SignText(t, header, "["+claims+"]"), reasonClaims},
		{"null for claims", p.SignText(t, header, "null"), reasonIssued},
		{"null for a header", p.SignText(t, "null", claims), reasonHeader},
		{"claims that go on", p.SignText(t, header, claims+"{}"), reasonClaims},
		{"claims that end early", p.SignText(t, header, claims[:len(claims)-1]), reasonClaims},
		{"claims that are not UTF-8", p.SignText(t, header, twice(claims, "\"n\":\"\xff\"")), reasonClaims},
		{"claims by other names' case", p.SignText(t, header, strings.Replace(claims, "htm", "HTM", 1)), reasonMethod},
		{"depth", p.SignText(t, header, twice(claims, `"n":`+strings.Repeat("[", 1000))), reasonClaims},
	} {
		if got, err := b.Verify(t.Context(), row.proof, Want{Method: "GET", URL: here}); got != "" || sso.ReasonOf(err) != row.want {
			t.Errorf("%s: %q, %v, want %s", row.name, got, err, row.want)
		}
	}
	if _, err := b.Verify(t.Context(), good, Want{Method: "GET", URL: here}); err != nil {
		t.Errorf("the good one was spent by what was made of it: %v", err)
	}
}

// hmacOf signs claims by HS256 with the public key for a secret.
func hmacOf(p *ssotest.Prover, claims string) string {
	key, _ := json.Marshal(p.JWK)
	header, _ := json.Marshal(map[string]any{"typ": "dpop+jwt", "alg": "HS256", "jwk": p.JWK})
	signed := base64.RawURLEncoding.EncodeToString(header) + "." + base64.RawURLEncoding.EncodeToString([]byte(claims))
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(signed))
	return signed + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func FuzzParse(f *testing.F) {
	p := ssotest.NewProver(f)
	f.Add(p.Proof(f, "GET", here, token, time.Unix(1795338000, 0)))
	f.Add(p.SignText(f, `{"typ":"dpop+jwt"`, "{}"))
	f.Add("..")
	f.Fuzz(func(t *testing.T, raw string) {
		got, err := parse(raw)
		if err != nil {
			if sso.ReasonOf(err) == "" {
				t.Fatalf("refused without a reason: %v", err)
			}
			return
		}
		if got.key.public == nil || len(got.key.thumbprint()) != 43 {
			t.Fatalf("read without a key: %+v", got)
		}
		got.key.verifies(got.signed, got.signature)
	})
}

func BenchmarkVerify(b *testing.B) {
	v, p := newBench(b), ssotest.NewProver(b)
	proofs := make([]string, b.N)
	for i := range proofs {
		proofs[i] = p.Proof(b, "GET", here, token, v.now)
	}
	want := Want{Method: "GET", URL: here, Token: token, Thumbprint: p.Thumbprint()}
	b.ReportAllocs()
	b.ResetTimer()
	for _, one := range proofs {
		if _, err := v.Verify(b.Context(), one, want); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSignature is what of a verification is no matter of marks.
func BenchmarkSignature(b *testing.B) {
	p := ssotest.NewProver(b)
	one := p.Proof(b, "GET", here, token, time.Unix(1795338000, 0))
	b.ReportAllocs()
	for b.Loop() {
		got, err := parse(one)
		if err != nil || !got.key.verifies(got.signed, got.signature) {
			b.Fatal(err)
		}
	}
}
