package store

import (
	"context"
	"time"
)

// Mail is one mail that is owed or was sent. It holds no words: what it says follows from Kind when it is sent, and
// never names a person, a title or a number.
type Mail struct {
	ID         ID
	Kind       MailKind
	AccountID  ID // to whom
	DeliveryID ID // about what; empty for a digest
	State      MailState
	CreatedAt  time.Time
	SentAt     time.Time
	Failure    string // what the mail server said, for the firm to read
}

// MailKind is what a mail is for.
type MailKind string

const (
	MailDelivered MailKind = "delivered" // something waits
	MailReminder  MailKind = "reminder"  // it still waits
	MailUnopened  MailKind = "unopened"  // to the firm: it expired and nobody had opened it
	MailUnplanned MailKind = "unplanned" // to the firm: it could not be delivered as it was planned
	MailFound     MailKind = "found"     // to the firm: the scanner found something
	MailOnward    MailKind = "onward"    // persons are left to be told
	MailDigest    MailKind = "digest"    // what waits, once a day

	MailKeysEnding    MailKind = "keys_ending"    // to the firm: keys of a trust end soon
	MailKeysOffered   MailKind = "keys_offered"   // to the firm: an IdP has other keys, which wait for a word
	MailInventory     MailKind = "inventory"      // to the firm: accounts wait to be looked through
	MailInventoryOpen MailKind = "inventory_open" // to the firm: they still do
)

// MailState is where a mail stands.
type MailState string

const (
	MailWaiting MailState = "waiting"
	MailSent    MailState = "sent"
	MailBounced MailState = "bounced"  // the address is wrong
	MailDropped MailState = "dropped"  // there is nothing to say any more, or nobody to say it to
	MailGivenUp MailState = "given_up" // no mail server took it for days
)

// MailSetting is which mails an account wants.
type MailSetting struct {
	AccountID ID
	Off       bool
	Digest    bool // one mail a day in place of one for each delivery
}

// Recipients are those people of an office who get mails.
type Recipients string

const (
	ToAll    Recipients = "all"    // whoever's account covers the office
	ToNamed  Recipients = "named"  // those who are named responsible at the office; where nobody is, all
	ToNobody Recipients = "nobody" // it is seen by signing in alone
)

// OfficeMail is how an employer's office is told by mail of what is delivered to it. It narrows what a person wants, and
// never adds to it.
type OfficeMail struct {
	OfficeID ID
	To       Recipients
	Digest   bool // at most one mail a day to each person
	Named    []ID // accounts that are responsible; sorted
}

// Mails reaches the mails of the transaction's tenant.
type Mails interface {
	// Create adds m as waiting; ErrConflict if its ID is taken, ErrNotFound if its account is not there.
	Create(ctx context.Context, m Mail) error
	// Get returns one mail or ErrNotFound.
	Get(ctx context.Context, id ID) (Mail, error)
	// Finish sets State, SentAt and Failure of a waiting mail; ErrNotFound, or ErrConflict when it is not waiting.
	Finish(ctx context.Context, id ID, state MailState, at time.Time, failure string) error
	// List returns mails in one of these states, or all when there are none, newest first, by CreatedAt, then ID.
	List(ctx context.Context, states []MailState, p Page) (List[Mail], error)
	// Setting returns what an account wants; one that never said wants every mail.
	Setting(ctx context.Context, account ID) (MailSetting, error)
	// SaveSetting keeps what an account wants; ErrNotFound if the account is not there.
	SaveSetting(ctx context.Context, s MailSetting) error
	// Office returns how an office is told; one that nobody decided about is told in full, with nobody named.
	Office(ctx context.Context, office ID) (OfficeMail, error)
	// SaveOffice keeps how an office is told; ErrNotFound if the office is not there.
	SaveOffice(ctx context.Context, m OfficeMail) error
}
