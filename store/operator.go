package store

import (
	"context"
	"net/netip"
	"time"
)

// Deployment is the ID under which the facts of the deployment itself are kept: its operators, and the audit chain of
// what they do. It is no tenant: no list of tenants has it, nothing can be created under it by name, since it has not the
// form of an ID, and nobody can be admitted into it.
const Deployment ID = "_deployment"

// What is done in the operator's console, and at the host to it.
const (
	DeedOperator         Deed = "operator.save"
	DeedOperatorOpen     Deed = "operator.open"
	DeedOperatorClose    Deed = "operator.close"
	DeedOperatorSignIn   Deed = "operator.sign_in"
	DeedOperatorSignOut  Deed = "operator.sign_out"
	DeedOperatorPassword Deed = "operator.password"
	DeedOperatorFactor   Deed = "operator.factor" // a passkey, an authenticator or recovery codes were changed
	DeedOperatorFirm     Deed = "operator.firm"   // something of a firm was changed
	DeedOperatorLook     Deed = "operator.look"   // the chain was looked at
)

// Operator runs the deployment (システム管理者). It is the one kind of account that has a password here, and what it
// opens is the operator's console alone. A password is kept as its Argon2id hash in PHC form.
type Operator struct {
	ID        ID
	Name      string   // what is typed at sign-in; unique
	Passwords []string // hashes, the latest first: the current one, "" for none, and those before it that may not come back
	ChangedAt time.Time
	Secret    []byte    // of time-based one-time passwords (RFC 6238), sealed; empty: none
	Step      int64     // the time step of the last one-time password that was taken
	Passkeys  []Passkey // WebAuthn credentials
	Recovery  []Hash    // SHA-256 of the recovery codes that are left
	Link      Hash      // SHA-256 of the one-time link's secret; zero: there is none
	LinkEnds  time.Time
	SeenAt    time.Time // the last sign-in; zero: none yet
	CreatedAt time.Time
}

// Passkey is a WebAuthn credential.
type Passkey struct {
	ID         string // the credential's ID, base64url
	Name       string
	Credential []byte // as the library that checks it writes it
	CreatedAt  time.Time
	UsedAt     time.Time
}

// SecondFactor reports whether o has one that is asked for at sign-in.
func (o Operator) SecondFactor() bool { return len(o.Secret) > 0 || len(o.Passkeys) > 0 }

// Window is for how long, and to whom, the operator's console is open.
type Window struct {
	Until    time.Time // zero: it was never open
	Ranges   []netip.Prefix
	By       string // who opened it
	OpenedAt time.Time
	Closed   bool // its end, whichever came, is recorded
}

// Open reports whether the window is open at now.
func (w Window) Open(now time.Time) bool { return !w.Closed && now.Before(w.Until) }

// Contains reports whether addr may come in by the window.
func (w Window) Contains(addr netip.Addr) bool {
	for _, r := range w.Ranges {
		if r.Contains(addr.Unmap()) {
			return true
		}
	}
	return false
}

// OperatorSession is an operator's signed-in browser. What is kept of its token is the SHA-256.
type OperatorSession struct {
	Key        SessionKey
	ID         ID // names the session in lists; worth nothing as a credential
	OperatorID ID
	Proved     bool // the second factor was given too
	Began      time.Time
	Seen       time.Time
	Ends       time.Time
	Address    string
	Device     string // the browser's User-Agent, at most 200 bytes
}

// Tries counts attempts to sign in from one place since the last that succeeded.
type Tries struct {
	Key   string // what the place is, as whoever counts names it
	Count int
	Last  time.Time
}

// Operators reaches the operators, their sessions and the window of the transaction's tenant. There are some in
// [Deployment] alone.
type Operators interface {
	// Create adds o; ErrConflict if its ID or its name is taken.
	Create(ctx context.Context, o Operator) error
	// Get returns one operator, or ErrNotFound.
	Get(ctx context.Context, id ID) (Operator, error)
	// Named returns the operator of that name, or ErrNotFound.
	Named(ctx context.Context, name string) (Operator, error)
	// Linked returns the operator whose one-time link has that hash, ended or not, or ErrNotFound.
	Linked(ctx context.Context, link Hash) (Operator, error)
	// Update replaces everything but ID, Name and CreatedAt, or is ErrNotFound.
	Update(ctx context.Context, o Operator) error
	// All returns every operator by name. They are few.
	All(ctx context.Context) ([]Operator, error)

	// Begin keeps s.
	Begin(ctx context.Context, s OperatorSession) error
	// Session returns the session kept under key, ended or not, or ErrNotFound.
	Session(ctx context.Context, key SessionKey) (OperatorSession, error)
	// Touch sets Proved, Seen and Ends of s, or is ErrNotFound.
	Touch(ctx context.Context, s OperatorSession) error
	// Sessions returns the operator's sessions, the latest begun first.
	Sessions(ctx context.Context, operator ID) ([]OperatorSession, error)
	// End removes one session of the operator, or is ErrNotFound.
	End(ctx context.Context, operator, session ID) error
	// EndAll removes every session of the operator, of all operators when it is "", and returns how many there were.
	EndAll(ctx context.Context, operator ID) (int, error)

	// Tries returns what was counted under key; zero when nothing was.
	Tries(ctx context.Context, key string) (Tries, error)
	// SaveTries keeps t in place of what was counted, and forgets what was last counted before forget.
	SaveTries(ctx context.Context, t Tries, forget time.Time) error

	// Window returns the window; zero when there was none.
	Window(ctx context.Context) (Window, error)
	// SaveWindow keeps w in place of the one before.
	SaveWindow(ctx context.Context, w Window) error
}
