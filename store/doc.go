// Package store is the ground the house stands on: what is known, and the three contracts by which it is kept.
//
// There is one file per noun (its type, its own invariants, the small interface by which it is reached) and one
// contract per kind of keeping:
//
//   - [Records]: transactional facts. View and Update hand out a [Tx] that is bound to one tenant; every record
//     reached through it belongs to that tenant, and what belongs to another does not exist.
//   - [Sessions] and [Marks]: things that expire. Signed-in browsers, one-use handles, what has been seen before.
//   - [Blobs]: large, immutable bytes, named by tenant and SHA-256.
//
// A [Sealer] encrypts what of the facts is secret, before it is kept.
//
// Back ends live in packages below this one and never import each other. This package imports the standard library
// alone and does no input or output.
//
// # How data flows
//
// A file's bytes go to Blobs first and are synced there; then one Update writes the document, its deliveries, the
// receipts that are now open, and the AuditEvent. A blob without a record is an orphan and is swept; a record without
// its blob cannot come to be.
//
// Packages come in by the hundred and are looked into later: one Update writes the [Package] and the [Task] to sort it,
// and whoever leases the task from [TaskQueue] writes what it found and removes the task in another. Deliveries that
// wait, mails and scans are owed in the same way.
//
// # Why
//
// A [Tx] is bound to its tenant when it is opened rather than taking one in every call: a caller cannot forget it,
// mix two up, or pass one that came from a form.
//
// A [Delivery] hands one document to one office. Withdrawal, receipts and expiry are all decided for that pair, so
// the pair is the record; "delivered to three offices" is three rows and no join decides what a person may see.
//
// A [Receipt] is opened for every account of the office when the delivery happens, not when somebody first looks:
// the firm's question is who has *not* opened a document, and a client's list of unread documents is then one index
// range, however many documents there are.
//
// A [Task] has no state of its own beyond when it is due: what it is about has, and its removal is part of the same
// transaction. A process that dies leaves the task, whose lease ends, and nothing by half.
//
// A [Person] is not an [Account]: insured persons never enter. They are kept with the document rather than the delivery,
// since that is what names them; who was told is kept with the delivery, since each office tells its own.
//
// An [Account] that is deleted leaves a row without trust, address, menus or offices, since receipts and the log name it and
// its ID must never come to mean somebody else. One that never signed in and that nothing names, as a mistake in a form
// leaves it, is removed for good: the log alone remembers it. Menus of a [Role] stand in each account that has it, so what
// somebody may do is one row to read, and a role that changes changes them in the same transaction.
//
// A [Trust] belongs to the tenant that configured it and names every tenant it may admit into. A parent product
// that serves many firms is one trust with a tenant claim; a value that is not listed admits nobody.
//
// The deployment itself has an ID like a tenant's ([Deployment]) rather than tables of its own for what operators do: its
// audit chain is then kept, walked and verified by the same code as a firm's, and one who verifies all chains has it with
// them. That ID has not the form of one, so no firm had it before nor can be given it.
package store
