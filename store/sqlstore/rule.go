package sqlstore

import (
	"context"

	"cloudpocket/store"
	"cloudpocket/store/sqlstore/gen/records"
)

type rules struct{ *tx }

func (t rules) Get(ctx context.Context, kind string) (store.Rule, error) {
	row, err := t.q.GetRule(ctx, records.GetRuleParams{TenantID: t.id(), Kind: kind})
	if err != nil {
		return store.Rule{}, fault("get the rule of kind "+kind, err)
	}
	return ruleOf(row)
}

func (t rules) Save(ctx context.Context, r store.Rule) error {
	days, err := listText(r.RemindDays)
	if err != nil {
		return fault("encode the rule of kind "+r.Kind, err)
	}
	tell, err := listText(r.TellDays)
	if err != nil {
		return fault("encode the rule of kind "+r.Kind, err)
	}
	return fault("save the rule of kind "+r.Kind, t.q.SaveRule(ctx, records.SaveRuleParams{
		TenantID: t.id(), Kind: r.Kind, Acknowledge: flag(r.Acknowledge), TwoPersons: flag(r.TwoPersons), Title: r.Title,
		RetainYears: int64(r.RetainYears), RemindDays: days, ExpireDays: int64(r.ExpireDays), Notify: string(r.Notify),
		TellDays: tell,
	}))
}

func (t rules) All(ctx context.Context) ([]store.Rule, error) {
	rows, err := t.q.GetRules(ctx, t.id())
	if err != nil {
		return nil, fault("get the rules", err)
	}
	all := make([]store.Rule, len(rows))
	for i, r := range rows {
		if all[i], err = ruleOf(r); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func ruleOf(r records.Rule) (store.Rule, error) {
	rule := store.Rule{
		Kind: r.Kind, Acknowledge: r.Acknowledge == 1, TwoPersons: r.TwoPersons == 1, Title: r.Title,
		RetainYears: int(r.RetainYears), ExpireDays: int(r.ExpireDays), Notify: store.Recipients(r.Notify),
	}
	if err := readText(r.RemindDays, &rule.RemindDays); err != nil {
		return rule, fault("read the rule of kind "+r.Kind, err)
	}
	return rule, fault("read the rule of kind "+r.Kind, readText(r.TellDays, &rule.TellDays))
}
