package portal

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"time"

	"cloudpocket/store"
)

const (
	// MaxVerify is how many events one call looks at: some seconds' work.
	MaxVerify = 200_000
	// verifyAtOnce is how many of them are read in one transaction.
	verifyAtOnce = 5_000
)

// LogCheck is what a verification of the log found.
type LogCheck struct {
	From, To int64 // the first and the last event that were looked at and are right; To is From-1 when there is none
	Of       int64 // how many events there were
	Hash     store.Hash
	Took     time.Duration
	Broken   int64 // the event that was altered, is missing or out of place; 0: none
}

// Whole reports whether the check came to the end of the log and found nothing.
func (c LogCheck) Whole() bool { return c.Broken == 0 && c.To == c.Of }

// VerifyLog looks whether the firm's log is as it was written, from one event on and at most so many of them, and records
// what it found. A long log is verified in several calls, each from the event after the one where the last one ended; the
// log keeps which parts were, so that nobody can take one for the whole.
func (p *Portal) VerifyLog(ctx context.Context, a Actor, from int64, most int) (check LogCheck, err error) {
	began := p.Now()
	var head, want store.AuditHead
	err = p.viewLog(ctx, a, func(tx store.Tx, _ store.Account) (err error) {
		if want, err = tx.Audit().Head(ctx); err != nil {
			return fmt.Errorf("read the head of the log: %w", err)
		}
		if from < 1 || from > want.Seq+1 {
			return store.Fail(store.Invalid, "error.log_from", "verify from event %d of %d", from, want.Seq)
		}
		head, err = headBefore(ctx, tx, from)
		return err
	})
	if err == nil {
		head, err = p.walkLog(ctx, a, head, want, from-1+int64(max(1, min(most, MaxVerify))))
	}
	check = LogCheck{From: from, To: max(head.Seq, from-1), Of: want.Seq, Hash: head.Hash}
	if errors.Is(err, store.ErrDamaged) {
		p.Log.ErrorContext(ctx, "the log of a firm is damaged", "tenant", a.TenantID, "error", err)
		check.Broken, err = brokenAt(err, check.To+1), nil
	}
	if err != nil {
		return LogCheck{}, err
	}
	check.Took = p.Now().Sub(began)
	return check, p.updateLog(ctx, a, func(tx store.Tx, account store.Account) error {
		return tx.Audit().Append(ctx, p.event(a, account, store.DeedLogVerify, "", check.detail()))
	})
}

// headBefore returns the head that the event called from follows.
func headBefore(ctx context.Context, tx store.Tx, from int64) (store.AuditHead, error) {
	if from == 1 {
		return store.AuditHead{}, nil
	}
	e, err := tx.Audit().Get(ctx, from-1)
	if errors.Is(err, store.ErrNotFound) {
		err = store.Fail(store.Damaged, "error.audit_broken", "event %d is missing", from-1).With("Seq", from-1)
	}
	return store.AuditHead{Seq: from - 1, Hash: e.Hash}, err
}

// walkLog follows the log from head to want, or as far as last.
func (p *Portal) walkLog(ctx context.Context, a Actor, head, want store.AuditHead, last int64) (store.AuditHead, error) {
	for last = min(last, want.Seq); head.Seq < last; {
		before := head.Seq
		err := p.viewLog(ctx, a, func(tx store.Tx, _ store.Account) (err error) {
			head, err = head.Walk(a.TenantID, someOf(tx.Audit().After(ctx, before), int(min(verifyAtOnce, last-before))))
			return err
		})
		if err != nil {
			return head, err
		}
		if head.Seq == before {
			return head, head.Ends(want) // there are no more, though there ought to be
		}
	}
	if head.Seq == want.Seq {
		return head, head.Ends(want)
	}
	return head, nil
}

// someOf yields at most n pairs of all.
func someOf[K, V any](all func(func(K, V) bool), n int) func(func(K, V) bool) {
	return func(yield func(K, V) bool) {
		left := n
		all(func(k K, v V) bool {
			left--
			return yield(k, v) && left > 0
		})
	}
}

// brokenAt returns the event that err is about, or instead where it does not say.
func brokenAt(err error, instead int64) int64 {
	var e *store.Error
	if errors.As(err, &e) {
		if seq, ok := e.Args["Seq"].(int64); ok {
			return seq
		}
	}
	return instead
}

// detail is what the audit keeps of a check; checkOf reads it back.
func (c LogCheck) detail() map[string]string {
	detail := map[string]string{"from": number(c.From), "to": number(c.To), "of": number(c.Of), "hash": c.Hash.String(), "milliseconds": number(c.Took.Milliseconds())}
	if c.Broken != 0 {
		detail["broken"] = number(c.Broken)
	}
	return detail
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// Checked is a verification as the log has it.
type Checked struct {
	LogCheck
	Event store.AuditEvent
}

// checkedShown is how many verifications are shown.
const checkedShown = 10

// LogChecks returns the last verifications of the log, the latest first, and where the log ends, and records
// that the actor looked.
func (p *Portal) LogChecks(ctx context.Context, a Actor) (checks []Checked, head store.AuditHead, err error) {
	err = p.updateLog(ctx, a, func(tx store.Tx, account store.Account) (err error) {
		if head, err = tx.Audit().Head(ctx); err != nil {
			return fmt.Errorf("read the head of the log: %w", err)
		}
		list, err := tx.Audit().List(ctx, store.AuditFilter{Deed: store.DeedLogVerify}, store.Page{Limit: checkedShown})
		if err != nil {
			return fmt.Errorf("read the verifications: %w", err)
		}
		checks = nil
		for _, e := range list.Items {
			checks = append(checks, Checked{checkOf(e.Detail), e})
		}
		return p.lookedAtLog(ctx, tx, a, account, checksRecord, nil)
	})
	return checks, head, err
}

func checkOf(detail map[string]string) LogCheck {
	n := func(name string) int64 {
		v, err := strconv.ParseInt(detail[name], 10, 64)
		if err != nil {
			return 0
		}
		return v
	}
	c := LogCheck{From: n("from"), To: n("to"), Of: n("of"), Broken: n("broken"), Took: time.Duration(n("milliseconds")) * time.Millisecond}
	hash, err := hex.DecodeString(detail["hash"])
	if err == nil {
		copy(c.Hash[:], hash)
	}
	return c
}
