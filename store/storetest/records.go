package storetest

import (
	"testing"

	"cloudpocket/store"
)

// OpenRecords returns a handle on t's own records, closed when t ends. Called again with the same t it opens the same
// data once more; called with another t, data of its own, empty. [Place] helps with both.
type OpenRecords = func(t *testing.T) store.Records

// Records runs the conformance suite of store.Records.
//
// Text sorts by its bytes: 会社 and カイシャ come where their UTF-8 puts them, the same on every back end, and a cursor
// made by one server means the same place on the next.
func Records(t *testing.T, open OpenRecords) {
	for _, row := range []struct {
		name string
		test func(*testing.T, OpenRecords)
	}{
		{"tenants", recordsTenants},
		{"companies", recordsCompanies},
		{"offices", recordsOffices},
		{"accounts", recordsAccounts},
		{"accounts are deleted", accountsDeleted},
		{"accounts are found", accountsFound},
		{"accounts are found among many", findBound},
		{"companies and offices are found", placesFound},
		{"roles", recordsRoles},
		{"when rights changed", rightsAt},
		{"standing", recordsStanding},
		{"address rules", recordsAddresses},
		{"trusts", recordsTrusts},
		{"trust directory", recordsTrustDirectory},
		{"sign-ins", recordsSignIns},
		{"flooded sign-ins", signInsFlooded},
		{"sign-ins forgotten", signInsForgotten},
		{"sign-ins at once", signInsAtOnce},
		{"trust drafts", recordsTrustDrafts},
		{"trust versions", recordsTrustVersions},
		{"trusts removed", recordsTrustRemoved},
		{"setup links", recordsSetupLinks},
		{"provisioning tokens", recordsScimTokens},
		{"API clients", recordsAPIClients},
		{"provisioning tokens forgotten", scimTokensForgotten},
		{"holders of a menu", recordsHolders},
		{"what is provisioned", recordsProvisioned},
		{"groups that are provisioned", provisionedGroups},
		{"who of the provisioned is out", provisionedOut},
		{"accounts that a client dismissed", accountsDismissed},
		{"companies by external ID", companiesByExternalID},
		{"accounts identified anew", accountsIdentified},
		{"documents", recordsDocuments},
		{"documents by scope", recordsDocumentsByScope},
		{"deliveries", recordsDeliveries},
		{"offices by code", officesByCode},
		{"offices by name", officesByName},
		{"origins and replacements", recordsOrigins},
		{"deliveries planned", deliveriesPlanned},
		{"deliveries scheduled", deliveriesScheduled},
		{"deliveries expire", deliveriesExpire},
		{"packages", recordsPackages},
		{"packages in the tray", packagesTray},
		{"packages that are the same", packagesSame},
		{"packages use a digest", packagesUse},
		{"persons", recordsPersons},
		{"tellings", recordsTellings},
		{"tellings of many deliveries", tellingsOfMany},
		{"what was received that names persons", receivedNaming},
		{"search for words", searchWords},
		{"search in scope", searchScope},
		{"search what was delivered", searchInbox},
		{"search in many", searchMany},
		{"rules", recordsRules},
		{"scans", recordsScans},
		{"scans hold deliveries", scansHold},
		{"mails", recordsMails},
		{"mail settings", mailSettings},
		{"mail settings of offices", officeMails},
		{"inventories", recordsInventories},
		{"inventories in pages", inventoriesInPages},
		{"tasks", recordsTasks},
		{"tasks lease", tasksLease},
		{"tasks fail", tasksFail},
		{"tasks renew", tasksRenew},
		{"tasks of two handles at once", tasksTwoHandles},
		{"tasks are done once", tasksDoneOnce},
		{"tasks beside updates", tasksBesideUpdates},
		{"sorting is by bytes", recordsSorting},
		{"paging to the end under inserts", recordsPaging},
		{"cursors", recordsCursors},
		{"inbox order and filters", inboxOrder},
		{"inbox paging while reading", inboxPaging},
		{"receipts facts", receiptFacts},
		{"receipts of a withdrawn delivery", receiptsWithdrawn},
		{"receipts follow the scope", receiptsScope},
		{"receipts follow the state", receiptsState},
		{"receipts of a new account", receiptsNewAccount},
		{"receipts count", receiptsCount},
		{"receipts by document", receiptsByDocument},
		{"receipts by delivery", receiptsByDelivery},
		{"receipts of documents and offices", receiptsCells},
		{"receipts first of many", receiptsFirstOfMany},
		{"transactions undo all", transactionsUndo},
		{"transactions go on after a conflict", transactionsGoOn},
		{"transactions panic", transactionsPanic},
		{"transactions end", transactionsEnd},
		{"transactions cancelled", transactionsCancelled},
		{"views are snapshots and cannot write", viewsAreSnapshots},
		{"writers and readers at once", writersAndReaders},
		{"audit chain", auditChain},
		{"audit filters", auditFilters},
		{"audit of two handles at once", auditTwoHandles},
		{"audit of strange texts", auditStrangeTexts},
		{"the deployment is no tenant", recordsDeployment},
		{"contracts", tenantContracts},
		{"operators", recordsOperators},
		{"operators' sessions", operatorSessions},
		{"operators' tries", operatorTries},
		{"operators' window", operatorWindow},
		{"system events", recordsEvents},
		{"system events come again and go", recordsEventsAgain},
		{"tenancy", tenancy},
	} {
		t.Run(row.name, func(t *testing.T) { row.test(t, open) })
	}
}
