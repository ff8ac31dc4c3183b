package embed

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"time"

	"cloudpocket/sso"
	"cloudpocket/sso/departed"
	"cloudpocket/sso/dpop"
	"cloudpocket/store"
)

// given is the answer to who gets a token (RFC 6749 5.1, RFC 9449 5).
type given struct {
	Token  string `json:"access_token"`
	Type   string `json:"token_type"`
	Life   int    `json:"expires_in"`        // seconds
	Ends   *int   `json:"ends_in,omitempty"` // seconds until the IdP's session ends, or the one that the embed was opened from
	Renews bool   `json:"renews"`            // by /embed/renew; otherwise by another code
}

// token answers a frame that brings a code.
func (k *Keeper) token(w http.ResponseWriter, r *http.Request) error {
	v := k.Visit(r)
	if !k.asks.Take(sso.Network(v.Address)) {
		return k.refuse(w, v, errBusy)
	}
	q, err := readAsk(w, r, k.Now())
	if err != nil {
		return k.refuse(w, v, err)
	}
	answer, err := k.redeem(r, q, v)
	if err != nil {
		k.record(r.Context(), q, v, err)
		return k.refuse(w, v, err)
	}
	return write(w, http.StatusOK, answer)
}

// redeem begins an embed for whoever brings a code and proves to have a key. The proof is looked at first: a code is spent by who
// can use it, or by nobody who has none.
func (k *Keeper) redeem(r *http.Request, q ask, v sso.Visit) (given, error) {
	thumbprint, err := k.proved(r, "", "")
	if err != nil {
		return given{}, err
	}
	g, err := k.codes.take(r.Context(), q.Code)
	if err != nil {
		return given{}, err
	}
	if err := g.fits(q); err != nil {
		return given{}, err
	}
	s := store.Session{TenantID: g.TenantID, AccountID: g.AccountID, TrustID: g.TrustID, Subject: g.Subject, Index: g.Index, NameID: g.NameID, Context: g.Context,
		Device: cut(v.Device), Address: v.Address, Previous: g.Previous, Idle: Life,
		Embed: store.Embed{ClientID: g.ClientID, Origin: g.Origin, Thumbprint: thumbprint, Parent: g.Parent}}
	return k.begin(r.Context(), s, g.Ends, v, func(ctx context.Context, s store.Session) error {
		if err := k.left.Since(ctx, departed.Person{TrustID: g.TrustID, Subject: g.Subject, Index: g.Index}, g.Left); err != nil {
			return err
		}
		return k.recordBegin(ctx, s, v)
	})
}

// fits demands that who brings the code is whom it was given for. By then it is spent.
func (g Grant) fits(q ask) error {
	sum := sha256.Sum256([]byte(q.Verifier))
	switch {
	case !same(string(g.ClientID), string(q.Client)):
		return refuse(reasonCodeClient, "the code is client %s's", g.ClientID)
	case !same(g.Origin, q.Origin):
		return refuse(reasonCodeOrigin, "the code is for another page than the frame is in")
	case (g.Challenge == "") != (q.Verifier == ""), g.Challenge != "" && !same(g.Challenge, base64.RawURLEncoding.EncodeToString(sum[:])):
		return refuse(reasonVerifier, "the verifier is another than the code was asked for with")
	}
	return nil
}

// proved returns the thumbprint of the key that r proves to have, which must be that of the token's where one comes.
func (k *Keeper) proved(r *http.Request, token, thumbprint string) (string, error) {
	proof, err := dpop.Of(r)
	if err != nil {
		return "", err
	}
	return k.proofs.Verify(r.Context(), proof, dpop.Want{Method: r.Method, URL: k.BaseURL + r.URL.EscapedPath(), Token: token, Thumbprint: thumbprint})
}

// recordBegin writes to the audit that an embed begins, once more sure that its client may have it. One that goes on in the same
// frame has begun before.
func (k *Keeper) recordBegin(ctx context.Context, s store.Session, v sso.Visit) error {
	if on, err := k.goesOn(ctx, s); err != nil {
		return err
	} else if on {
		return k.Records.View(ctx, s.TenantID, func(tx store.Tx) error { return stands(ctx, tx, s.Embed) })
	}
	err := k.Records.Update(ctx, s.TenantID, func(tx store.Tx) error {
		if err := stands(ctx, tx, s.Embed); err != nil {
			return err
		}
		account, err := tx.Accounts().Get(ctx, s.AccountID)
		if err != nil {
			return err
		}
		return tx.Audit().Append(ctx, store.AuditEvent{
			At: k.Now(), Deed: store.DeedEmbed, Outcome: store.Allowed, AccountID: account.ID, Name: account.Name, TrustID: s.TrustID, Record: "session:" + string(s.ID),
			Address: v.Address, RequestID: v.RequestID, Detail: map[string]string{"embed": string(s.Embed.ClientID), "origin": s.Embed.Origin},
		})
	})
	if err != nil {
		return fmt.Errorf("record that an embed begins: %w", err)
	}
	return nil
}

// maxDevice is how much of a User-Agent is kept, in bytes.
const maxDevice = 200

func cut(text string) string { return strings.ToValidUTF8(text[:min(len(text), maxDevice)], "") }

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// seconds is d in whole seconds, rounded down.
func seconds(d time.Duration) int { return int(d / time.Second) }
