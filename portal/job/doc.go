// Package job carries out the work that the service owes: tasks that were committed with the facts that ask for them.
//
//	runner.go   Runner: a lane for each kind of task, until told to stop
//	lane.go     leasing as many tasks as there are hands, and when to look again
//	attempt.go  one task in one pair of hands: its deadline, its panic, its failure
//	backoff.go  how long to wait after the nth failure
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
// A lease is not renewed. A handler's context ends with its lease, so that two never work long at the same task, and work
// that one lease is too short for fails loudly instead of being done by two for ever. What a handler does at the very end
// of its lease may still meet another's: for that it looks, inside its transaction, whether the task is still there.
//
// Only as many tasks are leased as can be begun at once. A task that waits in a process that dies would be late by a lease.
//
// A kind has its own lane, so that a mail server which hangs keeps no delivery from being made.
package job
