package scim

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// Config is what the service needs. All fields are.
type Config struct {
	BaseURL string // where clients reach us, without a slash at the end
	Opener  Opener
	Visit   func(*http.Request) sso.Visit
	Now     func() time.Time
	Log     *slog.Logger
}

// Route is one endpoint to mount, for machines.
type Route struct {
	Method  string
	Pattern string
	Handle  func(w http.ResponseWriter, r *http.Request) error
}

// Service holds the endpoints.
type Service struct {
	Config
	variable func(r *http.Request, name string) string
	failures *sso.Allowance // wrong tokens, by address
}

// How many wrong tokens an address may bring at once, and how long until it may bring one more.
const failureBurst, failureEvery = 20, 30 * time.Second

// New returns the endpoints; variable reads a variable of a mounted pattern.
func New(c Config, variable func(r *http.Request, name string) string) *Service {
	return &Service{Config: c, variable: variable, failures: sso.NewAllowance(failureBurst, failureEvery, c.Now)}
}

// BasePath returns where the service of a trust is.
func BasePath(trust store.ID) string { return "/scim/" + string(trust) + "/v2" }

// deed answers a call.
type deed = func(call, context.Context) (answer, error)

// Routes returns every endpoint.
func (s *Service) Routes() []Route {
	var all []Route
	add := func(method, path string, kind Kind, d deed) {
		all = append(all, Route{method, BasePath("{trust}") + path, s.handle(kind, d)})
	}
	for _, kind := range []Kind{KindUser, KindGroup} {
		add("GET", kind.place(), kind, nil)
		add("POST", kind.place(), kind, call.create)
		add("POST", kind.place()+"/.search", kind, searching(kind))
		add("GET", kind.place()+"/{id}", kind, call.get)
		add("PUT", kind.place()+"/{id}", kind, call.replace)
		add("PATCH", kind.place()+"/{id}", kind, call.patch)
		add("DELETE", kind.place()+"/{id}", kind, call.remove)
	}
	add("POST", "/.search", KindUser, searching(KindUser, KindGroup))
	add("POST", "/Bulk", KindUser, call.bulk)
	add("GET", "/ServiceProviderConfig", KindUser, call.provider)
	add("GET", "/ResourceTypes", KindUser, call.types)
	add("GET", "/ResourceTypes/{id}", KindUser, call.oneType)
	add("GET", "/Schemas", KindUser, call.schemas)
	add("GET", "/Schemas/{id}", KindUser, call.oneSchema)
	for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
		add(method, "/Me", KindUser, nobody)
		add(method, "/{rest:.*}", KindUser, nowhere)
	}
	return all
}

// searching answers a search that is in the body.
func searching(kinds ...Kind) deed {
	return func(c call, ctx context.Context) (answer, error) {
		q, err := searchFrom(c.body, kinds...)
		if err != nil {
			return answer{}, err
		}
		return c.list(ctx, q)
	}
}

// nobody answers for /Me: a token is nobody's own (RFC 7644 3.11).
func nobody(call, context.Context) (answer, error) {
	return answer{}, &Error{Status: http.StatusNotImplemented, Detail: "A provisioning client is no user, so there is no /Me."}
}

func nowhere(call, context.Context) (answer, error) {
	return answer{}, &Error{Status: http.StatusNotFound, Detail: "There is no such endpoint, or it does not take this method."}
}

// handle answers for d, or for the list of kind when there is none.
func (s *Service) handle(kind Kind, d deed) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		a, err := s.answer(w, r, kind, d)
		if err != nil {
			return s.refuse(w, r, kind, err)
		}
		return a.write(w)
	}
}

func (s *Service) answer(w http.ResponseWriter, r *http.Request, kind Kind, d deed) (answer, error) {
	ctx, trust := r.Context(), store.ID(s.variable(r, "trust"))
	directory, err := s.open(ctx, r, trust)
	if err != nil {
		return answer{}, err
	}
	c := call{Directory: directory, base: s.BaseURL + BasePath(trust), kind: kind, id: s.variable(r, "id"),
		match: r.Header.Get("If-Match"), unmatch: r.Header.Get("If-None-Match"), tell: func(c call, err error) *Error { return s.tell(r, c.kind, c.id, err) }}
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return answer{}, Refuse(InvalidSyntax, "The query cannot be read.")
	}
	c.show = c.schema().projectionOf(q)
	if d == nil {
		list, err := searchIn(q, kind)
		if err != nil {
			return answer{}, err
		}
		return c.list(ctx, list)
	}
	if r.Method == http.MethodPost || r.Method == http.MethodPut || r.Method == http.MethodPatch {
		if c.body, err = s.body(w, r); err != nil {
			return answer{}, err
		}
	}
	return d(c, ctx)
}

var errFailures = &Error{Status: http.StatusTooManyRequests, Detail: "Too many wrong tokens came from this address. Try again later."}

// open returns the directory that the request's bearer token (RFC 6750 2.1) opens. Wrong tokens are counted by address, and
// none of that is held against a right one: others may have the same address, and whoever leaves the firm must be able to be
// taken out while they try.
func (s *Service) open(ctx context.Context, r *http.Request, trust store.ID) (Directory, error) {
	v := s.Visit(r)
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	directory, err := Directory(nil), error(store.ErrExpired)
	if strings.EqualFold(scheme, "Bearer") && trust.Valid() {
		directory, err = s.Opener.OpenDirectory(ctx, trust, strings.TrimSpace(token), v)
	}
	if errors.Is(err, store.ErrExpired) && !s.failures.Take(sso.Network(v.Address)) {
		return nil, errFailures
	}
	return directory, err
}

// Refused is what the log calls a refusal.
const Refused = "provisioning refused"

// bodyTime is how long a body may take to arrive.
const bodyTime = 30 * time.Second

// body reads what the client sent.
func (s *Service) body(w http.ResponseWriter, r *http.Request) (Attributes, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != mediaType && kind != "application/json" || err != nil {
		return nil, &Error{Status: http.StatusUnsupportedMediaType, Detail: "The body must be " + mediaType + " or application/json."}
	}
	if err := http.NewResponseController(w).SetReadDeadline(s.Now().Add(bodyTime)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return nil, fmt.Errorf("bound the reading of a body: %w", err)
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return nil, &Error{Status: http.StatusRequestEntityTooLarge, Detail: fmt.Sprintf("A body has at most %d bytes.", maxBody), Err: err}
	}
	if err != nil {
		return nil, &Error{Status: http.StatusBadRequest, Type: InvalidSyntax, Detail: "The body did not arrive.", Err: err}
	}
	return readObject(raw)
}

// tell logs a refusal: a fault of ours with its cause, a client's without, which would repeat what was sent of people. What the
// firm's administrators have to mend is a warning with a reason and of whom it was asked: they read those of their trusts.
func (s *Service) tell(r *http.Request, kind Kind, id string, err error) *Error {
	e, level, cause, reason := meaning(err), slog.LevelInfo, "", reasonOf(err)
	switch {
	case e.Status >= http.StatusInternalServerError && e.Status != http.StatusNotImplemented:
		level, cause = slog.LevelError, err.Error()
	case reason != "":
		level = slog.LevelWarn
	}
	if !aboutOne(reason) {
		kind, id = "", ""
	}
	s.Log.LogAttrs(r.Context(), level, Refused, slog.String("trust", s.variable(r, "trust")), slog.String("request_id", s.Visit(r).RequestID),
		slog.String("method", r.Method), slog.String("path", r.URL.Path), slog.Int("status", e.Status), slog.String("type", e.Type), slog.String("detail", e.Detail),
		slog.String("cause", cause), slog.String("reason", reason), slog.String("kind", strings.ToLower(string(kind))), slog.String("resource", id))
	return e
}

// refuse answers with an error.
func (s *Service) refuse(w http.ResponseWriter, r *http.Request, kind Kind, err error) error {
	e := s.tell(r, kind, s.variable(r, "id"), err)
	switch e.Status {
	case http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", `Bearer realm="scim", error="invalid_token"`)
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", "30")
	}
	return answer{status: e.Status, body: e.body()}.write(w)
}
