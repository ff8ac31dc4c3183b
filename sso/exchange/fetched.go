package exchange

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	"cloudpocket/sso"
	"cloudpocket/sso/keyset"
	"cloudpocket/sso/outbound"
	"cloudpocket/store"
)

const (
	keysFresh  = time.Hour      // so that a withdrawn key is forgotten
	keysStale  = 24 * time.Hour // for how long keys are believed whose address is away
	fetchEvery = time.Minute    // between two fetches for one client, whatever asks for them
	maxSets    = 1000           // that are kept
)

// fetched are the key sets that clients publish at addresses of their own.
type fetched struct {
	reach outbound.Config
	now   func() time.Time
	log   *slog.Logger

	mu   sync.Mutex
	sets map[string]*keySet // by client and address
}

// keySet is one of them. Whoever holds its lock may be fetching it.
type keySet struct {
	mu    sync.Mutex
	keys  []jose.JSONWebKey
	at    time.Time // when they were fetched
	tried time.Time // when that was tried last
	err   error     // of that try
	asked time.Time // when somebody needed it last; guarded by fetched.mu
}

func newFetched(reach outbound.Config, now func() time.Time, log *slog.Logger) *fetched {
	reach.MaxBytes = keyset.MaxSize
	return &fetched{reach: reach, now: now, log: log, sets: map[string]*keySet{}}
}

// keys returns the keys of c, fetched anew when they are old or none of them is called kid, but not too often.
func (f *fetched) keys(ctx context.Context, c store.APIClient, kid string) ([]jose.JSONWebKey, error) {
	set, now := f.set(c), f.now()
	set.mu.Lock()
	defer set.mu.Unlock()
	set.begin(c)
	known := kid == "" || slices.ContainsFunc(set.keys, func(k jose.JSONWebKey) bool { return k.KeyID == kid })
	if (!known || now.Sub(set.at) >= keysFresh) && now.Sub(set.tried) >= fetchEvery {
		set.tried = now
		if set.err = f.fetch(context.WithoutCancel(ctx), c, set); set.err != nil {
			f.log.Warn("keys of an API client not fetched", "client", c.ID, "error", set.err.Error())
		}
	}
	if now.Sub(set.at) < keysStale {
		return set.keys, nil
	}
	return nil, store.Fail(store.Unavailable, sso.KeyAway, "the keys of API client %s cannot be had: %w", c.ID, set.err)
}

// fetch brings the keys that c publishes. What comes is theirs, so nothing of it is told.
func (f *fetched) fetch(ctx context.Context, c store.APIClient, set *keySet) error {
	body, err := f.download(ctx, c.KeysURL)
	if err != nil {
		return err
	}
	got, err := keyset.Published(body)
	if err != nil {
		return err
	}
	set.keys, set.at = got.Keys, f.now()
	return nil
}

// download asks for what is at an address of a partner's, which may lead elsewhere, but not into our network. No error tells the
// address: what follows its host may be a secret.
func (f *fetched) download(ctx context.Context, address string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, errors.New("ask for a key set: the address is none")
	}
	client := outbound.Client(f.reach.From(address, f.reach.AllowPrivate))
	defer client.CloseIdleConnections()
	r.Header.Set("Accept", "application/jwk-set+json, application/json")
	answer, err := client.Do(r)
	var asked *url.Error
	if errors.As(err, &asked) {
		err = asked.Err
	}
	if err != nil {
		return nil, fmt.Errorf("fetch a key set: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("fetch a key set: the answer is %d", answer.StatusCode)
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, fmt.Errorf("read a key set: %w", err)
	}
	return body, nil
}

// begin has a set that was not fetched yet be what was kept of it.
func (s *keySet) begin(c store.APIClient) {
	if !s.at.IsZero() || c.FetchedAt.IsZero() {
		return
	}
	if kept, err := keyset.Published(c.Keys); err == nil {
		s.keys, s.at = kept.Keys, c.FetchedAt
	}
}

// newer returns c with what was fetched since its keys were kept last, for whoever is asked for it first after a start, and whether
// there is something. It may wait for a fetch, so it is not for a transaction.
func (f *fetched) newer(c store.APIClient) (store.APIClient, bool, error) {
	if c.KeysURL == "" {
		return c, false, nil
	}
	set := f.set(c)
	set.mu.Lock()
	keys, at := set.keys, set.at
	set.mu.Unlock()
	if !at.After(c.FetchedAt) {
		return c, false, nil
	}
	text, err := keyset.Encode(jose.JSONWebKeySet{Keys: keys})
	c.Keys, c.FetchedAt = text, at
	return c, err == nil, err
}

// set returns the key set of c. Where there are too many the one that was needed least lately is forgotten.
func (f *fetched) set(c store.APIClient) *keySet {
	name := string(c.ID) + " " + c.KeysURL
	f.mu.Lock()
	defer f.mu.Unlock()
	s, ok := f.sets[name]
	if !ok {
		if len(f.sets) >= maxSets {
			f.forget()
		}
		s = &keySet{}
		f.sets[name] = s
	}
	s.asked = f.now()
	return s
}

func (f *fetched) forget() {
	oldest := ""
	for name, s := range f.sets {
		if oldest == "" || s.asked.Before(f.sets[oldest].asked) {
			oldest = name
		}
	}
	delete(f.sets, oldest)
}
