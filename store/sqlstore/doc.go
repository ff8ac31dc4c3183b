// Package sqlstore keeps store.Records on SQLite (embedded, one machine) or PostgreSQL (several instances), and
// store.Sessions and store.Marks on SQLite for the embedded default.
//
//	migrations/   the schema, one set for both databases, applied by [Migrate]
//	queries/      every statement there is, in SQLite's ?N form
//	gen/          what sqlc makes of them; run go generate after a change
//	sqlite.go     connections; writer.go gathers Updates into commits
//	postgres.go   connections, transactions, retries
//	dbtx.go       the one wrapper between generated queries and a driver
//	errors.go     what a driver's error means, by its code
//	cursor.go     positions in lists; merge.go makes one list of several ranges
//	queue.go      the tasks of all tenants
//	fill.go       the migrations that SQL cannot do
//	search.go     finding documents; search_text.go what they are found by, search_walk.go the way there
//	find.go       people, companies and offices by what they are called
//	company.go …  one file per noun: rows to values and back
//
// [Open] refuses a database whose schema is not the one it was built for; [Migrate] brings it there, and several
// instances may do so at once.
//
// # How data flows
//
// View runs on a reader connection that cannot write, on one snapshot. On SQLite an Update waits for its turn on the
// one writer connection: whatever was queued while the last commit was being synced shares the next one, each within a
// savepoint of its own, and is answered when that commit is on disk. There is no timer: an Update that is alone
// commits alone, at once. On PostgreSQL an Update is a transaction that first locks the end of its tenant's audit chain,
// which puts the Updates of one tenant in a row and leaves those of others alone.
//
// The queue of tasks is asked without a lock whether there is anything to do, and only then written to: on SQLite in a
// turn like any other, on PostgreSQL in a transaction that locks the tasks it takes, passes over those that others have
// locked, and holds no tenant.
//
// # Why
//
// An Update's function runs on the caller's goroutine, and the writer only says when: a panic, a stack trace and
// runtime.Goexit stay where they belong, and one caller's mistake cannot end the writer. It must not call Update again,
// which would wait for itself.
//
// Statements on SQLite ignore cancellation while they run: interrupting one inside a shared commit would undo its
// neighbours' work. They are short by construction, and ctx is looked at before each.
//
// A receipt repeats the office, kind and time of what it receives, all of which never change, and carries unread and
// visible. An account's list, filtered or not, is then one range of one index in the order it is shown. The joined
// delivery, account and office can only take rows away, so a wrong visible shows nothing that it should not.
//
// SQLite's planner is told how the tables will have grown, once, when they are made (statistics.go); a test holds each
// list to its index. A parameter that may change the plan makes SQLite plan at every execution, which costs more than most
// queries: LIMIT takes it in a CAST, and so does the = of a join that every page runs.
//
// Text sorts by bytes on both databases (SQLite's default, "C" on PostgreSQL): the same cursor means the same place, and
// no upgrade of a locale's tables can shuffle an index. Japanese names then sort by code point, not by reading.
//
// A package's states are few and its tray is mostly asked for some of them, so there is one range for each state and none
// for all: a list merges the ranges it was asked for, each read only as far as the page has room, from the index alone.
//
// A task carries when it can be taken next: when it is due, or while it is leased, when the lease ends. What can be taken
// is then the beginning of one range for each kind, and a lease that ran out needs nobody to notice. Whoever gives a
// task back names which lease by the number of attempts, so one that comes late changes nothing.
//
// Codes that an office carries and those that it was taught are rows of one table, apart: an office that is changed
// replaces its own and forgets nothing that a person taught it.
//
// What documents are found by is an index of our own, for SQLite and PostgreSQL to find alike and Japanese from one character
// on. For each piece of one or two characters (a gram), and for each office and kind, it lists the documents that have it,
// by number, a thousand consecutive numbers to a row. A search takes the rarest of its grams, newest row first, and meets
// it with the others; what needs more than one gram is then held against the text. A million documents are a thousand
// rows for the most frequent gram, so that even a search that finds nothing ends in well under a second, and one that
// would cost more says that it stopped. The price is paid on entering, some hundred small rows for each document.
//
// Hashes are stored as hexadecimal text and flags as 0 and 1, so that TEXT and BIGINT are the only types and one set of
// migrations and queries serves both databases. What is not asked for in SQL (a trust's protocol settings, what was found
// in a package) is JSON.
//
// A constraint is recognised by its code. On PostgreSQL a failed statement spoils its transaction, so writes that may
// meet a constraint run in a savepoint and the function can go on after ErrConflict, as it can on SQLite.
//
// Sessions live in a file of their own, so that a touch does not wait for a document to be published. It is synced at
// every commit like the other one: after a power cut a session that was ended must not be back, nor a message that was
// spent be good again.
package sqlstore
