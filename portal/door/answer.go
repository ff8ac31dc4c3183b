package door

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

// WantsJSON reports whether a script asks, rather than a browser for a page.
func WantsJSON(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Accept"), "application/json")
}

// Created answers a script that something was made, which is at location.
func Created(w http.ResponseWriter, location string) {
	w.Header().Set("Location", location)
	JSON(w, http.StatusCreated, map[string]string{"location": location})
}

// Problem tells a script what went wrong with the whole of its request.
func (d *Door) Problem(w http.ResponseWriter, r *http.Request, v route.ErrorView) {
	message := d.Sentence(r, v.Key, v.Args)
	JSON(w, v.Status, refusal{Errors: []refusalError{{Message: message}}, Reference: v.Reference})
}

// Problems tells a script what was refused in a form.
func (d *Door) Problems(w http.ResponseWriter, r *http.Request, problems []page.Problem) {
	var all refusal
	for _, p := range problems {
		all.Errors = append(all.Errors, refusalError{p.Field, d.Sentence(r, p.Key, p.Args)})
	}
	JSON(w, http.StatusUnprocessableEntity, all)
}

// Sentence returns the words of a message key in the reader's language.
func (d *Door) Sentence(r *http.Request, key string, args map[string]any) string {
	s, err := d.Pages.Words(route.Lang(r)).Sentence(key, args, "error.internal")
	if err != nil {
		return key
	}
	return s
}

// JSON answers a script with body.
func JSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// Only a connection that is gone fails here, and there is nobody left to tell.
	_ = json.NewEncoder(w).Encode(body)
}
