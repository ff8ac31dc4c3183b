package parent

import (
	"net/http"
)

type signInData struct {
	chrome
	Flow    string
	Service string
	Login   string
	Again   bool // the person is signed in and must authenticate anew
	Wrong   bool
	Quick   []quickUser
}

type quickUser struct {
	User
	Says string // Note in the reader's language
}

func (p *Parent) signInPage(w http.ResponseWriter, r *http.Request) error {
	f, err := p.flowOf(r)
	if err != nil {
		return err
	}
	if _, _, signedIn := p.current(r); signedIn && r.FormValue("flow") == "" {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return nil
	}
	return p.showSignIn(w, r, f, f.hint, false)
}

func (p *Parent) showSignIn(w http.ResponseWriter, r *http.Request, f flow, login string, wrong bool) error {
	status := http.StatusOK
	if wrong {
		status = http.StatusUnprocessableEntity
	}
	data := signInData{
		chrome: p.chrome(w, r, "signin.title"), Flow: r.FormValue("flow"), Service: f.service, Login: login, Wrong: wrong,
	}
	_, _, data.Again = p.current(r)
	if p.cfg.QuickSignIn {
		for _, u := range p.everyone() {
			data.Quick = append(data.Quick, quickUser{u, u.Note.In(data.Lang)})
		}
	}
	return p.pages.show(w, status, "signin", data)
}

// signIn takes login and password, and asks for the one-time code next if the person has one.
func (p *Parent) signIn(w http.ResponseWriter, r *http.Request) error {
	f, err := p.flowOf(r)
	if err != nil {
		return err
	}
	u, ok := p.user(r.PostFormValue("login"))
	if !ok || !u.passwordIs(r.PostFormValue("password")) {
		return p.showSignIn(w, r, f, r.PostFormValue("login"), true)
	}
	if !u.SecondFactor {
		return p.authenticated(w, r, f, u, levelPassword)
	}
	f.passed = u.Login
	p.park(f)
	http.Redirect(w, r, flowPath("/signin/code", f.id), http.StatusSeeOther)
	return nil
}

// quickSignIn signs a user in as if everything had been typed.
func (p *Parent) quickSignIn(w http.ResponseWriter, r *http.Request) error {
	f, err := p.flowOf(r)
	if err != nil {
		return err
	}
	u, ok := p.user(r.PostFormValue("login"))
	if !ok || !p.cfg.QuickSignIn {
		return p.showSignIn(w, r, f, "", true)
	}
	l := levelPassword
	if u.SecondFactor {
		l = levelSecond
	}
	return p.authenticated(w, r, f, u, l)
}

type codeData struct {
	chrome
	Flow    string
	Service string
	Who     string
	Hint    string // the code itself, where codes are shown
	Wrong   bool
	MaySkip bool
}

func (p *Parent) codePage(w http.ResponseWriter, r *http.Request) error {
	f, err := p.flowOf(r)
	if err != nil {
		return err
	}
	u, ok := p.awaitsCode(r, f)
	if !ok {
		http.Redirect(w, r, flowPath("/signin", r.FormValue("flow")), http.StatusSeeOther)
		return nil
	}
	return p.showCode(w, r, f, u, false)
}

// awaitsCode returns who is to give a one-time code: the person who gave the password in this flow, or, when only the
// second factor is missing, the one who is signed in.
func (p *Parent) awaitsCode(r *http.Request, f flow) (User, bool) {
	if f.passed != "" {
		return p.user(f.passed)
	}
	s, u, signedIn := p.current(r)
	return u, signedIn && f.judge(s, u, signedIn) == needCode
}

func (p *Parent) showCode(w http.ResponseWriter, r *http.Request, f flow, u User, wrong bool) error {
	status := http.StatusOK
	if wrong {
		status = http.StatusUnprocessableEntity
	}
	data := codeData{
		chrome: p.chrome(w, r, "code.title"), Flow: f.id, Service: f.service, Who: u.Name, Wrong: wrong,
		MaySkip: f.passed != "" && f.need < levelSecond,
	}
	if p.cfg.QuickSignIn {
		code, err := p.Code(u.Login)
		if err != nil {
			return err
		}
		data.Hint = code
	}
	return p.pages.show(w, status, "code", data)
}

// code takes the one-time code. Going on without it leaves a session that only a password stands behind, so that a
// service's rule about second factors can be seen at work.
func (p *Parent) code(w http.ResponseWriter, r *http.Request) error {
	f, err := p.flowOf(r)
	if err != nil {
		return err
	}
	u, ok := p.awaitsCode(r, f)
	switch {
	case !ok:
		return &fault{http.StatusGone, "error.expired", nil}
	case r.PostFormValue("skip") != "" && f.passed != "" && f.need < levelSecond:
		return p.authenticated(w, r, f, u, levelPassword)
	case !p.codeIs(u, r.PostFormValue("code")):
		return p.showCode(w, r, f, u, true)
	}
	return p.authenticated(w, r, f, u, levelSecond)
}

// authenticated begins or renews the browser's session for u, and goes on with the flow.
func (p *Parent) authenticated(w http.ResponseWriter, r *http.Request, f flow, u User, l level) error {
	s, old, signedIn := p.current(r)
	switch {
	case signedIn && old.Login == u.Login:
		s = p.renew(s, l)
	case signedIn:
		p.endDirectly(r.Context(), s, "")
		s = p.begin(u, l)
	default:
		s = p.begin(u, l)
	}
	http.SetCookie(w, p.cookie(s))
	f.done = s.id
	http.Redirect(w, r, p.park(f), http.StatusSeeOther)
	return nil
}
