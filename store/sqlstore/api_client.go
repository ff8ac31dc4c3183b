package sqlstore

import (
	"context"
	"encoding/json"
	"net/netip"
	"time"

	"cloudpocket/store"
	"cloudpocket/store/sqlstore/gen/records"
)

type apiClients struct{ *tx }

// clientConfig is what no query asks for.
type clientConfig struct {
	Keys      []byte            `json:"keys,omitempty"`
	KeysURL   string            `json:"keys_url,omitempty"`
	FetchedAt time.Time         `json:"fetched_at,omitzero"`
	KeyedBy   store.ID          `json:"keyed_by,omitempty"`
	Scopes    store.Scope       `json:"scopes"`
	Offices   store.OfficeScope `json:"offices"`
	Origins   []string          `json:"origins,omitempty"`
	Allowed   []netip.Prefix    `json:"allowed,omitempty"`
}

func clientText(c store.APIClient) (string, error) {
	b, err := json.Marshal(clientConfig{c.Keys, c.KeysURL, c.FetchedAt, c.KeyedBy, c.Scopes, c.Offices, c.Origins, c.Allowed})
	return string(b), err
}

func apiClientOf(r records.ApiClient) (store.APIClient, error) {
	var k clientConfig
	if err := json.Unmarshal([]byte(r.Config), &k); err != nil {
		return store.APIClient{}, store.Fail(store.Damaged, "", "decode API client %s: %w", r.ID, err)
	}
	return store.APIClient{ID: store.ID(r.ID), Name: r.Name, State: store.ClientState(r.State), Keys: k.Keys, KeysURL: k.KeysURL, FetchedAt: k.FetchedAt, KeyedBy: k.KeyedBy,
		Scopes: k.Scopes, Offices: k.Offices, Origins: k.Origins, Allowed: k.Allowed, By: store.ID(r.ByID), ByName: r.ByName,
		CreatedAt: moment(r.CreatedAt), Used: moment(r.UsedAt), Version: r.Version}, nil
}

func (t apiClients) Create(ctx context.Context, c store.APIClient) error {
	config, err := clientText(c)
	if err != nil {
		return fault("encode API client "+string(c.ID), err)
	}
	return fault("create API client "+string(c.ID), t.attempt(ctx, func() error {
		n, err := t.q.CountAPIClients(ctx, t.id())
		if err == nil && n >= store.MaxAPIClients {
			err = conflict("there are %d", n)
		}
		if err != nil {
			return err
		}
		return t.q.CreateAPIClient(ctx, records.CreateAPIClientParams{TenantID: t.id(), ID: string(c.ID), Name: c.Name, State: string(c.State), Config: config,
			ByID: string(c.By), ByName: c.ByName, CreatedAt: micros(c.CreatedAt), UsedAt: micros(c.Used), Version: c.Version})
	}))
}

func (t apiClients) Tenant(ctx context.Context) (store.TenantState, error) {
	state, err := t.q.TenantOfClients(ctx, t.id())
	return store.TenantState(state), fault("read the tenant's state", err)
}

func (t apiClients) Get(ctx context.Context, id store.ID) (store.APIClient, error) {
	row, err := t.q.GetAPIClient(ctx, records.GetAPIClientParams{TenantID: t.id(), ID: string(id)})
	if err != nil {
		return store.APIClient{}, fault("get API client "+string(id), err)
	}
	return apiClientOf(row)
}

func (t apiClients) Update(ctx context.Context, c store.APIClient) error {
	old, err := t.Get(ctx, c.ID)
	if err != nil {
		return err
	}
	config, err := clientText(c)
	if err != nil {
		return fault("encode API client "+string(c.ID), err)
	}
	n, err := t.q.UpdateAPIClient(ctx, records.UpdateAPIClientParams{Name: c.Name, State: string(c.State), Config: config, TenantID: t.id(), ID: string(c.ID), Version: c.Version})
	if err == nil && n == 0 {
		err = conflict("it has version %d, not %d", old.Version, c.Version)
	}
	return fault("update API client "+string(c.ID), err)
}

func (t apiClients) Use(ctx context.Context, id store.ID, at time.Time) error {
	n, err := t.q.UseAPIClient(ctx, records.UseAPIClientParams{UsedAt: micros(at), TenantID: t.id(), ID: string(id)})
	return fault("note the use of API client "+string(id), someClient(n, err))
}

func (t apiClients) Fetched(ctx context.Context, c store.APIClient) error {
	old, err := t.Get(ctx, c.ID)
	if err != nil {
		return err
	}
	old.Keys, old.FetchedAt = c.Keys, c.FetchedAt
	config, err := clientText(old)
	if err != nil {
		return fault("encode API client "+string(c.ID), err)
	}
	n, err := t.q.KeepClientKeys(ctx, records.KeepClientKeysParams{Config: config, TenantID: t.id(), ID: string(c.ID), Version: c.Version})
	if err == nil && n == 0 {
		err = conflict("it has version %d, not %d", old.Version, c.Version)
	}
	return fault("keep the keys of API client "+string(c.ID), err)
}

func (t apiClients) Delete(ctx context.Context, id store.ID) error {
	n, err := t.q.RemoveAPIClient(ctx, records.RemoveAPIClientParams{TenantID: t.id(), ID: string(id)})
	return fault("delete API client "+string(id), someClient(n, err))
}

// someClient is missing when nothing went wrong and nothing was there.
func someClient(n int64, err error) error {
	if err == nil && n == 0 {
		return missing("no such API client")
	}
	return err
}

func (t apiClients) List(ctx context.Context) (all []store.APIClient, err error) {
	rows, err := t.q.ListAPIClients(ctx, t.id())
	if err != nil {
		return nil, fault("list API clients", err)
	}
	for _, row := range rows {
		c, err := apiClientOf(row)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

// APIClient returns the API client of that ID and its tenant, or ErrNotFound.
func (s *Store) APIClient(ctx context.Context, id store.ID) (store.OwnedAPIClient, error) {
	row, err := s.alone().FindAPIClient(ctx, string(id))
	if err != nil {
		return store.OwnedAPIClient{}, fault("find an API client", err)
	}
	c, err := apiClientOf(row)
	return store.OwnedAPIClient{Owner: store.ID(row.TenantID), APIClient: c}, err
}
