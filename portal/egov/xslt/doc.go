// Package xslt applies XSLT 1.0 stylesheets to documents, without files and without network.
//
//	sheet, err := xslt.Compile(stylesheet, xslt.Budget{})
//	out, err := sheet.Transform(ctx, doc, xslt.Budget{})
//
// # The map
//
//   - stylesheet.go, compile.go, scope.go, around.go, body.go: from the elements of a stylesheet to instructions
//   - rules.go, apply.go: which template is for a node; calling it
//   - flow.go, variable.go, construct.go, literal.go, copy.go, sort.go, number.go: the instructions
//   - avt.go, key.go, decimal.go, functions.go: what expressions find beyond XPath
//   - run.go: one transformation; fragment.go: variables that hold a piece of a result
//   - result.go, output.go, html.go, xml.go: from what instructions say to bytes
//   - space.go: white space that the stylesheet does not want
//   - budget.go, refusal.go: what is too much, and how a refusal is said
//   - xpath: expressions and patterns; ../tree: the documents
//
// All of XSLT 1.0 that needs no other file is here. Refused are document(), xsl:include, xsl:import and
// xsl:apply-imports, extension elements (unless they hold xsl:fallback), extension functions (when they are called, so
// that a stylesheet may ask function-available first), DTDs and entities.
//
// # Why
//
// An interpreter of our own: official documents come with a stylesheet, browsers no longer apply it, no Go library
// does, and libxslt opens files and addresses for whoever wrote the stylesheet. Here nothing can be opened, because
// nothing here knows how: the imports are bytes, numbers and strings.
//
// Everything costs. A stylesheet comes from outside and may be made to harm. Each node looked at, instruction run and
// byte built is charged to a budget, and a run that has none left is a refusal. Charges are made where the work is
// done, in axes, string functions and sorting, not only between instructions.
//
// A run ends from within by panic, and Transform recovers exactly that. Every closure of an expression would
// otherwise give back an error that almost never is one, and a tenth of the time would go there. A panic of any other
// kind goes on.
//
// Where the specification is silent or libxslt deviates from it, this follows libxslt, because it is what people saw
// in their browsers: numbers as strings have 15 digits and exponents from 1e9, number() reads exponents, text sorts
// by code point whatever its language, parameters pass through built-in templates, and xsl:copy takes along only the
// namespaces that the element's own tag declares. Where libxslt is plainly wrong (xml:space="preserve" against
// xsl:strip-space, fragments of several elements compared with a string, digits that are not ASCII) this follows the
// specification, and case-order is kept, which libxslt passes over.
//
// An official document should be shown rather than refused. Where the specification offers to recover from an error,
// this does: a wrong name makes no element or attribute, an attribute behind children is dropped.
//
// Output is always UTF-8, whatever encoding the stylesheet names, and a meta element in the head that names another is
// replaced. It is never indented: white space between cells and inside pre shows.
package xslt
