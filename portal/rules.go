package portal

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"cloudpocket/store"
)

// KindRule is the rule that holds for a kind.
type KindRule struct {
	store.Rule
	Own        bool // the firm made it for this kind
	Everywhere bool // whatever this rule says, the firm asks for a second person for every kind
}

// What a rule may say.
const (
	maxReminders  = 10
	maxRemindDay  = 90
	maxExpireDays = 3650
)

// Rules returns the rules that hold, of all kinds in the order of Kinds.
func (p *Portal) Rules(ctx context.Context, a Actor) (rules []KindRule, err error) {
	err = p.view(ctx, a, AtDesk|store.PermitAccounts, func(tx store.Tx, _ store.Account) error {
		rules = nil
		every, made, err := ownRule(ctx, tx, everyKind)
		if err != nil {
			return err
		}
		for _, kind := range Kinds() {
			rule, own, err := ownRule(ctx, tx, kind)
			if err != nil {
				return err
			}
			rules = append(rules, KindRule{rule, own, made && every.TwoPersons})
		}
		return nil
	})
	return rules, err
}

// SaveTwoPersons says whether a second person must approve before anything at all is delivered, whatever the rule of its
// kind says: a kind can be chosen by whoever plans. It takes the menu for accounts, as SaveRule does.
func (p *Portal) SaveTwoPersons(ctx context.Context, a Actor, on bool) error {
	rule := DefaultRule(everyKind)
	rule.TwoPersons = on
	return p.update(ctx, a, store.PermitAccounts, func(tx store.Tx, account store.Account) error {
		if err := tx.Rules().Save(ctx, rule); err != nil {
			return fmt.Errorf("save the rule for every kind: %w", err)
		}
		detail := map[string]string{"two persons": strconv.FormatBool(on)}
		return tx.Audit().Append(ctx, p.event(a, account, store.DeedRule, "rule:"+everyKind, detail))
	})
}

// SaveRule keeps the rule of a kind. It takes the menu for accounts, not the one for delivering: who decides who may
// deliver also decides how many of them it takes, and nobody who is held to a second person can do away with them.
func (p *Portal) SaveRule(ctx context.Context, a Actor, rule store.Rule) error {
	rule.Title = strings.TrimSpace(rule.Title)
	slices.Sort(rule.RemindDays)
	rule.RemindDays = slices.Compact(rule.RemindDays)
	slices.Sort(rule.TellDays)
	rule.TellDays = slices.Compact(rule.TellDays)
	if err := checkRule(rule); err != nil {
		return err
	}
	return p.update(ctx, a, store.PermitAccounts, func(tx store.Tx, account store.Account) error {
		if err := tx.Rules().Save(ctx, rule); err != nil {
			return fmt.Errorf("save the rule for %q: %w", rule.Kind, err)
		}
		return tx.Audit().Append(ctx, p.event(a, account, store.DeedRule, "rule:"+rule.Kind, ruled(rule)))
	})
}

func checkRule(r store.Rule) error {
	wrong := func(days []int) bool {
		outOfRange := func(day int) bool { return day < 1 || day > maxRemindDay }
		return len(days) > maxReminders || slices.ContainsFunc(days, outOfRange)
	}
	switch {
	case !validKind(r.Kind):
		return store.Fail(store.Invalid, "error.kind", "unknown kind")
	case utf8.RuneCountInString(r.Title) > titleRunes || !plainText(r.Title):
		return store.Fail(store.Invalid, "error.rule_title", "title pattern of %d bytes", len(r.Title)).With("Max", titleRunes)
	case strings.ContainsAny(withoutPlaces(r.Title), "{}"):
		return store.Fail(store.Invalid, "error.rule_place", "title pattern with a place that there is not").With("Places", strings.Join(TitlePlaces(), " "))
	case r.RetainYears < 2 || r.RetainYears > 5:
		return store.Fail(store.Invalid, "error.rule_years", "kept for %d years", r.RetainYears)
	case wrong(r.RemindDays) || wrong(r.TellDays):
		return store.Fail(store.Invalid, "error.rule_remind", "reminders on days %v and %v", r.RemindDays, r.TellDays).With("Count", maxReminders).With("Max", maxRemindDay)
	case r.ExpireDays < 0 || r.ExpireDays > maxExpireDays:
		return store.Fail(store.Invalid, "error.rule_expire", "ends after %d days", r.ExpireDays).With("Max", maxExpireDays)
	case !slices.Contains(Recipients(), r.Notify):
		return store.Fail(store.Invalid, "error.recipients", "mails to %q", r.Notify)
	}
	return nil
}

// Recipients are who can get mails, in the order in which they are offered.
func Recipients() []store.Recipients {
	return []store.Recipients{store.ToAll, store.ToNamed, store.ToNobody}
}

// ruled is what the audit keeps of a rule.
func ruled(r store.Rule) map[string]string {
	return map[string]string{
		"acknowledge": strconv.FormatBool(r.Acknowledge), "two persons": strconv.FormatBool(r.TwoPersons), "title": r.Title,
		"retain years": strconv.Itoa(r.RetainYears), "remind days": strings.Trim(fmt.Sprint(r.RemindDays), "[]"),
		"expire days": strconv.Itoa(r.ExpireDays), "notify": string(r.Notify),
		"tell days": strings.Trim(fmt.Sprint(r.TellDays), "[]"),
	}
}
