package scim

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// maxBulk is how many operations a bulk may have.
const maxBulk = 200

// bulkPrefix stands before the name of an operation of the same bulk whose resource is meant.
const bulkPrefix = "bulkId:"

// bulkOperation is one of a bulk.
type bulkOperation struct {
	method, bulkID, version, path string
	data                          Attributes
	result                        map[string]any // nil: not done
}

// bulk carries out many operations in their order (RFC 7644 3.7). One that refers to another waits for it.
func (c call) bulk(ctx context.Context) (answer, error) {
	all, err := bulkOperations(c.body)
	if err != nil {
		return answer{}, err
	}
	most := len(all)
	if n, ok := member(c.body, "failOnErrors").(json.Number); ok {
		if limit, err := strconv.Atoi(n.String()); err == nil && limit > 0 {
			most = min(most, limit)
		}
	}
	c.carryOut(ctx, all, most)
	results := []any{}
	for _, o := range all {
		if o.result != nil {
			results = append(results, o.result)
		}
	}
	return answer{status: http.StatusOK, body: map[string]any{"schemas": []string{urnBulkAnswer}, "Operations": results}}, nil
}

func bulkOperations(body Attributes) ([]*bulkOperation, error) {
	if err := demandSchema(body, urnBulk); err != nil {
		return nil, err
	}
	list, _ := member(body, "Operations").([]any)
	if len(list) > maxBulk {
		return nil, &Error{Status: http.StatusRequestEntityTooLarge, Type: TooMany, Detail: "A bulk has at most " + strconv.Itoa(maxBulk) + " operations."}
	}
	all, ids := make([]*bulkOperation, len(list)), map[string]bool{}
	for i, v := range list {
		one, _ := v.(Attributes)
		text := func(name string) string { s, _ := member(one, name).(string); return s }
		data, _ := member(one, "data").(Attributes)
		all[i] = &bulkOperation{method: strings.ToUpper(text("method")), bulkID: text("bulkId"), version: text("version"), path: text("path"), data: data}
		if id := all[i].bulkID; id != "" && ids[id] {
			return nil, Refuse(InvalidSyntax, "Two operations have the bulkId %q.", short(id))
		}
		ids[all[i].bulkID] = true
	}
	return all, nil
}

// carryOut does what can be done, until nothing more can be or as many failed as may. What still waits then refers to
// what was not made.
func (c call) carryOut(ctx context.Context, all []*bulkOperation, most int) {
	made, failed := map[string]string{}, 0
	for again := true; again; {
		again = false
		for _, o := range all {
			if o.result != nil || o.waits(made) {
				continue
			}
			again = true
			if !c.carryOutOne(ctx, o, made) {
				failed++
			}
			if failed >= most {
				return
			}
		}
	}
	for _, o := range all {
		if o.result == nil && failed < most {
			o.fail(Refuse(InvalidValue, "It refers to a bulkId that no operation made a resource for."))
			failed++
		}
	}
}

// waits reports whether o refers to what is not made.
func (o *bulkOperation) waits(made map[string]string) bool {
	waits := false
	o.references(func(id string) string {
		_, known := made[id]
		waits = waits || !known
		return bulkPrefix + id
	})
	return waits
}

// references replaces each reference to an operation by what of returns.
func (o *bulkOperation) references(of func(bulkID string) string) {
	parts := strings.Split(o.path, "/")
	for i, part := range parts {
		if id, ok := strings.CutPrefix(part, bulkPrefix); ok {
			parts[i] = of(id)
		}
	}
	o.path = strings.Join(parts, "/")
	replaceTexts(o.data, func(s string) string {
		if id, ok := strings.CutPrefix(s, bulkPrefix); ok {
			return of(id)
		}
		return s
	})
}

// replaceTexts replaces every text within v, which is an object or a list.
func replaceTexts(v any, by func(string) string) {
	replaced := func(v any) any {
		if s, ok := v.(string); ok {
			return by(s)
		}
		replaceTexts(v, by)
		return v
	}
	switch v := v.(type) {
	case Attributes:
		for name, one := range v {
			v[name] = replaced(one)
		}
	case []any:
		for i, one := range v {
			v[i] = replaced(one)
		}
	}
}

// carryOutOne does o and reports whether it succeeded.
func (c call) carryOutOne(ctx context.Context, o *bulkOperation, made map[string]string) bool {
	o.references(func(id string) string { return made[id] })
	kind, id, err := o.about()
	c.kind, c.id = kind, id
	var a answer
	if err == nil {
		a, err = c.one(ctx, o)
	}
	if err != nil {
		o.fail(c.tell(c, err))
		return false
	}
	o.result = o.head(a.status)
	if a.location != "" {
		o.result["location"], o.result["version"] = a.location, a.version
	}
	if o.method == http.MethodPost {
		made[o.bulkID] = a.location[strings.LastIndex(a.location, "/")+1:]
	}
	return true
}

func (o *bulkOperation) head(status int) map[string]any {
	h := map[string]any{"method": o.method, "status": strconv.Itoa(status)}
	if o.bulkID != "" {
		h["bulkId"] = o.bulkID
	}
	return h
}

func (o *bulkOperation) fail(e *Error) {
	o.result = o.head(e.Status)
	o.result["response"] = e.body()
	if strings.Count(o.path, "/") == 2 {
		o.result["location"] = o.path
	}
}

// about reads what an operation is about; without an ID, something new.
func (o *bulkOperation) about() (Kind, string, error) {
	place, id, _ := strings.Cut(strings.TrimPrefix(o.path, "/"), "/")
	i := slices.IndexFunc([]Kind{KindUser, KindGroup}, func(k Kind) bool { return k.place() == "/"+place })
	if i < 0 || strings.Contains(id, "/") {
		return "", "", Refuse(InvalidPath, "The path of a bulk's operation is /Users or /Groups, with an id or without.")
	}
	return []Kind{KindUser, KindGroup}[i], id, nil
}

// one finds out what an operation asks of what c is about, and does it.
func (c call) one(ctx context.Context, o *bulkOperation) (answer, error) {
	c.body, c.match, c.show = o.data, o.version, projection{}
	deed := map[string]func(context.Context) (answer, error){
		"POST": c.create, "PUT /": c.replace, "PATCH /": c.patch, "DELETE /": c.remove,
	}[o.method+map[bool]string{true: " /"}[c.id != ""]]
	switch {
	case deed == nil:
		return answer{}, Refuse(InvalidSyntax, "A bulk's operation is a POST without an id, or a PUT, PATCH or DELETE with one.")
	case o.method == http.MethodPost && o.bulkID == "":
		return answer{}, Refuse(InvalidValue, "A POST in a bulk has a bulkId.")
	case o.data == nil && o.method != http.MethodDelete:
		return answer{}, Refuse(InvalidValue, "The operation has no data.")
	}
	return deed(ctx)
}
