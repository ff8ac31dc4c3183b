package parent

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"strings"
	"time"
)

//go:embed pages
var files embed.FS

// pages are the templates, the words and the assets.
type pages struct {
	templates map[string]*template.Template
	words     map[string]map[string]string // language → key → text
	static    fs.FS
}

func loadPages() (pages, error) {
	all := pages{templates: map[string]*template.Template{}, words: map[string]map[string]string{}}
	for _, name := range []string{"signin", "code", "home", "account", "confirm", "signedout", "forward", "error"} {
		t, err := template.ParseFS(files, "pages/layout.html", "pages/"+name+".html")
		if err != nil {
			return pages{}, fmt.Errorf("reading page %s: %w", name, err)
		}
		all.templates[name] = t
	}
	for _, lang := range []string{"ja", "en"} {
		text, err := files.ReadFile("pages/" + lang + ".json")
		if err != nil {
			return pages{}, fmt.Errorf("reading the words of %s: %w", lang, err)
		}
		words := map[string]string{}
		if err := json.Unmarshal(text, &words); err != nil {
			return pages{}, fmt.Errorf("reading the words of %s: %w", lang, err)
		}
		all.words[lang] = words
	}
	static, err := fs.Sub(files, "pages/assets")
	if err != nil {
		return pages{}, fmt.Errorf("reading the assets: %w", err)
	}
	all.static = static
	return all, nil
}

func (p pages) assets() http.Handler {
	server := http.StripPrefix("/assets/", http.FileServerFS(p.static))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "max-age=300")
		server.ServeHTTP(w, r)
	})
}

func (p pages) show(w http.ResponseWriter, status int, name string, data any) error {
	var body bytes.Buffer
	if err := p.templates[name].ExecuteTemplate(&body, "layout", data); err != nil {
		return fmt.Errorf("rendering page %s: %w", name, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, err := body.WriteTo(w)
	if err != nil {
		return fmt.Errorf("sending page %s: %w", name, err)
	}
	return nil
}

// chrome is what every page has around it.
type chrome struct {
	Lang   string
	Title  string
	Path   string
	Other  string // this page in the other language
	Person string // who is signed in; empty: nobody
	words  map[string]string
}

// T returns the words under key in the reader's language.
func (c chrome) T(key string) string {
	if text, ok := c.words[key]; ok {
		return text
	}
	return "⟨" + key + "⟩"
}

func (c chrome) moment(t time.Time) string {
	t = t.In(time.FixedZone("JST", 9*60*60))
	if c.Lang == "en" {
		return t.Format("2 Jan 2006 15:04:05") + " JST"
	}
	return t.Format("2006年1月2日 15:04:05")
}

const langCookie = "parent_lang"

// chrome prepares the surroundings of a page, in the language of ?lang=, else of the cookie that ?lang= left, else of
// Accept-Language, else Japanese.
func (p *Parent) chrome(w http.ResponseWriter, r *http.Request, title string) chrome {
	lang := language(r)
	if r.URL.Query().Get("lang") == lang {
		http.SetCookie(w, &http.Cookie{
			Name: langCookie, Value: lang, Path: "/", MaxAge: 1 << 25, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: p.secure(),
		})
	}
	c := chrome{Lang: lang, Path: r.URL.Path, words: p.pages.words[lang]}
	c.Title = c.T(title)
	if r.Method == http.MethodGet {
		q := r.URL.Query()
		q.Set("lang", map[string]string{"ja": "en", "en": "ja"}[lang])
		c.Other = "?" + q.Encode()
	}
	if _, u, ok := p.current(r); ok {
		c.Person = u.Name
	}
	return c
}

func language(r *http.Request) string {
	if lang := r.URL.Query().Get("lang"); lang == "ja" || lang == "en" {
		return lang
	}
	if c, err := r.Cookie(langCookie); err == nil && (c.Value == "ja" || c.Value == "en") {
		return c.Value
	}
	for _, part := range strings.Split(r.Header.Get("Accept-Language"), ",") {
		switch lang := strings.ToLower(strings.TrimSpace(part)); {
		case strings.HasPrefix(lang, "ja"):
			return "ja"
		case strings.HasPrefix(lang, "en"):
			return "en"
		}
	}
	return "ja"
}

func joinWords(words []string) string { return strings.Join(words, ", ") }

// fault is an error that a person can be told about: a status and the key of a sentence.
type fault struct {
	status int
	key    string
	err    error // the cause, for the log; may be nil
}

func (f *fault) Error() string {
	if f.err == nil {
		return f.key
	}
	return f.key + ": " + f.err.Error()
}

func (f *fault) Unwrap() error { return f.err }

type errorData struct {
	chrome
	Sentence  string
	Reference string
}

// fail logs err and tells the person, with a reference that is in the log too.
func (p *Parent) fail(w http.ResponseWriter, r *http.Request, err error) {
	f := &fault{http.StatusInternalServerError, "error.internal", err}
	errors.As(err, &f)
	ref := random()[:8]
	p.cfg.Log.Warn("request refused", "reference", ref, "path", r.URL.Path, "status", f.status, "error", err)
	c := p.chrome(w, r, "error.title")
	if err := p.pages.show(w, f.status, "error", errorData{c, c.T(f.key), ref}); err != nil {
		p.cfg.Log.Error("error page failed", "reference", ref, "error", err)
	}
}

func (p *Parent) missing(http.ResponseWriter, *http.Request) error {
	return &fault{http.StatusNotFound, "error.missing", nil}
}

// form is a form that sends the browser on by itself, with a button where scripts are off.
type form struct {
	URL    string
	Fields []field
}

type field struct{ Name, Value string }

type forwardData struct {
	chrome
	form
}

func (p *Parent) forward(w http.ResponseWriter, r *http.Request, f form) error {
	return p.pages.show(w, http.StatusOK, "forward", forwardData{p.chrome(w, r, "forward.title"), f})
}
