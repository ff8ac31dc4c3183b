// Package xpath compiles and evaluates XPath 1.0 expressions and the patterns of XSLT 1.0.
//
//	e, err := xpath.Compiler{Names: names, Scope: scope}.Expr("row[3]/@id")
//	s := e.String(context)
//
// # The map
//
//   - lex.go, compile.go, steps.go: from text to expressions, by recursive descent
//   - expr.go: an expression, with a closure for each type that can be asked of it
//   - path.go, step.go, axis.go: location paths
//   - compare.go, functions.go, strings.go, number.go: operators and the core library
//   - pattern.go: patterns, matched from their end
//   - value.go: what variables hold; context.go: where an expression is evaluated; meter.go: what it may cost
//
// # Why
//
// Closures by type. Most of what a stylesheet asks is the text of the first node of a path. Such an expression never
// makes a node-set: it walks to that node and takes a part of the document's text.
//
// Node-sets stay in document order. A step from one node gives its nodes in the order of its axis; only where steps
// from several nodes may interleave does a set get sorted, and only after a look has shown that it must be.
//
// Names become numbers once per run. Expressions test names by their place in a table, and a run resolves the table
// against its document, so that a name test compares two integers.
//
// //name asks an index of the document's elements that is made when it is first useful, and a position in a
// predicate stops the scan where it is reached.
package xpath
