package main

import (
	"bytes"
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"cloudpocket/portal"
	"cloudpocket/portal/egov/egovtest"
	"cloudpocket/store"
)

// What a firm's official documents are made from: the same each time, so that offices are registered with the codes that
// packages name.
const authoritySeed = 1

// mint makes a firm's packages. Each of the firm's offices is one that the generator knows, by its ID.
type mint struct {
	*egovtest.Generator
	offices map[string]egovtest.Office
}

func newMint(f firm) *mint {
	m := &mint{egovtest.New(uint64(len(f.id))), map[string]egovtest.Office{}}
	m.SignWith(egovtest.NewAuthority(authoritySeed))
	for _, c := range f.companies {
		for _, o := range c.offices {
			office := m.Office()
			office.Name = c.name + " " + o.name
			m.offices[o.id] = office
		}
	}
	return m
}

// codes are those by which the firm knows an office.
func (m *mint) codes(office string) store.OfficeCodes {
	o := m.offices[office]
	return store.OfficeCodes{ReferenceCode: o.District + "-" + o.Sign, OfficeNumber: o.Number, LaborInsuranceNumber: o.Labor,
		EmploymentInsuranceNumber: o.Employment, CorporateNumber: o.Corporate}
}

// of makes a package for an office; for one that the firm does not know if that is "".
func (m *mint) of(shape egovtest.Shape, office string, persons int) egovtest.Package {
	options := egovtest.Options{Persons: m.Persons(persons), Signed: true}
	if o, ok := m.offices[office]; ok {
		options.Office = &o
	}
	return m.Package(shape, options)
}

// shapes are the kinds of official documents that companies of a firm get, besides a notice each.
func shapes() []egovtest.Shape {
	return []egovtest.Shape{egovtest.Returned, egovtest.Several, egovtest.Missing}
}

// handOver has the firm's staff put packages into the tray, as the work beside the service would after a drop, and hand
// them over: two to each company's first office, and one more that is delivered tomorrow. Two are left in the tray.
func handOver(ctx context.Context, p *portal.Portal, actor portal.Actor, f firm, m *mint) error {
	drop := store.NewID(p.Now())
	for i, c := range f.companies {
		for _, shape := range []egovtest.Shape{shapes()[i%len(shapes())], egovtest.Pension} {
			if err := handOverOne(ctx, p, actor, drop, m.of(shape, c.offices[0].id, 4+3*i), portal.HandOver{}); err != nil {
				return err
			}
		}
	}
	first := f.companies[0].offices[0].id
	later := portal.HandOver{DueAt: p.Now().Add(24 * time.Hour)}
	if err := handOverOne(ctx, p, actor, drop, m.of(egovtest.BonusNotice, first, 5), later); err != nil {
		return err
	}
	for _, left := range []egovtest.Package{m.of(egovtest.ElderNotice, first, 2), m.of(egovtest.Foldered, "", 3)} {
		if _, err := receive(ctx, p, actor, drop, left); err != nil {
			return err
		}
	}
	return nil
}

// receive puts a package into the tray and has it looked into.
func receive(ctx context.Context, p *portal.Portal, actor portal.Actor, drop store.ID, made egovtest.Package) (store.ID, error) {
	pkg, err := p.Receive(ctx, actor, drop, made.Name, bytes.NewReader(made.Data))
	if err == nil {
		err = p.Sort(ctx, store.Task{TenantID: actor.TenantID, Kind: store.TaskSort, Subject: string(pkg.ID)})
	}
	if err != nil {
		return "", fmt.Errorf("put %s into the tray: %w", made.Name, err)
	}
	return pkg.ID, nil
}

func handOverOne(ctx context.Context, p *portal.Portal, actor portal.Actor, drop store.ID, made egovtest.Package, h portal.HandOver) error {
	pkg, err := receive(ctx, p, actor, drop, made)
	if err != nil {
		return err
	}
	handed, err := p.HandOver(ctx, actor, []store.ID{pkg}, h)
	if err == nil && len(handed.Documents) != 1 {
		err = errors.New("its office was not found")
	}
	if err != nil {
		return fmt.Errorf("hand over %s: %w", made.Name, err)
	}
	return nil
}

// toDrop writes packages that people may drop into the tray: one of each shape for the firm's offices by turns, two for an
// office that nobody registered, and one that is there twice.
func toDrop(dir string, f firm, m *mint) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the folder of packages: %w", err)
	}
	var offices []string
	for _, c := range f.companies {
		for _, o := range c.offices {
			offices = append(offices, o.id)
		}
	}
	var all []egovtest.Package
	for i, shape := range egovtest.Shapes() {
		all = append(all, m.of(shape, offices[i%len(offices)], 2+i%7))
	}
	stranger := m.Office()
	for range 2 {
		all = append(all, m.Package(egovtest.Pension, egovtest.Options{Office: &stranger, Signed: true}))
	}
	all = append(all, all[0])
	for i, p := range all {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%02d_%s", i+1, p.Name)), p.Data, 0o600); err != nil {
			return fmt.Errorf("write a package to drop: %w", err)
		}
	}
	return nil
}

// packageFolder is where a firm's packages to drop lie.
func packageFolder(data string, firm store.ID) string {
	return filepath.Join(data, "packages", string(firm))
}

// writeRoot writes the certificate of the authority that signs the packages, for the service to believe it.
func writeRoot(data string) (string, error) {
	name := filepath.Join(data, "authority.pem")
	root := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: egovtest.NewAuthority(authoritySeed).Root.Raw})
	if err := os.WriteFile(name, root, 0o600); err != nil {
		return "", fmt.Errorf("write the authority that signs: %w", err)
	}
	return name, nil
}
