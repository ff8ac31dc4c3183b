// Package portal answers "what may they do?". It holds the use cases, one deed per file, and is the only place that
// decides permission.
//
// # How a deed goes
//
// Every deed takes an [Actor] (who asks, taken from the session), opens one transaction on the actor's tenant, asks
// permission.go whether the deed is theirs, changes the facts and appends the AuditEvent, all in that transaction.
// Bytes go to Blobs before it and come from Blobs after it.
//
//	publish  → Stage (bytes, checked and synced) → Publish (document, deliveries, receipts, audit)
//	client   → Inbox → View → Download → Acknowledge
//	firm     → Desk → DeskDocument → Receipts → Withdraw
//	finding  → SearchInbox, SearchDesk → BulkDeliveries, BulkDocuments; Matrix; Export
//	onward   → Told → Tell, Untell
//	monthly  → MakeInventory → Inventory → DecideInventory, ConfirmInventory → SignInventory → InventoryReport
//	sign-in  → Admit, Refused, SignedOut (the sso.Admitter)
//	set-up   → companies, offices, accounts and trusts, and switching them off
//
// # Why
//
// What a person may not see answers exactly like what does not exist: a deed on a record that is out of reach is
// store.ErrNotFound whatever the cause, and only a missing menu on something the person knows of is store.ErrDenied.
//
// The account is read from the records in every deed, although the session was just checked. A session says who was let
// in; what they may do now is what the records say now, so a narrowed scope or a disabled account holds at once even
// where a session store could not be told.
//
// An inventory is signed off by somebody who is not limited to some offices: a signature vouches for all of it, and who
// sees a part cannot. They decide about the part they see. Nobody confirms or disables their own account in it. They may
// explain it, because a firm with one administrator must come to an end too, and the words stand in the report beside
// their name. What a person is switched off for must be within what the one who does it holds.
//
// The firm's own people never write receipts: a receipt says what the client did.
package portal
