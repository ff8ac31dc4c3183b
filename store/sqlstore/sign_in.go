package sqlstore

import (
	"context"
	"fmt"

	"cloudpocket/store"
	"cloudpocket/store/sqlstore/gen/records"
)

type signIns struct{ *tx }

func (t signIns) Add(ctx context.Context, s store.SignIn) error {
	if len(s.Trace) > store.MaxTrace {
		return store.Fail(store.Invalid, "", "sign-in %s has a trace of %d bytes", s.ID, len(s.Trace))
	}
	return fault("add sign-in "+string(s.ID), t.attempt(ctx, func() error {
		n, err := t.q.AddSignIn(ctx, records.AddSignInParams{
			ID: string(s.ID), At: micros(s.At), Test: flag(s.Test), Outcome: string(s.Outcome), Reason: plain(s.Reason),
			AccountID: string(s.AccountID), OfTenant: string(s.TenantID), Reference: plain(s.Reference), Address: plain(s.Address),
			Trace: plain(string(s.Trace)), Proof: string(s.Proof), TenantID: t.id(), TrustID: string(s.TrustID),
		})
		if err != nil {
			return err
		}
		if n == 0 {
			return missing("the tenant owns no trust %s", s.TrustID)
		}
		return t.forget(ctx, s.TrustID)
	}))
}

// forget removes what is beyond MaxSignIns, and of what was not verified beyond MaxUnasked and MaxAnswered. Instances that
// add at once may each leave one, which the next finds.
func (t signIns) forget(ctx context.Context, trust store.ID) error {
	if err := t.forgetOf(ctx, trust, store.Unasked, store.MaxUnasked); err != nil {
		return err
	}
	if err := t.forgetOf(ctx, trust, store.Answered, store.MaxAnswered); err != nil {
		return err
	}
	old, err := t.q.FindOldSignIns(ctx, records.FindOldSignInsParams{TenantID: t.id(), TrustID: string(trust), Kept: store.MaxSignIns})
	if err != nil || len(old) == 0 {
		return err
	}
	return t.q.ForgetSignIns(ctx, records.ForgetSignInsParams{TenantID: t.id(), Ids: padded(old)})
}

// forgetOf removes what is beyond kept of those with that proof.
func (t signIns) forgetOf(ctx context.Context, trust store.ID, proof store.Proof, kept int64) error {
	old, err := t.q.FindOldSignInsOfProof(ctx, records.FindOldSignInsOfProofParams{TenantID: t.id(), TrustID: string(trust), Proof: string(proof), Kept: kept})
	if err != nil || len(old) == 0 {
		return err
	}
	return t.q.ForgetSignIns(ctx, records.ForgetSignInsParams{TenantID: t.id(), Ids: padded(old)})
}

func (t signIns) Get(ctx context.Context, id store.ID) (store.SignIn, error) {
	row, err := t.q.GetSignIn(ctx, records.GetSignInParams{TenantID: t.id(), ID: string(id)})
	return signInOf(row), fault("get sign-in "+string(id), err)
}

func (t signIns) ByReference(ctx context.Context, reference string) (store.SignIn, error) {
	row, err := t.q.GetSignInByReference(ctx, records.GetSignInByReferenceParams{TenantID: t.id(), Reference: plain(reference)})
	return signInOf(row), fault(fmt.Sprintf("find the sign-in with reference %.100q", reference), err)
}

func (t signIns) LastBelieved(ctx context.Context, trust store.ID) (store.SignIn, error) {
	row, err := t.q.LastSignInOfProof(ctx, records.LastSignInOfProofParams{TenantID: t.id(), TrustID: string(trust), Proof: string(store.Believed)})
	return signInOf(row), fault("find the newest message that was believed at trust "+string(trust), err)
}

func (t signIns) List(ctx context.Context, trust store.ID, refused bool, p store.Page) (store.List[store.SignIn], error) {
	arg := records.ListSignInsParams{TenantID: t.id(), TrustID: string(trust), BeforeAt: latest, Size: int64(p.Size() + 1)}
	list := listSignIns
	if refused {
		list = listSignInsRefused
	}
	if err := readCursor(p.After, list, &arg.BeforeAt, &arg.BeforeID); err != nil {
		return store.List[store.SignIn]{}, err
	}
	rows, err := t.rows(ctx, refused, arg)
	if err != nil {
		return store.List[store.SignIn]{}, fault("list the sign-ins at trust "+string(trust), err)
	}
	item := func(r records.ListSignInsRow) store.SignIn {
		return signInOf(records.SignIn{
			TrustID: string(trust), ID: r.ID, At: r.At, Test: r.Test, Outcome: r.Outcome, Reason: r.Reason, AccountID: r.AccountID,
			OfTenant: r.OfTenant, Reference: r.Reference, Address: r.Address,
		})
	}
	return listOf(rows, p.Size(), item, func(r records.ListSignInsRow) store.Cursor { return cursorOf(list, r.At, r.ID) }), nil
}

func (t signIns) rows(ctx context.Context, refused bool, p records.ListSignInsParams) ([]records.ListSignInsRow, error) {
	if !refused {
		return t.q.ListSignIns(ctx, p)
	}
	found, err := t.q.ListSignInsOfOutcome(ctx, records.ListSignInsOfOutcomeParams{
		TenantID: p.TenantID, TrustID: p.TrustID, Outcome: string(store.Refused), BeforeAt: p.BeforeAt, BeforeID: p.BeforeID, Size: p.Size,
	})
	rows := make([]records.ListSignInsRow, len(found))
	for i, r := range found {
		rows[i] = records.ListSignInsRow(r)
	}
	return rows, err
}

func signInOf(r records.SignIn) store.SignIn {
	s := store.SignIn{
		ID: store.ID(r.ID), TrustID: store.ID(r.TrustID), At: moment(r.At), Test: r.Test == 1, Outcome: store.Outcome(r.Outcome),
		Reason: r.Reason, AccountID: store.ID(r.AccountID), TenantID: store.ID(r.OfTenant), Reference: r.Reference, Address: r.Address,
		Proof: store.Proof(r.Proof),
	}
	if r.Trace != "" {
		s.Trace = []byte(r.Trace)
	}
	return s
}
