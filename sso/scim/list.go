package scim

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
)

// Pages of lists.
const (
	usualCount = 100
	maxCount   = 200
)

// search asks for resources that match a filter (RFC 7644 3.4.2).
type search struct {
	kinds  []Kind
	filter string
	start  int // from 1
	count  int
	show   func(schema) projection
}

// searchIn reads a search from a query.
func searchIn(q url.Values, kinds ...Kind) (search, error) {
	s := search{kinds: kinds, filter: q.Get("filter"), start: 1, count: usualCount, show: func(of schema) projection { return of.projectionOf(q) }}
	for name, to := range map[string]*int{"startIndex": &s.start, "count": &s.count} {
		if text := q.Get(name); text != "" {
			n, err := strconv.Atoi(text)
			if err != nil {
				return s, Refuse(InvalidValue, "The value of %s is not a number.", name)
			}
			*to = n
		}
	}
	return s.bounded(), nil
}

// searchFrom reads a search from a body (RFC 7644 3.4.3).
func searchFrom(body Attributes, kinds ...Kind) (search, error) {
	if err := demandSchema(body, urnSearch); err != nil {
		return search{}, err
	}
	q := url.Values{}
	for _, name := range []string{"filter", "startIndex", "count"} {
		switch v := member(body, name).(type) {
		case string:
			q.Set(name, v)
		case json.Number:
			q.Set(name, v.String())
		case nil:
		default:
			return search{}, Refuse(InvalidValue, "The value of %s is of the wrong type.", name)
		}
	}
	s, err := searchIn(q, kinds...)
	only, without := texts(member(body, "attributes")), texts(member(body, "excludedAttributes"))
	s.show = func(of schema) projection { return of.projected(only, without) }
	return s, err
}

func texts(v any) (all []string) {
	list, _ := v.([]any)
	for _, one := range list {
		if s, ok := one.(string); ok {
			all = append(all, s)
		}
	}
	return all
}

// bounded takes numbers out of range as the nearest in it.
func (s search) bounded() search {
	s.start, s.count = max(1, min(s.start, 1<<30)), max(0, min(s.count, maxCount))
	return s
}

// list answers a search. One over several kinds of resources lists one kind after the other.
func (c call) list(ctx context.Context, s search) (answer, error) {
	total, items := 0, []any{}
	for _, kind := range s.kinds {
		of := schemaOf(kind)
		filter, err := of.filter(s.filter)
		if err != nil {
			return answer{}, err
		}
		show := s.show(of)
		q := Query{Exact: filter.exact, Start: max(0, s.start-1-total), Count: s.count - len(items), Members: show.wants("members")}
		if s.filter != "" {
			q.Members = true
			q.Match = func(r Resource) bool { return filter.match(whole(c.base, r)) }
		}
		found, err := c.Find(ctx, kind, q)
		if err != nil {
			return answer{}, err
		}
		total += found.Total
		for _, r := range found.Resources {
			items = append(items, show.cut(whole(c.base, r)))
		}
	}
	return listed200(total, s.start, items), nil
}

func listed200(total, start int, items []any) answer {
	return answer{status: http.StatusOK, body: map[string]any{
		"schemas": []string{urnList}, "totalResults": total, "startIndex": start, "itemsPerPage": len(items), "Resources": items,
	}}
}
