package portal

import (
	"context"
	"fmt"
	"slices"

	"cloudpocket/store"
)

// codesFree demands that no office of another company carries a code which o has now, and had not before: a document with
// it would be delivered to either.
func codesFree(ctx context.Context, tx store.Tx, o store.Office, had []store.OfficeCode) error {
	_, err := codesOfOthers(ctx, tx, o, had)
	return err
}

// registerCodes takes the codes that o has now, and had not before, from the offices of other companies that were taught
// them: what is registered counts more than where somebody once placed a package.
func registerCodes(ctx context.Context, tx store.Tx, o store.Office, had []store.OfficeCode) ([]forgetting, error) {
	others, err := codesOfOthers(ctx, tx, o, had)
	for _, f := range others {
		for _, code := range f.codes {
			if err := tx.Offices().Unteach(ctx, f.office.ID, code); err != nil {
				return nil, fmt.Errorf("take a code from office %s: %w", f.office.ID, err)
			}
		}
	}
	return others, err
}

// codesOfOthers returns the codes that o has now, and had not before, with the offices of other companies that were taught
// them. One that is registered for such an office is a refusal.
func codesOfOthers(ctx context.Context, tx store.Tx, o store.Office, had []store.OfficeCode) ([]forgetting, error) {
	var l lesson
	for _, code := range o.Codes.List() {
		if slices.Contains(had, code) {
			continue
		}
		named, err := tx.Offices().ByCode(ctx, code)
		if err != nil {
			return nil, fmt.Errorf("look for the offices of a code: %w", err)
		}
		for _, other := range named {
			if other.CompanyID == o.CompanyID {
				continue
			}
			if slices.Contains(other.Codes.List(), code) {
				return nil, codeTaken(code, other)
			}
			l.take(other, code)
		}
	}
	return l.taken, nil
}
