package portal

import (
	"cmp"
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
	Unopened  []Alert // ended, and nobody had opened it
	Found     []Alert // the scanner found something in it
	Unscanned []Alert // the scanner has no verdict on something in it, however often it was asked
	Unplanned []Alert // could not be delivered as it was planned, and is a draft again
	More      bool    // there are older ones of one of these
	Numbers   []Alert // it holds what looks like an individual number, which was found after it was published
}

// Alert is one document, or one package of the tray, that something happened to.
type Alert struct {
	Document store.ID
	Package  store.ID // of the tray, instead of a document
	Title    string
	Office   string // empty if it is about no office in particular
	At       time.Time
	Reason   string // of what could not be delivered: LostPlanner or LostEnd
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
		all = Alerts{}
		if all.Unopened, err = p.lately(ctx, tx, account, store.DeedUnopened, ofDelivery, &all.More); err != nil {
			return err
		}
		if all.Unplanned, err = p.lately(ctx, tx, account, store.DeedUnplan, ofDelivery, &all.More); err != nil {
			return err
		}
		if all.Unscanned, err = p.lately(ctx, tx, account, store.DeedUnscanned, ofUnscanned, &all.More); err != nil {
			return err
		}
		if all.Found, err = p.lately(ctx, tx, account, store.DeedFound, ofFound, &all.More); err != nil {
			return err
		}
		all.Numbers, err = p.lately(ctx, tx, account, store.DeedNumbers, ofFound, &all.More)
		return err
	})
	return all, err
}

// lately returns the alerts that of makes from the latest events of a deed, and sets more where there are too many. It
// looks on until there are enough: most of what happened may be out of the account's scope.
func (p *Portal) lately(ctx context.Context, tx store.Tx, account store.Account, deed store.Deed, of func(store.AuditEvent) []about, more *bool) (alerts []Alert, err error) {
	filter := store.AuditFilter{Deed: deed, From: p.Now().Add(-alertLife)}
	for page := (store.Page{Limit: store.MaxPage}); ; {
		events, err := tx.Audit().List(ctx, filter, page)
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
				if len(alerts) == alertCount {
					*more = true
					return alerts, nil
				}
				alert.At, alert.Reason = e.At, one.reason
				alerts = append(alerts, alert)
			}
		}
		if page.After = events.Next; page.After == "" {
			return alerts, nil
		}
	}
}

// about is what an event is about.
type about struct {
	document, office store.ID
	reason           string
	waiting          store.Digest // it is an alert only while these bytes have no verdict; empty: always
	parcel           store.ID     // instead of a document
}

// ofDelivery is for events that a delivery's end or lost plan leaves; that a newer one came in its place is no alert.
func ofDelivery(e store.AuditEvent) []about {
	if e.Detail["reason"] == ReasonReplaced {
		return nil
	}
	return []about{{document: store.ID(e.Detail["document"]), office: store.ID(e.Detail["office"]), reason: e.Detail["reason"]}}
}

func ofFound(e store.AuditEvent) (all []about) {
	for _, key := range slices.Sorted(maps.Keys(e.Detail)) {
		if strings.HasPrefix(key, "document.") {
			all = append(all, about{document: store.ID(e.Detail[key])})
		}
		if strings.HasPrefix(key, "package.") {
			all = append(all, about{parcel: store.ID(e.Detail[key])})
		}
	}
	return all
}

func ofUnscanned(e store.AuditEvent) []about {
	all := ofFound(e)
	for i := range all {
		all[i].waiting = store.Digest(strings.TrimPrefix(e.Record, "file:"))
	}
	return all
}

func (o about) alert(ctx context.Context, tx store.Tx, account store.Account) (Alert, error) {
	if o.waiting != "" {
		s, err := tx.Scans().Get(ctx, o.waiting)
		if err != nil {
			return Alert{}, fmt.Errorf("read the scan of %s: %w", o.waiting, err)
		}
		if s.State != store.ScanWaiting {
			return Alert{}, store.ErrNotFound
		}
	}
	if o.parcel != "" {
		pkg, err := packageInSight(ctx, tx, account, o.parcel)
		return Alert{Package: pkg.ID, Title: cmp.Or(pkg.Title, guarded(pkg.Name))}, err
	}
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
