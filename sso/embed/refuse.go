package embed

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// Why an embed does not begin or go on: one reason per rule.
const (
	reasonCodeForm    sso.Reason = "embed.code_form"
	reasonCode        sso.Reason = "embed.code" // not known, over, or used
	reasonCodeClient  sso.Reason = "embed.code_client"
	reasonCodeOrigin  sso.Reason = "embed.code_origin"
	reasonVerifier    sso.Reason = "embed.verifier"
	reasonOver        sso.Reason = "embed.session_over" // the IdP's session, or the one that the embed was opened from
	reasonParent      sso.Reason = "embed.parent"
	reasonClient      sso.Reason = "embed.client_unknown"
	reasonDisabled    sso.Reason = "embed.client_disabled"
	reasonScope       sso.Reason = "embed.client_scope"
	reasonOrigin      sso.Reason = "embed.client_origin"
	reasonTenant      sso.Reason = "embed.tenant_suspended"
	reasonTokenForm   sso.Reason = "embed.token_form"
	reasonToken       sso.Reason = "embed.token" // not known, or over
	reasonUnrenewable sso.Reason = "embed.renew"
)

func refuse(reason sso.Reason, format string, args ...any) error {
	return sso.Refuse(reason, sso.KeyStale, format, args...)
}

// problem is an error as OAuth tells it (RFC 6749 5.2, RFC 9449 5 and 7.1). err is why, for the log alone.
type problem struct {
	status int
	code   string
	err    error
}

func (p *problem) Error() string { return p.code + ": " + p.err.Error() }
func (p *problem) Unwrap() error { return p.err }

// errBusy is for whoever asks too often.
var errBusy = &problem{http.StatusTooManyRequests, "temporarily_unavailable", errors.New("too many requests")}

func invalidRequest(format string, args ...any) error {
	return &problem{http.StatusBadRequest, "invalid_request", fmt.Errorf(format, args...)}
}

// Challenge is what whoever is refused by err is told in WWW-Authenticate (RFC 9449 7.1): whether another proof may help, or only
// another token.
func Challenge(err error) string { return `DPoP error="` + dead(err) + `", algs="ES256"` }

func dead(err error) string {
	if strings.HasPrefix(string(sso.ReasonOf(err)), "dpop.") {
		return "invalid_dpop_proof"
	}
	return "invalid_token"
}

// refuse answers with what err comes to; what is no refusal is for the router to tell.
func (k *Keeper) refuse(w http.ResponseWriter, v sso.Visit, err error) error {
	var p *problem
	switch {
	case errors.As(err, &p):
	case store.KindOf(err) == store.NotFound:
		p = &problem{http.StatusUnauthorized, dead(err), err}
		w.Header().Set("WWW-Authenticate", Challenge(err))
	case store.KindOf(err) == store.Denied && dead(err) == "invalid_dpop_proof":
		p = &problem{http.StatusBadRequest, "invalid_dpop_proof", err}
	case store.KindOf(err) == store.Denied:
		p = &problem{http.StatusBadRequest, "invalid_grant", err}
	default:
		return err
	}
	k.Log.Info("embed refused", "request_id", v.RequestID, "address", v.Address, "code", p.code, "reason", string(sso.ReasonOf(err)), "error", err.Error())
	if p.status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "30")
	}
	return write(w, p.status, map[string]string{"error": p.code})
}

// write answers in JSON, which nobody between may keep (RFC 6749 5.1).
func write(w http.ResponseWriter, status int, body any) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		return fmt.Errorf("write an answer: %w", err)
	}
	return nil
}

// recordTime bounds how long a record is waited for.
const recordTime = 5 * time.Second

// record writes to the audit of the firm whose client a code was brought for that it was refused, also when whoever brought it has
// hung up. Anybody can name a client: past its allowance a flood is in the log alone, and no address takes all of that.
func (k *Keeper) record(ctx context.Context, q ask, v sso.Visit, refusal error) {
	if store.KindOf(refusal) != store.Denied {
		return // something of ours is away: nobody was turned away
	}
	reason := sso.ReasonFor(refusal)
	if !k.senders.Take(string(q.Client)+" "+sso.Network(v.Address)) || !k.refusals.Take(string(q.Client)) {
		k.Log.Warn("refused embed not audited: there are too many", "client", q.Client, "reason", string(reason), "address", v.Address)
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTime)
	defer cancel()
	if err := k.recordFor(ctx, q, v, reason); err != nil {
		k.Log.LogAttrs(ctx, slog.LevelError, "record a refused embed", slog.String("client", string(q.Client)), slog.String("reason", string(reason)), slog.String("error", err.Error()))
	}
}

func (k *Keeper) recordFor(ctx context.Context, q ask, v sso.Visit, reason sso.Reason) error {
	c, err := k.Records.APIClient(ctx, q.Client)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	e := store.AuditEvent{At: k.Now(), Deed: store.DeedEmbed, Outcome: store.Refused, Record: "client:" + string(c.ID), Address: v.Address,
		RequestID: v.RequestID, Detail: map[string]string{"reason": string(reason), "embed": string(c.ID)}}
	return k.Records.Update(ctx, c.Owner, func(tx store.Tx) error { return tx.Audit().Append(ctx, e) })
}
