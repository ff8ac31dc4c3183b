// Package render makes of a package's XML the page that people see: by the stylesheet that came with it where that
// works, else by a plain layout of our own, which always does.
//
//	Part ── stylesheet ── xslt ── clean ── dress.go ──▶ Page (Styled)
//	  └──── none, refused, or shows nothing ── outline.go ──▶ Page (Outline, with the reason)
//	Text, Table ── text.go ──▶ Page, of what is no XML
//	Book ── pages one after another ── book.go ──▶ one page to print
//
// The service and the command line show the same bytes, because both ask this package. It decides nothing about who may
// see them, and how they must be served is said by [Policy].
//
// # Why
//
// A document that arrived must be readable. So Part has no error: whatever a stylesheet does, what the XML says is shown
// in the outline, with a word on why it is not the form that the office designed.
//
// Signatures of official documents do not cover stylesheets, which decide what a form shows. So a reader can have the
// outline of any part ([Options].Plain): all that the XML says where it is signed, and nothing that only a stylesheet, or
// what stands beside a cover's body, says.
//
// Links lead to the sibling parts and open in the whole window (target _top): a frame with an origin of its own could
// follow them itself only without the reader's session.
//
// Official pages are 640 pixels wide. In a narrower frame they are made smaller in steps, so that the frame holds the
// whole form and a telephone's own zoom does the rest.
package render
