package scim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// mediaType is what we answer with (RFC 7644 8.1).
const mediaType = "application/scim+json"

// answer is what a request is answered with.
type answer struct {
	status   int
	body     any // nil: nothing
	location string
	version  string // the entity tag
}

func (a answer) write(w http.ResponseWriter) error {
	h := w.Header()
	if a.location != "" {
		h.Set("Location", a.location)
	}
	if a.version != "" {
		h.Set("ETag", a.version)
	}
	if a.body == nil {
		w.WriteHeader(a.status)
		return nil
	}
	text, err := json.Marshal(a.body)
	if err != nil {
		return fmt.Errorf("encode an answer: %w", err)
	}
	h.Set("Content-Type", mediaType)
	w.WriteHeader(a.status)
	_, err = w.Write(text)
	return err
}

// tag is the weak entity tag of a version.
func tag(r Resource) string { return fmt.Sprintf(`W/"%d"`, r.Version) }

// tagged reports whether a list of entity tags, as a header has it, names r.
func tagged(list string, r Resource) bool {
	for one := range strings.SplitSeq(list, ",") {
		one = strings.TrimSpace(one)
		if one == "*" || strings.TrimPrefix(one, "W/") == strings.TrimPrefix(tag(r), "W/") {
			return true
		}
	}
	return false
}

// place is where resources of a kind are, below the base.
func (k Kind) place() string { return "/" + string(k) + "s" }

// whole is a resource as it is answered and as filters see it.
func whole(base string, r Resource) Attributes {
	a := make(Attributes, len(r.Attributes)+3)
	for name, v := range r.Attributes {
		a[name] = v
	}
	location := base + r.Kind.place() + "/" + r.ID
	a["id"], a["schemas"] = r.ID, schemaOf(r.Kind).schemas(r.Attributes)
	a["meta"] = Attributes{
		"resourceType": string(r.Kind), "location": location, "version": tag(r),
		"created": r.Created.UTC().Format(time.RFC3339), "lastModified": r.Modified.UTC().Format(time.RFC3339),
	}
	if r.Kind == KindUser {
		a["active"] = r.Active()
		refer(a, "groups", base+KindGroup.place()+"/")
	} else {
		refer(a, "members", base+KindUser.place()+"/")
	}
	return a
}

// refer gives values that name other resources the addresses of these.
func refer(a Attributes, name, place string) {
	list, _ := a[name].([]any)
	referring := make([]any, len(list))
	for i, v := range list {
		one, _ := copied(v).(Attributes)
		one["$ref"] = place + one.Text("value")
		referring[i] = one
	}
	if len(list) > 0 {
		a[name] = referring
	}
}
