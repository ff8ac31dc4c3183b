package main

import (
	"bytes"
	"context"
	"fmt"

	"cloudpocket/portal"
	"cloudpocket/portal/egov/egovtest"
	"cloudpocket/store"
)

// shapes are the kinds of official documents that companies of a firm get, besides a notice each.
func shapes() []egovtest.Shape {
	return []egovtest.Shape{egovtest.Returned, egovtest.Several, egovtest.Missing}
}

// handOver has the firm's staff put e-Gov packages into the tray and hand each to a company's first office, as the work
// beside the service would after a drop.
func handOver(ctx context.Context, p *portal.Portal, actor portal.Actor, f firm) error {
	g := egovtest.New(uint64(len(f.id)))
	g.SignWith(egovtest.NewAuthority(1))
	drop := store.NewID(p.Now())
	for i, c := range f.companies {
		for _, shape := range []egovtest.Shape{shapes()[i%len(shapes())], egovtest.Pension} {
			office := g.Office()
			office.Name = c.name
			made := g.Package(shape, egovtest.Options{Office: &office, Persons: g.Persons(4 + 3*i), Signed: true})
			if err := handOverOne(ctx, p, actor, drop, made, store.ID(c.offices[0].id)); err != nil {
				return fmt.Errorf("hand %s to %s: %w", made.Name, c.id, err)
			}
		}
	}
	return nil
}

func handOverOne(ctx context.Context, p *portal.Portal, actor portal.Actor, drop store.ID, made egovtest.Package, office store.ID) error {
	pkg, err := p.Receive(ctx, actor, drop, made.Name, bytes.NewReader(made.Data))
	if err != nil {
		return err
	}
	if err := p.Sort(ctx, store.Task{TenantID: actor.TenantID, Kind: store.TaskSort, Subject: string(pkg.ID)}); err != nil {
		return err
	}
	if err := p.Place(ctx, actor, pkg.ID, office, false); err != nil {
		return err
	}
	handed, err := p.HandOver(ctx, actor, []store.ID{pkg.ID}, portal.HandOver{})
	if err == nil && len(handed.Documents) != 1 {
		err = fmt.Errorf("package %s was not handed over", pkg.ID)
	}
	return err
}
