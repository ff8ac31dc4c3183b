package app_test

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/crewjam/saml"

	"cloudpocket/sso/ssotest"
)

// BenchmarkSignIn brings a fresh message of about 6 KB to the ACS every time, where it is verified, spent and kept until
// the browser comes back with the cookies that a POST across sites does not bring. The bare side is the library that
// the service does not use for it, and one SET.
func BenchmarkSignIn(b *testing.B) {
	s := newLoaded(b)
	provider := crewjam(b, s.idp)
	bare := s.bare(b, func(w http.ResponseWriter, r *http.Request) {
		raw, err := base64.StdEncoding.DecodeString(r.FormValue("SAMLResponse"))
		if err == nil {
			_, err = provider.ParseXMLResponse(raw, nil, provider.AcsURL)
		}
		if err == nil {
			err = s.redis.Set(r.Context(), "bare-new", raw[:850], time.Hour).Err()
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusForbidden)
			return
		}
		w.Header().Set("Content-Length", "0")
		w.WriteHeader(http.StatusSeeOther)
	})
	signIn := func(addr string) func(b *testing.B) {
		return func(b *testing.B) {
			messages := make([][]byte, b.N)
			for i := range messages {
				messages[i] = signInAt(b, s.idp, i)
			}
			asking{16, "303", func(_, i int) []byte { return messages[i] }}.of(b, addr)
		}
	}
	compare(b, signIn(s.addr), signIn(bare))
}

// signInAt is the POST with a message that nobody has sent before.
func signInAt(b *testing.B, w *ssotest.SAMLWorld, i int) []byte {
	w.Now = time.Now()
	r := w.Response(nil)
	once := fmt.Sprintf("-%d-%d", i, time.Now().UnixNano())
	r.ID += once
	a := &r.Assertions[0]
	a.ID, a.SessionIndex, a.NameXML = a.ID+once, a.SessionIndex+once, ssotest.NameXML("suzuki")
	for _, name := range []string{"givenName", "surname", "department", "employeeNumber", "role", "locale"} {
		a.AttributesXML += ssotest.SAMLAttribute("http://schemas.example.jp/ws/2026/identity/claims/"+name, "value of "+name+" 山田太郎")
	}
	body := url.Values{"SAMLResponse": {base64.StdEncoding.EncodeToString(w.Seal(b, ssotest.SignedAssertion, r, ssotest.Sealing{}))}}.Encode()
	head := fmt.Sprintf("POST /sso/saml/bench/acs HTTP/1.1\r\nHost: pocket.localhost:8400\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n", len(body))
	return []byte(head + body)
}

func crewjam(b *testing.B, w *ssotest.SAMLWorld) *saml.ServiceProvider {
	b.Helper()
	var idp saml.EntityDescriptor
	must(b, xml.Unmarshal(w.Metadata(w.EntityID, w.IdP), &idp))
	acs, err := url.Parse(w.URL("acs"))
	must(b, err)
	entity, err := url.Parse(w.URL("metadata"))
	must(b, err)
	return &saml.ServiceProvider{EntityID: w.URL("metadata"), IDPMetadata: &idp, AcsURL: *acs, MetadataURL: *entity, AllowIDPInitiated: true}
}

// BenchmarkUpload publishes documents of one file of 200 KiB, 8 at a time: a form over HTTP, with digest, record, audit
// and receipts. The bare side writes the body to a file, and syncs it and its folder.
func BenchmarkUpload(b *testing.B) {
	const size = 200 << 10
	s := newLoaded(b)
	folder := filepath.Join(s.data, "bare")
	must(b, os.Mkdir(folder, 0o700))
	bare := s.bare(b, func(w http.ResponseWriter, r *http.Request) {
		if err := keepBare(folder, r.Body); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Length", "0")
		w.WriteHeader(http.StatusCreated)
	})
	compare(b,
		func(b *testing.B) { asking{8, "201", forms(8, size, s.cookie["sato"])}.of(b, s.addr) },
		func(b *testing.B) { asking{8, "201", puts(8, size, s.cookie["sato"])}.of(b, bare) })
}

func keepBare(folder string, body io.Reader) error {
	f, err := os.CreateTemp(folder, "new-*")
	if err != nil {
		return err
	}
	_, err = io.Copy(f, body)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), f.Name()+".pdf"); err != nil {
		return err
	}
	d, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// forms are uploads as a script sends them.
func forms(connections, size int, cookie string) func(connection, i int) []byte {
	const boundary = "8400840084008400"
	field := func(name, value string) string {
		return "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n"
	}
	front := field("title", "標準報酬決定通知書") + field("kind", "social-insurance") + field("office", "honsha") + field("deliver", "1") +
		"--" + boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"notice.pdf\"\r\nContent-Type: application/pdf\r\n\r\n"
	head := "POST /desk/documents HTTP/1.1\r\nAccept: application/json\r\nContent-Type: multipart/form-data; boundary=" + boundary
	return bodies(connections, size, head, cookie, front, "\r\n--"+boundary+"--\r\n")
}

func puts(connections, size int, cookie string) func(connection, i int) []byte {
	return bodies(connections, size, "PUT /new HTTP/1.1", cookie, "", "")
}

// bodies returns requests that carry a paper of its own each between front and back.
func bodies(connections, size int, head, cookie, front, back string) func(connection, i int) []byte {
	paper := paperOf(size)
	head += fmt.Sprintf("\r\nHost: pocket.localhost:8400\r\nCookie: %s\r\nContent-Length: %d\r\n\r\n", cookie, len(front)+size+len(back))
	all := make([][]byte, connections)
	for i := range all {
		all[i] = bytes.Join([][]byte{[]byte(head), []byte(front), paper, []byte(back)}, nil)
	}
	from := len(head) + len(front) + 16
	return func(connection, i int) []byte {
		copy(all[connection][from:], fmt.Sprintf("%020d", i))
		return all[connection]
	}
}
