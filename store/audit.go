package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"
)

// AuditEvent says who did what to which record (操作ログ). The events of a tenant form a chain: each one's hash covers
// its own content and the hash before it, so that an altered, missing or reordered one shows.
type AuditEvent struct {
	Seq       int64 // 1, 2, 3 … without gaps, per tenant
	At        time.Time
	Deed      Deed
	Outcome   Outcome
	AccountID ID     // who; empty when nobody was let in
	Name      string // who, as they were called then
	TrustID   ID     // who vouched for them
	Record    string // to which record, such as "delivery:01h…"; empty when there is none
	Address   string // the network address the request came from
	RequestID string
	Detail    map[string]string // what else; never a secret, never a document's content
	Prev      Hash              // the event before, zeros for the first
	Hash      Hash
}

// Deed is what was done.
type Deed string

const (
	DeedSignIn      Deed = "session.sign_in"
	DeedSignOut     Deed = "session.sign_out"
	DeedRevoke      Deed = "session.revoke"
	DeedEmbed       Deed = "session.embed" // a code became an embed in a partner's page, or was refused
	DeedPublish     Deed = "document.publish"
	DeedDeliver     Deed = "delivery.deliver"
	DeedWithdraw    Deed = "delivery.withdraw"
	DeedReceive     Deed = "package.receive"
	DeedSort        Deed = "package.sort"
	DeedDiscard     Deed = "package.discard"
	DeedApprove     Deed = "delivery.approve"
	DeedSchedule    Deed = "delivery.schedule"
	DeedUnplan      Deed = "delivery.unplan" // it could not be made as it was planned
	DeedExpire      Deed = "delivery.expire"
	DeedUnopened    Deed = "delivery.unopened" // it ended, and nobody had opened it
	DeedTell        Deed = "delivery.tell"
	DeedExport      Deed = "tenant.export"
	DeedRule        Deed = "rule.save"
	DeedFound       Deed = "file.found"     // the scanner found something
	DeedUnscanned   Deed = "file.unscanned" // the scanner had no verdict, however often it was asked
	DeedNumbers     Deed = "file.numbers"   // what looks like an individual number was found
	DeedView        Deed = "delivery.view"
	DeedDownload    Deed = "delivery.download"
	DeedAcknowledge Deed = "delivery.acknowledge"
	DeedTenant      Deed = "tenant.save"
	DeedCompany     Deed = "company.save"
	DeedOffice      Deed = "office.save"
	DeedAccount     Deed = "account.save"
	DeedRole        Deed = "role.save"
	DeedTrust       Deed = "trust.save"
	DeedProvision   Deed = "provision.save" // what a provisioning client said of a user or a group
	DeedToken       Deed = "client.token"   // an API client was given a token or a code for the first time in an hour, or was refused
	DeedAddresses   Deed = "addresses.save" // from where people may come
	DeedClient      Deed = "client.save"    // an API client
	DeedWebhook     Deed = "webhook.save"   // where the firm has events told
	DeedLogView     Deed = "log.view"       // the log itself was looked at,
	DeedLogExport   Deed = "log.export"     // taken away
	DeedLogVerify   Deed = "log.verify"     // or checked

	DeedInventory       Deed = "inventory.make"
	DeedInventoryDecide Deed = "inventory.decide"
	DeedInventorySign   Deed = "inventory.sign"
	DeedInventoryExport Deed = "inventory.export"
)

// Outcome tells whether the deed was allowed.
type Outcome string

const (
	Allowed Outcome = "allowed"
	Refused Outcome = "refused"
)

// Hash is a SHA-256 value.
type Hash [sha256.Size]byte

func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// AuditHead is the end of a tenant's chain: how many events there are and the last one's hash.
type AuditHead struct {
	Seq  int64
	Hash Hash
}

// Link returns e as the event that follows head in tenant's chain, and the head that it makes: Seq, Prev and Hash are
// set, At is cut to microseconds, which is what back ends keep.
func (head AuditHead) Link(tenant ID, e AuditEvent) (AuditEvent, AuditHead) {
	e.At = e.At.UTC().Truncate(time.Microsecond)
	e.Seq, e.Prev = head.Seq+1, head.Hash
	e.Hash = e.digest(tenant)
	return e, AuditHead{Seq: e.Seq, Hash: e.Hash}
}

// digest covers every field but Hash, each preceded by its length so that no two events share an encoding.
func (e AuditEvent) digest(tenant ID) Hash {
	b := make([]byte, 0, 512)
	b = append(b, "cloudpocket audit 1"...)
	b = append(b, e.Prev[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(e.Seq))
	b = binary.BigEndian.AppendUint64(b, uint64(e.At.UnixMicro()))
	for _, s := range []string{string(tenant), string(e.Deed), string(e.Outcome), string(e.AccountID), e.Name,
		string(e.TrustID), e.Record, e.Address, e.RequestID} {
		b = appendSized(b, s)
	}
	b = binary.BigEndian.AppendUint32(b, uint32(len(e.Detail)))
	for _, k := range slices.Sorted(maps.Keys(e.Detail)) {
		b = appendSized(appendSized(b, k), e.Detail[k])
	}
	return sha256.Sum256(b)
}

func appendSized(b []byte, s string) []byte {
	return append(binary.BigEndian.AppendUint32(b, uint32(len(s))), s...)
}

// VerifyAudit walks tenant's events in order of Seq and returns the head they lead to. The first event that was
// altered, is missing or out of place is an error of kind Damaged that names its Seq; so is an end that is not want.
func VerifyAudit(tenant ID, events iter.Seq2[AuditEvent, error], want AuditHead) (AuditHead, error) {
	head, err := AuditHead{}.Walk(tenant, events)
	if err != nil {
		return head, err
	}
	return head, head.Ends(want)
}

// Walk follows tenant's events from head on and returns the head they lead to; errors are those of [VerifyAudit].
func (head AuditHead) Walk(tenant ID, events iter.Seq2[AuditEvent, error]) (AuditHead, error) {
	for e, err := range events {
		if err != nil {
			return head, fmt.Errorf("read the audit chain after event %d: %w", head.Seq, err)
		}
		if err := head.follow(tenant, e); err != nil {
			return head, err
		}
		head = AuditHead{Seq: e.Seq, Hash: e.Hash}
	}
	return head, nil
}

// Ends demands that a chain which was walked to head ends at want.
func (head AuditHead) Ends(want AuditHead) error {
	if head != want {
		return Fail(Damaged, "error.audit_broken", "the chain ends at event %d (%s), its head says %d (%s)", head.Seq, head.Hash, want.Seq, want.Hash).
			With("Seq", head.Seq+1)
	}
	return nil
}

func (head AuditHead) follow(tenant ID, e AuditEvent) error {
	broken := func(what string) error {
		return Fail(Damaged, "error.audit_broken", "event %d %s", e.Seq, what).With("Seq", e.Seq)
	}
	switch {
	case e.Seq != head.Seq+1:
		return broken(fmt.Sprintf("stands where event %d belongs", head.Seq+1))
	case e.Prev != head.Hash:
		return broken("does not follow the one before it")
	case e.Hash != e.digest(tenant):
		return broken("was altered")
	}
	return nil
}

// AuditFilter narrows the log. Zero fields do not narrow.
type AuditFilter struct {
	AccountID ID
	Deed      Deed
	Record    string
	Outcome   Outcome
	Address   string    // exactly so
	From, To  time.Time // From inclusive, To exclusive
}

// AuditLog reaches the audit chain of the transaction's tenant.
type AuditLog interface {
	// Append links e to the chain; Seq, Prev and Hash are set by the store.
	Append(ctx context.Context, e AuditEvent) error
	// Head returns the end of the chain.
	Head(ctx context.Context) (AuditHead, error)
	// List returns events newest first.
	List(ctx context.Context, f AuditFilter, p Page) (List[AuditEvent], error)
	// Get returns one event, or ErrNotFound.
	Get(ctx context.Context, seq int64) (AuditEvent, error)
	// All yields every event in order of Seq, reading as it goes; the first error ends it.
	All(ctx context.Context) iter.Seq2[AuditEvent, error]
	// After is All for the events after seq.
	After(ctx context.Context, seq int64) iter.Seq2[AuditEvent, error]
}
