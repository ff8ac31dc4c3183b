package app

import (
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/portal/hook"
	"cloudpocket/store"
)

// call is a request as a webhook got it.
type call struct {
	header http.Header
	body   []byte
}

// TestWebhookIsToldOverHTTP delivers a document: a receiver that says no at first is told again, by requests whose
// signatures its secret verifies.
func TestWebhookIsToldOverHTTP(t *testing.T) {
	calls := make(chan call, 10)
	var tried atomic.Int32
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		if tried.Add(1) == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		calls <- call{r.Header, body}
	}))
	defer receiver.Close()
	c := testConfig(t)
	c.PrivateIdPs = true
	l := listening(t, c, time.Now)
	l.staff(t)
	sato := portal.Actor{TenantID: "aoba", AccountID: "sato", TrustID: "op"}
	secret, kept, err := l.Portal.AddWebhook(t.Context(), sato, receiver.URL+"/in", []string{"delivery.delivered"})
	noError(t, err)
	_, delivery := publishOne(t, l.App, sato, "通知.txt", []byte("本文"), nil)
	first, second := <-calls, <-calls
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	noError(t, err)
	for _, one := range []call{first, second} {
		id, stamp := one.header.Get("webhook-id"), one.header.Get("webhook-timestamp")
		at, err := strconv.ParseInt(stamp, 10, 64)
		noError(t, err)
		if want := hook.Sign(key, id, time.Unix(at, 0), one.body); one.header.Get("webhook-signature") != want || time.Since(time.Unix(at, 0)) > time.Minute {
			t.Errorf("signed %v, want %s", one.header, want)
		}
	}
	if string(first.body) != string(second.body) || first.header.Get("webhook-id") != second.header.Get("webhook-id") {
		t.Errorf("tried again as another: %s, %s", first.body, second.body)
	}
	if !strings.Contains(string(first.body), `"type":"delivery.delivered"`) || !strings.Contains(string(first.body), string(delivery)) || strings.Contains(string(first.body), "田中") {
		t.Errorf("it is told %s", first.body)
	}
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		_, list, err := l.Portal.Webhook(t.Context(), sato, kept.ID, store.Page{})
		noError(t, err)
		if m := list.Items[0]; m.State == store.HookSent && m.Attempts == 2 && m.Status == 200 {
			return
		} else if time.Now().After(end) {
			t.Fatalf("it is %+v", m)
		}
	}
}
