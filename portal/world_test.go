package portal_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/sso"
	"cloudpocket/store"
	"cloudpocket/store/diskblob"
	"cloudpocket/store/sqlstore"
	"cloudpocket/store/sqlstore/sqltest"
)

// world is two firms alike: tenant "a" and tenant "b", each with companies "x" (offices "x1", "x2") and "y" (office
// "y1"), trusts "saml-a" and "saml-b", and whoever a test adds.
type world struct {
	*portal.Portal
	setup    portal.Setup
	sessions *sqlstore.Sessions
	now      time.Time
	file     string // SQLite's, with the records
	people   int
}

// boss registers the account that the trove is published by.
func (w *world) boss(t *testing.T) { w.add(t, "boss", who{tenant: "a", permissions: store.PermitAll}) }

// fresh returns an ID that nobody has.
func (w *world) fresh() store.ID {
	w.people++
	return store.ID(fmt.Sprintf("person-%d", w.people))
}

// head returns the end of tenant's chain.
func (w *world) head(t *testing.T, tenant store.ID) (head store.AuditHead) {
	t.Helper()
	must(t, w.Records.View(t.Context(), tenant, func(tx store.Tx) (err error) {
		head, err = tx.Audit().Head(t.Context())
		return err
	}))
	return head
}

var began = time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)

func newWorld(t *testing.T) *world {
	t.Helper()
	dir, ctx := t.TempDir(), t.Context()
	records := sqlstore.Config{URL: sqltest.New(t, filepath.Join(dir, "records.db"))}
	r, err := sqlstore.Open(ctx, records)
	must(t, err)
	w := &world{now: began, file: records.URL}
	clock := func() time.Time { return w.now }
	w.sessions, err = sqlstore.OpenSessions(ctx, sqlstore.SessionsConfig{Path: filepath.Join(dir, "sessions.db"), Now: clock})
	must(t, err)
	b, err := diskblob.Open(diskblob.Config{Dir: filepath.Join(dir, "blobs"), Now: clock})
	must(t, err)
	t.Cleanup(func() { r.Close(); w.sessions.Close(); b.Close() })
	w.Portal = &portal.Portal{Records: r, Sessions: w.sessions, Blobs: b, Now: clock, Log: slog.New(slog.DiscardHandler)}
	w.setup = portal.Setup{Portal: w.Portal, By: "test"}
	for _, tenant := range []store.ID{"a", "b"} {
		w.fill(t, tenant)
	}
	return w
}

func (w *world) fill(t *testing.T, tenant store.ID) {
	t.Helper()
	ctx := t.Context()
	must(t, w.setup.AddTenant(ctx, store.Tenant{ID: tenant, Name: "事務所 " + string(tenant)}))
	for company, offices := range map[store.ID][]store.ID{"x": {"x1", "x2"}, "y": {"y1"}} {
		must(t, w.setup.AddCompany(ctx, tenant, store.Company{ID: company, Name: "会社 " + string(company), ExternalID: "ext-" + string(company)}))
		for _, office := range offices {
			must(t, w.setup.AddOffice(ctx, tenant, store.Office{ID: office, CompanyID: company, Name: "事業所 " + string(office), ExternalID: "ext-" + string(office)}))
		}
	}
	must(t, w.setup.AddTrust(ctx, tenant, store.Trust{ID: "saml-" + tenant, Name: "IdP", Protocol: store.SAML, State: store.TrustEnabled, SAML: &store.SAMLTrust{EntityID: "https://idp.example"}}))
}

// who describes an account for a test.
type who struct {
	tenant      store.ID
	company     store.ID
	offices     []store.ID // nil: all
	permissions store.Permission
}

func (w *world) switchTenant(t *testing.T, id store.ID, state store.TenantState) {
	t.Helper()
	_, err := w.setup.SwitchTenant(t.Context(), id, state)
	must(t, err)
}

// add registers somebody and returns them as they act.
func (w *world) add(t *testing.T, id store.ID, p who) portal.Actor {
	t.Helper()
	a := store.Account{ID: id, CompanyID: p.company, TrustID: "saml-" + p.tenant, Subject: "s-" + string(id), Name: "人 " + string(id), Permissions: p.permissions}
	a.Offices.All = p.offices == nil
	a.Offices.Offices = slices.Clone(p.offices)
	must(t, w.setup.AddAccount(t.Context(), p.tenant, a))
	return portal.Actor{TenantID: p.tenant, AccountID: id, TrustID: "saml-" + p.tenant, Visit: sso.Visit{Address: "192.0.2.1", RequestID: "r"}}
}

func (w *world) stage(t *testing.T, a portal.Actor, name, content string) portal.StagedFile {
	t.Helper()
	f, err := w.Stage(t.Context(), a, name, strings.NewReader(content))
	must(t, err)
	return f
}

// publish hands a text file out to offices and returns the document and its deliveries by office.
func (w *world) publish(t *testing.T, a portal.Actor, offices ...store.ID) (store.ID, map[store.ID]store.ID) {
	t.Helper()
	id, err := w.Publish(t.Context(), a, portal.Draft{Title: "通知書", Kind: "other", Acknowledge: true, Files: []portal.StagedFile{w.stage(t, a, "通知.txt", "本文")}, Offices: offices, Deliver: true})
	must(t, err)
	return id, w.deliveries(t, a, id)
}

func (w *world) deliveries(t *testing.T, a portal.Actor, document store.ID) map[store.ID]store.ID {
	t.Helper()
	d, err := w.DeskDocument(t.Context(), a, document)
	must(t, err)
	by := map[store.ID]store.ID{}
	for _, one := range d.Deliveries {
		by[one.OfficeID] = one.ID
	}
	return by
}

// blobs counts what tenant "a" keeps.
func (w *world) blobs(t *testing.T) (n int) {
	t.Helper()
	must(t, w.Blobs.Walk(t.Context(), "a", func(store.BlobInfo) error { n++; return nil }))
	return n
}

// audit returns tenant's events, oldest first.
func (w *world) audit(t *testing.T, tenant store.ID) (events []store.AuditEvent) {
	t.Helper()
	must(t, w.Records.View(context.WithoutCancel(t.Context()), tenant, func(tx store.Tx) error {
		for e, err := range tx.Audit().All(t.Context()) {
			if err != nil {
				return err
			}
			events = append(events, e)
		}
		return nil
	}))
	return events
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
