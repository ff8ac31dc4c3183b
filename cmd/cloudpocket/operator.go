package main

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"cloudpocket/cmd/app"
	"cloudpocket/portal"
	"cloudpocket/portal/operator"
	"cloudpocket/store"
)

type operatorCmd struct {
	Init  operatorInit  `cmd:"" help:"Add an operator, and print the link by which the first password is set."`
	Open  operatorOpen  `cmd:"" help:"Open the operator's console for a time."`
	Close operatorClose `cmd:"" help:"Close the operator's console now, and end every session in it."`
	Reset operatorReset `cmd:"" help:"Take password, second factors and sessions from an operator, and print a new link."`
	List  operatorList  `cmd:"" help:"List the operators, and say whether the console is open."`
}

// operatorPlace is where the console is, for links to it.
type operatorPlace struct {
	app.StoreConfig    `embed:""`
	app.OperatorConfig `embed:""`
	BaseURL            string `help:"Where people reach the service, such as https://pocket.example.jp." env:"CLOUDPOCKET_BASE_URL" default:"http://pocket.localhost:8400"`
}

// withHost runs fn with what is done to the operator's console at the host.
func withHost(t *terminal, c app.StoreConfig, fn func(operator.Host) error) error {
	return withSetup(t, c, func(s portal.Setup, _ *app.Stores) error { return fn(operator.Host{Portal: s.Portal, By: s.By}) })
}

func (c operatorPlace) link(t *terminal, name, what, secret string, ends time.Time) error {
	_, err := fmt.Fprintf(t.out, "Operator %s is %s. While the console is open (`cloudpocket operator open`), set the password at this link. It works once, until %s.\n%s/set-up/%s\n",
		name, what, moment(ends), c.OperatorConfig.URL(strings.TrimRight(c.BaseURL, "/")), secret)
	return err
}

type operatorInit struct {
	operatorPlace `embed:""`
	Name          string `arg:"" help:"Name to sign in with: 3 to 40 of a–z, 0–9 and hyphens."`
}

func (c *operatorInit) Run(t *terminal) error {
	return withHost(t, c.StoreConfig, func(h operator.Host) error {
		secret, ends, err := h.Init(t.ctx, c.Name)
		if err != nil {
			return advise(err, store.Conflict, "There is an operator %s already: see `cloudpocket operator reset`.", c.Name)
		}
		return c.link(t, c.Name, "added", secret, ends)
	})
}

type operatorReset struct {
	operatorPlace `embed:""`
	Name          string `arg:"" help:"The operator's name."`
}

func (c *operatorReset) Run(t *terminal) error {
	return withHost(t, c.StoreConfig, func(h operator.Host) error {
		secret, ends, err := h.Reset(t.ctx, c.Name)
		if err != nil {
			return advise(err, store.NotFound, "There is no operator %s: see `cloudpocket operator list`.", c.Name)
		}
		return c.link(t, c.Name, "reset", secret, ends)
	})
}

type operatorOpen struct {
	app.StoreConfig `embed:""`
	For             time.Duration `help:"How long it stays open, up to 12 hours." default:"2h"`
	From            []string      `help:"Addresses or ranges that may come in. Default: this machine alone." default:"127.0.0.0/8,::1"`
}

func (c *operatorOpen) Run(t *terminal) error {
	ranges, err := rangesOf(c.From)
	if err != nil {
		return err
	}
	return withHost(t, c.StoreConfig, func(h operator.Host) error {
		w, err := h.Open(t.ctx, c.For, ranges)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(t.out, "The operator's console is open until %s to %s.\n", moment(w.Until), strings.Join(rangeTexts(w.Ranges), ", "))
		return err
	})
}

// rangesOf reads addresses and ranges.
func rangesOf(texts []string) (ranges []netip.Prefix, err error) {
	for _, text := range texts {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			addr, bad := netip.ParseAddr(text)
			if bad != nil {
				return nil, store.Fail(store.Invalid, "error.operator_open", "%q is neither an address nor a range: %w", text, err)
			}
			p = netip.PrefixFrom(addr.Unmap(), addr.Unmap().BitLen())
		}
		ranges = append(ranges, p)
	}
	return ranges, nil
}

func rangeTexts(ranges []netip.Prefix) []string {
	var texts []string
	for _, r := range ranges {
		texts = append(texts, r.String())
	}
	return texts
}

type operatorClose struct {
	app.StoreConfig `embed:""`
}

func (c *operatorClose) Run(t *terminal) error {
	return withHost(t, c.StoreConfig, func(h operator.Host) error {
		was, err := h.Close(t.ctx)
		if err != nil {
			return err
		}
		said := "The operator's console was not open."
		if was {
			said = "The operator's console is closed."
		}
		_, err = fmt.Fprintln(t.out, said)
		return err
	})
}

type operatorList struct {
	app.StoreConfig `embed:""`
}

func (c *operatorList) Run(t *terminal) error {
	return withHost(t, c.StoreConfig, func(h operator.Host) error {
		all, w, err := h.List(t.ctx)
		if err != nil {
			return err
		}
		var rows [][]string
		for _, o := range all {
			factors := fmt.Sprintf("%d passkeys", len(o.Passkeys))
			if len(o.Secret) > 0 {
				factors = "authenticator, " + factors
			}
			rows = append(rows, []string{o.Name, moment(o.SeenAt), moment(o.ChangedAt), factors})
		}
		if err := table(t.out, []string{"NAME", "SIGNED IN", "PASSWORD OF", "SECOND FACTORS"}, rows); err != nil {
			return err
		}
		said := "The console is closed."
		if w.Open(h.Now()) {
			said = fmt.Sprintf("The console is open until %s to %s.", moment(w.Until), strings.Join(rangeTexts(w.Ranges), ", "))
		}
		_, err = fmt.Fprintln(t.out, said)
		return err
	})
}
