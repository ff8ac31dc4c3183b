// Package clean makes HTML that a stranger's stylesheet wrote safe to show: HTML in, a complete page out that can only
// display text, tables and small pictures of its own.
//
//	HTML ── tokens.go ──▶ allowed tags, balanced ── x/net/html ──▶ a browser's tree ── rendered ──▶ Page
//	          │ attributes.go: each attribute by its kind
//	          └ css.go: style sheets and style attributes, token by token
//
// What survives is listed (elements.go, attributes.go, properties.go); everything else goes. Nothing that runs,
// loads, navigates or submits is on the lists. A link stays only where the caller says what it leads to.
//
// It does not decide how the page is served. [Policy] is the Content-Security-Policy to serve it under, in a
// sandboxed frame: a second wall, which this package does not lean on.
//
// # Why
//
// The result is parsed as a browser does and written again until writing changes nothing. What a browser reads is
// therefore what was checked, and no markup comes to life by being parsed a second time (mutation XSS).
//
// Tags are filtered and balanced before the tree is built, not after: the HTML tree builder copies formatting elements
// that were left open into every block that follows, so 1 MB of foreign HTML can become gigabytes of tree. Balanced
// input and [maxCopies] bound that.
//
// bluemonday was tried. It filters token by token without building a tree, so what it lets through is neither balanced
// nor a fixed point, and it has nothing for <style>, which every official stylesheet has.
//
// The document type is kept to the three rendering modes. Most official stylesheets write none, their layouts rely on
// quirks mode, and a table inside a paragraph is another tree in standards mode.
package clean
