package portal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"cloudpocket/store"
)

// person plans a row about an account: the one of that ID or, without one, of that trust and subject; else a new one.
func (m *importer) person(ctx context.Context, n int, r tableRow) error {
	d, err := m.draft(ctx, r)
	if err != nil {
		return err
	}
	if err := m.once("subject "+string(d.TrustID)+" "+d.Subject, n, "error.csv_twice"); err != nil {
		return err
	}
	if id := r.get("id"); id != "" {
		if err := m.once("id "+id, n, "error.csv_twice"); err != nil {
			return err
		}
	}
	target, err := m.personMeant(ctx, r, d)
	if errors.Is(err, store.ErrNotFound) {
		return m.newPerson(ctx, r, d)
	}
	if err != nil {
		return err
	}
	return m.oldPerson(ctx, r, d, target)
}

// draft reads a row about an account.
func (m *importer) draft(ctx context.Context, r tableRow) (d PersonDraft, err error) {
	d = PersonDraft{TrustID: store.ID(r.get("trust")), Subject: r.get("subject"), Name: r.get("name"), Email: r.get("email")}
	if name := r.get("company"); name != "" {
		c, err := m.companyCalled(ctx, name)
		if err != nil {
			return d, err
		}
		d.CompanyID = c.ID
	}
	if d.RoleID, err = m.roleCalled(ctx, r.get("role")); err != nil {
		return d, err
	}
	if d.Menus, err = store.ParsePermission(strings.Join(words(r.get("menus")), ",")); err != nil {
		return d, err
	}
	if strings.TrimSpace(r.get("offices")) == "*" {
		d.Offices.All = true
		return d, nil
	}
	for _, name := range words(r.get("offices")) {
		o, err := m.officeCalled(ctx, name)
		if err != nil {
			return d, err
		}
		d.Offices.Offices = append(d.Offices.Offices, o.ID)
	}
	return d, nil
}

// personMeant returns the account that a row is about, or ErrNotFound.
func (m *importer) personMeant(ctx context.Context, r tableRow, d PersonDraft) (store.Account, error) {
	by, err := m.tx.Accounts().BySubject(ctx, d.TrustID, d.Subject)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return by, fmt.Errorf("look for the subject: %w", err)
	}
	id := store.ID(r.get("id"))
	switch {
	case id == "" && err != nil:
		return by, store.ErrNotFound
	case id != "" && !id.Valid():
		return by, store.Fail(store.Invalid, "error.id", "ID %q", id).With("ID", string(id))
	case id != "":
		named, err := m.tx.Accounts().Get(ctx, id)
		if errors.Is(err, store.ErrNotFound) && by.ID == "" {
			return named, store.ErrNotFound
		}
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return named, fmt.Errorf("read an account: %w", err)
		}
		if err != nil || named.TrustID != d.TrustID || named.Subject != d.Subject {
			return named, store.Fail(store.Invalid, "error.csv_id", "account %q is not of that subject", id).With("ID", string(id))
		}
		by = named
	}
	seen, err := m.scope.manages(ctx, by)
	if err == nil && !seen {
		err = store.Fail(store.Invalid, "error.person_known", "account %s is not within the offices of %s", by.ID, m.account.ID)
	}
	return by, err
}

func (m *importer) newPerson(ctx context.Context, r tableRow, d PersonDraft) error {
	if state := r.get("state"); state != "" && state != string(store.AccountActive) {
		return store.Fail(store.Invalid, "error.csv_state", "a new account is %q", state)
	}
	id := store.ID(r.get("id"))
	if id == "" {
		id = store.NewID(m.p.Now())
	}
	fresh, err := m.p.freshPerson(ctx, m.scope, id, d, store.FromCSV)
	if err != nil {
		return err
	}
	m.change(fresh.Name, nil, nil, fmt.Sprintf("new %q\n", accountDetail(fresh)), func(ctx context.Context) (made, error) {
		if err := m.tx.Accounts().Create(ctx, fresh); err != nil {
			return made{}, fmt.Errorf("register account %s: %w", fresh.ID, err)
		}
		return personMade(fresh), nil
	})
	return nil
}

func personMade(a store.Account) made {
	detail := accountDetail(a)
	detail["by"] = string(store.FromCSV)
	return made{deed: store.DeedAccount, record: "account:" + string(a.ID), detail: detail}
}

func (m *importer) oldPerson(ctx context.Context, r tableRow, d PersonDraft, target store.Account) error {
	if d.CompanyID != target.CompanyID {
		return store.Fail(store.Invalid, "error.person_company", "account %s is of %q, not %q", target.ID, target.CompanyID, d.CompanyID)
	}
	if state := r.get("state"); state != "" && state != string(target.State) {
		return store.Fail(store.Invalid, "error.csv_state", "account %s is %s, not %q", target.ID, target.State, state)
	}
	if !r.has("email") {
		d.Email = target.Email
	}
	if !r.has("role") {
		d.RoleID = target.RoleID
	}
	if err := d.check(); err != nil {
		return err
	}
	next := d.onto(target)
	if err := withRole(ctx, m.tx, &next); err != nil {
		return err
	}
	as := fmt.Sprintf("%q %d %q %q %q\n", target.ID, target.Version, next.Name, next.Email, accountDetail(next))
	if same(target, next) {
		m.same(as)
		return nil
	}
	if err := beyond(m.account, target); err != nil {
		return err
	}
	if err := grants(ctx, m.tx, m.account, next); err != nil {
		return err
	}
	next.RightsAt = m.p.Now()
	m.change(next.Name, accountColumns(target), accountColumns(next), as, func(ctx context.Context) (made, error) {
		if err := m.tx.Accounts().Update(ctx, next); err != nil {
			return made{}, fmt.Errorf("save account %s: %w", next.ID, err)
		}
		return personMade(next), nil
	})
	return nil
}

// accountColumns, companyColumns and officeColumns are what the columns that can be changed say.
func accountColumns(a store.Account) map[string]string {
	offices := "*"
	if !a.Offices.All {
		offices = joined(a.Offices.Offices)
	}
	return map[string]string{"name": a.Name, "email": a.Email, "role": string(a.RoleID), "menus": a.Permissions.String(), "offices": offices}
}

func companyColumns(c store.Company) map[string]string {
	return map[string]string{"external": c.ExternalID, "name": c.Name}
}

func officeColumns(o store.Office) map[string]string {
	return map[string]string{"external": o.ExternalID, "name": o.Name, "reference": o.Codes.ReferenceCode, "number": o.Codes.OfficeNumber, "labor": o.Codes.LaborInsuranceNumber,
		"employment": o.Codes.EmploymentInsuranceNumber, "corporate": o.Codes.CorporateNumber, "state": officeState(o)}
}

// company plans a row about a company: the one of that ID or, without one, of that external ID; else a new one.
func (m *importer) company(ctx context.Context, n int, r tableRow) error {
	c := store.Company{ID: store.ID(r.get("id")), ExternalID: r.get("external"), Name: r.get("name")}
	if err := m.placed(n, c.ID, c.ExternalID, c.Name); err != nil {
		return err
	}
	var old store.Company
	var err error
	if c.ID != "" {
		old, err = m.tx.Companies().Get(ctx, c.ID)
	} else {
		old, err = m.companyByExternalID(ctx, c.ExternalID)
	}
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("read a company: %w", err)
	}
	if other, found := m.companyByExternalID(ctx, c.ExternalID); found == nil && other.ID != old.ID {
		return store.Fail(store.Invalid, "error.external_taken", "company %s has external ID %q", other.ID, c.ExternalID)
	}
	if err == nil {
		c.ID, c.CreatedAt = old.ID, old.CreatedAt
		if !r.has("external") {
			c.ExternalID = old.ExternalID
		}
		return m.saveCompany(c, old)
	}
	if c.ID == "" {
		c.ID = store.NewID(m.p.Now())
	}
	c.CreatedAt = m.p.Now()
	m.change(c.Name, nil, nil, fmt.Sprintf("new %q %q\n", c.ExternalID, c.Name), func(ctx context.Context) (made, error) {
		return companyMade(c), m.tx.Companies().Create(ctx, c)
	})
	return nil
}

func (m *importer) saveCompany(c, old store.Company) error {
	as := fmt.Sprintf("%q %q %q\n", old.ID, old.ExternalID, old.Name)
	if c == old {
		m.same(as)
		return nil
	}
	m.change(c.Name, companyColumns(old), companyColumns(c), as, func(ctx context.Context) (made, error) { return companyMade(c), m.tx.Companies().Update(ctx, c) })
	return nil
}

func companyMade(c store.Company) made {
	return made{deed: store.DeedCompany, record: "company:" + string(c.ID), detail: map[string]string{"by": "csv", "name": c.Name, "external": c.ExternalID}}
}

// placed demands what a company or an office needs, and that no row before names the same.
func (m *importer) placed(n int, id store.ID, external, name string) error {
	if id != "" && !id.Valid() {
		return store.Fail(store.Invalid, "error.id", "ID %q", id).With("ID", string(id))
	}
	if err := placeable(name, external); err != nil {
		return err
	}
	if id != "" {
		if err := m.once("id "+string(id), n, "error.csv_external_twice"); err != nil {
			return err
		}
	}
	if external == "" {
		return nil
	}
	return m.once("external "+external, n, "error.csv_external_twice")
}

// office plans a row about an office, as company does.
func (m *importer) office(ctx context.Context, n int, r tableRow) error {
	o, err := m.officeRow(ctx, n, r)
	if err != nil {
		return err
	}
	by, err := m.tx.Offices().ByExternalID(ctx, o.ExternalID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("read an office: %w", err)
	}
	old := by
	if o.ID != "" {
		if old, err = m.tx.Offices().Get(ctx, o.ID); err != nil && !errors.Is(err, store.ErrNotFound) {
			return fmt.Errorf("read an office: %w", err)
		}
	}
	if by.ID != "" && by.ID != old.ID {
		return store.Fail(store.Invalid, "error.external_taken", "office %s has external ID %q", by.ID, o.ExternalID)
	}
	if old.ID != "" {
		return m.saveOffice(ctx, r, o, old)
	}
	if o.ID == "" {
		o.ID = store.NewID(m.p.Now())
	}
	o.CreatedAt = m.p.Now()
	if err := m.codesFree(ctx, o, nil); err != nil {
		return err
	}
	m.change(o.Name, nil, nil, fmt.Sprintf("new %q %q %q\n", o.CompanyID, o.ExternalID, o.Name), func(ctx context.Context) (made, error) {
		return m.keepOffice(ctx, o, nil, m.tx.Offices().Create)
	})
	return nil
}

// officeRow reads a row about an office.
func (m *importer) officeRow(ctx context.Context, n int, r tableRow) (o store.Office, err error) {
	o = store.Office{ID: store.ID(r.get("id")), ExternalID: r.get("external"), Name: r.get("name"), Codes: normalCodes(store.OfficeCodes{
		ReferenceCode: r.get("reference"), OfficeNumber: r.get("number"), LaborInsuranceNumber: r.get("labor"),
		EmploymentInsuranceNumber: r.get("employment"), CorporateNumber: r.get("corporate"),
	})}
	if err := m.placed(n, o.ID, o.ExternalID, o.Name); err != nil {
		return o, err
	}
	if err := checkCodes(o.Codes); err != nil {
		return o, err
	}
	c, err := m.companyCalled(ctx, r.get("company"))
	o.CompanyID = c.ID
	if err != nil {
		return o, err
	}
	switch state := r.get("state"); state {
	case "", "open":
	case "closed":
		o.ClosedAt = m.p.Now()
	default:
		err = store.Fail(store.Invalid, "error.csv_state", "an office is %q", state)
	}
	return o, err
}

// saveOffice plans a change. Columns that the file lacks change nothing.
func (m *importer) saveOffice(ctx context.Context, r tableRow, o, old store.Office) error {
	if o.CompanyID != old.CompanyID {
		return store.Fail(store.Invalid, "error.csv_company", "office %s is of %q, not %q", old.ID, old.CompanyID, o.CompanyID).With("Name", r.get("company"))
	}
	next := old
	next.Name = o.Name
	for key, to := range map[string][2]*string{"external": {&next.ExternalID, &o.ExternalID}, "reference": {&next.Codes.ReferenceCode, &o.Codes.ReferenceCode},
		"number": {&next.Codes.OfficeNumber, &o.Codes.OfficeNumber}, "labor": {&next.Codes.LaborInsuranceNumber, &o.Codes.LaborInsuranceNumber},
		"employment": {&next.Codes.EmploymentInsuranceNumber, &o.Codes.EmploymentInsuranceNumber}, "corporate": {&next.Codes.CorporateNumber, &o.Codes.CorporateNumber}} {
		if r.has(key) {
			*to[0] = *to[1]
		}
	}
	switch {
	case r.get("state") == "open":
		next.ClosedAt = time.Time{}
	case r.get("state") == "closed" && !old.Closed():
		next.ClosedAt = m.p.Now()
	}
	if err := m.codesFree(ctx, next, old.Codes.List()); err != nil {
		return err
	}
	as := fmt.Sprintf("%q %q %q %q %t\n", old.ID, old.ExternalID, old.Name, old.Codes, old.Closed())
	if next == old {
		m.same(as)
		return nil
	}
	m.change(next.Name, officeColumns(old), officeColumns(next), as, func(ctx context.Context) (made, error) {
		return m.keepOffice(ctx, next, old.Codes.List(), m.tx.Offices().Update)
	})
	return nil
}

// codesFree is that of the records and of the rows before.
func (m *importer) codesFree(ctx context.Context, o store.Office, had []store.OfficeCode) error {
	if err := codesFree(ctx, m.tx, o, had); err != nil {
		return err
	}
	for _, code := range o.Codes.List() {
		key := fmt.Sprintf("code %q", code)
		before, named := m.found[key].(store.Office)
		if named && before.CompanyID != o.CompanyID && !slices.Contains(had, code) {
			return codeTaken(code, before)
		}
		m.found[key] = o
	}
	return nil
}

func (m *importer) keepOffice(ctx context.Context, o store.Office, had []store.OfficeCode, save func(context.Context, store.Office) error) (made, error) {
	forgot, err := registerCodes(ctx, m.tx, o, had)
	if err != nil {
		return made{}, err
	}
	if err := save(ctx, o); err != nil {
		return made{}, err
	}
	detail := map[string]string{"by": "csv", "company": string(o.CompanyID), "name": o.Name, "external": o.ExternalID, "codes": writtenCodes(o.Codes.List())}
	return made{store.DeedOffice, "office:" + string(o.ID), detail, forgot}, m.p.sortAgain(ctx, m.tx, o.Codes.List())
}
