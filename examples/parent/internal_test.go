package parent

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"testing"
	"time"
)

func TestRequestAnswers(t *testing.T) {
	const token = "urn:oasis:names:tc:SAML:2.0:ac:classes:TimeSyncToken"
	for _, row := range []struct {
		name   string
		asked  request
		need   level
		reach  level
		answer string
	}{
		{"nothing", request{}, levelPassword, levelSecond, ContextMFA},
		{"any of two, weaker reached", request{[]string{ContextMFA, ContextPassword}, ""}, levelPassword, levelPassword, ContextPassword},
		{"any of two, stronger reached", request{[]string{ContextPassword, token}, "exact"}, levelPassword, levelSecond, token},
		{"minimum", request{[]string{token}, "minimum"}, levelSecond, levelSecond, ContextMFA},
		{"better than a password", request{[]string{ContextPassword}, "better"}, levelSecond, levelSecond, ContextMFA},
		{"better than everything", request{[]string{ContextMFA}, "better"}, levelImpossible, levelSecond, ContextMFA},
		{"maximum", request{[]string{ContextPassword}, "maximum"}, levelPassword, levelSecond, ContextPassword},
		{"unknown", request{[]string{"x"}, "exact"}, levelImpossible, levelSecond, ContextMFA},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := row.asked.need(); got != row.need {
				t.Errorf("needs %d, want %d", got, row.need)
			}
			if got := row.asked.answer(row.reach); got != row.answer {
				t.Errorf("answers %q, want %q", got, row.answer)
			}
		})
	}
}

func TestExpiring(t *testing.T) {
	now := time.Unix(0, 0)
	e := newExpiring[int](func() time.Time { return now })
	e.put("a", 1, now.Add(time.Second))
	e.put("b", 2, now.Add(time.Minute))
	if !e.change("a", func(v int) int { return v + 10 }) || e.change("c", func(v int) int { return v }) {
		t.Error("change tells wrongly what is there")
	}
	if v, ok := e.get("a"); !ok || v != 11 {
		t.Errorf("a is %d, %v", v, ok)
	}
	now = now.Add(time.Second)
	if _, ok := e.get("a"); ok {
		t.Error("a is there at its end")
	}
	if got := e.all(func(int) bool { return true }); len(got) != 1 || got[0] != 2 {
		t.Errorf("left are %v", got)
	}
	if v, ok := e.take("b"); !ok || v != 2 {
		t.Errorf("b is %d, %v", v, ok)
	}
	if _, ok := e.take("b"); ok {
		t.Error("b is there after it was taken")
	}
	e.put("c", 3, now.Add(time.Second))
	if len(e.items) != 1 {
		t.Errorf("what is over is kept: %v", e.items)
	}
}

func TestGCM(t *testing.T) {
	for _, g := range []gcm{gcm128(), gcm256()} {
		key, text := bytes.Repeat([]byte{7}, g.bytes), []byte("<Assertion/>")
		el, err := g.Encrypt(key, text, nil)
		if err != nil {
			t.Fatal(err)
		}
		sealed, err := base64.StdEncoding.DecodeString(el.FindElement("./CipherData/CipherValue").Text())
		if err != nil {
			t.Fatal(err)
		}
		block, err := aes.NewCipher(key)
		if err != nil {
			t.Fatal(err)
		}
		aead, err := cipher.NewGCM(block)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := aead.Open(nil, sealed[:12], sealed[12:], nil); err != nil || !bytes.Equal(got, text) {
			t.Errorf("%s: %q, %v", g.uri, got, err)
		}
		if _, err := g.Encrypt(key[1:], text, nil); err == nil {
			t.Errorf("%s took a short key", g.uri)
		}
	}
}

// Both languages have the same keys, and every key that a page or a fault names.
func TestWords(t *testing.T) {
	p, err := loadPages()
	if err != nil {
		t.Fatal(err)
	}
	for key, text := range p.words["ja"] {
		if _, ok := p.words["en"][key]; !ok || text == "" {
			t.Errorf("%q is missing or empty", key)
		}
	}
	if len(p.words["ja"]) != len(p.words["en"]) {
		t.Error("English has more keys than Japanese")
	}
	entries, err := files.ReadDir("pages")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if entry.IsDir() {
			continue
		}
		text, err := files.ReadFile("pages/" + entry.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\.T "([^"]+)"`).FindAllSubmatch(text, -1) {
			if _, ok := p.words["ja"][string(m[1])]; !ok {
				t.Errorf("%s names %q, which has no words", entry.Name(), m[1])
			}
		}
	}
}

func TestLanguage(t *testing.T) {
	for _, row := range []struct{ name, query, cookie, accept, want string }{
		{"nothing", "", "", "", "ja"},
		{"English first", "", "", "en-GB,en;q=0.9,ja;q=0.8", "en"},
		{"French, then Japanese", "", "", "fr, ja", "ja"},
		{"cookie over header", "", "en", "ja", "en"},
		{"query over cookie", "?lang=ja", "en", "en", "ja"},
		{"unknown query", "?lang=xx", "", "en", "en"},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/"+row.query, nil)
			r.Header.Set("Accept-Language", row.accept)
			r.AddCookie(&http.Cookie{Name: langCookie, Value: row.cookie})
			if got := language(r); got != row.want {
				t.Errorf("%q, want %q", got, row.want)
			}
		})
	}
}

func TestText(t *testing.T) {
	both := Text{"はい", "yes"}
	if both.In("ja") != "はい" || both.In("en") != "yes" || (Text{Ja: "はい"}).In("en") != "はい" || (Text{En: "yes"}).In("ja") != "yes" {
		t.Error("a text is given in the wrong language")
	}
}

func fuzzed(f *testing.F) *Parent {
	f.Helper()
	p, err := New(Config{Users: []User{{Login: "a", Subject: "a"}}})
	if err != nil {
		f.Fatal(err)
	}
	return p
}

// Whatever arrives at the SAML endpoints is answered, and never with success.
func FuzzSAMLMessages(f *testing.F) {
	p := fuzzed(f)
	el := (&logoutRequest{}).Element()
	target, err := p.redirectURL(p.URL(pathSLO), "SAMLRequest", el, "x")
	if err != nil {
		f.Fatal(err)
	}
	u, err := url.Parse(target)
	if err != nil {
		f.Fatal(err)
	}
	text, err := render(el)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(u.RawQuery, []byte(nil))
	f.Add("", text)
	f.Add("", []byte(`<a xmlns="urn:oasis:names:tc:SAML:2.0:protocol"><Signature/></a>`))
	f.Fuzz(func(t *testing.T, query string, xml []byte) {
		for _, path := range []string{pathSSO, pathSLO} {
			get := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
			get.URL.RawQuery = query
			body := url.Values{"SAMLRequest": {base64.StdEncoding.EncodeToString(xml)}}.Encode()
			post := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, bytes.NewBufferString(body))
			post.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			for _, r := range []*http.Request{get, post} {
				w := httptest.NewRecorder()
				p.ServeHTTP(w, r)
				if w.Code < 400 {
					t.Errorf("%s %s answered %d", r.Method, path, w.Code)
				}
			}
		}
	})
}

func FuzzMetadata(f *testing.F) {
	f.Add([]byte(`<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="x"><SPSSODescriptor/></EntityDescriptor>`))
	f.Fuzz(func(t *testing.T, text []byte) {
		md, err := parseMetadata(text)
		if err != nil {
			return
		}
		if md.EntityID == "" {
			t.Error("metadata without a name")
		}
		certificates(md, "signing")
		gcmFor(md)
		if e, ok := logoutEndpoint(md, true); ok && e.binding == "" {
			t.Error("an endpoint without a binding")
		}
	})
}

func FuzzClientAssertion(f *testing.F) {
	p := fuzzed(f)
	token, err := p.sign("JWT", map[string]any{"iss": p.Issuer()})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(token)
	f.Fuzz(func(t *testing.T, text string) {
		if id := p.assertedClient(t.Context(), text); id != "" {
			t.Errorf("%q was believed", id)
		}
		if client, sid, err := p.hinted(text); err == nil && client+sid != "" {
			t.Errorf("a hint of client %q, session %q was believed", client, sid)
		}
	})
}

// Discovery names what is there and nothing else.
func TestDiscoveryHasNoEmptyEndpoints(t *testing.T) {
	p, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	p.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, pathDiscovery, nil))
	var d map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &d); err != nil {
		t.Fatal(err)
	}
	for name, value := range d {
		if value == "" || value == nil {
			t.Errorf("%s is empty", name)
		}
	}
}
