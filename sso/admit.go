package sso

import (
	"context"
	"time"

	"cloudpocket/store"
)

// Visit is where a request comes from, for the audit.
type Visit struct {
	Address   string // network address
	Device    string // User-Agent
	RequestID string

	// Client is the API client that brought somebody's token, and Origin that of the page they are shown in: no browser
	// visits, and Address and Device are the client's. Empty: a browser does.
	Client store.ID
	Origin string
	// Again says that Client brought this person for this page within the hour, which is recorded: they go on rather than come.
	Again bool
}

// Admission is an account that may come in.
type Admission struct {
	TenantID  store.ID
	AccountID store.ID
	Previous  time.Time // the account's sign-in before this one; zero if none
}

// Person is what people are shown of an account.
type Person struct {
	Name    string
	Email   string // empty if none is known
	Firm    string // the tenant's name
	Company string // the client company's; empty for the firm's own people
}

// Tested is a test of a trust that is over.
type Tested struct {
	Trust     store.OwnedTrust // as it was tested
	Revision  int64            // of the draft that it was; 0: the trust as it stands
	By        store.ID         // the account that tests; empty for the operator
	ID        store.ID         // of the sign-in that is kept
	Visit     Visit
	Trace     *Trace
	Admission Admission // whom it would let in
	Err       error     // why it would be refused; nil if it passed
}

// Admitter turns an identity into an account. It is asked after every message was verified and the MFA rule is met.
type Admitter interface {
	// Admit names the account that identity stands for under trust, and records the sign-in. A person who is not
	// registered, disabled, or of a tenant the trust may not admit into is a refusal. t has how it came to this, is told
	// the rest, and is kept; nil keeps nothing.
	Admit(ctx context.Context, trust store.OwnedTrust, identity Identity, v Visit, t *Trace) (Admission, error)
	// Standing returns an error when somebody who was admitted may no longer be here. It is asked once their session
	// has begun: whoever switches an account off ends its sessions, and would have missed this one.
	Standing(ctx context.Context, trust store.ID, admitted Admission) error
	// Preview says what Admit would do with somebody who comes by v, and changes nothing.
	Preview(ctx context.Context, trust store.OwnedTrust, identity Identity, v Visit, t *Trace) (Admission, error)
	// Expect says whom Admit would let in, and changes nothing. The account of somebody who comes for the first time is
	// there only once Admit made it, under another ID.
	Expect(ctx context.Context, trust store.OwnedTrust, identity Identity) (Admission, Person, error)
	// Person returns what people are shown of an account; ErrNotFound when there is none.
	Person(ctx context.Context, tenant, account store.ID) (Person, error)
	// Refused records a sign-in that was refused before or by Admit, and keeps t, how it came to this. err is why; one of
	// another kind than Denied, such as an IdP that is away, turned nobody away: its trace is kept and nothing else.
	Refused(ctx context.Context, trust store.OwnedTrust, v Visit, t *Trace, err error) error
	// Tested keeps the trace of a test, in which nobody was let in, under the ID given.
	Tested(ctx context.Context, test Tested) error
	// SignedOut records that a session ended; by says for whose sake: "person", "idp", "limit" when the account had too
	// many, "renewed" when the same account signed in again in that browser, or "replaced" when another one did.
	SignedOut(ctx context.Context, s store.Session, v Visit, by string) error
}
