// Package api is how a parent product drives a firm by itself: companies and offices by the parent's own IDs, packages into
// the tray, documents to offices, and who has seen what. openapi.json is its contract (OpenAPI 3.1), served as it is.
//
//	api.go        the routes, and what every request passes: who comes (bearer.go), how often, how much, and how much at once
//	              (room.go)
//	places.go     companies and offices, with ETag and If-Match (etag.go)
//	packages.go   packages into the tray, one or many
//	documents.go  documents, deliveries and receipts
//	export.go     everything as one archive
//	reference.go  the page for people, made from the document (contract.go)
//	form.go       the multipart forms that bring files
//	once.go       Idempotency-Key: what came of a request is kept with what it did (portal/once.go)
//
// # Why
//
// The API decides nothing about permission: an API client is an actor of package portal like any other, and what it is told
// is in the problem documents (RFC 9457) that package route writes for everybody.
//
// What the document says and what is decoded are one: package gen is generated from it. Each request has a handler of its own,
// made with its actor, so that nothing has to be hidden in a context.
//
// What is refused for coming too often is counted by each instance for itself: it protects the instance.
package api
