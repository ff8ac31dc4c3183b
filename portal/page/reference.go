package page

import "net/http"

// Reference is what there is to know of the parent product's API.
type Reference struct {
	ManualFrame
	Base, Token string // where the API is, and where access tokens are
	Operations  []ReferenceOperation
	Schemas     []ReferenceSchema
	Errors      []ReferenceError // that any operation may answer with
}

// ReferenceOperation is one operation. What is said of it is in English alone, as in the document it comes from.
type ReferenceOperation struct {
	ID, Method, Path, Summary, Says string
	Scopes                          [][]string // any of the outer, all of an inner
	Takes                           string     // the media type of its body; empty: none
	Parameters, Body                []ReferenceField
	Answers                         []ReferenceAnswer
	Errors                          []ReferenceError
	Curl                            string
}

// ReferenceField is a parameter, or a field of a body or an answer.
type ReferenceField struct {
	Name, Type, Says string
	In               string // of a parameter: path, query or header
	Schema           string // which schema it is of, of those that have a name
	Required         bool
	Values           []string // that it can have; none: any
}

// ReferenceAnswer is what is answered when it was done.
type ReferenceAnswer struct{ Status, Says, Media, Schema string }

// ReferenceError is a refusal; Code is also the message that says it.
type ReferenceError struct{ Status, Code string }

// ReferenceSchema is a schema with a name.
type ReferenceSchema struct {
	Name   string
	Fields []ReferenceField
}

// Snippet is how to try an operation.
func (o ReferenceOperation) Snippet() Snippet {
	return Snippet{ID: "curl-" + o.ID, File: "curl", Text: o.Curl}
}

// Reference shows it.
func (p *Pages) Reference(w http.ResponseWriter, r *http.Request, v Reference) error {
	return p.show(w, r, http.StatusOK, "reference", Shell{}, v)
}

// ReferenceTable is a table of fields, or of refusals, below the heading that is called By.
type ReferenceTable struct {
	By     string
	Fields []ReferenceField
	Errors []ReferenceError
}

// Table is a table of fields.
func (v Reference) Table(by string, fields []ReferenceField) ReferenceTable {
	return ReferenceTable{By: by, Fields: fields}
}

// Refusals is a table of refusals.
func (v Reference) Refusals(by string, errs []ReferenceError) ReferenceTable {
	return ReferenceTable{By: by, Errors: errs}
}
