package scim

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"cloudpocket/sso"
	"cloudpocket/store"
)

// Kind is a type of resource.
type Kind string

const (
	KindUser  Kind = "User"
	KindGroup Kind = "Group"
)

// Resource is one user or group as the client describes it.
type Resource struct {
	Kind       Kind
	ID         string
	Attributes Attributes // by their names in the schemas; without id, meta and schemas
	Created    time.Time
	Modified   time.Time
	Version    int64
}

// Attributes is a tree of what JSON has: strings, bools, Attributes, and lists ([]any) of these. Extensions stand under
// their URN.
type Attributes map[string]any

// Text returns the string at a path of names, "" when there is none.
func (a Attributes) Text(path ...string) string {
	for ; len(path) > 1; path = path[1:] {
		a, _ = a[path[0]].(Attributes)
	}
	s, _ := a[path[0]].(string)
	return s
}

// List returns the complex values of a multi-valued attribute.
func (a Attributes) List(name string) (all []Attributes) {
	values, _ := a[name].([]any)
	for _, v := range values {
		if one, ok := v.(Attributes); ok {
			all = append(all, one)
		}
	}
	return all
}

// Active reports whether the user may be used: nothing said means yes.
func (r Resource) Active() bool {
	active, said := r.Attributes["active"].(bool)
	return active || !said
}

// Email returns the address to write to: the primary one, else the first of work, else the first.
func (r Resource) Email() string {
	all := r.Attributes.List("emails")
	for _, fits := range []func(Attributes) bool{
		func(a Attributes) bool { return a["primary"] == true },
		func(a Attributes) bool { return strings.EqualFold(a.Text("type"), "work") },
		func(Attributes) bool { return true },
	} {
		if i := slices.IndexFunc(all, fits); i >= 0 {
			return all[i].Text("value")
		}
	}
	return ""
}

// DisplayName returns how the resource is called: as the client says, or a user's name put together. Where both halves of
// a name are not written in ASCII, the family name comes first.
func (r Resource) DisplayName() string {
	a := r.Attributes
	if name := a.Text("displayName"); name != "" {
		return name
	}
	if name := a.Text("name", "formatted"); name != "" {
		return name
	}
	given, family := a.Text("name", "givenName"), a.Text("name", "familyName")
	if !ascii(given) || !ascii(family) {
		given, family = family, given
	}
	if name := strings.TrimSpace(given + " " + family); name != "" {
		return name
	}
	return a.Text("userName")
}

func ascii(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > 127 }) < 0
}

// Members returns the IDs of a group's members, sorted, each once.
func (r Resource) Members() (ids []string) {
	for _, m := range r.Attributes.List("members") {
		ids = append(ids, m.Text("value"))
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Query asks for some of the resources.
type Query struct {
	Exact   map[string]string   // what a match has, by the name of a text attribute or id: a hint for looking it up
	Match   func(Resource) bool // nil: every one matches
	Start   int                 // how many matches to pass over
	Count   int                 // how many to return at most
	Members bool                // groups are wanted, or judged, with their members
}

// Found is a page of matches, and how many there are in all.
type Found struct {
	Total     int
	Resources []Resource
}

// Directory keeps the users and groups that one trust provisions. What belongs to other trusts or tenants does not exist
// in it. Errors are of package store's kinds, or an [Error] that says what is wrong in SCIM's words. Every change is
// durable when it returns.
type Directory interface {
	// Find returns matches in an order that stays the same from page to page.
	Find(ctx context.Context, kind Kind, q Query) (Found, error)
	// Get returns one resource or ErrNotFound. A user's "groups" are filled in.
	Get(ctx context.Context, kind Kind, id string) (Resource, error)
	// Create adds r, of which Kind and Attributes are set; ErrConflict when another user has the name, or another group.
	Create(ctx context.Context, r Resource) (Resource, error)
	// Change replaces a resource's attributes by what change makes of them, all or nothing, and returns it as it is then.
	// An error of change comes back; change may be called more than once. A user that is not active any more has no session
	// left when Change returns.
	Change(ctx context.Context, kind Kind, id string, change func(Resource) (Attributes, error)) (Resource, error)
	// Remove removes a resource if check allows it, and ends a user's sessions before it returns.
	Remove(ctx context.Context, kind Kind, id string, check func(Resource) error) error
}

// ErrOver is within an error about a token that was good for the trust once: whoever brings it is no stranger.
var ErrOver = errors.New("the token is over")

// Opener tells what a bearer token opens.
type Opener interface {
	// OpenDirectory returns the directory of trust that token is for; ErrExpired when the token is none of it or not good
	// any more, which is an ErrOver as well when it was, ErrDenied when the trust or its tenant is switched off.
	OpenDirectory(ctx context.Context, trust store.ID, token string, v sso.Visit) (Directory, error)
}
