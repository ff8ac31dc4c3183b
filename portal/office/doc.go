// Package office is the browser's side of the portal: what a client's people and the firm's people see and press.
//
//	home.go                 /                                  to the first thing the person may do
//	inbox.go                /deliveries                        what is delivered to them
//	document_view.go        /deliveries/{id}                   one of them
//	document_acknowledge.go /deliveries/{id}/acknowledge
//	document_download.go    /deliveries/{id}/files/{file}
//	part.go, look.go        …/parts/{n}, …/print, …/pdf        what a document looks like, for clients, desk and tray alike
//	persons.go              …/persons, …/persons.csv           whom its notices name
//	desk.go                 /desk                              what the firm delivered
//	desk_new.go             /desk/new                          the form
//	desk_publish.go         /desk/documents                    what the form sends; upload.go reads it
//	desk_document.go        /desk/documents/{id}               where it went, who did what
//	desk_deliver.go, desk_withdraw.go, desk_download.go
//	desk_drop.go            /desk/drops/{drop}/packages        files come in; /desk/drops/{drop} how far they are
//	desk_tray.go            /desk/tray, /desk/tray/{id}        what waits, choosing an office, throwing away
//	desk_handover.go        /desk/tray/review, …/handover      the last look, and handing over
//	sessions.go             /me/sessions                       own sessions, and ending them
//	                        /browsers                          which browsers are supported; for everybody
//
// A handler reads the request, asks the portal for one deed, and gives what comes back to a page. Package door finds out
// whose request it is first; it is the only way in. Nothing here decides permission, and
// but for the page about browsers nothing here is shown without a session.
//
// # Why
//
// An upload is read part by part from the connection into the store. Memory use does not grow with it, fields may come
// before or after files, and what a person typed is still there when a file is refused.
//
// A download is recorded before bytes go out, and only then. HEAD, a browser that finds by If-None-Match that it has the
// file already, and one that asks for a range past its end take none and are not recorded.
//
// What was just done is said by a word in the address of the page after it ("?done=withdrawn"): a reload does nothing
// again, and no session has to remember it. Words that are not known say nothing.
package office
