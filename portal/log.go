package portal

import (
	"context"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"

	"cloudpocket/store"
)

// seenFor is how long one entry of the log says that somebody looks at it in one way: turning pages, or coming back, is
// not another look.
const seenFor = 10 * time.Minute

// peopleShown is how many people a name can stand for in a filter of the log.
const peopleShown = 20

// ReadLog returns a page of what was done in the firm, newest first, and records that the actor looked.
//
// The log tells of every office's documents and people, so it takes an administrator of all offices besides the menu.
func (p *Portal) ReadLog(ctx context.Context, a Actor, f store.AuditFilter, page store.Page) (list store.List[store.AuditEvent], err error) {
	err = p.updateLog(ctx, a, func(tx store.Tx, account store.Account) (err error) {
		if list, err = tx.Audit().List(ctx, f, page); err != nil {
			return fmt.Errorf("read the log: %w", err)
		}
		return p.lookedAtLog(ctx, tx, a, account, "", asDetail(f))
	})
	return list, err
}

// LogEvent returns one event of the firm's log, and records that the actor looked.
func (p *Portal) LogEvent(ctx context.Context, a Actor, seq int64) (e store.AuditEvent, err error) {
	err = p.updateLog(ctx, a, func(tx store.Tx, account store.Account) (err error) {
		if e, err = tx.Audit().Get(ctx, seq); err != nil {
			return fmt.Errorf("read an event of the log: %w", err)
		}
		return p.lookedAtLog(ctx, tx, a, account, "event:"+strconv.FormatInt(seq, 10), nil)
	})
	return e, err
}

// peopleRecord and checksRecord are what a look at whom a name means, and at the verifications, is about in the audit.
const (
	peopleRecord = "people"
	checksRecord = "verifications"
)

// LogPeople returns accounts that text may mean, for a filter of the log, and records that the actor looked. An empty text
// means nobody, and then only asks whether the actor may look.
func (p *Portal) LogPeople(ctx context.Context, a Actor, text string) (people []store.Account, err error) {
	if strings.TrimSpace(text) == "" {
		return nil, p.viewLog(ctx, a, func(store.Tx, store.Account) error { return nil })
	}
	err = p.updateLog(ctx, a, func(tx store.Tx, account store.Account) error {
		list, err := tx.Accounts().Find(ctx, store.AccountFilter{Text: text}, store.Page{Limit: peopleShown})
		if err != nil {
			return fmt.Errorf("find whom a name means: %w", err)
		}
		people = list.Items
		return p.lookedAtLog(ctx, tx, a, account, peopleRecord, map[string]string{"text": short(text)})
	})
	return people, err
}

// updateLog is update for what the log's menu opens.
func (p *Portal) updateLog(ctx context.Context, a Actor, fn func(store.Tx, store.Account) error) error {
	return p.update(ctx, a, store.PermitLog, func(tx store.Tx, account store.Account) error {
		if err := seesAll(account); err != nil {
			return err
		}
		return fn(tx, account)
	})
}

// viewLog is updateLog for a transaction that does not write.
func (p *Portal) viewLog(ctx context.Context, a Actor, fn func(store.Tx, store.Account) error) error {
	return p.view(ctx, a, store.PermitLog, func(tx store.Tx, account store.Account) error {
		if err := seesAll(account); err != nil {
			return err
		}
		return fn(tx, account)
	})
}

// seesAll demands an account of all offices.
func seesAll(account store.Account) error {
	if !account.Offices.All {
		return store.Fail(store.Denied, "error.every_office", "account %s has a list of offices", account.ID)
	}
	return nil
}

// lookedAtLog records a look at the log, unless it goes on from one a moment ago.
func (p *Portal) lookedAtLog(ctx context.Context, tx store.Tx, a Actor, account store.Account, record string, detail map[string]string) error {
	before, err := tx.Audit().List(ctx, store.AuditFilter{AccountID: account.ID, Deed: store.DeedLogView, From: p.Now().Add(-seenFor)}, store.Page{Limit: 1})
	if err != nil {
		return fmt.Errorf("read the last look at the log: %w", err)
	}
	if len(before.Items) > 0 && before.Items[0].Record == record && maps.Equal(before.Items[0].Detail, detail) {
		return nil
	}
	return tx.Audit().Append(ctx, p.event(a, account, store.DeedLogView, record, detail))
}

// asDetail is what the audit keeps of a filter.
func asDetail(f store.AuditFilter) map[string]string {
	detail := map[string]string{}
	for name, value := range map[string]string{"account": string(f.AccountID), "deed": short(string(f.Deed)), "record": short(f.Record),
		"outcome": string(f.Outcome), "address": short(f.Address), "from": instant(f.From), "to": instant(f.To)} {
		if value != "" {
			detail[name] = value
		}
	}
	return detail
}

// instant writes a time as the audit keeps it in details, "" for none.
func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
