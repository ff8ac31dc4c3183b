// Package developers is what a partner's developer reads: the pages below /developers, open to strangers, since nothing of a
// firm is in them.
//
//	developers.go  the routes
//	chapters.go    which parts a chapter has
//	tables.go      events, attributes, errors: the names that a developer meets
//	snippets.go    the code to copy
//	playground.go  the element with invented data
//
// # Why
//
// What is copied has to run. A snippet is a file of examples/embed, kept here as text so that it is in the program, and
// tests take it from the page as it is served, put the documented values into the documented places, and run it.
//
// The address of this service is in every snippet already: nobody can copy a wrong one.
//
// The names of events, attributes and errors are tables here, which tests hold against what the element and the frame say,
// so that the reference cannot fall behind.
package developers
