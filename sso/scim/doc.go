// Package scim lets a parent product's directory keep our accounts in step with itself: a service provider of SCIM 2.0
// (RFC 7643 the schemas, RFC 7644 the protocol) over a small [Directory] of one trust.
//
//	scim.go       the routes: a bearer token opens a trust's directory, or is refused
//	answer.go     what a request is answered with
//	directory.go  what is provisioned: Resource, and the contract of who keeps it
//	errors.go     refusals in SCIM's words (RFC 7644 3.12)
//	json.go       reads foreign JSON within bounds
//	schema.go, schema_user.go, schema_group.go, schema_say.go
//	              the attributes there are, how a resource is brought into their form, and how they are described
//	filter.go, brackets.go, compare.go
//	              which resources a filter means (RFC 7644 3.4.2.2)
//	path.go       where in a resource a PATCH operation writes
//	patch.go, patch_fold.go, patch_values.go
//	              PATCH (RFC 7644 3.5.2), in the dialects of those who send it
//	project.go    attributes and excludedAttributes
//	one.go        reading, creating, replacing, changing and removing one resource
//	list.go       lists, pages and searches
//	bulk.go       many of these at once (RFC 7644 3.7)
//	discovery.go  what we can do, for clients to ask
//
// # Why
//
// A resource is a tree of attributes by their names in the schemas, whatever capitals the client wrote. What the
// schemas do not know is dropped where a whole resource is sent, as the standard allows, and refused where an operation
// names it, since there it is a mistake that somebody can correct.
//
// Both large senders of SCIM write dialects, and a client that is refused stops provisioning altogether. So operations
// may be capitalised, booleans may be strings, one value may stand for a list of one, the keys of a value without a path may be
// paths, members to remove may come in the value, and a value that a path selects by what it equals is created when it is not
// there. In return everything else is refused by the standard's own types of errors.
//
// A filter is judged here, over the tree, and not translated for a database: the one that matters, equality of a name, is
// handed to the directory as a hint, and a firm has some thousand accounts, not millions. Sorting is not offered.
//
// A password that a client sends is dropped before anything else sees it: people come in by single sign-on alone.
package scim
