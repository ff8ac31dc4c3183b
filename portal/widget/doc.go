// Package widget shows the portal in the pages of partners.
//
//	script.go  /embed.js, /embed.d.ts      the element that a partner's page loads, and its types; /embed/assets the frame's own
//	frame.go   /embed/{client}             the page in the element's frame
//	once.go    /embed/once                 addresses that are good for one request: files, parts and prints
//	events.go  /embed/events               how many are unread, and that the session has ended
//	mock.go    /embed/mock                 the same with invented data (mock_data.go), for developers
//	popup.go   /embed/{client}/popup       the window in which somebody signs in whom the page around does not bring
//	watch.go                               what one instance looks at for all its streams
//
// Package office answers at /embed/at what the frame shows, and package embed of sso gives and judges the tokens.
//
// # Why
//
// The frame's page is the same for everybody and holds nothing of anybody. What is somebody's comes afterwards, to requests
// that carry a token and prove its key (RFC 9449): no cookie has to reach a frame, and none that does is looked at.
//
// Only the origins that a client is registered with may frame its page, and the browser is told so by frame-ancestors. Any
// other page of the service is framed by nobody.
//
// A browser sends no token by itself with a download or a nested frame. For these there are addresses with a secret instead: one
// request, within a minute, for as long as the session stands that asked for it.
//
// Streams are many and changes are few: one instance looks at each firm's log twice a second, however many streams there are,
// and counts again only for firms where something happened.
//
// The page around can move, cover and shrink the frame. What is opened counts as seen, and some buttons bind: so a document is
// opened by itself only where the frame is in sight, and a button that binds must have been seen for half a second.
package widget
