// Package egovtest makes e-Gov packages (公文書パッケージ) out of nothing: every shape in which offices send them, with
// made-up offices and persons, signed by a certification authority of its own or not, and archives that attack their
// reader. The same seed makes the same bytes.
//
//	generator.go  offices, persons, and packages of a shape
//	shape.go      what each shape is made of
//	cover.go      covers, notices.go notices, returned.go returned filings, copy.go copies: the XML
//	style.go      stylesheets, after the official ones: 640×940 pixel pages, five persons a page
//	sign.go       the authority and XML signatures
//	archive.go    a ZIP writer that can lie
//	hostile.go    archives that must be refused, each with the reason
//	pdf.go        one-page PDFs with Japanese text in a font that is not embedded
//
// # Why
//
// A real 公文書 names real people, so none is ever a test's material. What is made here is as close to the real ones as
// public samples allow, in names, padding, half-width kana, CDATA and the shape of the archive.
//
// Signed XML is written in its canonical form straight away, so that signatures are made without a canonicaliser: what
// verifies them is not tested against itself.
//
// The package imports nothing of the product, so every test may use it.
package egovtest
