package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"cloudpocket/cmd/app"
	"cloudpocket/portal"
	"cloudpocket/sso/samlsp"
	"cloudpocket/store"
)

type trustDraft struct {
	Show trustDraftShow `cmd:"" help:"Show what a trust is to become, and what that changes."`
	Set  trustDraftSet  `cmd:"" help:"Say what a trust is to become; nothing counts before it is switched on."`
	Drop trustDraftDrop `cmd:"" help:"Forget what a trust was to become."`
}

// oneTrust names a trust of whatever firm.
type oneTrust struct {
	app.StoreConfig `embed:""`
	ID              string `arg:"" help:"The trust's ID."`
}

// with runs fn with the operator's deeds, and says where the trusts are listed when there is none of that ID.
func (c *oneTrust) with(t *terminal, fn func(portal.Setup) error) error {
	return withSetup(t, c.StoreConfig, func(s portal.Setup, _ *app.Stores) error {
		if _, err := s.Records.Trust(t.ctx, store.ID(c.ID)); err != nil {
			return advise(err, store.NotFound, "There is no trust %s: see `cloudpocket trust list`.", c.ID)
		}
		return fn(s)
	})
}

const noDraft = "It has no draft: see `cloudpocket trust draft set --help`."

type trustDraftShow struct {
	oneTrust `embed:""`
}

func (c *trustDraftShow) Run(t *terminal) error {
	return c.with(t, func(s portal.Setup) error {
		v, err := s.LookTrust(t.ctx, store.ID(c.ID))
		if err != nil {
			return err
		}
		if v.Draft == nil {
			return advise(fmt.Errorf("the draft of trust %s: %w", c.ID, store.ErrNotFound), store.NotFound, noDraft)
		}
		d := *v.Draft
		known := []fact{{"draft of", c.ID}, {"saved", moment(d.At)}, {"by", d.ByName}, {"tested", testedWord(d)}}
		if err := facts(t.out, slices.Concat(known, samlFacts(d.SAML), oidcFacts(d.OIDC), rules(d.Trust))); err != nil {
			return err
		}
		if err := changes(t.out, "\nIt would change:", v.Changes); err != nil {
			return err
		}
		return lacking(t.out, v.Missing)
	})
}

func testedWord(d store.TrustDraft) string {
	switch {
	case d.Tested():
		return "passed " + moment(d.Test.At)
	case d.Test.At.IsZero():
		return "never"
	case d.Test.Revision != d.Revision:
		return "not since it was saved"
	}
	return "failed " + moment(d.Test.At)
}

// changes writes what differs, a line for each field.
func changes(w io.Writer, heading string, all []portal.TrustChange) error {
	if len(all) == 0 {
		_, err := fmt.Fprintln(w, "Nothing differs.")
		return err
	}
	fmt.Fprintln(w, heading)
	var rows [][]string
	for _, c := range all {
		rows = append(rows, []string{c.Field, c.Old, c.New})
	}
	return table(w, []string{"FIELD", "WAS", "BECOMES"}, rows)
}

// lacking writes what keeps a draft from being switched on.
func lacking(w io.Writer, missing []portal.TrustProblem) error {
	if len(missing) == 0 {
		return nil
	}
	var fields []string
	for _, p := range missing {
		fields = append(fields, p.Field)
	}
	_, err := fmt.Fprintf(w, "It cannot be switched on before these are given: %s.\n", strings.Join(slices.Compact(fields), ", "))
	return err
}

type trustDraftDrop struct {
	oneTrust `embed:""`
}

func (c *trustDraftDrop) Run(t *terminal) error {
	return c.with(t, func(s portal.Setup) error {
		if err := s.DropDraft(t.ctx, store.ID(c.ID)); err != nil {
			return advise(err, store.NotFound, noDraft)
		}
		_, err := fmt.Fprintf(t.out, "The draft of trust %s is dropped.\n", c.ID)
		return err
	})
}

type trustDraftSet struct {
	oneTrust `embed:""`
	Seal     string   `help:"File with the client secret, which is encrypted into the draft; - is standard input."`
	Fields   []string `arg:"" optional:"" help:"What to set, by the names of trust export, such as oidc.client_id=pocket, sessions.idle=20m, allowed=[\"192.0.2.0/24\"] or saml.metadata=@idp.xml; nothing after = takes it away."`
}

func (c *trustDraftSet) Run(t *terminal) error {
	return c.with(t, func(s portal.Setup) error {
		out, err := s.GiveDraft(t.ctx, "", store.ID(c.ID), "", false, func(before store.Trust) (store.Trust, error) {
			file, err := setFields(portal.FileOf(before), c.Fields)
			if err != nil {
				return before, err
			}
			next, err := c.sealed(s, file.Onto(before, s.Now()))
			if err != nil {
				return before, err
			}
			return withMetadata(next, s.Now())
		})
		if err != nil {
			return err
		}
		return drafted(t, c.ID, out, false)
	})
}

// sealed puts the client secret of --seal into a draft.
func (c *trustDraftSet) sealed(s portal.Setup, next store.Trust) (store.Trust, error) {
	if c.Seal == "" {
		return next, nil
	}
	if next.OIDC == nil {
		return next, fmt.Errorf("--seal: trust %s has no client secret", c.ID)
	}
	text, err := contents(c.Seal)
	if err != nil {
		return next, fmt.Errorf("--seal: %w", err)
	}
	half := *next.OIDC
	half.SecretRef, err = portal.SealSecret(s.Sealer, next.ID, strings.TrimSpace(string(text)))
	next.OIDC = &half
	return next, err
}

// contents reads a file, or standard input for the name -; no more of it than a trust's file may have.
func contents(name string) ([]byte, error) {
	in := os.Stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	text, err := io.ReadAll(io.LimitReader(in, portal.MaxTrustFile+1))
	if err == nil && len(text) > portal.MaxTrustFile {
		err = store.Fail(store.TooLarge, "error.trust_file", "%s has more than %d bytes", name, portal.MaxTrustFile)
	}
	return text, err
}

// setFields returns a trust's file with fields set, each as path=value.
func setFields(f portal.TrustFile, fields []string) (portal.TrustFile, error) {
	var text bytes.Buffer
	if err := f.Write(&text); err != nil {
		return f, err
	}
	d := json.NewDecoder(&text)
	d.UseNumber()
	var all map[string]any
	if err := d.Decode(&all); err != nil {
		return f, fmt.Errorf("read what was just written: %w", err)
	}
	for _, one := range fields {
		if err := setField(all, one); err != nil {
			return f, err
		}
	}
	changed, err := json.Marshal(all)
	if err != nil {
		return f, fmt.Errorf("write the fields: %w", err)
	}
	next, err := portal.ReadTrustFile(bytes.NewReader(changed))
	if err == nil && (next.ID != f.ID || next.Protocol != f.Protocol) {
		err = fmt.Errorf("the ID and the protocol of trust %s stay as they are", f.ID)
	}
	return next, err
}

// setField sets one path=value. A value that is JSON is taken as it is, a name after @ is a file's text, and anything else
// is a text.
func setField(all map[string]any, one string) error {
	path, value, ok := strings.Cut(one, "=")
	if !ok || path == "" {
		return fmt.Errorf("%.80q sets nothing: say field=value", one)
	}
	names := strings.Split(path, ".")
	for _, name := range names[:len(names)-1] {
		inner, is := all[name].(map[string]any)
		if !is {
			inner = map[string]any{}
			all[name] = inner
		}
		all = inner
	}
	last := names[len(names)-1]
	file, isFile := strings.CutPrefix(value, "@")
	switch {
	case value == "":
		delete(all, last)
	case isFile:
		text, err := contents(file)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		all[last] = string(text)
	case json.Valid([]byte(value)):
		all[last] = json.RawMessage(value)
	default:
		all[last] = value
	}
	return nil
}

// withMetadata demands that metadata can be read, and takes the identity provider's name from it where none is given.
func withMetadata(t store.Trust, now time.Time) (store.Trust, error) {
	if t.SAML == nil || len(t.SAML.Metadata) == 0 {
		return t, nil
	}
	half := *t.SAML
	m, err := samlsp.ParseMetadata(half.Metadata, samlsp.MetadataOptions{EntityID: half.EntityID, Now: now, AllowPrivate: half.AllowPrivate})
	if err != nil {
		return t, fmt.Errorf("the metadata of trust %s: %w", t.ID, err)
	}
	half.EntityID, half.Metadata = m.EntityID, m.Raw
	t.SAML = &half
	return t, nil
}

// drafted says what became of a draft.
func drafted(t *terminal, id string, out portal.SetupDraft, dry bool) error {
	heading := fmt.Sprintf("The draft of trust %s is saved. It would change:", id)
	switch {
	case dry && out.New:
		heading = fmt.Sprintf("Trust %s would be made, switched off, with a draft:", id)
	case dry:
		heading = fmt.Sprintf("The draft of trust %s would change:", id)
	case out.New:
		heading = fmt.Sprintf("Trust %s is made, switched off, with a draft:", id)
	case !out.Saved && len(out.Changes) > 0:
		heading = fmt.Sprintf("The draft of trust %s is so already. It would change:", id)
	}
	if err := changes(t.out, heading, out.Changes); err != nil {
		return err
	}
	return lacking(t.out, out.Problems)
}
