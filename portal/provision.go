package portal

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"cloudpocket/sso/scim"
	"cloudpocket/store"
)

var _ scim.Opener = (*Portal)(nil)

// OpenDirectory returns the directory of a trust that a bearer token is for, as [scim.Opener] has it.
func (p *Portal) OpenDirectory(ctx context.Context, trust store.ID, token string, from Visit) (scim.Directory, error) {
	caller, err := p.ScimBearer(ctx, trust, token, from)
	if err != nil {
		return nil, err
	}
	return provisioner{Portal: p, caller: caller}, nil
}

// provisioner keeps the users and groups of one trust in the tenant that owns it, for one caller. A trust that admits into
// other tenants too provisions none of theirs: nobody there made the token.
type provisioner struct {
	*Portal
	caller ScimCaller
	by     store.TrustVersion // who changed the trust, in place of a caller
}

// provision is one transaction of it.
type provision struct {
	provisioner
	tx    store.Tx
	trust store.Trust
	menus store.Permission    // of accounts that it may have to do with
	names map[store.ID]string // of groups
	out   []store.ID          // accounts that may not enter any more
}

// within runs fn in a transaction once it is known that the caller still may provision.
func (d provisioner) within(ctx context.Context, tx store.Tx, fn func(*provision) error) error {
	menus, err := d.Portal.provisions(ctx, tx, d.caller)
	if err != nil {
		return err
	}
	trust, err := ownTrust(ctx, tx, d.caller.TrustID)
	if err != nil {
		return err
	}
	return fn(&provision{provisioner: d, tx: tx, trust: trust, menus: menus, names: map[store.ID]string{}})
}

func (d provisioner) view(ctx context.Context, fn func(*provision) error) error {
	return d.Records.View(ctx, d.caller.TenantID, func(tx store.Tx) error { return d.within(ctx, tx, fn) })
}

// update runs fn in a transaction, and then ends the sessions of the accounts that it put out. Nothing is theirs to do from
// the commit on.
func (d provisioner) update(ctx context.Context, fn func(*provision) error) error {
	var out []store.ID
	err := d.Records.Update(ctx, d.caller.TenantID, func(tx store.Tx) error {
		return d.within(ctx, tx, func(w *provision) error {
			err := fn(w)
			out = w.out
			return err
		})
	})
	if err != nil {
		return err
	}
	for _, id := range out {
		_, err := d.end(ctx, store.SessionSelector{TenantID: d.caller.TenantID, AccountID: id}, func(s store.Session) store.AuditEvent {
			return d.event(store.DeedRevoke, sessionRecord(s), map[string]string{"account": string(s.AccountID), "by": "provisioning"})
		})
		if err != nil {
			return fmt.Errorf("end the sessions of account %s: %w", id, err)
		}
	}
	return nil
}

// event is the AuditEvent of something that the caller did.
func (d provisioner) event(deed store.Deed, record string, detail map[string]string) store.AuditEvent {
	e := store.AuditEvent{
		At: d.Now(), Deed: deed, Outcome: store.Allowed, Record: record, Detail: detail, Name: "SCIM: " + d.caller.Name, TrustID: d.caller.TrustID,
		Address: d.caller.Visit.Address, RequestID: d.caller.Visit.RequestID,
	}
	if d.caller.TokenID == "" {
		e.AccountID, e.Name, e.TrustID = d.by.By, d.by.ByName, ""
		return e
	}
	detail["token"] = string(d.caller.TokenID)
	return e
}

func (w *provision) audit(ctx context.Context, deed store.Deed, record string, detail map[string]string) error {
	if err := w.tx.Audit().Append(ctx, w.event(deed, record, detail)); err != nil {
		return fmt.Errorf("append to the audit: %w", err)
	}
	return nil
}

// provisionRecord names what is provisioned in the audit: "user:…" or "group:…".
func provisionRecord(p store.Provisioned) string { return string(p.Kind) + ":" + string(p.ID) }

// kinds are what the two worlds call a kind.
var kinds = map[scim.Kind]store.ProvisionedKind{scim.KindUser: store.ProvisionedUser, scim.KindGroup: store.ProvisionedGroup}

// resource is p as its client knows it, without what it has to do with others.
func resource(p store.Provisioned) (scim.Resource, error) {
	attributes, err := scim.ReadAttributes(p.Attributes)
	if err != nil { // not wrapped: what it says is for a client that sent such, and this one is ours
		return scim.Resource{}, store.Fail(store.Damaged, "", "decode what is provisioned as %s: %v", p.ID, err)
	}
	kind := scim.KindUser
	if p.Kind == store.ProvisionedGroup {
		kind = scim.KindGroup
	}
	return scim.Resource{Kind: kind, ID: string(p.ID), Attributes: attributes, Created: p.CreatedAt, Modified: p.ModifiedAt, Version: p.Version}, nil
}

// maxProvisioned is how large what is kept of one user or group may be, in bytes, without members.
const maxProvisioned = 64 << 10

// described returns p with what attributes say.
func (w *provision) described(ctx context.Context, p store.Provisioned, attributes scim.Attributes) (store.Provisioned, error) {
	kept := attributes.Clone()
	delete(kept, "members")
	delete(kept, "groups")
	text, err := kept.JSON()
	if err != nil {
		return p, fmt.Errorf("encode what is provisioned: %w", err)
	}
	name := "userName"
	if p.Kind == store.ProvisionedGroup {
		name = "displayName"
	}
	p.Name, p.ExternalID = scim.Fold(kept.Text(name)), kept.Text("externalId")
	switch {
	case !calledSo(kept.Text(name)):
		return p, scim.Refuse(scim.InvalidValue, "A %s has 1 to %d characters, and no control characters.", name, subjectRunes)
	case p.ExternalID != "" && !calledSo(p.ExternalID):
		return p, scim.Refuse(scim.InvalidValue, "An externalId has at most %d characters, and no control characters.", subjectRunes)
	case len(text) > maxProvisioned:
		return p, scim.Refuse(scim.InvalidValue, "The resource is larger than %d bytes.", maxProvisioned)
	}
	p.Attributes, p.ModifiedAt = text, w.Now()
	return p, w.untaken(ctx, p)
}

func calledSo(s string) bool {
	return strings.TrimSpace(s) != "" && plainText(s) && utf8.RuneCountInString(s) <= subjectRunes
}
