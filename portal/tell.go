package portal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"cloudpocket/store"
)

// Onward is the insured persons of a delivered document, and which of them were told.
type Onward struct {
	Document store.Document
	Delivery store.Delivery
	Office   store.Office
	Persons  []store.PersonTold
	Tellers  map[store.ID]string // who told, by account
	MayTell  bool                // the firm's own people only look, and so does everybody once the delivery was taken back
}

// Left is how many persons were not told yet.
func (o Onward) Left() (n int) {
	for _, p := range o.Persons {
		if p.Telling.At.IsZero() {
			n++
		}
	}
	return n
}

// Telling says how insured persons were told of a notice.
type Telling struct {
	Persons []int     // their positions
	On      time.Time // zero: now
	How     store.TellingWay
	Note    string
}

// toldNote is how long a note on a telling may be, in characters.
const toldNote = 500

// TellingWays are the ways of telling, in the order in which they are offered.
func TellingWays() []store.TellingWay {
	return []store.TellingWay{store.ToldByHand, store.ToldByMail, store.ToldByScreen, store.ToldByMouth}
}

// Told returns whom a delivered document names, and who of them was told: the record by which an employer shows for two
// years that it told its people, so it stays when the delivery ends. Of a delivery that another took the place of, the
// employer keeps those it had told and nobody else. The firm's own people see it with the receipts, whatever became of the
// delivery.
func (p *Portal) Told(ctx context.Context, a Actor, delivery store.ID) (o Onward, err error) {
	err = p.view(ctx, a, store.PermitView|store.PermitReceipts, func(tx store.Tx, account store.Account) (err error) {
		o = Onward{Tellers: map[store.ID]string{}}
		if o.Delivery, o.Office, err = recorded(ctx, tx, account, delivery); err != nil {
			return err
		}
		o.MayTell = !account.Staff() && tellable(o.Delivery)
		if o.Document, err = tx.Documents().Get(ctx, o.Delivery.DocumentID); err != nil {
			return fmt.Errorf("read delivered document: %w", err)
		}
		if o.Persons, err = tx.Persons().ByDelivery(ctx, delivery); err != nil {
			return fmt.Errorf("read who was told: %w", err)
		}
		if !account.Staff() && !tellable(o.Delivery) {
			o.Persons = slices.DeleteFunc(o.Persons, func(one store.PersonTold) bool { return one.Telling.At.IsZero() })
			if len(o.Persons) == 0 {
				return fmt.Errorf("delivery %s was replaced before anybody was told: %w", delivery, store.ErrNotFound)
			}
		}
		for _, one := range o.Persons {
			if by := one.Telling.By; by != "" && o.Tellers[by] == "" {
				if o.Tellers[by], err = nameOf(ctx, tx, by); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return o, err
}

// recorded returns a delivery whose record of who was told account may read. What was never delivered has none, and what
// was withdrawn as a mistake has none that a client may see: those may be another employer's people.
func recorded(ctx context.Context, tx store.Tx, account store.Account, id store.ID) (store.Delivery, store.Office, error) {
	d, err := tx.Deliveries().Get(ctx, id)
	if err != nil {
		return d, store.Office{}, fmt.Errorf("read delivery: %w", err)
	}
	o, err := reach(ctx, tx, account, d.OfficeID)
	if err != nil {
		return d, o, err
	}
	if d.DeliveredAt.IsZero() || !account.Staff() && !tellable(d) && !replaced(d) {
		return d, o, fmt.Errorf("delivery %s is %s: %w", id, d.State, store.ErrNotFound)
	}
	return d, o, nil
}

// tellable reports whether persons of a delivery may still be told: that it is shown no longer ends no duty to tell them.
func tellable(d store.Delivery) bool {
	return d.State == store.DeliveryDelivered || d.State == store.DeliveryExpired
}

func replaced(d store.Delivery) bool {
	return d.State == store.DeliveryWithdrawn && d.Reason == ReasonReplaced
}

// Tell records that the employer told persons of a delivered document, several at once, in place of what was recorded
// for them before. It is the client's to do: for the firm's own people it is ErrDenied.
func (p *Portal) Tell(ctx context.Context, a Actor, delivery store.ID, t Telling) error {
	t.Note = guarded(strings.TrimSpace(t.Note))
	if t.On.IsZero() {
		t.On = p.Now()
	}
	switch {
	case len(t.Persons) == 0:
		return store.Fail(store.Invalid, "error.nobody_chosen", "nobody to tell")
	case !slices.Contains(TellingWays(), t.How):
		return store.Fail(store.Invalid, "error.told_how", "told in an unknown way")
	case utf8.RuneCountInString(t.Note) > toldNote || !utf8.ValidString(t.Note):
		return store.Fail(store.Invalid, "error.told_note", "note too long").With("Max", toldNote)
	case t.On.After(p.Now()):
		return store.Fail(store.Invalid, "error.told_on", "told at %s, in the future", t.On)
	}
	detail := map[string]string{"how": string(t.How), "on": t.On.UTC().Format(time.RFC3339)}
	return p.telling(ctx, a, delivery, t.Persons, detail, func(tx store.Tx, account store.Account, position int) error {
		return tx.Persons().Tell(ctx, store.Telling{DeliveryID: delivery, Position: position, By: account.ID, At: t.On, How: t.How, Note: t.Note})
	})
}

// Untell takes back what was recorded for persons; one who was not told is ErrNotFound, and nothing is taken back.
func (p *Portal) Untell(ctx context.Context, a Actor, delivery store.ID, persons []int) error {
	if len(persons) == 0 {
		return store.Fail(store.Invalid, "error.nobody_chosen", "nobody to take back")
	}
	return p.telling(ctx, a, delivery, persons, map[string]string{"undo": "true"}, func(tx store.Tx, _ store.Account, position int) error {
		return tx.Persons().Untell(ctx, delivery, position)
	})
}

// telling changes what is recorded for persons of a delivery that may still be told. The audit names them by position alone.
func (p *Portal) telling(ctx context.Context, a Actor, delivery store.ID, persons []int, detail map[string]string, each func(store.Tx, store.Account, int) error) error {
	persons = slices.Compact(slices.Sorted(slices.Values(persons)))
	return p.update(ctx, a, store.PermitView, func(tx store.Tx, account store.Account) error {
		if account.Staff() {
			return store.Fail(store.Denied, "error.no_permission", "account %s is the firm's", account.ID)
		}
		d, _, err := recorded(ctx, tx, account, delivery)
		if err != nil {
			return err
		}
		if !tellable(d) {
			return store.Fail(store.Conflict, "error.told_replaced", "delivery %s was replaced", delivery)
		}
		var positions []string
		for _, position := range persons {
			if err := each(tx, account, position); err != nil {
				return fmt.Errorf("record who was told: %w", err)
			}
			positions = append(positions, strconv.Itoa(position))
		}
		rule, err := ruleOfDelivery(ctx, tx, d)
		if err != nil {
			return err
		}
		if err := p.tellNext(ctx, tx, d, rule); err != nil {
			return err
		}
		detail["persons"] = strings.Join(positions, " ")
		return tx.Audit().Append(ctx, p.event(a, account, store.DeedTell, "delivery:"+string(delivery), detail))
	})
}

// PersonsLeft counts, for each of these deliveries whose record the actor may read in full, how many persons it names and
// how many of them were told. Deliveries without persons, or out of reach, are not there.
func (p *Portal) PersonsLeft(ctx context.Context, a Actor, deliveries []store.ID) (left map[store.ID]store.PersonCount, err error) {
	err = p.view(ctx, a, store.PermitView|store.PermitReceipts, func(tx store.Tx, account store.Account) error {
		left = map[store.ID]store.PersonCount{}
		counts, err := tx.Persons().Left(ctx, deliveries)
		if err != nil {
			return fmt.Errorf("count who was told: %w", err)
		}
		for id, n := range counts {
			d, _, err := recorded(ctx, tx, account, id)
			if errors.Is(err, store.ErrNotFound) || err == nil && !account.Staff() && !tellable(d) {
				continue
			}
			if err != nil {
				return err
			}
			left[id] = n
		}
		return nil
	})
	return left, err
}
