package portal

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"cloudpocket/store"
)

// Alerts are what happened lately that somebody at the firm should know of.
type Alerts struct {
	Unopened []Alert // ended, and nobody had opened it
	Found    []Alert // the scanner found something in it
}

// Alert is one document that something happened to.
type Alert struct {
	Document store.ID
	Title    string
	Office   string // empty if it is about no office in particular
	At       time.Time
}

// alertLife is how long the firm's list says what happened, and alertCount how many of each at most.
const (
	alertLife  = 14 * 24 * time.Hour
	alertCount = 20
)

// Alerts returns what happened to documents within the actor's scope, newest first. The audit is what it is read from:
// nothing else knows when a thing happened that is over.
func (p *Portal) Alerts(ctx context.Context, a Actor) (all Alerts, err error) {
	err = p.view(ctx, a, AtDesk, func(tx store.Tx, account store.Account) (err error) {
		if all.Unopened, err = p.lately(ctx, tx, account, store.DeedExpire, ofUnopened); err != nil {
			return err
		}
		all.Found, err = p.lately(ctx, tx, account, store.DeedFound, ofFound)
		return err
	})
	return all, err
}

// lately returns the alerts that of makes from the latest events of a deed.
func (p *Portal) lately(ctx context.Context, tx store.Tx, account store.Account, deed store.Deed, of func(store.AuditEvent) []about) (alerts []Alert, err error) {
	filter := store.AuditFilter{Deed: deed, From: p.Now().Add(-alertLife)}
	events, err := tx.Audit().List(ctx, filter, store.Page{Limit: store.MaxPage})
	if err != nil {
		return nil, fmt.Errorf("read what happened lately: %w", err)
	}
	for _, e := range events.Items {
		for _, one := range of(e) {
			alert, err := one.alert(ctx, tx, account)
			if errors.Is(err, store.ErrNotFound) {
				continue
			}
			if err != nil {
				return nil, err
			}
			alert.At = e.At
			if alerts = append(alerts, alert); len(alerts) == alertCount {
				return alerts, nil
			}
		}
	}
	return alerts, nil
}

// about is what an event is about.
type about struct{ document, office store.ID }

func ofUnopened(e store.AuditEvent) []about {
	if e.Detail["unopened"] != e.Detail["people"] {
		return nil
	}
	return []about{{store.ID(e.Detail["document"]), store.ID(e.Detail["office"])}}
}

func ofFound(e store.AuditEvent) (all []about) {
	for _, key := range slices.Sorted(maps.Keys(e.Detail)) {
		if strings.HasPrefix(key, "document.") {
			all = append(all, about{document: store.ID(e.Detail[key])})
		}
	}
	return all
}

func (o about) alert(ctx context.Context, tx store.Tx, account store.Account) (Alert, error) {
	doc, deliveries, err := atDesk(ctx, tx, account, o.document)
	if err != nil {
		return Alert{}, err
	}
	alert := Alert{Document: doc.ID, Title: doc.Title}
	if o.office == "" {
		return alert, nil
	}
	for _, d := range deliveries {
		if d.OfficeID == o.office {
			alert.Office = d.Office.Name
			return alert, nil
		}
	}
	return Alert{}, store.ErrNotFound
}
