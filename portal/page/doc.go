// Package page shows people what the deeds bring: templates, styles, scripts and the words in both languages.
//
// # How a page is made
//
// A surface fills one of the typed views ([Inbox], [Paper], [Desk], [Publish], [Sheet], [Devices]) and calls the
// method of [Pages] of the same name. The view goes into the template of that name, which was parsed once per language
// with that language's words, dates and numbers bound in. The whole page is made in memory before its first byte is
// sent, so a fault in a template is an error page and never half a page.
//
//	surface → Pages.Inbox(w, r, shell, view) → templates/inbox.html inside templates/shell.html → w
//	login   → Pages.SignIn, Forward, SignedOut, Switch, Tested (the sso.Pages) → templates/plain.html
//	router  → Pages.Error (the route.ErrorPage), Pages.Browsers
//
// Styles and scripts are files of ours under a path that holds their hash, so that they can be kept for ever; nothing
// is inline, which is what the Content-Security-Policy of every page demands.
//
// It decides nothing about permission and reads no record: what is in a view is shown.
//
// # Why
//
// The look follows the Digital Agency design system: its colours, type scale, spacing, radii and focus ring, as values
// of custom properties in style.css. Dark is a second set of the same properties.
//
// Filters, menus and forms are links, details and forms. Scripts add the progress of an upload, dropping files on the
// page and the "/" key; without them everything else works.
//
// What is known of browsers (browsers.go) is a short list with the day on which it was looked up. A reader's version that
// is newer than the list is taken for good, so that a list that has grown old warns too little rather than of everything.
//
// Only the publishing form is sent compressed (pack.go): it grows with a firm's offices, and nothing of the request is in
// it. Elsewhere the length of a page would help to guess what it says.
//
// A word that is missing in one language is a failing test, as is a key that the code can return and no language has.
package page
