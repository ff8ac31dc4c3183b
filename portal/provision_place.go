package portal

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"cloudpocket/sso/scim"
	"cloudpocket/store"
)

// everyOffice is what a client says for all offices of the company that it names.
const everyOffice = "*"

// company returns the company that is named, by our own extension or else by the organization of the standard's; named tells
// whether any is. Only one that the firm has is found.
func (w *provision) company(ctx context.Context, said scim.Attributes) (id store.ID, named bool, err error) {
	external := said.Text(scim.Extension, "company")
	if external == "" {
		external = said.Text(scim.Enterprise, "organization")
	}
	if external == "" || !storable(external) {
		return "", external != "", nil
	}
	c, err := w.tx.Companies().ByExternalID(ctx, external)
	if errors.Is(err, store.ErrNotFound) {
		return "", true, nil
	}
	if err != nil {
		return "", true, fmt.Errorf("find the company of a user: %w", err)
	}
	return c.ID, true, nil
}

// belongs returns the company of somebody new, or that they are the firm's own; neither when it is not known.
func (w *provision) belongs(ctx context.Context, said scim.Attributes, g given) (company store.ID, staff bool, err error) {
	company, named, err := w.company(ctx, said)
	if err != nil || named {
		return company, false, err
	}
	if g.menus.Any(staffOnly) {
		return "", true, nil
	}
	ids, err := w.known(ctx, "", officeCodes(said))
	if err != nil {
		return "", false, err
	}
	for _, id := range ids {
		o, err := w.tx.Offices().Get(ctx, id)
		if err != nil {
			return "", false, fmt.Errorf("read the office of a user: %w", err)
		}
		if company != "" && company != o.CompanyID {
			return "", false, nil
		}
		company = o.CompanyID
	}
	return company, false, nil
}

// moved reports whether an account that provisioning made belongs to another company than is said. A person who changes
// companies gets another account: what they received stays with the one that received it.
func (w *provision) moved(ctx context.Context, a store.Account, said scim.Attributes) (bool, error) {
	if a.Origin != store.FromSCIM {
		return false, nil
	}
	company, _, err := w.company(ctx, said)
	return company != "" && company != a.CompanyID, err
}

// offices returns the offices of an account: those that are said, none when they were said before and are not now, and those
// that the firm gave when they never were.
func (w *provision) offices(ctx context.Context, a store.Account, old, next scim.Attributes) (store.OfficeScope, error) {
	scope, said, err := w.scope(ctx, a, next)
	if err != nil || said {
		return scope, err
	}
	if _, before, err := w.scope(ctx, a, old); err != nil || before {
		return store.OfficeScope{}, err
	}
	return a.Offices, nil
}

// scope returns which offices a user is said to see, as far as the account can, and whether any are said. A list in our own
// extension says it; without one, a department that is called as an office of the company is. All offices of the firm are
// not to be had: who has those manages the firm.
func (w *provision) scope(ctx context.Context, a store.Account, said scim.Attributes) (store.OfficeScope, bool, error) {
	codes := officeCodes(said)
	if len(codes) > 0 && !a.Staff() && slices.Contains(codes, everyOffice) {
		return store.OfficeScope{All: true}, true, nil
	}
	if department := said.Text(scim.Enterprise, "department"); len(codes) == 0 && department != "" && !a.Staff() {
		ids, err := w.known(ctx, a.CompanyID, []string{department})
		return store.OfficeScope{Offices: ids}, len(ids) > 0, err
	}
	ids, err := w.known(ctx, a.CompanyID, codes)
	if err == nil && len(ids) > MaxScope {
		err = scim.Refuse(scim.TooMany, "A user sees at most %d offices one by one.", MaxScope)
	}
	return store.OfficeScope{Offices: ids}, len(codes) > 0, err
}

// officeCodes are the offices that our own extension lists.
func officeCodes(said scim.Attributes) (codes []string) {
	extension, _ := said[scim.Extension].(scim.Attributes)
	list, _ := extension["offices"].([]any)
	for _, v := range list {
		if code, ok := v.(string); ok && storable(code) {
			codes = append(codes, code)
		}
	}
	return codes
}

// known returns the offices of a company, or of any, that the client calls so. What is not known grants nothing.
func (w *provision) known(ctx context.Context, company store.ID, codes []string) (ids []store.ID, err error) {
	for _, code := range codes {
		o, err := w.tx.Offices().ByExternalID(ctx, code)
		if errors.Is(err, store.ErrNotFound) || err == nil && company != "" && o.CompanyID != company {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("find an office of a user: %w", err)
		}
		ids = append(ids, o.ID)
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}
