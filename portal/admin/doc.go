// Package admin is the administrators' side of the portal: whom a firm trusts, who its people are, what was done.
//
// A handler reads the request, asks the portal for one deed, and gives what comes back to a page. Package door finds out
// whose request it is first. Nothing here decides permission, and nothing is shown without a session but the pages of setup
// links and of the operator.
//
// Whom the firm trusts is in trusts.go (the list, and one), trust_steps.go (the steps of connecting an IdP), trust_theirs.go
// and trust_form.go (what is typed in them), trust_deeds.go (testing, switching on and off, going back), trust_sign_ins.go
// (why a sign-in was refused) and setup.go (the pages of setup links).
//
// # Why
//
// A step that is saved may lack what a later one brings: missing is not wrong, and an administrator can leave at any time.
// What is wrong comes back as it was typed, with what to mend beside it. What an IdP says of itself is asked for through
// [Parties], so that nothing here knows SAML or OpenID Connect.
//
// A test begins by a page that leads on rather than by a redirect, because browsers hold what a form is redirected to
// against the form-action of the page that it was on.
package admin
