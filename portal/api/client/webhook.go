package client

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// webhookAge is how old, or how far ahead, the time of a message may be.
const webhookAge = 5 * time.Minute

// maxSignatures is how many signatures of a message are looked at.
const maxSignatures = 10

// ErrWebhook is a message that the service did not sign, or not lately.
var ErrWebhook = errors.New("not a message of the service")

// Webhook says whether a request to a webhook is a message of the service (Standard Webhooks 1.0): one of its signatures is by one of
// the secrets, as the console shows them (whsec_…), over the body as it arrived, at about now. It returns the message's ID: whoever
// has dealt with that before has nothing more to do. Otherwise it is ErrWebhook.
func Webhook(secrets []string, header http.Header, body []byte, now time.Time) (id string, err error) {
	id, at := header.Get("webhook-id"), header.Get("webhook-timestamp")
	seconds, err := strconv.ParseInt(at, 10, 64)
	if id == "" || err != nil || now.Sub(time.Unix(seconds, 0)).Abs() > webhookAge {
		return "", ErrWebhook
	}
	signatures := strings.Fields(header.Get("webhook-signature"))
	for _, secret := range secrets {
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
		if err != nil || len(key) == 0 {
			return "", errors.New("a secret is no whsec_… of the console")
		}
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(id + "." + at + "."))
		mac.Write(body)
		if signedBy(mac.Sum(nil), signatures) {
			return id, nil
		}
	}
	return "", ErrWebhook
}

func signedBy(want []byte, signatures []string) bool {
	for _, s := range signatures[:min(len(signatures), maxSignatures)] {
		got, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(s, "v1,"))
		if err == nil && strings.HasPrefix(s, "v1,") && hmac.Equal(got, want) {
			return true
		}
	}
	return false
}
