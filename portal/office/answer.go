package office

import (
	"encoding/json"
	"net/http"
	"strings"

	"cloudpocket/portal/page"
	"cloudpocket/portal/route"
)

// refusal is what a script that sends a form gets when it is not accepted.
type refusal struct {
	Errors    []refusalError `json:"errors"`
	Reference string         `json:"reference,omitempty"`
}

type refusalError struct {
	Field   string `json:"field,omitempty"`
	Message string `json:"message"`
}

// wantsJSON reports whether a script asks, rather than a browser for a page.
func wantsJSON(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Accept"), "application/json")
}

func answerCreated(w http.ResponseWriter, location string) {
	w.Header().Set("Location", location)
	answer(w, http.StatusCreated, map[string]string{"location": location})
}

// answerProblem tells a script what went wrong with the whole of its request.
func (o *office) answerProblem(w http.ResponseWriter, r *http.Request, v route.ErrorView) {
	message := o.sentence(r, v.Key, v.Args)
	answer(w, v.Status, refusal{Errors: []refusalError{{Message: message}}, Reference: v.Reference})
}

// answerProblems tells a script what was refused in a form.
func (o *office) answerProblems(w http.ResponseWriter, r *http.Request, problems []page.Problem) {
	var all refusal
	for _, p := range problems {
		all.Errors = append(all.Errors, refusalError{p.Field, o.sentence(r, p.Key, p.Args)})
	}
	answer(w, http.StatusUnprocessableEntity, all)
}

func (o *office) sentence(r *http.Request, key string, args map[string]any) string {
	s, err := o.Pages.Words(route.Lang(r)).Sentence(key, args, "error.internal")
	if err != nil {
		return key
	}
	return s
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// Only a connection that is gone fails here, and there is nobody left to tell.
	_ = json.NewEncoder(w).Encode(body)
}
