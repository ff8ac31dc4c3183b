package hook

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"time"

	"cloudpocket/sso/outbound"
	"cloudpocket/store"
)

// Call is one request to a webhook.
type Call struct {
	ID     string // alike each time it is tried
	URL    string
	Secret []byte
	Body   []byte // JSON
}

// Sender makes requests. It is safe for concurrent use.
type Sender struct {
	client *http.Client
	now    func() time.Time
}

// answerBytes is how much an answer may have. Nothing of it is read.
const answerBytes = 1 << 20

// New returns a Sender that reaches what c lets it, without following a redirect.
func New(c outbound.Config, now func() time.Time) *Sender {
	c.MaxBytes = answerBytes
	client := outbound.Client(c)
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Sender{client: client, now: now}
}

// Send makes a request and returns the status of the answer; when that is none of 200 to 299, or there is no answer, with
// a *[Failure].
func (s *Sender) Send(ctx context.Context, c Call) (status int, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.URL, bytes.NewReader(c.Body))
	if err != nil {
		return 0, failureOf(err)
	}
	at := s.now()
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "CloudPocket-Webhooks/1")
	req.Header.Set("Webhook-Id", c.ID)
	req.Header.Set("Webhook-Timestamp", seconds(at))
	req.Header.Set("Webhook-Signature", Sign(c.Secret, c.ID, at, c.Body))
	res, err := s.client.Do(req)
	if err != nil {
		return 0, failureOf(err)
	}
	defer res.Body.Close()
	return res.StatusCode, judged(res.StatusCode)
}

// judged is nil for an answer that says that the request was taken.
func judged(status int) error {
	switch {
	case status >= 200 && status < 300:
		return nil
	case status >= 300 && status < 400:
		return &Failure{Why: store.HookRedirects, Err: fmt.Errorf("the answer is %d", status)}
	}
	return &Failure{Why: store.HookBadStatus, Err: fmt.Errorf("the answer is %d", status)}
}
