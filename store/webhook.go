package store

import (
	"context"
	"time"
)

// Webhook is an address of a firm's other systems that is told what happens, by requests that are signed (Standard
// Webhooks). It is told IDs and nothing else.
type Webhook struct {
	ID        ID
	URL       string
	Secret    []byte // what the requests are signed with, as a Sealer made it
	Events    HookEvents
	State     HookState
	By        ID // the account that added it
	ByName    string
	CreatedAt time.Time
	Version   int64 // raised by every Update; Update with another version is ErrConflict
}

// HookState tells whether a webhook is told anything.
type HookState string

const (
	HookEnabled  HookState = "enabled"
	HookDisabled HookState = "disabled"
)

// MaxWebhooks is how many webhooks a tenant may have.
const MaxWebhooks = 10

// HookEvent is what a webhook is told of, as the receiver reads it.
type HookEvent string

const (
	HookDelivered    HookEvent = "delivery.delivered"
	HookViewed       HookEvent = "delivery.viewed"       // by one account, for the first time
	HookAcknowledged HookEvent = "delivery.acknowledged" // by one account, for the first time
	HookWithdrawn    HookEvent = "delivery.withdrawn"
	HookSorted       HookEvent = "package.sorted"
	HookRefused      HookEvent = "package.refused"

	HookTest HookEvent = "webhook.test" // an administrator tries the address; nobody subscribes to it
)

// HookEvents is a set of the events that a webhook can be told of.
type HookEvents uint16

// EveryHookEvent returns what a webhook can be told of, in the order of the bits of a HookEvents.
func EveryHookEvent() []HookEvent {
	return []HookEvent{HookDelivered, HookViewed, HookAcknowledged, HookWithdrawn, HookSorted, HookRefused}
}

// HookEventsOf returns the set of these events, and whether all of them exist.
func HookEventsOf(names ...string) (set HookEvents, known bool) {
	known = true
	for _, name := range names {
		bit := bitOf(HookEvent(name))
		known, set = known && bit != 0, set|bit
	}
	return set, known
}

// Has reports whether e is in the set.
func (s HookEvents) Has(e HookEvent) bool { return s&bitOf(e) != 0 }

// bitOf is that of an event; 0: it has none.
func bitOf(e HookEvent) HookEvents {
	for i, one := range EveryHookEvent() {
		if one == e {
			return 1 << i
		}
	}
	return 0
}

// HookMessage is one thing that a webhook is told, or was.
type HookMessage struct {
	ID        ID
	WebhookID ID
	Event     HookEvent
	Data      map[string]string // IDs by what they are of, such as "delivery"
	State     HookMessageState
	CreatedAt time.Time // when it happened
	Since     time.Time // when it was begun to be sent: CreatedAt, or when it was sent anew
	TriedAt   time.Time // when it was tried last; zero: never
	Attempts  int       // since Since
	Status    int       // of the last answer (HTTP); 0: there was none
	Failure   HookFailure
}

// HookMessageState is where a message stands.
type HookMessageState string

const (
	HookWaiting HookMessageState = "waiting"
	HookSent    HookMessageState = "sent"
	HookGivenUp HookMessageState = "given_up" // it was not taken for days
	HookDropped HookMessageState = "dropped"  // the webhook was switched off
)

// HookFailure is why a message was not taken the last time; empty: it was, or was not tried.
type HookFailure string

const (
	HookBadStatus   HookFailure = "status"      // the answer says no
	HookRedirects   HookFailure = "redirect"    // the answer leads elsewhere, which is not followed
	HookPrivate     HookFailure = "private"     // the address is not a public one
	HookTimeout     HookFailure = "timeout"     // there was no answer in time
	HookCertificate HookFailure = "certificate" // its certificate is not believed
	HookUnreachable HookFailure = "unreachable" // nobody is there, or speaks otherwise
	HookNoSecret    HookFailure = "secret"      // the secret cannot be unsealed
)

// Webhooks reaches the webhooks of the transaction's tenant and what they are told.
type Webhooks interface {
	// Create adds w; ErrConflict when its ID is taken or the tenant has MaxWebhooks already.
	Create(ctx context.Context, w Webhook) error
	// Get returns one webhook, or ErrNotFound.
	Get(ctx context.Context, id ID) (Webhook, error)
	// Update replaces URL, Events and State; ErrNotFound, or ErrConflict when Version is not the stored one.
	Update(ctx context.Context, w Webhook) error
	// Delete removes a webhook and its messages; ErrNotFound.
	Delete(ctx context.Context, id ID) error
	// List returns all of the tenant's webhooks, the oldest first.
	List(ctx context.Context) ([]Webhook, error)

	// AddMessage adds m as waiting; ErrConflict when its ID is taken, ErrNotFound when its webhook is not there.
	AddMessage(ctx context.Context, m HookMessage) error
	// Message returns one message, or ErrNotFound.
	Message(ctx context.Context, id ID) (HookMessage, error)
	// KeepMessage replaces State, Since, TriedAt, Attempts, Status and Failure; ErrNotFound.
	KeepMessage(ctx context.Context, m HookMessage) error
	// Messages returns those of one webhook, newest first, by CreatedAt, then ID.
	Messages(ctx context.Context, webhook ID, p Page) (List[HookMessage], error)
	// ForgetMessages removes at most n messages from before that time, the oldest first, and returns how many it did.
	ForgetMessages(ctx context.Context, before time.Time, n int) (int, error)
}
