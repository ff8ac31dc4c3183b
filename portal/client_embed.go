package portal

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// Bounds of what is looked through for the sign-ins that a client brought.
const (
	embedTrusts  = 10
	embedSignIns = 30 // of each trust
)

// EmbedView is how an API client stands that is to show the portal in a partner's pages.
type EmbedView struct {
	store.APIClient
	Keys    []ClientKey
	Trusts  []store.Trust // the firm's own that are enabled: their IdPs can vouch for the people it brings
	SignIns []SignInLine  // the newest that it brought, let in or refused, as far as they are among the newest of those trusts
}

// EmbedOf returns how one API client of the actor's firm stands, and whom it brought lately.
func (p *Portal) EmbedOf(ctx context.Context, a Actor, id store.ID) (v EmbedView, err error) {
	err = p.viewTrusts(ctx, a, func(tx store.Tx, _ store.Account) error {
		v = EmbedView{}
		if v.APIClient, err = clientNamed(ctx, tx, id); err != nil {
			return err
		}
		v.Keys = clientKeys(v.APIClient.Keys)
		if v.Trusts, err = enabledTrusts(ctx, tx); err != nil {
			return err
		}
		for _, t := range v.Trusts {
			brought, err := broughtBy(ctx, tx, t.ID, id)
			if err != nil {
				return err
			}
			v.SignIns = append(v.SignIns, brought...)
		}
		slices.SortFunc(v.SignIns, func(a, b SignInLine) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.ID, a.ID)) })
		return nil
	})
	return v, err
}

func enabledTrusts(ctx context.Context, tx store.Tx) (all []store.Trust, err error) {
	list, err := tx.Trusts().List(ctx, store.Page{Limit: store.MaxPage})
	if err != nil {
		return nil, fmt.Errorf("list trusts: %w", err)
	}
	for _, t := range list.Items {
		if t.State == store.TrustEnabled && len(all) < embedTrusts {
			all = append(all, t)
		}
	}
	return all, nil
}

// broughtBy returns the newest sign-ins at a trust that a client brought, which their traces say.
func broughtBy(ctx context.Context, tx store.Tx, trust, client store.ID) (all []SignInLine, err error) {
	list, err := tx.SignIns().List(ctx, trust, false, store.Page{Limit: embedSignIns})
	if err != nil {
		return nil, fmt.Errorf("list the sign-ins of trust %s: %w", trust, err)
	}
	for _, one := range list.Items {
		s, err := tx.SignIns().Get(ctx, one.ID)
		if err != nil {
			return nil, fmt.Errorf("read sign-in %s: %w", one.ID, err)
		}
		if !tellsOf(s.Trace, client) {
			continue
		}
		line := SignInLine{SignIn: one}
		if one.TenantID == tx.Tenant() && one.AccountID != "" {
			if line.Name, err = nameOf(ctx, tx, one.AccountID); err != nil {
				return nil, err
			}
		}
		all = append(all, line)
	}
	return all, nil
}

// tellsOf reports whether a trace says that the client brought what it is of.
func tellsOf(trace []byte, client store.ID) bool {
	t, err := sso.DecodeTrace(trace)
	return err == nil && slices.ContainsFunc(t.Checks, func(c sso.Check) bool {
		return c.Step == "client" && strings.Contains(c.Detail, "("+string(client)+")")
	})
}
