package admin

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"cloudpocket/portal/door"
	"cloudpocket/portal/operator"
	"cloudpocket/portal/page"
	"cloudpocket/portal/route"
	"cloudpocket/store"
)

func (o *operating) signIn(w http.ResponseWriter, r *http.Request) error {
	return o.Pages.OperatorSignIn(w, r, page.OperatorSignIn{Done: r.URL.Query().Get("done") == "operator_linked"})
}

func (o *operating) takePassword(w http.ResponseWriter, r *http.Request) error {
	if err := door.ShortForm(w, r); err != nil {
		return err
	}
	name := r.PostForm.Get("name")
	token, ends, err := o.Console.Password(r.Context(), name, r.PostForm.Get("password"), cookieOf(r, deviceCookie), visitOf(r))
	if problem, ok := refusedBy(err); ok {
		return o.Pages.OperatorSignIn(w, r, page.OperatorSignIn{Name: name, Problem: problem})
	}
	if err != nil {
		return err
	}
	who, err := o.Console.Who(r.Context(), token, cookieOf(r, deviceCookie), visitOf(r))
	if err != nil {
		return err
	}
	setCookie(w, operatorCookie, token, ends, o.Now())
	return door.SeeOther(w, r, next(who, r.PostForm.Get("change") != ""))
}

func (o *operating) link(w http.ResponseWriter, r *http.Request) error {
	of, err := o.Console.Linked(r.Context(), route.Var(r, "secret"), visitOf(r))
	if err != nil {
		return err
	}
	return o.Pages.OperatorLink(w, r, page.OperatorLink{Name: of.Name})
}

func (o *operating) setByLink(w http.ResponseWriter, r *http.Request) error {
	if err := door.ShortForm(w, r); err != nil {
		return err
	}
	secret := route.Var(r, "secret")
	of, err := o.Console.Linked(r.Context(), secret, visitOf(r))
	if err != nil {
		return err
	}
	device, err := o.Console.SetByLink(r.Context(), secret, r.PostForm.Get("next"), r.PostForm.Get("again"), visitOf(r))
	if problem, ok := refusedBy(err); ok {
		return o.Pages.OperatorLink(w, r, page.OperatorLink{Name: of.Name, Problem: problem})
	}
	if err != nil {
		return err
	}
	setCookie(w, deviceCookie, device, o.Now().Add(deviceTime), o.Now())
	return door.SeeOther(w, r, "/sign-in?done=operator_linked")
}

func (o *operating) signOut(w http.ResponseWriter, r *http.Request, who operator.Who) error {
	if err := o.Console.SignOut(r.Context(), who); err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	dropCookie(w)
	return door.SeeOther(w, r, "/sign-in")
}

// changing reports whether the password is to be changed after the second factor.
func changing(r *http.Request) bool { return r.URL.Query().Get("change") != "" }

// onward is where a browser goes once both factors were given.
func onward(r *http.Request) string {
	if changing(r) {
		return "/security#password"
	}
	return "/"
}

func (o *operating) second(w http.ResponseWriter, r *http.Request, who operator.Who) error {
	return o.askSecond(w, r, who, nil)
}

func (o *operating) askSecond(w http.ResponseWriter, r *http.Request, who operator.Who, problem *page.Problem) error {
	switch {
	case who.Session.Proved:
		return door.SeeOther(w, r, onward(r))
	case !who.Operator.SecondFactor():
		return door.SeeOther(w, r, next(who, changing(r)))
	}
	return o.Pages.OperatorSecond(w, r, page.OperatorSecond{
		Passkeys: len(who.Operator.Passkeys) > 0, Codes: len(who.Operator.Secret) > 0, Change: changing(r), Problem: problem,
	})
}

func (o *operating) takeCode(w http.ResponseWriter, r *http.Request, who operator.Who) error {
	if err := door.ShortForm(w, r); err != nil {
		return err
	}
	if who.Session.Proved {
		return door.SeeOther(w, r, onward(r))
	}
	p, err := o.Console.Code(r.Context(), who, r.PostForm.Get("code"))
	if problem, ok := refusedBy(err); ok {
		return o.askSecond(w, r, who, problem)
	}
	if err != nil {
		return err
	}
	o.let(w, p)
	return door.SeeOther(w, r, onward(r))
}

func (o *operating) enrol(w http.ResponseWriter, r *http.Request, who operator.Who) error {
	return o.askEnrol(w, r, who, nil)
}

func (o *operating) askEnrol(w http.ResponseWriter, r *http.Request, who operator.Who, problem *page.Problem) error {
	if !who.Session.Proved && who.Operator.SecondFactor() {
		return door.SeeOther(w, r, next(who, changing(r)))
	}
	e, err := o.Console.Enrol(r.Context(), who)
	if err != nil {
		return err
	}
	return o.Pages.OperatorEnrol(w, r, o.shell(r, who), page.OperatorEnrol{
		Secret: e.Secret, URI: e.URI, First: !who.Operator.SecondFactor(), Change: changing(r), Problem: problem,
	})
}

func (o *operating) enrolled(w http.ResponseWriter, r *http.Request, who operator.Who) error {
	if err := door.ShortForm(w, r); err != nil {
		return err
	}
	p, codes, err := o.Console.Enrolled(r.Context(), who, r.PostForm.Get("code"))
	if errors.Is(err, store.ErrExpired) { // the page with the new secret says so
		return o.askEnrol(w, r, who, &page.Problem{Key: "error.operator_enrol_late"})
	}
	if problem, ok := refusedBy(err); ok {
		return o.askEnrol(w, r, who, problem)
	}
	if err != nil {
		return err
	}
	o.let(w, p)
	return o.Pages.OperatorCodes(w, r, page.Shell{Person: who.Operator.Name}, page.OperatorCodes{Codes: codes, Next: onward(r)})
}

// maxPasskey is how many bytes a browser's answer about a passkey may have.
const maxPasskey = 80 << 10

// passkeyAnswer is what the script sends.
type passkeyAnswer struct {
	Name   string
	Answer json.RawMessage
}

func readPasskey(w http.ResponseWriter, r *http.Request) (a passkeyAnswer, err error) {
	b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxPasskey))
	if err == nil {
		err = json.Unmarshal(b, &a)
	}
	if err != nil {
		return a, store.Fail(store.Invalid, "error.operator_passkey", "read an answer about a passkey: %w", err)
	}
	return a, nil
}

// scripted answers a script: with what, or with the sentence of err.
func (o *operating) scripted(w http.ResponseWriter, r *http.Request, what any, err error) error {
	var e *store.Error
	if errors.As(err, &e) && e.Key != "" && e.Kind != store.Internal && e.Kind != store.Unavailable {
		o.door.Problems(w, r, []page.Problem{{Key: e.Key, Args: e.Args}})
		return nil
	}
	if err != nil {
		return err
	}
	door.JSON(w, http.StatusOK, what)
	return nil
}

func (o *operating) askPasskey(w http.ResponseWriter, r *http.Request, who operator.Who) error {
	options, err := o.Console.AskPasskey(r.Context(), who)
	return o.scripted(w, r, json.RawMessage(options), err)
}

func (o *operating) usedPasskey(w http.ResponseWriter, r *http.Request, who operator.Who) error {
	a, err := readPasskey(w, r)
	if err != nil {
		return o.scripted(w, r, nil, err)
	}
	p, err := o.Console.UsedPasskey(r.Context(), who, a.Answer)
	if err == nil {
		o.let(w, p)
	}
	return o.scripted(w, r, map[string]string{"location": onward(r)}, err)
}

func (o *operating) beginPasskey(w http.ResponseWriter, r *http.Request, who operator.Who) error {
	options, err := o.Console.BeginPasskey(r.Context(), who)
	return o.scripted(w, r, json.RawMessage(options), err)
}

// passkeyMade is what the script is told then.
type passkeyMade struct {
	Location string   `json:"location"`
	Codes    []string `json:"codes,omitempty"` // for recovery, with the first second factor
}

func (o *operating) madePasskey(w http.ResponseWriter, r *http.Request, who operator.Who) error {
	a, err := readPasskey(w, r)
	if err != nil {
		return o.scripted(w, r, nil, err)
	}
	p, codes, err := o.Console.MadePasskey(r.Context(), who, a.Name, a.Answer)
	if err == nil {
		o.let(w, p)
	}
	return o.scripted(w, r, passkeyMade{"/security?done=operator_passkey", codes}, err)
}
