// Package admin is the administrators' side of the portal: whom a firm trusts, who its people are, what was done.
//
// A handler reads the request, asks the portal for one deed, and gives what comes back to a page. Package door finds out
// whose request it is first. Nothing here decides permission, and nothing here is shown without a session.
package admin
