package portal

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"cloudpocket/store"
)

// lesson is what became of codes that an office was to be known by.
type lesson struct {
	taught []store.OfficeCode // that the office is known by from now on
	taken  []forgetting       // from offices that had been taught them
}

// forgetting is codes that an office is not known by any more.
type forgetting struct {
	office store.Office
	codes  []store.OfficeCode
}

// teaches reports whether account may have a code that names the known offices name another. Who does not have all offices
// cannot tell whose a code is that names none: it may be any client's.
func teaches(account store.Account, known []store.Office) bool {
	beyond := func(o store.Office) bool { return !account.Reaches(o) }
	return account.Offices.All || len(known) > 0 && !slices.ContainsFunc(known, beyond)
}

// teachable returns those of a package's codes that account may have an office learn.
func teachable(ctx context.Context, tx store.Tx, account store.Account, pkg store.Package) (codes []store.OfficeCode, err error) {
	for _, c := range store.Lessons(pkg.Codes) {
		known, err := tx.Offices().ByCode(ctx, c)
		if err != nil {
			return nil, fmt.Errorf("look for an office by code: %w", err)
		}
		if teaches(account, known) {
			codes = append(codes, c)
		}
	}
	return codes, nil
}

// learn makes codes name office. A code that another office was taught is taken from that one: a person who teaches it anew
// says that it was a mistake. One that another carries is not learnt, nor one that account may not teach.
func learn(ctx context.Context, tx store.Tx, account store.Account, office store.ID, codes []store.OfficeCode) (l lesson, err error) {
	for _, c := range codes {
		known, err := tx.Offices().ByCode(ctx, c)
		if err != nil {
			return l, fmt.Errorf("look for an office by code: %w", err)
		}
		free := teaches(account, known)
		for _, o := range known {
			taken := false
			if free && o.ID != office {
				if taken, err = forget(ctx, tx, o, c); err != nil {
					return l, err
				}
			}
			if taken {
				l.take(o, c)
			}
			free = free && taken && !slices.Contains(o.Codes.List(), c)
		}
		if !free {
			continue
		}
		if err := tx.Offices().Teach(ctx, office, c); err != nil {
			return l, fmt.Errorf("teach office %s: %w", office, err)
		}
		l.taught = append(l.taught, c)
	}
	return l, nil
}

func (l *lesson) take(o store.Office, c store.OfficeCode) {
	i := slices.IndexFunc(l.taken, func(f forgetting) bool { return f.office.ID == o.ID })
	if i < 0 {
		i, l.taken = len(l.taken), append(l.taken, forgetting{office: o})
	}
	l.taken[i].codes = append(l.taken[i].codes, c)
}

// forget takes a code from an office that was taught it, and reports whether it was.
func forget(ctx context.Context, tx store.Tx, o store.Office, c store.OfficeCode) (bool, error) {
	taught, err := tx.Offices().Taught(ctx, o.ID)
	if err != nil {
		return false, fmt.Errorf("read what office %s was taught: %w", o.ID, err)
	}
	if !slices.Contains(taught, c) {
		return false, nil
	}
	if err := tx.Offices().Unteach(ctx, o.ID, c); err != nil {
		return false, fmt.Errorf("take a code from office %s: %w", o.ID, err)
	}
	return true, nil
}

// forgotten tells the audit that codes were taken from an office, and has what is ready for it by one of them looked into
// again: it was about to go to the wrong office. What a person placed stays.
func (p *Portal) forgotten(ctx context.Context, tx store.Tx, event eventMaker, f forgetting, pkg store.ID) error {
	detail := map[string]string{"by": "unteach", "codes": writtenCodes(f.codes)}
	if pkg != "" {
		detail["package"] = string(pkg)
	}
	if err := tx.Audit().Append(ctx, event(store.DeedOffice, "office:"+string(f.office.ID), detail)); err != nil {
		return fmt.Errorf("append to the audit: %w", err)
	}
	var loose []store.Package
	err := eachPackage(ctx, tx, store.PackageReady, f.codes, func(pkg store.Package) error {
		if pkg.Office == f.office.ID && byCode(pkg.Reason) {
			loose = append(loose, pkg)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, pkg := range loose {
		pkg.State, pkg.Office, pkg.Reason = store.PackageUnplaced, "", unknown(found{codes: pkg.Codes})
		if err := tx.Packages().Update(ctx, pkg); err != nil {
			return fmt.Errorf("take package %s back: %w", pkg.ID, err)
		}
		if err := p.owe(ctx, tx, store.TaskSort, string(pkg.ID), p.Now()); err != nil {
			return err
		}
	}
	return nil
}

func (p *Portal) allForgotten(ctx context.Context, tx store.Tx, event eventMaker, all []forgetting) error {
	for _, f := range all {
		if err := p.forgotten(ctx, tx, event, f, ""); err != nil {
			return err
		}
	}
	return nil
}

// byCode reports whether a package has its office by a code of it.
func byCode(r store.Reason) bool {
	return slices.ContainsFunc(codeOrder(), func(s store.CodeSystem) bool { return r.Key == "package.by_"+string(s) })
}

func anyOf(codes, of []store.OfficeCode) bool {
	return slices.ContainsFunc(codes, func(c store.OfficeCode) bool { return slices.Contains(of, c) })
}

// writtenCodes is how the audit has codes.
func writtenCodes(codes []store.OfficeCode) string {
	var all []string
	for _, c := range codes {
		all = append(all, string(c.System)+" "+c.Code)
	}
	return strings.Join(all, ", ")
}
