// Package tree parses XML that comes from elsewhere into an immutable document: the data model of XPath 1.0
// (section 5) over XML 1.0 (fifth edition) and Namespaces in XML 1.0.
//
//	doc, err := tree.Parse(data, tree.Limits{})
//	for n := doc.FirstChild(tree.Root); n != tree.None; n = doc.Next(n) { … }
//
// # The map
//
//   - parse.go, tags.go, content.go: the tokenizer, one pass over the text
//   - encoding.go, shiftjis.go, chars.go: bytes to text; BOM, declaration, Shift_JIS, EUC-JP, UTF-16
//   - scope.go: namespace declarations; name.go: names
//   - document.go, walk.go: what a reader of a document calls
//   - strip.go: a copy of a document without white space that says nothing
//   - limits.go, refusal.go: what is too much, and how that is said
//
// A Document never changes, so any number of goroutines may read it at once.
//
// # Why
//
// Own tokenizer: encoding/xml accepts what XML forbids (names with several colons, undeclared prefixes, a second
// root, "]]>" in text), knows no DTD to refuse, and is slower at its tokens alone than this is at the whole tree (BenchmarkParse).
//
// Nodes are numbers in document order. A Node is the place of its record in one slice, so that comparing two nodes
// for document order compares two numbers, a node-set is a slice without pointers, and the garbage collector has
// nothing to visit. The low 16 bits count the namespaces in scope at an element: XPath's namespace nodes come
// after their element and before its attributes without being stored anywhere.
//
// All text lies in one string in document order. The string-value of an element is then a part of it, and costs
// nothing; a notice's stylesheet asks for little else.
//
// No DTD, no entities. Official documents have none, and they are how XML reaches files and grows without limit.
package tree
