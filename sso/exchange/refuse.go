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
	told   bool // the client has proved itself, and is told the rule that was broken
}

func (p *problem) Error() string { return p.code + ": " + p.err.Error() }
func (p *problem) Unwrap() error { return p.err }

// errBusy is for whoever asks too often.
var errBusy = &problem{status: http.StatusTooManyRequests, code: "temporarily_unavailable", err: errors.New("too many requests")}

func invalidRequest(why string) error {
	return &problem{status: http.StatusBadRequest, code: "invalid_request", err: errors.New(why)}
}

func invalidScope(format string, args ...any) error {
	return &problem{status: http.StatusBadRequest, code: "invalid_scope", err: fmt.Errorf(format, args...)}
}

// unproved is the refusal of a client that did not prove itself, or that may not have a token.
func unproved(reason sso.Reason, format string, args ...any) error {
	return &problem{status: http.StatusUnauthorized, code: "invalid_client", err: sso.Refuse(reason, sso.KeyMessage, format, args...)}
}

// refuse answers with what err comes to; what is no refusal is for the router to tell.
func (s *Service) refuse(w http.ResponseWriter, v sso.Visit, err error) error {
	var p *problem
	if !errors.As(err, &p) {
		return err
	}
	s.Log.Info("token refused", "request_id", v.RequestID, "address", v.Address, "code", p.code, "reason", string(sso.ReasonOf(err)), "error", err.Error())
	if p.status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "2") // seconds: every allowance has room again by then
	}
	body := map[string]string{"error": p.code}
	if reason := sso.ReasonOf(err); p.told && reason != "" {
		body["error_description"] = string(reason)
	}
	return write(w, p.status, body)
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
	if !s.mayRecord(c, v, reason) {
		return
	}
	s.note(ctx, c, v, reason)
}

// mayRecord reports whether there is room for one more record of what c was refused.
func (s *Service) mayRecord(c store.OwnedAPIClient, v sso.Visit, reason string) bool {
	id := string(c.ID)
	if s.senders.Take(id+" "+sso.Network(v.Address)) && s.refusals.Take(id) {
		return true
	}
	s.Log.Warn("refused API client not audited: there are too many", "client", id, "reason", reason, "address", v.Address)
	return false
}

// note writes a refusal to the audit of c's tenant.
func (s *Service) note(ctx context.Context, c store.OwnedAPIClient, v sso.Visit, reason string) {
	id := string(c.ID)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTime)
	defer cancel()
	e := store.AuditEvent{At: s.Now(), Deed: store.DeedToken, Outcome: store.Refused, Record: "client:" + id, Address: v.Address, RequestID: v.RequestID,
		Detail: map[string]string{"reason": reason, "name": c.Name}}
	if err := s.Records.Update(ctx, c.Owner, func(tx store.Tx) error { return tx.Audit().Append(ctx, e) }); err != nil {
		s.Log.LogAttrs(ctx, slog.LevelError, "record a refused API client", slog.String("client", id), slog.String("reason", reason), slog.String("error", err.Error()))
	}
}
