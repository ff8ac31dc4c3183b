package page

import (
	"net/http"
	"net/url"
	"strings"

	"cloudpocket/portal/route"
)

type fault struct {
	Class     string // the messages "fault." + Class + ".title" and ".next"
	Sentence  string
	Reference string
	Again     string // where "try again" leads; empty: nowhere
	SignIn    string // where "sign in" leads; empty: nowhere
}

// Error shows what went wrong: what happened, what to do next, and the reference to quote. A page that cannot even be
// made becomes one line of text, so that no answer is ever empty.
func (p *Pages) Error(w http.ResponseWriter, r *http.Request, v route.ErrorView) {
	class := classOf(v.Status, v.Key)
	sentence, err := p.Words(route.Lang(r)).Sentence(v.Key, v.Args, "error."+class)
	if err == nil {
		f := fault{Class: class, Sentence: sentence, Reference: v.Reference}
		p.ways(&f, r)
		err = p.show(w, r, v.Status, "error", Shell{Embedded: v.Embedded}, f)
	}
	if err != nil {
		p.config.Log.ErrorContext(r.Context(), "make the error page", "error", err)
		http.Error(w, http.StatusText(v.Status)+" "+v.Reference, v.Status)
	}
}

// Sentence returns what went wrong in the language of v, "" when that cannot be said.
func (p *Pages) Sentence(v route.ErrorView) string {
	sentence, err := p.Words(v.Lang).Sentence(v.Key, v.Args, "error."+classOf(v.Status, v.Key))
	if err != nil {
		p.config.Log.Error("say what went wrong", "error", err)
	}
	return sentence
}

// ways sets the ways out of f.
func (p *Pages) ways(f *fault, r *http.Request) {
	reading := r.Method == http.MethodGet || r.Method == http.MethodHead
	switch f.Class {
	case "unavailable", "internal":
		if reading {
			f.Again = here(r).String()
		}
	case "signin": // where it failed may be where it would go by itself again
		f.SignIn = with(p.config.SignIn, "choose", "1")
	case "unsigned":
		f.SignIn = p.config.SignIn
		if reading {
			f.SignIn = with(f.SignIn, "to", here(r).String())
		}
	}
}

// with returns a local address with one more value in its query.
func with(local, name, value string) string {
	path, query, _ := strings.Cut(local, "?")
	q, err := url.ParseQuery(query)
	if err != nil {
		return local
	}
	q.Set(name, value)
	return path + "?" + q.Encode()
}

// classOf returns the kind of error page that fits: it has the title and says what to do next.
func classOf(status int, key string) string {
	if strings.HasPrefix(key, "signin.") {
		return "signin"
	}
	switch status {
	case http.StatusUnauthorized:
		return "unsigned"
	case http.StatusForbidden:
		return "denied"
	case http.StatusNotFound, http.StatusMethodNotAllowed:
		return "not_found"
	case http.StatusConflict:
		return "conflict"
	case http.StatusGone:
		return "expired"
	case http.StatusRequestEntityTooLarge:
		return "too_large"
	case http.StatusTooManyRequests, http.StatusServiceUnavailable, http.StatusBadGateway, http.StatusGatewayTimeout:
		return "unavailable"
	}
	if status >= 400 && status < 500 {
		return "invalid"
	}
	return "internal"
}
