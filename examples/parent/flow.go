package parent

import (
	"net/http"
	"net/url"
	"time"
)

// flow is a request that waits for somebody to be signed in well enough. It is known by a random name in the URL.
type flow struct {
	id      string
	service string    // who asks, as the person may read it; empty: the portal itself
	hint    string    // login to fill in
	need    level     // the least level; a weaker one is refused if strict, otherwise accepted when the person has no more
	strict  bool      // whether need is a condition
	force   bool      // authenticate anew, whatever the session
	since   time.Time // an authentication before this is too old
	passive bool      // ask the person nothing

	passed string // login whose password was given in this flow
	done   string // session that was begun or renewed in this flow

	resume func(http.ResponseWriter, *http.Request, session, User) error // answers the request
	refuse func(http.ResponseWriter, *http.Request, verdict) error       // answers it with no
}

// verdict is what a flow needs next.
type verdict int

const (
	ready        verdict = iota
	needPassword         // nobody is signed in, not lately enough, or the wrong way
	needCode             // the second factor alone is missing
	cannot               // the person has no second factor, and the flow insists on it
)

// flowLife is how long a person may take to sign in.
const flowLife = 15 * time.Minute

// park remembers f and returns the local path that goes on with it.
func (p *Parent) park(f flow) string {
	if f.id == "" {
		f.id = random()
	}
	p.flows.put(f.id, f, p.cfg.Now().Add(flowLife))
	return flowPath("/continue", f.id)
}

func flowPath(path, id string) string {
	if id == "" {
		return path
	}
	return path + "?flow=" + url.QueryEscape(id)
}

// judge holds a session against a flow; signedIn is false when there is none.
func (f flow) judge(s session, u User, signedIn bool) verdict {
	fresh := f.done != "" && f.done == s.id
	switch {
	case !signedIn || (f.force && !fresh):
		return needPassword
	case !f.since.IsZero() && s.at.Before(f.since) && !fresh:
		return needPassword
	case s.level >= f.need:
		return ready
	case f.need == levelSecond && u.SecondFactor:
		return needCode
	case f.strict:
		return cannot
	}
	return ready
}

// proceed goes on with the flow named in the query: to the sign-in pages, or to the flow's answer.
func (p *Parent) proceed(w http.ResponseWriter, r *http.Request) error {
	f, ok := p.flows.get(r.FormValue("flow"))
	if !ok {
		return &fault{http.StatusGone, "error.expired", nil}
	}
	s, u, signedIn := p.current(r)
	v := f.judge(s, u, signedIn)
	if v == cannot || (v != ready && f.passive) {
		p.flows.take(f.id)
		return f.refuse(w, r, v)
	}
	switch v {
	case needPassword:
		http.Redirect(w, r, flowPath("/signin", f.id), http.StatusSeeOther)
	case needCode:
		http.Redirect(w, r, flowPath("/signin/code", f.id), http.StatusSeeOther)
	default:
		if _, once := p.flows.take(f.id); !once {
			return &fault{http.StatusGone, "error.expired", nil}
		}
		return f.resume(w, r, s, u)
	}
	return nil
}

// own is the flow of somebody who comes to the portal itself.
func (p *Parent) own() flow {
	return flow{
		need: levelPassword,
		resume: func(w http.ResponseWriter, r *http.Request, _ session, _ User) error {
			http.Redirect(w, r, "/", http.StatusSeeOther)
			return nil
		},
		refuse: func(http.ResponseWriter, *http.Request, verdict) error {
			return &fault{http.StatusForbidden, "error.refused", nil}
		},
	}
}

// flowOf returns the flow named in the form; a new one of the portal's own if none is named. A flow that is over is an
// error.
func (p *Parent) flowOf(r *http.Request) (flow, error) {
	id := r.FormValue("flow")
	if id == "" {
		f := p.own()
		f.id = random()
		return f, nil
	}
	f, ok := p.flows.get(id)
	if !ok {
		return flow{}, &fault{http.StatusGone, "error.expired", nil}
	}
	return f, nil
}
