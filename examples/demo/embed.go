package main

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"cloudpocket/examples/parent"
	"cloudpocket/portal"
	"cloudpocket/store"
)

// embedder is the firm whose people the parent vouches for by ID tokens, and what the parent is called there.
const (
	embedder     = "minato"
	embedderName = "親サービス（見本）の画面"
)

// letEmbed registers the parent as an API client that may embed, unless an earlier run has, and has the parent's page do so.
func letEmbed(ctx context.Context, s portal.Setup, idp *parent.Parent, u urls) error {
	c, err := embedClient(ctx, s, idp, u)
	if err != nil {
		return err
	}
	return idp.RegisterEmbed(parent.Embed{Service: u.service, Client: string(c.ID), Audience: oidcClient, Tenants: []string{embedder}})
}

func embedClient(ctx context.Context, s portal.Setup, idp *parent.Parent, u urls) (store.APIClient, error) {
	keys, err := idp.EmbedKeys()
	if err != nil {
		return store.APIClient{}, err
	}
	all, err := s.ClientsOf(ctx, embedder)
	if err != nil {
		return store.APIClient{}, err
	}
	i := slices.IndexFunc(all, func(c store.APIClient) bool { return c.Name == embedderName })
	switch {
	case i < 0:
		return s.AddClient(ctx, embedder, portal.ClientDraft{Name: embedderName, Keys: keys, Scopes: store.ScopeEmbed, Offices: store.OfficeScope{All: true}, Origins: []string{u.parent}})
	case !bytes.Equal(all[i].Keys, keys):
		c, err := s.GiveClientKeys(ctx, all[i].ID, keys, "")
		if err != nil {
			return c, fmt.Errorf("give the parent's new keys: %w", err)
		}
		return c, nil
	}
	return all[i], nil
}
