package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"cloudpocket/cmd/app"
	"cloudpocket/examples/parent"
	"cloudpocket/portal"
	"cloudpocket/sso"
	"cloudpocket/sso/samlsp"
	"cloudpocket/store"
)

// seed puts the world in, unless a run before has, and gives the parent's pages their links to documents.
func seed(ctx context.Context, a *app.App, idp *parent.Parent, u urls, data string) error {
	seeded := filepath.Join(data, "seeded")
	if _, err := os.Stat(seeded); err == nil {
		return link(ctx, a, idp)
	}
	s := portal.Setup{Portal: a.Portal, By: "demo"}
	for _, f := range firms() {
		err := seedFirm(ctx, s, f, idp, u, packageFolder(data, f.id))
		if errors.Is(err, store.ErrConflict) {
			return fmt.Errorf("an earlier run was ended while it filled %s; remove that folder: %w", data, err)
		}
		if err != nil {
			return fmt.Errorf("firm %s: %w", f.id, err)
		}
	}
	if err := os.WriteFile(seeded, nil, 0o600); err != nil {
		return fmt.Errorf("note that the data is complete: %w", err)
	}
	return link(ctx, a, idp)
}

// seedFirm puts a firm in, and packages that its people may drop into a folder.
func seedFirm(ctx context.Context, s portal.Setup, f firm, idp *parent.Parent, u urls, folder string) error {
	m := newMint(f)
	if err := s.AddTenant(ctx, store.Tenant{ID: f.id, Name: f.name}); err != nil {
		return err
	}
	t, err := trustOf(f, idp, u)
	if err != nil {
		return err
	}
	if err := s.AddTrust(ctx, f.id, t); err != nil {
		return err
	}
	for _, c := range f.companies {
		if err := s.AddCompany(ctx, f.id, store.Company{ID: store.ID(c.id), Name: c.name}); err != nil {
			return err
		}
		for _, o := range c.offices {
			if err := s.AddOffice(ctx, f.id, store.Office{ID: store.ID(o.id), CompanyID: store.ID(c.id), Name: c.name + " " + o.name, ExternalID: o.id, Codes: m.codes(o.id)}); err != nil {
				return err
			}
		}
	}
	for _, p := range people() {
		if p.firm == f.id {
			if err := s.AddAccount(ctx, f.id, p.account(f.trust)); err != nil {
				return err
			}
		}
	}
	if err := publish(ctx, s.Portal, f, m); err != nil {
		return err
	}
	return toDrop(folder, f, m)
}

// trustOf believes the stand-in over the firm's protocol, and demands a second factor.
func trustOf(f firm, idp *parent.Parent, u urls) (store.Trust, error) {
	t := store.Trust{
		ID: f.trust, Name: "親サービス（見本）", Label: f.name, State: store.TrustEnabled,
		MFA: store.MFARule{Required: true, Contexts: []string{parent.ContextMFA}},
	}
	if f.trust == oidcTrust {
		t.Protocol = store.OIDC
		t.OIDC = &store.OIDCTrust{Issuer: idp.Issuer(), ClientID: oidcClient, AuthMethod: "private_key_jwt", Scopes: []string{"profile", "email"}, AllowPrivate: true}
		return t, nil
	}
	text, err := idp.Metadata()
	if err != nil {
		return t, fmt.Errorf("the parent's metadata: %w", err)
	}
	m, err := samlsp.ParseMetadata(text, samlsp.MetadataOptions{Now: time.Now(), AllowPrivate: true})
	if err != nil {
		return t, fmt.Errorf("read the parent's metadata: %w", err)
	}
	t.Protocol = store.SAML
	t.SAML = &store.SAMLTrust{EntityID: m.EntityID, Metadata: m.Raw, MetadataURL: idp.MetadataURL(), FetchedAt: time.Now(), IdPInitiated: true, AllowPrivate: true}
	return t, nil
}

// publish has the firm's own staff hand out the sample documents.
func publish(ctx context.Context, p *portal.Portal, f firm, m *mint) error {
	actor := portal.Actor{TenantID: f.id, TrustID: f.trust, Visit: sso.Visit{Address: "demo"}}
	for _, one := range people() {
		if one.firm == f.id && one.company == "" {
			actor.AccountID = store.ID(one.login)
		}
	}
	for _, paper := range papers(f) {
		d := portal.Draft{Title: paper.title, Kind: paper.kind, Note: paper.note, Acknowledge: paper.acknowledge, Offices: paper.offices, Deliver: true}
		for _, file := range paper.files {
			staged, err := p.Stage(ctx, actor, file.name, bytes.NewReader(file.content))
			if err != nil {
				return fmt.Errorf("stage %s: %w", file.name, err)
			}
			d.Files = append(d.Files, staged)
		}
		if _, err := p.Publish(ctx, actor, d); err != nil {
			return fmt.Errorf("publish %s: %w", paper.title, err)
		}
	}
	return handOver(ctx, p, actor, f, m)
}

// link gives each client person's page at the parent links to their newest documents.
func link(ctx context.Context, a *app.App, idp *parent.Parent) error {
	for _, p := range people() {
		if p.company == "" {
			continue
		}
		var inbox store.List[store.InboxItem]
		err := a.Stores.Records.View(ctx, p.firm, func(tx store.Tx) (err error) {
			inbox, err = tx.Receipts().Inbox(ctx, store.ID(p.login), store.InboxFilter{}, store.Page{Limit: 5})
			return err
		})
		if err != nil {
			return fmt.Errorf("list the documents of %s: %w", p.login, err)
		}
		var links []parent.Link
		for _, item := range inbox.Items {
			links = append(links, parent.Link{Label: item.Title + "（" + item.OfficeName + "）", Path: "/deliveries/" + string(item.DeliveryID)})
		}
		if err := idp.SetDocuments(p.login, links); err != nil {
			return err
		}
	}
	return nil
}
