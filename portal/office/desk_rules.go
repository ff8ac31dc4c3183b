package office

import (
	"net/http"
	"strconv"
	"strings"

	"cloudpocket/portal/door"
	"cloudpocket/portal/page"
	"cloudpocket/portal/route"
	"cloudpocket/store"
)

// rules shows how the firm handles each kind of document.
func (o *office) rules(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	return o.rulesPage(w, r, v, page.Rules{Open: r.URL.Query().Get("kind")}, nil)
}

// rulesPage completes a view, in which one rule may be as it was typed.
func (o *office) rulesPage(w http.ResponseWriter, r *http.Request, v door.Visit, view page.Rules, typed *page.RuleItem) error {
	s, me, err := o.door.Shell(r, v)
	if err != nil {
		return err
	}
	all, err := o.Portal.Rules(r.Context(), v.Actor)
	if err != nil {
		return err
	}
	view.MaySave = me.Permissions.Has(store.PermitAccounts)
	for _, one := range all {
		view.Every = one.Everywhere
		item := page.RuleItem{Rule: one.Rule, Own: one.Own}
		if typed != nil && typed.Kind == one.Kind {
			item = *typed
		}
		view.Items = append(view.Items, item)
	}
	return o.Pages.Rules(w, r, s, view)
}

// saveRule keeps the rule of a kind. Refused, the page comes back with what was typed.
func (o *office) saveRule(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxField)
	if err := r.ParseForm(); err != nil {
		return store.Fail(store.Invalid, "error.form", "read a form: %w", err)
	}
	typed := page.RuleItem{Rule: ruleOf(r), Own: true, Typed: r.PostForm.Get("remind"), TypedTell: r.PostForm.Get("tell")}
	err := o.Portal.SaveRule(r.Context(), v.Actor, typed.Rule)
	if refused, ok := problemOf(err); ok {
		return o.rulesPage(w, r, v, page.Rules{Open: typed.Kind, Problem: &refused}, &typed)
	}
	if err != nil {
		return err
	}
	return door.SeeOther(w, r, "/desk/rules?done=ruled&kind="+typed.Kind+"#"+typed.Kind)
}

// saveTwoPersons keeps whether everything needs a second person, whatever its kind.
func (o *office) saveTwoPersons(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxField)
	if err := r.ParseForm(); err != nil {
		return store.Fail(store.Invalid, "error.form", "read a form: %w", err)
	}
	if err := o.Portal.SaveTwoPersons(r.Context(), v.Actor, r.PostForm.Get("two") == "1"); err != nil {
		return err
	}
	return door.SeeOther(w, r, "/desk/rules?done=ruled")
}

// ruleOf reads a rule from its form. A number that is none becomes one that no rule has.
func ruleOf(r *http.Request) store.Rule {
	number := func(s string) int {
		n, err := strconv.Atoi(strings.TrimSpace(s))
		if err != nil {
			return -1
		}
		return n
	}
	f := r.PostForm
	rule := store.Rule{Kind: route.Var(r, "kind"), Acknowledge: f.Get("acknowledge") == "1", TwoPersons: f.Get("two") == "1", Notify: store.Recipients(f.Get("notify")),
		Title: f.Get("title"), RetainYears: number(f.Get("retain")), ExpireDays: number(f.Get("expire"))}
	days := func(field string) (all []int) {
		for _, day := range strings.FieldsFunc(f.Get(field), func(c rune) bool { return strings.ContainsRune(",、 　", c) }) {
			all = append(all, number(day))
		}
		return all
	}
	rule.RemindDays, rule.TellDays = days("remind"), days("tell")
	return rule
}

// myMail shows which mails the person wants.
func (o *office) myMail(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	s, _, err := o.door.Shell(r, v)
	if err != nil {
		return err
	}
	mine, err := o.Portal.MyMail(r.Context(), v.Actor)
	if err != nil {
		return err
	}
	return o.Pages.MyMail(w, r, s, page.MyMail{Off: mine.Off, Digest: mine.Digest, Email: mine.Email, Hour: mine.DigestHour, Sending: o.Portal.Mailing})
}

// saveMyMail keeps which mails the person wants.
func (o *office) saveMyMail(w http.ResponseWriter, r *http.Request, v door.Visit) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxField)
	if err := r.ParseForm(); err != nil {
		return store.Fail(store.Invalid, "error.form", "read a form: %w", err)
	}
	which := r.PostForm.Get("mails")
	if err := o.Portal.SaveMyMail(r.Context(), v.Actor, which == "off", which == "digest"); err != nil {
		return err
	}
	return door.SeeOther(w, r, "/me/mail?done=mails")
}
