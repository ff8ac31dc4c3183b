package exchange

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// problem is an error as OAuth tells it (RFC 6749 5.2). err is why, for the log alone.
type problem struct {
	status int
	code   string
	err    error
}

func (p *problem) Error() string { return p.code + ": " + p.err.Error() }
func (p *problem) Unwrap() error { return p.err }

// errBusy is for whoever asks too often.
var errBusy = &problem{http.StatusTooManyRequests, "temporarily_unavailable", errors.New("too many requests")}

func invalidRequest(why string) error {
	return &problem{http.StatusBadRequest, "invalid_request", errors.New(why)}
}

func invalidScope(format string, args ...any) error {
	return &problem{http.StatusBadRequest, "invalid_scope", fmt.Errorf(format, args...)}
}

// unproved is the refusal of a client that did not prove itself, or that may not have a token.
func unproved(reason sso.Reason, format string, args ...any) error {
	return &problem{http.StatusUnauthorized, "invalid_client", sso.Refuse(reason, sso.KeyMessage, format, args...)}
}

// refuse answers with what err comes to; what is no refusal is for the router to tell.
func (s *Service) refuse(w http.ResponseWriter, v sso.Visit, err error) error {
	var p *problem
	if !errors.As(err, &p) {
		return err
	}
	s.Log.Info("access token refused", "request_id", v.RequestID, "address", v.Address, "code", p.code, "reason", string(sso.ReasonOf(err)), "error", err.Error())
	if p.status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "30")
	}
	return write(w, p.status, map[string]string{"error": p.code})
}

// write answers in JSON, which nobody between may keep (RFC 6749 5.1).
func write(w http.ResponseWriter, status int, body any) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Pragma", "no-cache")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		return fmt.Errorf("write an answer: %w", err)
	}
	return nil
}

// recordTime bounds how long a record is waited for.
const recordTime = 5 * time.Second

// record writes to the audit that somebody who named c was refused, also when they have hung up by then. Past its allowance a flood
// is in the log alone; of that no address takes all.
func (s *Service) record(ctx context.Context, c store.OwnedAPIClient, v sso.Visit, refusal error) {
	reason := string(sso.ReasonOf(refusal))
	if reason == "" {
		return // something of ours is away: nobody was turned away
	}
	id := string(c.ID)
	if !s.senders.Take(id+" "+sso.Network(v.Address)) || !s.refusals.Take(id) {
		s.Log.Warn("refused API client not audited: there are too many", "client", id, "reason", reason, "address", v.Address)
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTime)
	defer cancel()
	e := store.AuditEvent{At: s.Now(), Deed: store.DeedToken, Outcome: store.Refused, Record: "client:" + id, Address: v.Address, RequestID: v.RequestID,
		Detail: map[string]string{"reason": reason, "name": c.Name}}
	if err := s.Records.Update(ctx, c.Owner, func(tx store.Tx) error { return tx.Audit().Append(ctx, e) }); err != nil {
		s.Log.LogAttrs(ctx, slog.LevelError, "record a refused API client", slog.String("client", id), slog.String("reason", reason), slog.String("error", err.Error()))
	}
}
