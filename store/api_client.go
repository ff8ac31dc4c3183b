package store

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// APIClient (APIクライアント) is a machine of the parent product or of a partner that acts for a firm by itself (OAuth 2.0,
// RFC 6749 4.4). It proves who it is with keys of its own (RFC 7523): no secret of it is kept here.
type APIClient struct {
	ID        ID // its client_id, alike in no two tenants
	Name      string
	State     ClientState
	Keys      []byte         // the JWK Set (RFC 7517) of its public keys: as it was given, or as it was fetched last from KeysURL
	KeysURL   string         // where the keys are fetched from; empty: they are changed by hand
	FetchedAt time.Time      // when Keys came from KeysURL; zero: never
	Scopes    Scope          // the most that it is given
	Offices   OfficeScope    // which offices it reaches
	Origins   []string       // the origins of pages in which what it asks codes for may be shown (RFC 6454), such as "https://hr.example"
	Allowed   []netip.Prefix // from where it may come; none: from anywhere
	By        ID             // the account that registered it; empty for the operator
	ByName    string         // as they were called then
	KeyedBy   ID             // the account that last said what its keys are, and may have the private ones; empty for the operator
	CreatedAt time.Time
	Used      time.Time // when it was last given a token, to the hour; zero: never
	Version   int64     // raised by every Update; Update with another version is ErrConflict
}

// ClientState tells whether an API client is let in.
type ClientState string

const (
	ClientEnabled  ClientState = "enabled"
	ClientDisabled ClientState = "disabled"
)

// MaxAPIClients is how many API clients a tenant may have.
const MaxAPIClients = 100

// Scope is a set of what an API client may do (RFC 6749 3.3).
type Scope uint16

const (
	ScopePlaces    Scope = 1 << iota // create and change companies and offices
	ScopeDocuments                   // push packages and documents, deliver and withdraw them
	ScopeReceipts                    // read who has seen what
	ScopeEmbed                       // ask for embed codes in the name of people whom an identity provider vouched for

	ScopeAll = ScopeEmbed<<1 - 1
)

// scopeNames are the scopes as the protocol calls them, in the order of their bits.
func scopeNames() []string { return []string{"places", "documents", "receipts", "embed"} }

// Has reports whether s holds all of need.
func (s Scope) Has(need Scope) bool { return s&need == need }

// String returns the scopes as the protocol does: their names, apart by blanks.
func (s Scope) String() string {
	var names []string
	for i, name := range scopeNames() {
		if s.Has(1 << i) {
			names = append(names, name)
		}
	}
	return strings.Join(names, " ")
}

// ParseScope reads scopes apart by blanks; an unknown one is an error of kind Invalid that names it.
func ParseScope(text string) (s Scope, err error) {
	for _, name := range strings.Fields(text) {
		i := slices.Index(scopeNames(), name)
		if i < 0 {
			return 0, Fail(Invalid, "error.scope", "unknown scope %.40q", name).With("Name", name)
		}
		s |= 1 << i
	}
	return s, nil
}

// Admits reports whether the client may come from address.
func (c APIClient) Admits(address string) bool { return within(c.Allowed, address) }

// Account is what the client is to whoever asks who acts: one of the firm's own with these menus, as long as both it and its
// scopes are.
func (c APIClient) Account(menus Permission) Account {
	state := AccountDisabled
	if c.State == ClientEnabled {
		state = AccountActive
	}
	return Account{ID: c.ID, Name: c.Name, Permissions: menus, Offices: c.Offices, State: state, CreatedAt: c.CreatedAt}
}

// OwnedAPIClient is an API client and its tenant.
type OwnedAPIClient struct {
	Owner ID
	APIClient
}

// APIClients reaches the API clients of the transaction's tenant.
type APIClients interface {
	// Create adds c; ErrConflict when any tenant's has its ID, or the tenant has MaxAPIClients already.
	Create(ctx context.Context, c APIClient) error
	// Tenant returns the state of the transaction's tenant, which its clients stand and fall with.
	Tenant(ctx context.Context) (TenantState, error)
	// Get returns one client, or ErrNotFound.
	Get(ctx context.Context, id ID) (APIClient, error)
	// Update replaces all but ID, By, ByName, CreatedAt and Used; ErrNotFound, or ErrConflict when Version is not the stored one.
	Update(ctx context.Context, c APIClient) error
	// Use notes that a client was given a token at that time, unless it was later already; ErrNotFound when there is none.
	Use(ctx context.Context, id ID, at time.Time) error
	// Fetched keeps the keys of c and when they were fetched, and nothing else; it does not raise Version, so that nobody who
	// changes c meanwhile is in its way. ErrNotFound, or ErrConflict when Version is not the stored one: they may be another
	// address's.
	Fetched(ctx context.Context, c APIClient) error
	// Delete removes a client; ErrNotFound.
	Delete(ctx context.Context, id ID) error
	// List returns all of the tenant's clients, by name and then by ID.
	List(ctx context.Context) ([]APIClient, error)
}
