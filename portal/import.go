package portal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"cloudpocket/store"
)

// ImportPlan is what taking a file in would do.
type ImportPlan struct {
	Table                            Table
	New, Changed, Unchanged, Refused int
	Problems                         []RowProblem // of the refused ones, at most rowsNamed
	Changes                          []RowChange  // of the new and the changed ones, at most rowsNamed
	Digest                           string       // of the file and of all that it would change, as it is now
}

// RowProblem says why a row was refused.
type RowProblem struct {
	Row    int    // as a spreadsheet counts; the headings are row 1
	Column string // by its key; empty: the row as a whole
	Value  string
	Key    string // a message
	Args   map[string]any
	Why    error // the refusal, for who reads no messages
}

// RowChange says what a row would do.
type RowChange struct {
	Row     int
	New     bool
	Name    string   // whose or what it is, as it would be
	Columns []string // that would be another, by their keys; of something new none
}

// rowsNamed is how many refused rows are named, and how many that change something.
const rowsNamed = 100

// MayImport demands that the actor can take such tables in at all.
func (p *Portal) MayImport(ctx context.Context, a Actor, t Table) error {
	return p.view(ctx, a, t.menu(), func(_ store.Tx, account store.Account) error {
		if t == TableAccounts {
			return nil
		}
		return wholeFirm(account)
	})
}

// KeepTable keeps a file to be taken in, and names it. What cannot be read as such a table is refused at once.
func (p *Portal) KeepTable(ctx context.Context, a Actor, t Table, src io.Reader) (store.Digest, error) {
	if err := p.MayImport(ctx, a, t); err != nil {
		return "", err
	}
	file, err := io.ReadAll(io.LimitReader(src, TableBytes+1))
	if err != nil {
		return "", fmt.Errorf("receive a table: %w", err)
	}
	if _, _, err := readTable(t, bytes.NewReader(file)); err != nil {
		return "", err
	}
	w, err := p.Blobs.Create(ctx, a.TenantID)
	if err != nil {
		return "", fmt.Errorf("begin a blob: %w", err)
	}
	defer w.Abort()
	if _, err := w.Write(append(keptMark(t, a.AccountID), file...)); err != nil {
		return "", fmt.Errorf("keep a table: %w", err)
	}
	digest, _, err := w.Commit(ctx)
	if err != nil {
		return "", fmt.Errorf("keep a table: %w", err)
	}
	return digest, nil
}

// keptMark begins a kept file. Without it no file of the tenant is read as a table, nor one that another person kept: who
// manages accounts is not thereby one who reads documents.
func keptMark(t Table, by store.ID) []byte {
	return fmt.Appendf(nil, "cloudpocket %s to be taken in by account %s\n", t, by)
}

// PlanImport says what taking a kept file in would do, row by row, and changes nothing.
func (p *Portal) PlanImport(ctx context.Context, a Actor, t Table, file store.Digest) (plan ImportPlan, err error) {
	if err := p.view(ctx, a, t.menu(), func(store.Tx, store.Account) error { return nil }); err != nil {
		return plan, err
	}
	columns, rows, err := p.keptTable(ctx, a, t, file)
	if err != nil {
		return plan, err
	}
	err = p.view(ctx, a, t.menu(), func(tx store.Tx, account store.Account) error {
		plan, _, err = p.planRows(ctx, tx, account, t, columns, rows)
		return err
	})
	return plan, err
}

// Import takes a kept file in, in one go: all of it or nothing. Digest is that of the plan which was looked at: when anything
// that the file would change is another by now, or a row is refused, nothing is done (ErrConflict, ErrInvalid).
func (p *Portal) Import(ctx context.Context, a Actor, t Table, file store.Digest, digest string) (plan ImportPlan, err error) {
	if err := p.view(ctx, a, t.menu(), func(store.Tx, store.Account) error { return nil }); err != nil {
		return plan, err
	}
	columns, rows, err := p.keptTable(ctx, a, t, file)
	if err != nil {
		return plan, err
	}
	err = p.update(ctx, a, t.menu(), func(tx store.Tx, account store.Account) (err error) {
		plan, err = p.importRows(ctx, tx, a, account, t, columns, rows, digest)
		return err
	})
	if err != nil {
		return plan, err
	}
	p.kick()
	return plan, p.discard(ctx, a.TenantID, file)
}

func (p *Portal) keptTable(ctx context.Context, a Actor, t Table, file store.Digest) (map[string]int, [][]string, error) {
	if !file.Valid() {
		return nil, nil, store.Fail(store.Expired, "error.csv_gone", "no digest: %q", file)
	}
	blob, err := p.Blobs.Open(ctx, a.TenantID, file)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil, store.Fail(store.Expired, "error.csv_gone", "open a kept table: %w", err)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("open a kept table: %w", err)
	}
	defer blob.Close()
	mark := keptMark(t, a.AccountID)
	begins := make([]byte, len(mark))
	if _, err := io.ReadFull(blob, begins); err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, nil, fmt.Errorf("read a kept table: %w", err)
	}
	if !bytes.Equal(begins, mark) {
		return nil, nil, store.Fail(store.Expired, "error.csv_gone", "account %s did not keep %s to be taken in", a.AccountID, file)
	}
	return readTable(t, blob)
}

type eventMaker func(deed store.Deed, record string, detail map[string]string) store.AuditEvent

// events makes the AuditEvents of what an actor does.
func (p *Portal) events(a Actor, account store.Account) eventMaker {
	return func(deed store.Deed, record string, detail map[string]string) store.AuditEvent {
		return p.event(a, account, deed, record, detail)
	}
}

// importRows plans once more, and does what it planned if that is what was looked at.
func (p *Portal) importRows(ctx context.Context, tx store.Tx, a Actor, account store.Account, t Table, columns map[string]int, rows [][]string, digest string) (ImportPlan, error) {
	plan, changes, err := p.planRows(ctx, tx, account, t, columns, rows)
	switch {
	case err != nil:
		return plan, err
	case plan.Digest != digest:
		return plan, store.Fail(store.Conflict, "error.csv_changed", "the plan is %s, not %s", plan.Digest, digest)
	}
	return plan, p.carryOutRows(ctx, tx, a.Visit.Address, plan, changes, p.events(a, account))
}

// carryOutRows does what was planned for somebody at address, if no row is refused.
func (p *Portal) carryOutRows(ctx context.Context, tx store.Tx, address string, plan ImportPlan, changes []func(context.Context) (made, error), event eventMaker) error {
	if plan.Refused > 0 {
		return store.Fail(store.Invalid, "error.csv_refused", "%d rows are refused", plan.Refused).With("Count", plan.Refused)
	}
	return administrable(ctx, tx, address, func() error {
		for _, change := range changes {
			e, err := change(ctx)
			if err != nil {
				return err
			}
			if err := tx.Audit().Append(ctx, event(e.deed, e.record, e.detail)); err != nil {
				return fmt.Errorf("append to the audit: %w", err)
			}
			if err := p.allForgotten(ctx, tx, event, e.forgot); err != nil {
				return err
			}
		}
		detail := map[string]string{"by": "csv", "table": string(plan.Table), "new": strconv.Itoa(plan.New), "changed": strconv.Itoa(plan.Changed), "unchanged": strconv.Itoa(plan.Unchanged)}
		return tx.Audit().Append(ctx, event(plan.Table.deed(), "table:"+string(plan.Table), detail))
	})
}

func (t Table) deed() store.Deed {
	switch t {
	case TableAccounts:
		return store.DeedAccount
	case TableCompanies:
		return store.DeedCompany
	}
	return store.DeedOffice
}

// made is what a change has to tell the audit.
type made struct {
	deed   store.Deed
	record string
	detail map[string]string
	forgot []forgetting
}

// importer goes through the rows of one file.
type importer struct {
	p       *Portal
	tx      store.Tx
	account store.Account // who takes it in
	scope   *scope        // what they may know of
	plan    ImportPlan
	sum     hash.Hash
	row     int            // the one that is gone through
	seen    map[string]int // what may be there once, and in which row it was
	found   map[string]any // what was looked up before
	changes []func(context.Context) (made, error)
}

// planRows goes through all rows and returns what to do for them.
func (p *Portal) planRows(ctx context.Context, tx store.Tx, account store.Account, t Table, columns map[string]int, rows [][]string) (ImportPlan, []func(context.Context) (made, error), error) {
	m := &importer{p: p, tx: tx, account: account, scope: scopeOf(tx, account), plan: ImportPlan{Table: t}, sum: sha256.New(), seen: map[string]int{}, found: map[string]any{}}
	if t != TableAccounts {
		if err := wholeFirm(account); err != nil {
			return m.plan, nil, err
		}
	}
	fmt.Fprintf(m.sum, "%q %q\n", t, account.ID)
	for i, cells := range rows {
		r := tableRow{columns, cells}
		if r.blank() {
			continue
		}
		if err := m.one(ctx, i+2, r); err != nil {
			return m.plan, nil, err
		}
	}
	m.plan.Digest = hex.EncodeToString(m.sum.Sum(nil))
	return m.plan, m.changes, nil
}

// one plans a row. What is wrong with it is noted; an error is of the records.
func (m *importer) one(ctx context.Context, n int, r tableRow) error {
	m.row = n
	fmt.Fprintf(m.sum, "%d %q\n", n, r.cells)
	if column := r.formula(); column != "" {
		m.refuse(n, column, r.get(column), store.Fail(store.Invalid, "error.csv_formula", "a formula"))
		return nil
	}
	var err error
	switch m.plan.Table {
	case TableAccounts:
		err = m.person(ctx, n, r)
	case TableCompanies:
		err = m.company(ctx, n, r)
	default:
		err = m.office(ctx, n, r)
	}
	var refused *store.Error
	if errors.As(err, &refused) && (refused.Kind == store.Invalid || refused.Kind == store.Denied || refused.Kind == store.NotFound && refused.Key != "") && refused.Key != "" {
		column := importColumn(refused.Key)
		m.refuse(n, column, r.get(column), refused)
		return nil
	}
	return err
}

func (m *importer) refuse(n int, column, value string, why *store.Error) {
	m.plan.Refused++
	if len(m.plan.Problems) < rowsNamed {
		m.plan.Problems = append(m.plan.Problems, RowProblem{Row: n, Column: column, Value: short(value), Key: why.Key, Args: why.Args, Why: why})
	}
}

// importColumn is the column that a refusal is about.
func importColumn(key string) string {
	switch key {
	case "error.id", "error.csv_id":
		return "id"
	case "error.person_company", "error.csv_company":
		return "company"
	case "error.person_name":
		return "name"
	case "error.person_email":
		return "email"
	case "error.person_trust", "error.csv_trust":
		return "trust"
	case "error.account_identity", "error.person_known", "error.csv_twice":
		return "subject"
	case "error.role_unknown":
		return "role"
	case "error.permission_unknown", "error.grant_menus":
		return "menus"
	case "error.person_office", "error.person_no_office", "error.too_many_offices", "error.office_nowhere", "error.grant_offices":
		return "offices"
	case "error.csv_state":
		return "state"
	case "error.external", "error.external_taken", "error.csv_external_twice":
		return "external"
	}
	return ""
}

// once demands that what a row names is named by no row before.
func (m *importer) once(what string, n int, key string) error {
	if before, twice := m.seen[what]; twice {
		return store.Fail(store.Invalid, key, "rows %d and %d name the same", before, n).With("Row", before)
	}
	m.seen[what] = n
	return nil
}

// change notes what is to be done for a row, and what of it must be the same when it is. With was, which has what the
// columns say now, it is a change to that; without, something new.
func (m *importer) change(name string, was, is map[string]string, as string, do func(context.Context) (made, error)) {
	c := RowChange{Row: m.row, New: was == nil, Name: name}
	if c.New {
		m.plan.New++
	} else {
		m.plan.Changed++
		c.Columns = slices.DeleteFunc(slices.Sorted(maps.Keys(is)), func(column string) bool { return was[column] == is[column] })
	}
	if len(m.plan.Changes) < rowsNamed {
		m.plan.Changes = append(m.plan.Changes, c)
	}
	io.WriteString(m.sum, as)
	m.changes = append(m.changes, do)
}

func (m *importer) same(as string) {
	m.plan.Unchanged++
	io.WriteString(m.sum, as)
}

// lookup remembers what find returned for a key.
func lookup[T any](m *importer, key string, find func() (T, error)) (T, error) {
	type answer struct {
		v   T
		err error
	}
	if before, ok := m.found[key].(answer); ok {
		return before.v, before.err
	}
	v, err := find()
	m.found[key] = answer{v, err}
	return v, err
}

// companyCalled returns the company of that ID, or else of that external ID, of which the importer's account has an office.
func (m *importer) companyCalled(ctx context.Context, name string) (store.Company, error) {
	return lookup(m, "company "+name, func() (c store.Company, err error) {
		err = store.ErrNotFound
		if store.ID(name).Valid() {
			c, err = m.tx.Companies().Get(ctx, store.ID(name))
		}
		if errors.Is(err, store.ErrNotFound) {
			c, err = m.companyByExternalID(ctx, name)
		}
		if err == nil {
			var seen bool
			if seen, err = m.scope.touches(ctx, c.ID); err == nil && !seen {
				err = store.ErrNotFound
			}
		}
		if errors.Is(err, store.ErrNotFound) {
			err = store.Fail(store.Invalid, "error.csv_company", "no company %q", name).With("Name", name)
		}
		return c, err
	})
}

func (m *importer) companyByExternalID(ctx context.Context, external string) (store.Company, error) {
	all, err := lookup(m, "companies", func() (map[string]store.Company, error) { return companiesByExternalID(ctx, m.tx) })
	if err != nil {
		return store.Company{}, err
	}
	c, ok := all[external]
	if !ok || external == "" {
		return c, store.ErrNotFound
	}
	return c, nil
}

func companiesByExternalID(ctx context.Context, tx store.Tx) (map[string]store.Company, error) {
	all := map[string]store.Company{}
	for page := (store.Page{Limit: store.MaxPage}); ; {
		list, err := tx.Companies().List(ctx, page)
		if err != nil {
			return nil, fmt.Errorf("list companies: %w", err)
		}
		for _, c := range list.Items {
			all[c.ExternalID] = c
		}
		if page.After = list.Next; page.After == "" {
			return all, nil
		}
	}
}

// officeOf returns the office that the importer's account calls so.
func (m *importer) officeCalled(ctx context.Context, name string) (store.Office, error) {
	return lookup(m, "office "+name, func() (store.Office, error) { return officeCalled(ctx, m.tx, m.account, name) })
}

// roleCalled returns the ID of the role of that name, or of that ID.
func (m *importer) roleCalled(ctx context.Context, name string) (store.ID, error) {
	if name == "" {
		return "", nil
	}
	roles, err := lookup(m, "roles", func() (map[string]store.ID, error) { return rolesByName(ctx, m.tx) })
	if err != nil {
		return "", err
	}
	if id, ok := roles[name]; ok {
		return id, nil
	}
	return "", store.Fail(store.Invalid, "error.role_unknown", "no role %q", name).With("Name", name)
}

func rolesByName(ctx context.Context, tx store.Tx) (map[string]store.ID, error) {
	all := map[string]store.ID{}
	for page := (store.Page{Limit: store.MaxPage}); ; {
		list, err := tx.Roles().List(ctx, page)
		if err != nil {
			return nil, fmt.Errorf("list roles: %w", err)
		}
		for _, r := range list.Items {
			all[r.Name], all[string(r.ID)] = r.ID, r.ID
		}
		if page.After = list.Next; page.After == "" {
			return all, nil
		}
	}
}

// words are the offices or menus in a cell: apart by blanks, commas or semicolons.
func words(cell string) []string {
	return strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune(" 　\t\r\n,;、；，", r) })
}
