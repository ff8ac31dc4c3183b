package portal

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cloudpocket/store"
)

// everyKind is the kind of the rule that the firm makes for all documents. Of it only TwoPersons is used: what else a rule
// says, retention first of all, differs by kind.
const everyKind = ""

// ruleOf returns the firm's rule for a kind, or what holds where the firm said nothing. A second person is asked for where
// the rule of the kind or the one for every kind does.
func ruleOf(ctx context.Context, tx store.Tx, kind string) (store.Rule, error) {
	rule, _, err := ownRule(ctx, tx, kind)
	if err != nil || rule.TwoPersons {
		return rule, err
	}
	every, own, err := ownRule(ctx, tx, everyKind)
	rule.TwoPersons = own && every.TwoPersons
	return rule, err
}

// ownRule returns the rule that the firm made for a kind, or what holds where it made none, and which of them it is.
func ownRule(ctx context.Context, tx store.Tx, kind string) (rule store.Rule, own bool, err error) {
	rule, err = tx.Rules().Get(ctx, kind)
	switch {
	case errors.Is(err, store.ErrNotFound) || err == nil && rule.Kind != kind:
		return DefaultRule(kind), false, nil
	case err != nil:
		return rule, false, fmt.Errorf("read the rule for %q: %w", kind, err)
	}
	return rule, true, nil
}

// DefaultRule is how the documents of a kind are handled by a firm that made no rule.
func DefaultRule(kind string) store.Rule {
	return store.Rule{Kind: kind, Acknowledge: true, RetainYears: retainYears(kind), RemindDays: []int{1, 3, 7}, TellDays: []int{7, 14, 30}, Notify: store.ToAll}
}

// retainYears is how long the employer must keep papers of a kind: 2 years for health insurance and pension (健康保険法施行規則
// 34, 厚生年金保険法施行規則 28), 4 for insured persons of employment insurance (雇用保険法施行規則 143), 3 for premiums of labour
// insurance (労働保険徴収法施行規則 72), 5 for labour standards (労働基準法 109) and whatever else.
func retainYears(kind string) int {
	switch kind {
	case "social-insurance":
		return 2
	case "labor-insurance":
		return 3
	case "employment-insurance", "separation":
		return 4
	}
	return 5
}

// retainUntil returns the last day on which what was made at that time is kept for sure, by the calendar of Japan.
func retainUntil(rule store.Rule, made time.Time) store.Date {
	years := rule.RetainYears
	if years == 0 {
		return ""
	}
	return store.Date(made.In(tokyo()).AddDate(years, 0, 0).Format(time.DateOnly))
}

// tokyo is where the calendar of a document is. Japan has one offset and no summer time, so no time zone database is needed.
func tokyo() *time.Location { return time.FixedZone("Asia/Tokyo", 9*60*60) }
