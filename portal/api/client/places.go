package client

import (
	"context"
	"iter"
	"net/http"
	"net/url"
	"strings"

	"cloudpocket/portal/api/gen"
)

// escaped is an ID in a path: a slash in it is none of the path's, and "." and ".." are no folders.
func escaped(id string) string { return strings.ReplaceAll(url.PathEscape(id), ".", "%2E") }

// PutCompany makes the company that the parent product calls so one of that name. With match it does so only if the company is as
// that ETag says, which is what is returned beside it; "*": only if there is one.
func (c *Client) PutCompany(ctx context.Context, externalID string, in gen.CompanyInput, match string) (out gen.Company, etag string, err error) {
	etag, err = c.put(ctx, "/companies/"+escaped(externalID), in, match, &out)
	return out, etag, err
}

// PutOffice is PutCompany for an office of a company, both as the parent product calls them.
func (c *Client) PutOffice(ctx context.Context, company, externalID string, in gen.OfficeInput, match string) (out gen.Office, etag string, err error) {
	etag, err = c.put(ctx, "/companies/"+escaped(company)+"/offices/"+escaped(externalID), in, match, &out)
	return out, etag, err
}

func (c *Client) put(ctx context.Context, path string, in any, match string, out any) (etag string, err error) {
	r, err := request{method: http.MethodPut, path: path}.asJSON(in)
	if err != nil {
		return "", err
	}
	if match != "" {
		r.header = map[string]string{"If-Match": match}
	}
	header, err := c.call(ctx, r, out)
	return header.Get("ETag"), err
}

// Companies are the companies in reach, by name. The first error ends them.
func (c *Client) Companies(ctx context.Context) iter.Seq2[gen.Company, error] {
	return pages(func(after string) ([]gen.Company, *string, error) {
		var p gen.CompanyPage
		_, err := c.call(ctx, listed("/companies", after), &p)
		return p.Items, p.Next, err
	})
}

// Offices are the offices in reach of a company, by name. The first error ends them.
func (c *Client) Offices(ctx context.Context, company string) iter.Seq2[gen.Office, error] {
	return pages(func(after string) ([]gen.Office, *string, error) {
		var p gen.OfficePage
		_, err := c.call(ctx, listed("/companies/"+escaped(company)+"/offices", after), &p)
		return p.Items, p.Next, err
	})
}

// listed asks for a page of a list.
func listed(path, after string) request {
	q := url.Values{"limit": {"200"}}
	if after != "" {
		q.Set("after", after)
	}
	return request{method: http.MethodGet, path: path, query: q}
}

// pages goes through a list, page by page.
func pages[T any](read func(after string) ([]T, *string, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for after := ""; ; {
			items, next, err := read(after)
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, one := range items {
				if !yield(one, nil) {
					return
				}
			}
			if next == nil {
				return
			}
			after = *next
		}
	}
}
