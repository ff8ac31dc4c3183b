package store

// Origin is where a 公文書 came from, as its cover and its notices say. The zero Origin is a document that a person made.
type Origin struct {
	ArrivalNumber  string // 到達番号, 18 digits; empty if it has none
	DocumentNumber string // 文書番号
	IssuedOn       Date
	Author         string    // the public body that issued it
	Notices        []string  // notice kinds by code, in the cover's order
	Signature      Signature // what the cover's signature was worth when it came
	MyNumbers      []string  // files, by name, that hold what looks like an individual number (マイナンバー)
	Unread         []string  // PDFs, by name, whose text was not looked at for one, or not all of it
	Parts          []Part    // what is inside, in reading order; empty for a file that is no package
}

// Part is one thing inside a package that a person can open.
type Part struct {
	Path   string   // inside the package, folders separated by "/"; the archive within an archive by "!/"
	Role   PartRole // what it is for
	Title  string   // as a person would call it
	Notice string   // notice kind by code; empty when it is none
	Size   int64    // bytes
}

// PartRole is what a part of a package is for.
type PartRole string

const (
	PartCover      PartRole = "cover"      // 鑑
	PartNotice     PartRole = "notice"     // 通知書 in XML
	PartAttachment PartRole = "attachment" // PDF, picture, text or table
	PartOpaque     PartRole = "opaque"     // kept, and not for looking at
)

// Date is a day of the calendar, such as 2026-11-22; empty when it is not known.
type Date string
