package main

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"cloudpocket/cmd/app/interop"
)

// browser is as much of a browser as a sign-in needs: it keeps cookies, follows redirects and submits the forms that
// scripts would.
type browser struct {
	t      *testing.T
	client *http.Client
}

// localJar gives Secure cookies to names below localhost without TLS, as browsers do.
type localJar struct{ *cookiejar.Jar }

func (j localJar) SetCookies(u *url.URL, c []*http.Cookie) { j.Jar.SetCookies(asSecure(u), c) }
func (j localJar) Cookies(u *url.URL) []*http.Cookie       { return j.Jar.Cookies(asSecure(u)) }

func asSecure(u *url.URL) *url.URL {
	secure := *u
	secure.Scheme = "https"
	return &secure
}

func newBrowser(t *testing.T) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := interop.Client()
	client.Jar = localJar{jar}
	return &browser{t, client}
}

// page is what the browser shows.
type page struct {
	url    *url.URL
	status int
	text   string
	forms  []form
}

type form struct {
	action string
	fields url.Values
}

func (b *browser) open(address string) page {
	b.t.Helper()
	return b.show(b.client.Get(address))
}

// submit sends f, with more fields, from where it was found.
func (b *browser) submit(p page, f form, more url.Values) page {
	b.t.Helper()
	to, err := p.url.Parse(f.action)
	if err != nil {
		b.t.Fatal(err)
	}
	fields := url.Values{}
	for _, values := range []url.Values{f.fields, more} {
		for name, value := range values {
			fields[name] = value
		}
	}
	return b.show(b.client.PostForm(to.String(), fields))
}

// show reads an answer, and goes on where its page does so by itself.
func (b *browser) show(res *http.Response, err error) page {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		b.t.Fatal(err)
	}
	p := page{url: res.Request.URL, status: res.StatusCode, text: string(text)}
	doc, err := html.Parse(strings.NewReader(p.text))
	if err != nil {
		b.t.Fatal(err)
	}
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && n.Data == "form" {
			p.forms = append(p.forms, formOf(n))
		}
	}
	for _, f := range p.forms {
		if f.fields.Has("SAMLResponse") || f.fields.Has("SAMLRequest") {
			return b.submit(p, f, nil)
		}
	}
	return p
}

func formOf(n *html.Node) form {
	f := form{action: attribute(n, "action"), fields: url.Values{}}
	for input := range n.Descendants() {
		if input.Type == html.ElementNode && input.Data == "input" {
			f.fields.Add(attribute(input, "name"), attribute(input, "value"))
		}
	}
	return f
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
