package client

import (
	"bytes"
	"context"
	"crypto"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Config says who asks, and where.
type Config struct {
	BaseURL  string        // of the service, such as https://pocket.example.jp
	ClientID string        // as the console shows it
	Key      crypto.Signer // *ecdsa.PrivateKey on P-256 or P-384, ed25519.PrivateKey, or *rsa.PrivateKey
	KeyID    string        // the kid of its public half

	Scopes   []string                                   // what tokens are asked for; nil: all that the client is registered for
	HTTP     *http.Client                               // nil: one that waits for up to ten minutes
	Tries    int                                        // how often a request is sent at most; 0: 8
	Language string                                     // of what problems say: "ja" or "en"; empty: ja
	Now      func() time.Time                           // nil: time.Now
	Sleep    func(context.Context, time.Duration) error // nil: the real one
}

// Client sends requests. It may be used by many at once.
type Client struct {
	Config
	mu    sync.Mutex
	token token
}

const (
	basePath  = "/api/v1"
	tokenPath = "/oauth/token"
)

// maxAnswer is how many bytes of an answer are read at most.
const maxAnswer = 16 << 20

// New returns a Client. It is an error when the configuration lacks something, or the key is of no kind that the service takes.
func New(c Config) (*Client, error) {
	u, err := url.Parse(c.BaseURL)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, fmt.Errorf("base URL %q is none", c.BaseURL)
	}
	if c.ClientID == "" || c.Key == nil {
		return nil, errors.New("a client ID and a key are needed")
	}
	if _, _, err := algorithm(c.Key); err != nil {
		return nil, err
	}
	c.BaseURL = strings.TrimRight(c.BaseURL, "/")
	if c.HTTP == nil {
		c.HTTP = &http.Client{Timeout: 10 * time.Minute}
	}
	if c.Tries == 0 {
		c.Tries = 8
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Sleep == nil {
		c.Sleep = sleep
	}
	return &Client{Config: c}, nil
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// request is one that can be sent again.
type request struct {
	method, path string
	query        url.Values
	header       map[string]string
	media        string
	body         func() io.ReadCloser // a new one each time; nil: none
}

// asJSON gives r a body of v.
func (r request) asJSON(v any) (request, error) {
	b, err := json.Marshal(v)
	r.media = "application/json"
	r.body = func() io.ReadCloser { return io.NopCloser(bytes.NewReader(b)) }
	return r, err
}

// call sends r until it is answered, and decodes the answer into out, unless that is nil. It returns the answer's headers. A
// refusal is a *Problem.
func (c *Client) call(ctx context.Context, r request, out any) (http.Header, error) {
	resp, err := c.send(ctx, r)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", r.method, r.path, err)
	}
	defer resp.Body.Close()
	if out == nil || resp.StatusCode == http.StatusNoContent {
		return resp.Header, nil
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxAnswer)).Decode(out); err != nil {
		return nil, fmt.Errorf("%s %s: read the answer: %w", r.method, r.path, err)
	}
	return resp.Header, nil
}

// send sends r until it is answered otherwise than by "later", as often as it may. The caller closes the answer's body.
func (c *Client) send(ctx context.Context, r request) (*http.Response, error) {
	renewed := false
	for try := 1; ; try++ {
		resp, err := c.once(ctx, r)
		if err == nil && resp.StatusCode < 300 {
			return resp, nil
		}
		wait := time.Duration(0)
		if err == nil {
			wait, err = retryAfter(resp), problemOf(resp)
		}
		var p *Problem
		var file *fs.PathError // one of ours that cannot be read
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case errors.As(err, &p) && p.Status == http.StatusUnauthorized && !renewed:
			renewed = true
			c.forget()
			continue
		case errors.As(err, &p) && !p.Later(), errors.As(err, &file), try >= c.Tries:
			return nil, err
		}
		if err := c.Sleep(ctx, max(wait, backoff(try))); err != nil {
			return nil, err
		}
	}
}

// once sends r once, with a token.
func (c *Client) once(ctx context.Context, r request) (*http.Response, error) {
	token, err := c.bearer(ctx)
	if err != nil {
		return nil, err
	}
	where := c.BaseURL + basePath + r.path
	if len(r.query) > 0 {
		where += "?" + r.query.Encode()
	}
	var body io.ReadCloser
	if r.body != nil {
		body = r.body()
	}
	req, err := http.NewRequestWithContext(ctx, r.method, where, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	if c.Language != "" {
		req.Header.Set("Accept-Language", c.Language)
	}
	if r.media != "" {
		req.Header.Set("Content-Type", r.media)
	}
	for name, v := range r.header {
		req.Header.Set(name, v)
	}
	return c.HTTP.Do(req)
}

// maxWait bounds how long is waited before a request is sent again.
const maxWait = 2 * time.Minute

// backoff is how long to wait after so many tries: twice as long each time, less up to half of it at random, so that many
// clients do not come back at once.
func backoff(try int) time.Duration {
	d := min(maxWait, 500*time.Millisecond<<min(try-1, 20))
	return d - rand.N(d/2)
}

// retryAfter is how long an answer asks to wait (RFC 9110 10.2.3), in seconds, zero when it does not say.
func retryAfter(resp *http.Response) time.Duration {
	n, err := strconv.Atoi(resp.Header.Get("Retry-After"))
	if err != nil || n < 0 {
		return 0
	}
	return min(maxWait, time.Duration(n)*time.Second)
}
