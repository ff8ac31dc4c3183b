package store

import (
	"context"
	"time"
)

// Task is work that the service owes: added in the transaction of the fact that asks for it, carried out later by any
// instance, and removed in the transaction of what it did. That transaction first looks whether the task is still there
// (Find): work that outlasts its lease may have been done by another meanwhile. So it is neither lost nor done twice.
type Task struct {
	ID       ID
	TenantID ID
	Kind     TaskKind
	Subject  string // what it is about, such as a package's ID; for one kind and subject there is one task
	DueAt    time.Time
	Attempts int    // how often it was begun
	Lost     int    // how often whoever had begun it did not come back before the lease ended, as when its process died
	Failure  string // why it failed the last time; empty when it has not
}

// TaskKind is what is to be done.
type TaskKind string

const (
	TaskSort    TaskKind = "sort"    // look into a package; the subject is its ID
	TaskScan    TaskKind = "scan"    // look for malware; the subject is a digest
	TaskRelease TaskKind = "release" // make a delivery whose time has come; the subject is its ID
	TaskExpire  TaskKind = "expire"  // end a delivery; the subject is its ID
	TaskRemind  TaskKind = "remind"  // tell those who have not opened a delivery; the subject is its ID
	TaskTell    TaskKind = "tell"    // remind the employer of persons left to tell; the subject is the delivery's ID
	TaskNumbers TaskKind = "numbers" // look for individual numbers; the subject is "package:" or "document:" and its ID
	TaskMail    TaskKind = "mail"    // send a mail; the subject is its ID
	TaskWebhook TaskKind = "webhook" // tell a webhook; the subject is the message's ID

	TaskKeys            TaskKind = "keys"             // look which keys end; the subject is "daily"
	TaskInventory       TaskKind = "inventory"        // make the month's inventory of accounts; the subject is "monthly"
	TaskRemindInventory TaskKind = "inventory.remind" // remind of one that nobody signed off; the subject is its ID
)

// Tasks reaches the tasks of the transaction's tenant.
type Tasks interface {
	// Add adds t, or brings the one of the same kind and subject forward to t.DueAt when that is earlier; one that is
	// leased stays leased. TenantID, Attempts, Lost and Failure are the store's.
	Add(ctx context.Context, t Task) error
	// Done removes the task of that kind and subject, also while it is leased; without one it does nothing.
	Done(ctx context.Context, kind TaskKind, subject string) error
	// Find returns the task of that kind and subject, or ErrNotFound.
	Find(ctx context.Context, kind TaskKind, subject string) (Task, error)
}

// TaskQueue hands the tasks of all tenants to whoever carries them out. It is the wiring's, never a visitor's.
type TaskQueue interface {
	// Lease returns at most n tasks of these kinds that were due by now and that nobody has leased, oldest first,
	// and keeps others from them until the lease ends. Attempts is counted up. One whose lease ran out is as old as
	// that. It may return fewer than there are while another instance leases.
	Lease(ctx context.Context, kinds []TaskKind, n int, now, until time.Time) ([]Task, error)
	// Renew makes the lease of a task that was leased end then; ErrNotFound when the task is gone, was given back or was
	// leased again.
	Renew(ctx context.Context, t Task, until time.Time) error
	// Fail gives a leased task back, to be due again at that time. A task that is gone, was given back or was leased
	// again is left.
	Fail(ctx context.Context, t Task, due time.Time, failure string) error
	// Owed counts the tasks that were due before that time, leased or not, by kind.
	Owed(ctx context.Context, before time.Time) (map[TaskKind]int, error)
}
