package route

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"cloudpocket/store"
)

// ErrorView is what an error page shows. It holds nothing of the cause.
type ErrorView struct {
	Status    int
	Key       string         // message key
	Args      map[string]any // what the sentence needs
	Reference string         // the request's ID, for people to quote
	Lang      string
	Embedded  bool // shown in a frame of ours in somebody else's page
}

// ErrorPage writes the page, with v's status, for a person whose request failed.
type ErrorPage interface {
	Error(w http.ResponseWriter, r *http.Request, v ErrorView)
}

// statuses maps what an error means to HTTP. A kind that is not here is a fault of ours.
var statuses = map[store.Kind]int{
	store.NotFound:    http.StatusNotFound,
	store.Conflict:    http.StatusConflict,
	store.Invalid:     http.StatusUnprocessableEntity,
	store.Denied:      http.StatusForbidden,
	store.Unavailable: http.StatusServiceUnavailable,
	store.TooLarge:    http.StatusRequestEntityTooLarge,
	store.Expired:     http.StatusGone,
}

// Answered is an error that HTTP has a status for which no kind means, with the headers that go with it.
type Answered struct {
	Status int
	Header map[string]string
	Err    error
}

func (e *Answered) Error() string { return e.Err.Error() }

func (e *Answered) Unwrap() error { return e.Err }

// View returns what a person is told of err, and logs the cause, once.
func (rt *Router) View(r *http.Request, err error) ErrorView {
	status, ok := statuses[store.KindOf(err)]
	if !ok {
		status = http.StatusInternalServerError
	}
	var own *Answered
	if errors.As(err, &own) {
		status = own.Status
	}
	v := ErrorView{Status: status, Key: key(err), Reference: RequestID(r.Context()), Lang: Lang(r)}
	var e *store.Error
	if errors.As(err, &e) {
		v.Args = e.Args
	}
	level := slog.LevelInfo
	if status >= http.StatusInternalServerError {
		level = slog.LevelError
	}
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
		level = slog.LevelInfo // the reader went away
	}
	rt.Log.LogAttrs(r.Context(), level, "request refused", slog.String("request_id", v.Reference), slog.String("method", r.Method),
		slog.String("path", rt.logged(r.URL.Path)), slog.Int("status", status), slog.String("error", err.Error()))
	return v
}

// key returns the outermost message key in err's chain, or its kind's own.
func key(err error) string {
	for e := err; ; {
		var with *store.Error
		if !errors.As(e, &with) {
			break
		}
		if with.Key != "" {
			return with.Key
		}
		e = with.Err
	}
	return "error." + strings.ReplaceAll(store.KindOf(err).String(), " ", "_")
}

func (rt *Router) refuse(w http.ResponseWriter, r *http.Request, err error) {
	rt.refuseBy(w, r, err, func(v ErrorView) { rt.Errors.Error(w, r, v) })
}

// refuseBy has show write what r is answered for err.
func (rt *Router) refuseBy(w http.ResponseWriter, r *http.Request, err error, show func(ErrorView)) {
	v := rt.View(r, err)
	unsay(w)
	say(w, err)
	w.Header().Set("Cache-Control", "no-store")
	if v.Status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "5")
	}
	show(v)
}

// Detail returns the sentence of v in the reader's language, "" where nobody knows sentences.
func (rt *Router) Detail(v ErrorView) string {
	if rt.Sentence == nil {
		return ""
	}
	return rt.Sentence(v)
}

// unsay takes back what a handler said of the answer that it then could not give.
func unsay(w http.ResponseWriter) {
	for _, name := range []string{"Content-Type", "Content-Length", "Content-Encoding", "Content-Disposition", "Content-Range", "Accept-Ranges", "Etag", "Last-Modified"} {
		w.Header().Del(name)
	}
}

// say sets the headers that go with err.
func say(w http.ResponseWriter, err error) {
	var own *Answered
	if !errors.As(err, &own) {
		return
	}
	for name, value := range own.Header {
		w.Header().Set(name, value)
	}
}

// problem answers with a problem document (RFC 9457).
func (rt *Router) problem(w http.ResponseWriter, r *http.Request, err error) {
	v := rt.View(r, err)
	unsay(w)
	say(w, err)
	body := map[string]any{"type": "about:blank", "title": http.StatusText(v.Status), "status": v.Status, "code": v.Key, "instance": v.Reference}
	if detail := rt.Detail(v); detail != "" {
		body["detail"] = detail
		w.Header().Set("Content-Language", v.Lang)
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(v.Status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		rt.Log.Info("write a problem", "error", err)
	}
}
