// Package app puts Cloud Pocket together. Read it from the top:
//
//	config.go    everything that can be set, by flag or environment
//	stores.go    records, sessions and blobs: which, and how they are opened
//	keys.go      our own keys
//	app.go       the wiring, and the one list of what is mounted
//	work.go      what carries out owed work beside the server
//	outward.go   the scanner and the mail server, and the work that leads outward
//	roots.go     whose signatures on official documents are believed
//	parties.go   what IdPs say of themselves, asked for by administrators who connect one
//	serve.go     listening, TLS, and stopping without cutting anybody off
//	operator.go  the operator's console: a listener that is there only while it is open
//	health.go    /healthz and /readyz
//	tls.go       certificate files, read again when they change
//	log.go       lines that no request waits for
//	events.go    warnings and errors that are logged, taken besides, without anybody waiting;
//	             events_keep.go keeps those that are alike as one with a count, and removes old ones
//	             events_mask.go takes secrets out of them
//
// imports_test.go holds the table of who may import whom; e2e_*_test.go carry a document from the firm to the client
// through a real browser and identity providers that nobody here wrote; e2e_connect_test.go connects such providers by the console.
//
// matrix_routes_test.go, matrix_admin_test.go and matrix_trusts_test.go are the table of who may use which route; matrix_test.go asks for every route
// as everybody and holds the answers to it.
//
// bench_*_test.go measure the whole service beside the least that could do the same work, in turns within one run; only
// the ratios hold from machine to machine.
//
// # Why
//
// Warnings and errors are taken where they are logged, not where they arise: whoever writes a log line need not think of it,
// and a panic is among them. What is kept of them may be seen by more people than the log, so secrets are taken out once
// more, and it is bounded by rows and by bytes whatever comes; the log of the host has all of it.
//
// [Stores] is apart from [App], because every command but serve needs the first and not the second.
package app
