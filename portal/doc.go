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
//	people   → People → PersonOf → AddPerson, ChangePerson, SwitchPerson, DeletePerson, CopyRights; Roles
//	machines → OpenDirectory → users and groups that a provisioning client keeps in step (the scim.Opener)
//	tables   → MayImport → KeepTable → PlanImport → Import; MayExport → ExportTable
//	places   → Companies → CompanyOf, OfficeOf → Create…, Change…, Delete…
//	trusts   → NewTrust → SaveTrustDraft → MayTestTrust, Tested → SwitchTrustOn; TrustDiff → BackToVersion; SwitchTrustOff
//	         → MakeSetupLink → OpenSetupLink → FillSetupHalf; AcceptKeys; SignIns → SignIn
//	machines → MakeScimToken → ScimBearer → RevokeScimToken
//	clients  → RegisterClient → ClientOf → ChangeClient, SwitchClient, RemoveClient
//	sessions → Entered → EndSession; MayEnd → EndPersonSessions, EndTrustSessions
//	networks → Addresses → SaveAddresses
//	log      → ReadLog → LogEvent; ExportLog; VerifyLog → LogChecks; Events → ExportEvents
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
// their name.
//
// An administrator grants no menu, role or office that they do not hold, and changes nothing about an account that may do
// more than they: with an address or a colleague's absence one can get as far as with a menu. One with a list of offices
// manages the accounts whose own list is within it; "all offices" is within none, because it covers those that are opened
// tomorrow, and roles, companies and new offices are for who has all. Somebody who can sign in always remains to manage
// accounts, as many of them as before (administrable), but on the host's command line.
//
// What a trust is to become is a draft beside it, so that nothing an administrator types counts before it was tried by a
// sign-in of their own; the test is bound to the draft's revision. Trusts are for who has all offices: who decides whom the
// firm believes can become anybody in it. For the same reason a trust that admits into several firms is the operator's to
// change, although one of them owns it. While a firm has an administrator of trusts who can come in, it keeps one
// (trust_lockout.go): the only way in is replaced by nothing that did not let an administrator in when it was tested, and
// while administrators came in somewhere, what none came in by since is no way beside it. Whoever decides about an IdP holds every menu
// that comes in by it (trust_beyond.go); that it has a key more, or is called something else, anybody who keeps trusts may say.
// A way in counts from where somebody is: a trust that admits from elsewhere alone is none for them. Claims take no rights
// from whom the firm cannot do without (claimed_rights.go). The operator is not held (setup_trust.go). What a draft begins
// from is kept as a version (trust_version.go), so that there is something to
// compare with and go back to whoever made it so, and so that a refresh of keys meanwhile is told apart from a change.
//
// A trust's file (trust_file.go) has no secrets, and nothing that only time brings: a trust that did not change is the same
// file. It is read strictly, since a rule that is misspelled would be one that does not hold, and makes a draft alone.
//
// A provisioning client says who there is, what they are called and whether they may come in; where it speaks of offices, of
// those as well for the accounts that it made. As whom somebody signs in it changes of those alone, unless they administer the
// firm: it would be taking the account over. Whom it puts out is out, though registered by the firm meanwhile. What it said
// is kept beside the account and comes back as it was sent, but that whom the firm disabled or deleted reads as not active: no
// change brings them back, and to remove and add them anew none whom it disabled. Whom the firm lets in again is active until
// the client says otherwise anew: that they were not may have been our own word (provision_switch.go). Whom the firm registered is disabled when
// the client removes them, and in again when it adds them anew.
// Menus come from groups that the trust's mapping names, which an administrator wrote who holds as much, and all offices
// of the firm from nobody. Without a company a person could only be the firm's own, so they wait, unless a group gives a menu
// that only those have. It is the tenant that owns the trust whose people are provisioned, and no other that it is lent to.
// A token has to do with nobody who may do more than whoever made it may now (scim_maker.go): one that is older than what was
// given since would be a way to that. It is refused once they could not make it, unless it was made at the host.
//
// A table is taken in as it was looked at, or not at all: the plan's digest covers the file and what it would change, so a row
// that somebody else changed meanwhile is not overwritten, and a file with one row that is refused changes nothing. What
// begins like a formula is refused rather than made harmless: names are shown in other programs too. A file waits for its sender
// alone, under a mark with their account: otherwise whoever knows a document's digest could have it read as a table to them.
//
// From where a firm's people may come is decided with their permission, in every deed, and not at the door alone: a session
// that moves to another network ends to be of use there at once. Administrative menus have a narrower list, and count as not
// held elsewhere. Nobody saves a list that leaves themself out; the way back in is the host's command line.
//
// A look at the log is recorded once for one filter and ten minutes, not once a page: whoever reads it back would otherwise
// find mostly themself. A verification looks at so many events in one request and goes on from there in the next, since a
// chain that is right up to an event stays so.
//
// Whoever says what an API client's keys are can act as it. So nobody registers, changes or switches on one that amounts to menus
// that they do not hold themselves. Switching one off, and forgetting it then, is for everybody who keeps trusts: in a hurry
// that must not wait for whoever may do more.
//
// The firm's own people never write receipts: a receipt says what the client did.
package portal
