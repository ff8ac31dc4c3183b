package page

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"cloudpocket/portal/route"
	"cloudpocket/sso"
	"cloudpocket/store"
)

//go:embed templates/*.html
var templateFiles embed.FS

// Config is what the pages cannot know by themselves. All fields are needed.
type Config struct {
	// Start returns the local address at which signing in at a trust begins, coming back to returnTo.
	Start func(trust store.ID, returnTo string) string
	// SignIn is the local address of signing in. It takes where to go afterwards as "to", and "choose" to offer every
	// way in again.
	SignIn string
	Log    *slog.Logger
}

// Pages shows everything that people see. It is safe for concurrent use.
type Pages struct {
	Assets *Assets
	config Config
	words  map[string]Words
	made   map[string]map[string]layout // language → page
}

var (
	_ sso.Pages       = (*Pages)(nil)
	_ route.ErrorPage = (*Pages)(nil)
)

// New reads the embedded words and assets; an error is a fault of the build.
func New(c Config) (*Pages, error) {
	assets, err := loadAssets()
	if err != nil {
		return nil, err
	}
	words, err := loadWords()
	if err != nil {
		return nil, err
	}
	p := &Pages{Assets: assets, config: c, words: words, made: map[string]map[string]layout{}}
	for _, lang := range Languages() {
		p.made[lang] = layouts(functions(words[lang], assets))
	}
	return p, nil
}

// frames says which frame each page is shown in.
func frames() map[string]string {
	return map[string]string{
		"addresses":   "shell",
		"bounced":     "shell",
		"companies":   "shell",
		"company":     "shell",
		"copyrights":  "shell",
		"export":      "shell",
		"import":      "shell",
		"office":      "shell",
		"people":      "shell",
		"person":      "shell",
		"personform":  "shell",
		"role":        "shell",
		"roles":       "shell",
		"whose":       "shell",
		"codes":       "shell",
		"desk":        "shell",
		"devices":     "shell",
		"entered":     "shell",
		"ending":      "shell",
		"inbox":       "shell",
		"log":         "shell",
		"logchecks":   "shell",
		"logevent":    "shell",
		"events":      "shell",
		"matrix":      "shell",
		"mymail":      "shell",
		"officemail":  "shell",
		"officemails": "shell",
		"onward":      "shell",
		"paper":       "shell",
		"parcel":      "shell",
		"persons":     "shell",
		"publish":     "shell",
		"review":      "shell",
		"rules":       "shell",
		"scheduled":   "shell",
		"search":      "shell",
		"sheet":       "shell",
		"totell":      "shell",
		"tray":        "shell",

		"inventories":       "shell",
		"inventory":         "shell",
		"inventoryreport":   "shell",
		"operator_audit":    "operator",
		"operator_codes":    "operator",
		"operator_enrol":    "operator",
		"operator_events":   "operator",
		"operator_firm":     "operator",
		"operator_firms":    "operator",
		"operator_home":     "operator",
		"operator_link":     "operator",
		"operator_second":   "operator",
		"operator_security": "operator",
		"operator_signin":   "operator",

		"setupform":   "plain",
		"setupoffer":  "plain",
		"signins":     "shell",
		"signintrace": "shell",
		"trust":       "shell",
		"trustdiff":   "shell",
		"trustform":   "shell",
		"trustnew":    "shell",
		"trustours":   "shell",
		"trusts":      "shell",
		"trustscim":   "shell",
		"client":      "shell",
		"clients":     "shell",
		"clientembed": "shell",
		"trusttry":    "shell",
		"webhook":     "shell",
		"webhooks":    "shell",

		"manual":     "developers",
		"playground": "developers",
		"reference":  "developers",
		"embed":      "frame",
		"embedalone": "plain",
		"embedpopup": "plain",

		"browsers":  "plain",
		"error":     "plain",
		"forward":   "plain",
		"signedout": "plain",
		"signin":    "plain",
		"switch":    "plain",
		"tested":    "plain",
	}
}

// sharedTemplates hold parts that several pages show.
func sharedTemplates() []string {
	return []string{"templates/parts.html", "templates/look.html", "templates/inventoryparts.html", "templates/wizard.html", "templates/keynotices.html"}
}

// layout returns a page's template, which is read when the page is first shown: there are many, and most instances show few.
type layout = func() (*template.Template, error)

// layouts are all pages with one language's functions. What a frame's pages share is read once.
func layouts(funcs template.FuncMap) map[string]layout {
	framed, all := map[string]layout{}, map[string]layout{}
	for name, frame := range frames() {
		if framed[frame] == nil {
			framed[frame] = sync.OnceValues(func() (*template.Template, error) {
				t := template.New("page").Funcs(funcs).Option("missingkey=error")
				return t.ParseFS(templateFiles, append(sharedTemplates(), "templates/"+frame+".html")...)
			})
		}
		all[name] = sync.OnceValues(func() (*template.Template, error) { return laidOut(framed[frame], name) })
	}
	return all
}

// laidOut reads a page into a copy of its frame.
func laidOut(frame layout, name string) (*template.Template, error) {
	t, err := frame()
	if err == nil {
		t, err = t.Clone()
	}
	if err != nil {
		return nil, fmt.Errorf("copy the frame of page %s: %w", name, err)
	}
	if t, err = t.ParseFS(templateFiles, "templates/"+name+".html"); err != nil {
		return nil, fmt.Errorf("parse page %s: %w", name, err)
	}
	return t, nil
}

// scene is what a template gets.
type scene struct {
	Lang  string
	Turns []turn
	Shell Shell
	View  any
}

// turn is a link to the same page in a language.
type turn struct {
	Lang    string
	URL     string
	Current bool
}

func turns(r *http.Request, lang string) []turn {
	var all []turn
	for _, l := range Languages() {
		u := url.URL{Path: "/"}
		q := url.Values{}
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			u.Path, q = here(r).Path, r.URL.Query()
		}
		q.Set("lang", l)
		u.RawQuery = q.Encode()
		all = append(all, turn{l, u.String(), l == lang})
	}
	return all
}

// here returns the local address of r. Two slashes at the start, as somebody may have sent, would make it another host's.
func here(r *http.Request) *url.URL {
	return &url.URL{Path: "/" + strings.TrimLeft(r.URL.Path, "/"), RawQuery: r.URL.RawQuery}
}

// show makes a page whole and then sends it.
func (p *Pages) show(w http.ResponseWriter, r *http.Request, status int, name string, s Shell, view any) error {
	b, err := p.render(r, name, s, view)
	if err != nil {
		return err
	}
	return p.send(w, r, status, b)
}

func (p *Pages) render(r *http.Request, name string, s Shell, view any) (*bytes.Buffer, error) {
	lang := p.lang(route.Lang(r))
	t, err := p.made[lang][name]()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	layout := "page"
	if s.Embedded {
		layout = "embedded"
	}
	if err := t.ExecuteTemplate(&b, layout, scene{lang, turns(r, lang), s, view}); err != nil {
		return nil, fmt.Errorf("make page %s: %w", name, err)
	}
	return &b, nil
}

func (p *Pages) send(w http.ResponseWriter, r *http.Request, status int, b *bytes.Buffer) error {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", p.lang(route.Lang(r)))
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	w.WriteHeader(status)
	_, err := b.WriteTo(w)
	return err
}

func (p *Pages) lang(asked string) string {
	if _, ok := p.words[asked]; ok {
		return asked
	}
	return Languages()[0]
}

// Words returns the words of a language, or of the first one where it is not spoken.
func (p *Pages) Words(lang string) Words { return p.words[p.lang(lang)] }
