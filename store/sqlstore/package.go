package sqlstore

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"

	"cloudpocket/store"
	"cloudpocket/store/sqlstore/gen/records"
)

type packages struct{ *tx }

// packageFound is what was found inside of a package and no query asks for.
type packageFound struct {
	Origin    store.Origin       `json:"origin"`
	Persons   []store.Person     `json:"persons,omitempty"`
	Codes     []store.OfficeCode `json:"codes,omitempty"`
	MyNumbers []string           `json:"my_numbers,omitempty"`
}

func (t packages) Create(ctx context.Context, p store.Package) error {
	row, err := packageRow(t.tenant, p)
	if err != nil {
		return fault("encode package "+string(p.ID), err)
	}
	return fault("create package "+string(p.ID), t.single(ctx, func() error {
		return t.q.CreatePackage(ctx, records.CreatePackageParams(row))
	}))
}

func (t packages) Get(ctx context.Context, id store.ID) (store.Package, error) {
	row, err := t.q.GetPackage(ctx, records.GetPackageParams{TenantID: t.id(), ID: string(id)})
	if err != nil {
		return store.Package{}, fault("get package "+string(id), err)
	}
	return packageOf(row)
}

func (t packages) Update(ctx context.Context, p store.Package) error {
	row, err := packageRow(t.tenant, p)
	if err != nil {
		return fault("encode package "+string(p.ID), err)
	}
	return fault("update package "+string(p.ID), t.single(ctx, func() error {
		n, err := t.q.UpdatePackage(ctx, records.UpdatePackageParams{
			State: row.State, Stands: row.Stands, Reason: row.Reason, SortedAt: row.SortedAt, ArrivalNumber: row.ArrivalNumber,
			Notices: row.Notices, Title: row.Title, Kind: row.Kind, Found: row.Found, OfficeID: row.OfficeID,
			DocumentID: row.DocumentID, TenantID: row.TenantID, ID: row.ID, Version: row.Version,
		})
		if err != nil || n > 0 {
			return err
		}
		old, err := t.Get(ctx, p.ID)
		if err != nil {
			return err
		}
		return conflict("it has version %d, not %d", old.Version, p.Version)
	}))
}

// Same takes the older of two finds, each the first row of an index.
func (t packages) Same(ctx context.Context, p store.Package) (store.Package, error) {
	twin, err := t.q.SamePackageByDigest(ctx, records.SamePackageByDigestParams{
		TenantID: t.id(), Digest: string(p.Digest), ID: string(p.ID),
	})
	found, err := addPackage(nil, twin, err)
	if err == nil && p.Origin.ArrivalNumber != "" {
		twin, err = t.q.SamePackageByArrival(ctx, records.SamePackageByArrivalParams{
			TenantID: t.id(), ArrivalNumber: p.Origin.ArrivalNumber, Notices: noticesKey(p.Origin.Notices), ID: string(p.ID),
		})
		found, err = addPackage(found, twin, err)
	}
	if err == nil && len(found) == 0 {
		err = missing("it is the first")
	}
	if err != nil {
		return store.Package{}, fault("look for the same as package "+string(p.ID), err)
	}
	return packageOf(slices.MaxFunc(found, func(a, b records.Package) int {
		return newestPlace(place{a.ReceivedAt, a.ID}, place{b.ReceivedAt, b.ID})
	}))
}

func (t packages) Sent(ctx context.Context, p store.Package) ([]store.Package, error) {
	rows, err := t.q.SentPackages(ctx, records.SentPackagesParams{TenantID: t.id(), Digest: string(p.Digest), DropID: string(p.DropID), Name: p.Name})
	if err != nil {
		return nil, fault("look for package "+p.Name+" in drop "+string(p.DropID), err)
	}
	slices.SortFunc(rows, func(a, b records.Package) int {
		return cmp.Or(cmp.Compare(b.ReceivedAt, a.ReceivedAt), cmp.Compare(b.ID, a.ID))
	})
	return packagesOf(rows)
}

// addPackage appends what a query for one row came back with, if it did.
func addPackage(found []records.Package, row records.Package, err error) ([]records.Package, error) {
	if errors.Is(err, sql.ErrNoRows) {
		return found, nil
	}
	return append(found, row), err
}

func (t packages) Holding(ctx context.Context, d store.Digest) ([]store.ID, error) {
	rows, err := t.q.PackagesHolding(ctx, records.PackagesHoldingParams{TenantID: t.id(), Digest: string(d)})
	if err != nil {
		return nil, fault("list packages that hold "+string(d), err)
	}
	slices.Sort(rows)
	return idsOf(rows), nil
}

func (t packages) Uses(ctx context.Context, d store.Digest) (bool, error) {
	n, err := t.q.UsesPackageDigest(ctx, records.UsesPackageDigestParams{TenantID: t.id(), Digest: string(d)})
	return n > 0, fault("look for a package's digest", err)
}

// standing reports whether a package in that state is one that another can be the same as.
func standing(s store.PackageState) bool {
	return s != store.PackageRefused && s != store.PackageDiscarded && s != store.PackageDuplicate
}

// noticesKey is a digest of codes in order: a key of an index has a largest size, and a cover as many notices as it likes.
func noticesKey(codes []string) string {
	text, err := json.Marshal(codes)
	if len(codes) == 0 || err != nil { // texts alone do not fail
		return ""
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

func packageRow(tenant store.ID, p store.Package) (records.Package, error) {
	origin := bareOrigin(p.Origin)
	origin.Parts = p.Origin.Parts
	found, err := json.Marshal(packageFound{origin, p.Persons, p.Codes, p.MyNumbers})
	if err != nil {
		return records.Package{}, err
	}
	reason, err := json.Marshal(p.Reason)
	return records.Package{
		TenantID: string(tenant), ID: string(p.ID), DropID: string(p.DropID), Name: p.Name, Digest: string(p.Digest), Size: p.Size,
		State: string(p.State), Stands: flag(standing(p.State)), Reason: string(reason), ReceivedBy: string(p.ReceivedBy),
		ReceivedAt: micros(p.ReceivedAt), SortedAt: micros(p.SortedAt), ArrivalNumber: p.Origin.ArrivalNumber,
		Notices: noticesKey(p.Origin.Notices), Title: p.Title, Kind: p.Kind, Found: string(found),
		OfficeID: idParam(p.Office), DocumentID: idParam(p.DocumentID), Version: p.Version,
	}, err
}

func packageOf(r records.Package) (store.Package, error) {
	p := store.Package{
		ID: store.ID(r.ID), DropID: store.ID(r.DropID), Name: r.Name, Digest: store.Digest(r.Digest), Size: r.Size,
		State: store.PackageState(r.State), ReceivedBy: store.ID(r.ReceivedBy), ReceivedAt: moment(r.ReceivedAt),
		SortedAt: moment(r.SortedAt), Title: r.Title, Kind: r.Kind, Office: store.ID(r.OfficeID.String),
		DocumentID: store.ID(r.DocumentID.String), Version: r.Version,
	}
	var found packageFound
	if err := errors.Join(readText(r.Reason, &p.Reason), readText(r.Found, &found)); err != nil {
		return p, fault("read package "+r.ID, err)
	}
	p.Origin, p.Persons, p.Codes, p.MyNumbers = found.Origin, found.Persons, found.Codes, found.MyNumbers
	return p, nil
}

// idParam is an ID that may be missing, as a query parameter.
func idParam(id store.ID) sql.NullString {
	return sql.NullString{String: string(id), Valid: id != ""}
}
