package api

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"sync"
	"time"

	"cloudpocket/portal"
	"cloudpocket/portal/api/gen"
	"cloudpocket/portal/page"
	"cloudpocket/portal/route"
	"cloudpocket/sso"
	"cloudpocket/sso/exchange"
	"cloudpocket/store"
)

//go:embed openapi.json
var document []byte

// BasePath is where the API is.
const BasePath = "/api/v1"

// Tokens knows access tokens again; one that is none, or is none any more, is ErrExpired.
type Tokens interface {
	Bearer(ctx context.Context, token string) (exchange.Grant, error)
}

// Config is what the API needs: all fields of the first block are.
type Config struct {
	Portal *portal.Portal
	Tokens Tokens
	Visit  func(*http.Request) sso.Visit
	Now    func() time.Time

	Pages Pages            // shows people what is to know of the API; nil: it has no page
	Frame page.ManualFrame // what stands around that page; its Base is where machines reach the service
}

// How often a client may ask at once and how long until it may once more, and the same for wrong tokens of an address.
const (
	callBurst, callEvery       = 600, 50 * time.Millisecond
	failureBurst, failureEvery = 20, 30 * time.Second
)

// What a body may hold, in bytes.
const (
	maxJSON      = 64 << 10
	maxOne       = portal.MaxArchiveSize + 1<<20
	maxBatch     = portal.MaxArchiveSize + 4<<20
	maxDocuments = portal.MaxFiles*portal.MaxFileSize + 4<<20
)

const (
	mediaJSON = "application/json"
	mediaForm = "multipart/form-data"
)

// endpoint is an operation of the document.
type endpoint struct {
	method, path string
	body         string // the media type it takes; empty: none
	most         int64  // bytes of it
	serve        func(*gen.ServerInterfaceWrapper, http.ResponseWriter, *http.Request)
}

func endpoints() []endpoint {
	type in = *gen.ServerInterfaceWrapper
	return []endpoint{
		{"GET", "/companies", "", 0, in.ListCompanies},
		{"PUT", "/companies/{company}", mediaJSON, maxJSON, in.PutCompany},
		{"GET", "/companies/{company}/offices", "", 0, in.ListOffices},
		{"PUT", "/companies/{company}/offices/{office}", mediaJSON, maxJSON, in.PutOffice},
		{"POST", "/packages", mediaForm, maxOne, in.PushPackage},
		{"POST", "/packages/batch", mediaForm, maxBatch, in.PushPackages},
		{"GET", "/packages/{id}", "", 0, in.GetPackage},
		{"POST", "/documents", mediaForm, maxDocuments, in.PublishDocument},
		{"GET", "/documents/{id}", "", 0, in.GetDocument},
		{"POST", "/documents/{id}/deliver", "", 0, in.DeliverDocument},
		{"GET", "/documents/{id}/receipts", "", 0, in.ListReceipts},
		{"GET", "/export", "", 0, in.Export},
		{"GET", "/receipts", "", 0, in.ListReceiptChanges},
		{"POST", "/deliveries/{id}/withdraw", mediaJSON, maxJSON, in.WithdrawDelivery},
	}
}

type service struct {
	Config
	router          *route.Router
	calls, failures *sso.Allowance
	exports         sync.Map // the clients that an export runs for
	sending         *sending
}

// call is one request of a client: it is the strict server of that request alone.
type call struct {
	*service
	actor   portal.Actor
	request *http.Request
}

// Mount adds the API's routes.
func Mount(rt *route.Router, c Config) {
	s := &service{Config: c, router: rt, sending: newSending(), calls: sso.NewAllowance(callBurst, callEvery, c.Now), failures: sso.NewAllowance(failureBurst, failureEvery, c.Now)}
	rt.Plain(http.MethodGet, BasePath+"/openapi.json", contract)
	if c.Pages != nil {
		rt.Browser(http.MethodGet, BasePath, s.reference)
	}
	for _, e := range endpoints() {
		rt.Named(e.method, BasePath+e.path, func(w http.ResponseWriter, r *http.Request) error { return s.answer(w, r, e) })
	}
}

func contract(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "application/vnd.oai.openapi+json;version=3.1")
	_, err := w.Write(document)
	return err
}

// answer has the generated code read a request, do it, and write what comes of it; its error is what it came to instead.
func (s *service) answer(w http.ResponseWriter, r *http.Request, e endpoint) (failed error) {
	actor, err := s.actor(w, r)
	if err != nil {
		return err
	}
	if err := s.takes(w, r, e); err != nil {
		return err
	}
	if e.body != "" {
		done, err := s.sending.begin(actor.Client)
		if err != nil {
			return err
		}
		defer done()
	}
	refused := func(_ http.ResponseWriter, _ *http.Request, err error) { failed = unreadable(err) }
	done := func(_ http.ResponseWriter, _ *http.Request, err error) { failed = err }
	strict := gen.NewStrictHandlerWithOptions(call{s, actor, r}, nil, gen.StrictHTTPServerOptions{RequestErrorHandlerFunc: refused, ResponseErrorHandlerFunc: done})
	e.serve(&gen.ServerInterfaceWrapper{Handler: strict, ErrorHandlerFunc: refused}, w, r)
	return failed
}

// takes demands a body of the endpoint's media type, and bounds it.
func (s *service) takes(w http.ResponseWriter, r *http.Request, e endpoint) error {
	r.Body = http.MaxBytesReader(w, r.Body, e.most)
	if e.body == "" {
		return nil
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != e.body {
		return &route.Answered{Status: http.StatusUnsupportedMediaType, Err: store.Fail(store.Invalid, "error.media_type", "a body of another type than %s", e.body).With("Type", e.body)}
	}
	return nil
}

// unreadable is what it means that a request could not be read. Its cause may repeat what was sent, so it is left out.
func unreadable(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return store.Fail(store.TooLarge, "error.body_too_large", "a body of more than %d bytes", large.Limit).With("Max", large.Limit>>10)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return store.Fail(store.Invalid, "error.body", "a body that breaks off")
	}
	return store.Fail(store.Invalid, "error.body", "a request that cannot be read: %T", err)
}

// pageOf reads which page of a list is asked for.
func pageOf(after *string, limit *int) (p store.Page, err error) {
	if after != nil {
		p.After = store.Cursor(*after)
	}
	if limit != nil {
		if p.Limit = *limit; p.Limit < 1 || p.Limit > store.MaxPage {
			return p, store.Fail(store.Invalid, "error.page_limit", "a page of %d", p.Limit).With("Max", store.MaxPage)
		}
	}
	return p, nil
}

// some returns v, or nil for the zero value, which is left out of answers.
func some[T comparable](v T) *T {
	if v == *new(T) {
		return nil
	}
	return &v
}

// text returns what a client may leave out, "" where it did.
func text(v *string) string {
	if v == nil {
		return ""
	}
	return *v
}

// moment is some for a time, to the second.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC().Truncate(time.Second)
	return &t
}

// failing is the part of an answer about one of many that says what was wrong with it.
func (c call) failing(err error) *gen.ItemProblem {
	v := c.router.View(c.request, err)
	return &gen.ItemProblem{Code: v.Key, Status: v.Status, Detail: some(c.router.Detail(v))}
}

// wrapped says what was being done.
func wrapped(err error, doing string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, err)
}
