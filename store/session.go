package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"slices"
	"time"
)

// Session is one signed-in browser or embed (セッション). It holds a random 256-bit token; what is kept is its SHA-256.
type Session struct {
	Key       SessionKey
	ID        ID // names the session in lists; worth nothing as a credential
	TenantID  ID
	AccountID ID
	TrustID   ID
	Subject   string // what the trust calls the person, for logout messages
	Index     string // SAML SessionIndex or OIDC sid; empty if the IdP gave none
	NameID    string // SAML: the NameID element as the IdP wrote it, for our LogoutRequest
	IDToken   string // OIDC: the ID token, for id_token_hint
	Context   string // the authentication context the IdP vouched for
	Device    string // the browser's User-Agent, at most 200 bytes
	Address   string // network address at sign-in
	Began     time.Time
	Seen      time.Time // last use, to the minute
	Previous  time.Time // the account's sign-in before this one; zero if none
	Ends      time.Time // absolute end
	Idle      time.Duration
	Embed     Embed // what an embed has beside; zero for a browser
}

// Embed is what a session has that stands in a partner's page (埋め込み).
type Embed struct {
	ClientID   ID     // the API client that the partner's page is registered with
	Origin     string // of the page around it, one of the client's
	Thumbprint string // of its key (RFC 7638, SHA-256), base64url; whoever comes with its token proves to have that key
	Parent     ID     // the browser's session that it was opened from and ends with; empty: its code was given to the partner
}

// Embedded reports whether s is an embed's session and no browser's.
func (s Session) Embedded() bool { return s.Embed != Embed{} }

// SessionKey is the SHA-256 of a session's token.
type SessionKey [sha256.Size]byte

// KeyOf returns the key under which token's session is kept.
func KeyOf(token string) SessionKey { return sha256.Sum256([]byte(token)) }

// Expires returns when s ends if it is not used again.
func (s Session) Expires() time.Time {
	if idle := s.Seen.Add(s.Idle); idle.Before(s.Ends) {
		return idle
	}
	return s.Ends
}

// SessionSelector chooses sessions of one account or trust. Exactly the non-empty fields must match, and at least one
// of AccountID, TrustID is set.
type SessionSelector struct {
	TenantID  ID // required with AccountID, since an account's ID is its tenant's own
	AccountID ID
	ID        ID // with AccountID: that one session, and the embeds that were opened from it
	TrustID   ID
	Subject   string // with TrustID
	Index     string // with TrustID
}

// Check returns an error of kind Invalid unless sel is a selector that [Sessions.End] takes.
func (sel SessionSelector) Check() error {
	switch {
	case sel.AccountID == "" && sel.TrustID == "":
		return Fail(Invalid, "", "the selector names neither an account nor a trust")
	case sel.AccountID != "" && sel.TenantID == "":
		return Fail(Invalid, "", "the selector names account %s of no tenant", sel.AccountID)
	case sel.AccountID == "" && sel.ID != "":
		return Fail(Invalid, "", "the selector names session %s of no account", sel.ID)
	case sel.TrustID == "" && (sel.Subject != "" || sel.Index != ""):
		return Fail(Invalid, "", "the selector names a subject or an index of no trust")
	}
	return nil
}

// CheckList returns an error of kind Invalid unless sel is a selector that [Sessions.List] takes: it names a tenant, or one
// that [Sessions.End] takes.
func (sel SessionSelector) CheckList() error {
	if sel.TenantID != "" && sel.AccountID == "" && sel.TrustID == "" && sel.ID == "" && sel.Subject == "" && sel.Index == "" {
		return nil
	}
	return sel.Check()
}

// Selects reports whether every non-empty field of sel matches s.
func (sel SessionSelector) Selects(s Session) bool {
	return is(sel.TenantID, s.TenantID) && is(sel.AccountID, s.AccountID) &&
		(is(sel.ID, s.ID) || sel.ID == s.Embed.Parent) &&
		is(sel.TrustID, s.TrustID) && is(sel.Subject, s.Subject) && is(sel.Index, s.Index)
}

func is[T ~string](want, got T) bool { return want == "" || want == got }

// SortSessions puts the latest begun first, and those of one moment in order of ID.
func SortSessions(s []Session) {
	slices.SortFunc(s, func(a, b Session) int {
		return cmp.Or(b.Began.Compare(a.Began), cmp.Compare(a.ID, b.ID))
	})
}

// Sessions keeps sessions until they expire. Its clock is the caller's, passed to the back end when it is made. A
// back end that is away is an error of kind Unavailable, never "not found" and never a session.
type Sessions interface {
	// Begin keeps s until it expires.
	Begin(ctx context.Context, s Session) error
	// Find returns the session kept under key, in one round trip; ErrNotFound when there is none or it has expired.
	Find(ctx context.Context, key SessionKey) (Session, error)
	// Touch sets Seen, and with it the idle end, of a session that still stands. One that has ended stays ended:
	// ErrNotFound.
	Touch(ctx context.Context, s Session, seen time.Time) error
	// Of returns an account's sessions, the latest begun first, then by ID.
	Of(ctx context.Context, tenant, account ID) ([]Session, error)
	// List returns up to limit of the sessions that sel selects, in the order of [SortSessions], and whether there may be
	// more: of many, those that end last. A selector that fails its CheckList, or a limit under 1, is an error of kind
	// Invalid.
	List(ctx context.Context, sel SessionSelector, limit int) (listed []Session, more bool, err error)
	// End ends the sessions that sel selects and returns them as they were last kept, in the order of [SortSessions].
	// When it returns, no instance finds them any more. Of several Ends at once each session is returned by one. With
	// an error come those that had ended before it; one whose back end went away while it ended may be missing. A
	// selector that fails its Check is an error of kind Invalid.
	End(ctx context.Context, sel SessionSelector) ([]Session, error)
	// EndKey ends the one session kept under key and returns it as it was last kept; ErrNotFound when there is none or
	// it has expired, and of several who end it at once for all but one. One that cannot be read has ended too, and is
	// an error of kind Damaged.
	EndKey(ctx context.Context, key SessionKey) (Session, error)
	// Ping tells whether sessions can be read and written now.
	Ping(ctx context.Context) error
}

// Marks keeps small values for a short time, each taken at most once by whoever asks first on any instance: pending
// sign-ins, spent assertions, one-use codes. Names and values are bounded by [CheckMark]; a ctx that is cancelled
// before the call is its error, and nothing has changed.
type Marks interface {
	// Put keeps value under name for ttl; ErrConflict when the name is taken, which is how a replay shows.
	Put(ctx context.Context, name string, value []byte, ttl time.Duration) error
	// Set keeps value under name for ttl, in place of what is kept there: at no moment is there nothing.
	Set(ctx context.Context, name string, value []byte, ttl time.Duration) error
	// Take returns the value kept under name and removes it, atomically: of many takers one gets it and the others
	// ErrNotFound.
	Take(ctx context.Context, name string) ([]byte, error)
	// Peek returns the value without removing it, or ErrNotFound.
	Peek(ctx context.Context, name string) ([]byte, error)
}

const (
	MaxMarkName  = 200      // bytes
	MaxMarkValue = 16 << 10 // bytes
)

// CheckMark returns an error of kind Invalid for a name that is empty or too long, or a ttl that is not positive, and
// of kind TooLarge for a value over [MaxMarkValue].
func CheckMark(name string, value []byte, ttl time.Duration) error {
	switch {
	case name == "" || len(name) > MaxMarkName:
		return Fail(Invalid, "", "a mark's name has %d bytes, not 1 to %d", len(name), MaxMarkName)
	case ttl <= 0:
		return Fail(Invalid, "", "a mark's time to live is %s", ttl)
	case len(value) > MaxMarkValue:
		return Fail(TooLarge, "", "a mark's value has %d bytes, over %d", len(value), MaxMarkValue)
	}
	return nil
}
