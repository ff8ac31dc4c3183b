package portal

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"cloudpocket/portal/egov"
	"cloudpocket/store"
)

// findOffices says of each package which office it is for, as far as the account that received it reaches.
func (p *Portal) findOffices(ctx context.Context, tenant, receiver store.ID, all []found) error {
	return p.Records.View(ctx, tenant, func(tx store.Tx) error {
		account, err := receiverOf(ctx, tx, receiver)
		if err != nil {
			return err
		}
		places := places{tx: tx, account: account}
		for i := range all {
			if all[i].reason.Key != "" {
				continue
			}
			if all[i].office, all[i].placing, err = places.of(ctx, all[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

// findAgain looks once more in the transaction that keeps what was found: an office may have been taught a code, or been
// relieved of one, since findOffices looked, and whoever did so saw nothing here to be looked into again.
func findAgain(ctx context.Context, tx store.Tx, receiver store.ID, all []found) error {
	account, err := receiverOf(ctx, tx, receiver)
	if err != nil {
		return err
	}
	places := places{tx: tx, account: account}
	for i := range all {
		if all[i].reason.Key != "" || len(all[i].codes) == 0 {
			continue
		}
		offices, _, err := places.byOrder(ctx, all[i].codes)
		if err != nil {
			return err
		}
		if len(offices) == 1 && offices[0].ID == all[i].office || len(offices) == 0 && !byCode(all[i].placing) && all[i].placing.Key != "package.several" {
			continue
		}
		if all[i].office, all[i].placing, err = places.of(ctx, all[i]); err != nil {
			return err
		}
	}
	return nil
}

// places finds the offices within an account's scope that a package is for.
type places struct {
	tx      store.Tx
	account store.Account
	names   map[string][]store.Office // by folded name, of office and company; nil until it is asked for
}

// of goes by the codes that the documents name, then by the name, then by numbers in files' names.
func (s *places) of(ctx context.Context, f found) (store.ID, store.Reason, error) {
	for _, way := range []func() ([]store.Office, store.Reason, error){
		func() ([]store.Office, store.Reason, error) { return s.byOrder(ctx, f.codes) },
		func() ([]store.Office, store.Reason, error) { return s.byNames(ctx, f.to) },
		func() ([]store.Office, store.Reason, error) { return s.byOrder(ctx, f.hints) },
	} {
		switch offices, reason, err := way(); {
		case err != nil:
			return "", store.Reason{}, err
		case len(offices) == 1:
			return offices[0].ID, reason, nil
		case len(offices) > 1:
			return "", several(offices), nil
		}
	}
	return "", unknown(f), nil
}

func several(offices []store.Office) store.Reason {
	var names []string
	for _, o := range offices[:min(len(offices), 5)] {
		names = append(names, o.Name)
	}
	return store.Reason{Key: "package.several", Args: map[string]string{"Count": fmt.Sprint(len(offices)), "Offices": strings.Join(names, "、")}}
}

func unknown(f found) store.Reason {
	if len(f.codes) > 0 {
		var texts []string
		for _, c := range f.codes[:min(len(f.codes), 5)] {
			texts = append(texts, c.Code)
		}
		return store.Reason{Key: "package.code_unknown", Args: map[string]string{"Codes": strings.Join(texts, "、")}}
	}
	if len(f.to) > 0 {
		return store.Reason{Key: "package.name_unknown", Args: map[string]string{"Name": guarded(egov.Plain(f.to[0]))}}
	}
	return store.Reason{Key: "package.nameless"}
}

// byOrder goes by the first system of codes by which an office is known. Offices that share a code, as those of one
// company share its 法人番号, are told apart by the systems after it.
func (s *places) byOrder(ctx context.Context, codes []store.OfficeCode) (offices []store.Office, why store.Reason, err error) {
	for _, system := range codeOrder() {
		known, code, err := s.byCodes(ctx, system, codes)
		if err != nil {
			return nil, why, err
		}
		if len(offices) == 0 && len(known) > 0 {
			offices, why = known, store.Reason{Key: "package.by_" + string(system), Args: map[string]string{"Code": code.Code}}
		} else if both := shared(offices, known); len(both) > 0 {
			offices = both
		}
	}
	return offices, why, nil
}

// byNames goes by the first of the names by which an office is known.
func (s *places) byNames(ctx context.Context, names []string) ([]store.Office, store.Reason, error) {
	for _, name := range names {
		offices, err := s.byName(ctx, name)
		if err != nil || len(offices) > 0 {
			return offices, store.Reason{Key: "package.by_name", Args: map[string]string{"Name": guarded(egov.Plain(name))}}, err
		}
	}
	return nil, store.Reason{}, nil
}

// byCodes returns the offices that the codes of one system name, by ID, and the first code that names one.
func (s *places) byCodes(ctx context.Context, system store.CodeSystem, codes []store.OfficeCode) (all []store.Office, first store.OfficeCode, err error) {
	for _, c := range codes {
		if c.System != system {
			continue
		}
		offices, err := s.tx.Offices().ByCode(ctx, c)
		if err != nil {
			return nil, first, fmt.Errorf("look for an office by code: %w", err)
		}
		offices = slices.DeleteFunc(offices, func(o store.Office) bool { return !s.account.Reaches(o) })
		if len(all) == 0 && len(offices) > 0 {
			first = c
		}
		all = append(all, offices...)
	}
	return distinctOffices(all), first, nil
}

func distinctOffices(all []store.Office) []store.Office {
	slices.SortFunc(all, func(a, b store.Office) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return slices.CompactFunc(all, func(a, b store.Office) bool { return a.ID == b.ID })
}

func shared(a, b []store.Office) (both []store.Office) {
	for _, o := range a {
		if slices.ContainsFunc(b, func(other store.Office) bool { return other.ID == o.ID }) {
			both = append(both, o)
		}
	}
	return both
}

// byName returns the offices that are called so, or whose company is, however the name is written.
func (s *places) byName(ctx context.Context, to string) ([]store.Office, error) {
	name := foldName(to)
	if name == "" {
		return nil, nil
	}
	if s.names == nil {
		if err := s.readNames(ctx); err != nil {
			return nil, err
		}
	}
	return distinctOffices(slices.Clone(s.names[name])), nil
}

func (s *places) readNames(ctx context.Context) error {
	s.names = map[string][]store.Office{}
	companies := map[store.ID]string{}
	for page := (store.Page{Limit: store.MaxPage}); ; {
		list, err := s.tx.Offices().List(ctx, "", page)
		if err != nil {
			return fmt.Errorf("list offices: %w", err)
		}
		for _, o := range list.Items {
			if !s.account.Reaches(o) {
				continue
			}
			if _, ok := companies[o.CompanyID]; !ok {
				c, err := s.tx.Companies().Get(ctx, o.CompanyID)
				if err != nil {
					return fmt.Errorf("read company of office %s: %w", o.ID, err)
				}
				companies[o.CompanyID] = foldName(c.Name)
			}
			for _, name := range slices.Compact([]string{foldName(o.Name), companies[o.CompanyID]}) {
				s.names[name] = append(s.names[name], o)
			}
		}
		if page.After = list.Next; page.After == "" {
			return nil
		}
	}
}

// foldName makes names that differ in width, case, blanks or the word of address alike.
func foldName(name string) string {
	name = strings.Join(strings.Fields(strings.ToLower(norm.NFKC.String(egov.Plain(name)))), "")
	for _, ending := range []string{"御中", "様", "殿"} {
		name = strings.TrimSuffix(name, ending)
	}
	return name
}
