// Package route is where requests come in and errors go out.
//
// A [Handler] returns its error; the [Router] alone turns an error's kind into a status, logs its cause once, and has
// the reader's page or JSON written. A route is mounted by saying what kind it is, and the kind brings its protection:
//
//   - Browser: pages of ours. Cross-origin writes are refused, nothing is cached, the strict policy is set.
//   - Message: what identity providers send through the browser or directly. Cross-origin by nature; its protection is
//     in the message. No cookies of ours but the pending attempt's are of any use to it.
//   - Frame: what the script of our own frame in a partner's page asks for. Its protection is the token that the script holds;
//     what names another origin is refused, and no cookie is looked at.
//   - Shared: what partners' pages load, which is the same for everybody. Each says who may frame it.
//   - Plain: for machines, such as health checks. Errors are problem documents (RFC 9457).
//
// Every request gets an ID (X-Request-Id in the answer), a line in the log without its query and without what its pattern
// calls {secret}, and a guard against panics.
//
// # Why
//
// The kinds are methods, not options: a route cannot be mounted without choosing one, and no list of exceptions
// has to be kept.
//
// The response writer is wrapped for its status, and the wrapper passes ReadFrom on, since without it a download loses
// sendfile.
package route
