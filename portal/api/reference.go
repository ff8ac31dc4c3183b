package api

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"cloudpocket/portal/page"
)

// Pages shows people what is to know of the API.
type Pages interface {
	Reference(w http.ResponseWriter, r *http.Request, v page.Reference) error
}

// reference shows the document as a page.
func (s *service) reference(w http.ResponseWriter, r *http.Request) error {
	v, err := described(s.Frame.Base)
	if err != nil {
		return err
	}
	v.ManualFrame = s.Frame
	return s.Pages.Reference(w, r, v)
}

// described is the document as a page shows it, in the order of the routes.
func described(base string) (page.Reference, error) {
	var d contractText
	if err := json.Unmarshal(document, &d); err != nil {
		return page.Reference{}, fmt.Errorf("read the document of the API: %w", err)
	}
	v := page.Reference{Base: base + BasePath, Token: base + "/oauth/token", Errors: errorsOf(d.Errors)}
	for _, e := range endpoints() {
		o, ok := d.Paths[e.path][strings.ToLower(e.method)]
		if !ok {
			return v, fmt.Errorf("%s %s is not in the document", e.method, e.path)
		}
		v.Operations = append(v.Operations, page.ReferenceOperation{ID: o.ID, Method: e.method, Path: e.path, Summary: o.Summary, Says: o.Description,
			Scopes: o.scopes(), Takes: e.body, Parameters: d.parameters(o), Body: d.body(o), Answers: d.answers(o), Errors: errorsOf(o.Errors),
			Curl: strings.ReplaceAll(o.Curl, "{base}", base)})
	}
	for name, s := range d.Components.Schemas {
		v.Schemas = append(v.Schemas, page.ReferenceSchema{Name: name, Fields: d.fields(s)})
	}
	slices.SortFunc(v.Schemas, func(a, b page.ReferenceSchema) int { return cmp.Compare(a.Name, b.Name) })
	return v, nil
}

// errorsOf reads errors as the document lists them: a status and a key.
func errorsOf(all []string) (errs []page.ReferenceError) {
	for _, one := range all {
		status, code, _ := strings.Cut(one, " ")
		errs = append(errs, page.ReferenceError{Status: status, Code: code})
	}
	return errs
}
