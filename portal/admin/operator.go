package admin

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"slices"
	"time"

	"cloudpocket/portal"
	"cloudpocket/portal/door"
	"cloudpocket/portal/operator"
	"cloudpocket/portal/page"
	"cloudpocket/portal/route"
	"cloudpocket/store"
)

// OperatorConfig is what the operator's pages work on. All fields are needed.
type OperatorConfig struct {
	Console *operator.Console
	Pages   *page.Pages
	Health  func(context.Context) map[string]string // what each part of the deployment says
	Owed    func(ctx context.Context, before time.Time) (map[store.TaskKind]int, error)
	Window  func(context.Context) (store.Window, error)
	Now     func() time.Time
	Version string
}

type operating struct {
	OperatorConfig
	door *door.Door // for sentences alone: nobody comes in by it
}

// deed answers the request of an operator whose session stands.
type operatorDeed func(w http.ResponseWriter, r *http.Request, who operator.Who) error

// MountOperator puts the operator's pages on rt, a router that serves nothing else: no session of a person opens one of
// these, nor an operator's one of theirs.
func MountOperator(rt *route.Router, c OperatorConfig) {
	o := &operating{c, &door.Door{Pages: c.Pages}}
	open := func(method, pattern string, h route.Handler) { rt.Browser(method, pattern, o.within(h)) }
	half := func(method, pattern string, h operatorDeed) { open(method, pattern, o.known(h)) }
	whole := func(method, pattern string, h operatorDeed) { open(method, pattern, o.proved(h)) }
	get, post := http.MethodGet, http.MethodPost

	open(get, "/sign-in", o.signIn)
	open(post, "/sign-in", o.takePassword)
	open(get, "/set-up/{secret}", o.link)
	open(post, "/set-up/{secret}", o.setByLink)
	open(get, "/browsers", c.Pages.Browsers)

	half(post, "/sign-out", o.signOut)
	half(get, "/second", o.second)
	half(post, "/second", o.takeCode)
	half(post, "/second/passkey/begin", o.askPasskey)
	half(post, "/second/passkey/finish", o.usedPasskey)
	half(get, "/enrol", o.enrol)
	half(post, "/enrol", o.enrolled)
	half(post, "/passkeys/begin", o.beginPasskey)
	half(post, "/passkeys/finish", o.madePasskey)

	whole(get, "/", o.home)
	whole(get, "/firms", o.firms)
	whole(post, "/firms", o.addFirm)
	whole(get, "/firms/{firm}", o.firm)
	whole(post, "/firms/{firm}/state", o.switchFirm)
	whole(post, "/firms/{firm}/contract", o.setContract)
	whole(post, "/firms/{firm}/trusts/{trust}", o.switchTrust)
	whole(get, "/audit", o.audit)
	whole(post, "/audit/verify", o.verify)
	whole(get, "/events", o.events)
	whole(get, "/security", o.security)
	whole(post, "/security/password", o.changePassword)
	whole(post, "/security/recovery", o.renewRecovery)
	whole(post, "/security/passkeys/remove", o.removePasskey)
	whole(post, "/security/sessions/{session}", o.endSession)
}

// within lets a request through while the console is open to where it comes from. To anybody else there is nothing here.
func (o *operating) within(h route.Handler) route.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		is, err := o.Window(r.Context())
		if err != nil {
			return err
		}
		addr, err := netip.ParseAddr(route.Address(r.Context()))
		if err != nil || !is.Open(o.Now()) || !is.Contains(addr) {
			panic(http.ErrAbortHandler) // cuts the connection: not even an error page is shown
		}
		return h(w, r)
	}
}

const (
	operatorCookie = "__Host-operator"
	deviceCookie   = "__Host-operator-device"
	deviceTime     = 180 * 24 * time.Hour
)

func visitOf(r *http.Request) portal.Visit {
	return portal.Visit{Address: route.Address(r.Context()), Device: r.UserAgent(), RequestID: route.RequestID(r.Context())}
}

func cookieOf(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

// known lets a request through that carries a session, whatever was given in it.
func (o *operating) known(h operatorDeed) route.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		who, err := o.Console.Who(r.Context(), cookieOf(r, operatorCookie), cookieOf(r, deviceCookie), visitOf(r))
		if errors.Is(err, store.ErrNotFound) {
			return o.unsigned(w, r)
		}
		if err != nil {
			return err
		}
		return h(w, r, who)
	}
}

// proved lets a request through in whose session both factors were given.
func (o *operating) proved(h operatorDeed) route.Handler {
	return o.known(func(w http.ResponseWriter, r *http.Request, who operator.Who) error {
		if who.Session.Proved {
			return h(w, r, who)
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			return store.Fail(store.Denied, "error.operator_unproved", "the second factor was not given")
		}
		return door.SeeOther(w, r, next(who, false))
	})
}

// next is where who has not proved a second factor does so.
func next(who operator.Who, change bool) string {
	to := "/second"
	if !who.Operator.SecondFactor() {
		to = "/enrol"
	}
	if change {
		to += "?change=1"
	}
	return to
}

func (o *operating) unsigned(w http.ResponseWriter, r *http.Request) error {
	if door.WantsJSON(r) || r.Method != http.MethodGet && r.Method != http.MethodHead {
		v := route.ErrorView{Status: http.StatusUnauthorized, Key: "error.unsigned", Reference: route.RequestID(r.Context()), Lang: route.Lang(r)}
		if door.WantsJSON(r) {
			o.door.Problem(w, r, v)
			return nil
		}
		o.Pages.Error(w, r, v)
		return nil
	}
	return door.SeeOther(w, r, "/sign-in")
}

// shell is what stands around an operator's pages; around those before the second factor there is no menu.
func (o *operating) shell(r *http.Request, who operator.Who) page.Shell {
	if !who.Session.Proved {
		return page.Shell{}
	}
	s := page.Shell{Person: who.Operator.Name}
	if done := r.URL.Query().Get("done"); slices.Contains(page.Deeds(), done) {
		s.Done = done
	}
	return s
}

// setCookie gives the browser its session. The cookie is sent to this host alone and never by another site's pages.
func setCookie(w http.ResponseWriter, name, value string, ends, now time.Time) {
	http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: max(1, int(ends.Sub(now)/time.Second)), HttpOnly: true, Secure: true, SameSite: http.SameSiteStrictMode})
}

func dropCookie(w http.ResponseWriter) {
	http.SetCookie(w, &http.Cookie{Name: operatorCookie, Path: "/", MaxAge: -1, HttpOnly: true, Secure: true, SameSite: http.SameSiteStrictMode})
}

// let gives the browser the session in which both factors were given, and the cookie by which it is known again.
func (o *operating) let(w http.ResponseWriter, p operator.Proved) {
	now := o.Now()
	setCookie(w, operatorCookie, p.Token, p.Ends, now)
	setCookie(w, deviceCookie, p.Device, now.Add(deviceTime), now)
}

// refusedBy returns what to tell of an error beside the form that it is about, and whether it is one to tell there.
func refusedBy(err error) (*page.Problem, bool) {
	var e *store.Error
	if !errors.As(err, &e) || e.Key == "" {
		return nil, false
	}
	switch e.Kind {
	case store.Invalid, store.Denied, store.Conflict:
		return &page.Problem{Key: e.Key, Args: e.Args}, true
	}
	return nil, false
}
