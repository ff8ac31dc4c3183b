// Package job carries out the work that the service owes: tasks that were committed with the facts that ask for them.
//
//	runner.go   Runner: a lane for each kind of task, until told to stop
//	lane.go     leasing as many tasks as there are hands, and when to look again
//	attempt.go  one task in one pair of hands: its deadline, its panic, its failure
//	hold.go     keeping the lease while somebody is at it
//	giveup.go   when a task is not tried any more
//	backoff.go  how long to wait after the nth failure; postpone.go: a handler that says so itself
//	patience.go how long an address that does not answer is left alone
//
// # How a task goes
//
//	fact + Tasks().Add → commit → Kick → Lease → handler: one Update with the effect and Tasks().Done → commit
//
// A handler that returns nil has removed the task in the transaction of its effect; one that returns an error has done
// nothing, and the task is given back to be due again later. A handler that was killed with its process has its task
// taken by another when the lease ends.
//
// # Why
//
// A lease is renewed while somebody is at the task, so that it can be short, for what a dead process left, and work can be
// long; a handler that ignores the end of its time holds up its own process and no other. Where a lease cannot be renewed
// the handler's context ends before it. What a handler does at the very end of its lease may still meet another's: for
// that it looks, inside its transaction, whether the task is still there.
//
// What fails every time must end, or it is tried for ever and nobody is told. What was away is no failure of the task, and
// does not count; a process that died with the task counts apart, and sooner: it is begun no more before the next dies.
//
// Only as many tasks are leased as can be begun at once. A task that waits in a process that dies would be late by a lease.
//
// A kind has its own lane, so that a mail server which hangs keeps no delivery from being made.
// Within the lane of webhooks an address that hangs would take all hands, of all firms: it is left alone for all its messages.
package job
