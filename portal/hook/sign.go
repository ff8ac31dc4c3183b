package hook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"time"
)

// Sign returns the signature of a request for webhook-signature: HMAC-SHA256 over its ID, when it is sent and its body.
func Sign(secret []byte, id string, at time.Time, body []byte) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(id + "." + seconds(at) + "."))
	mac.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// seconds is a time as webhook-timestamp has it.
func seconds(at time.Time) string { return strconv.FormatInt(at.Unix(), 10) }
