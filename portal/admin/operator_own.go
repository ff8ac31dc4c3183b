package admin

import (
	"errors"
	"net/http"

	"cloudpocket/portal/door"
	"cloudpocket/portal/operator"
	"cloudpocket/portal/page"
	"cloudpocket/store"
)

func (o *operating) audit(w http.ResponseWriter, r *http.Request, who operator.Who) error {
	return o.showAudit(w, r, who, page.OperatorAudit{})
}

func (o *operating) showAudit(w http.ResponseWriter, r *http.Request, who operator.Who, v page.OperatorAudit) error {
	at := door.From(r)
	list, err := o.Console.Audit(r.Context(), who, at)
	if err != nil {
		return err
	}
	v.Items, v.Next, v.Later = list.Items, list.Next, at.After != ""
	return o.Pages.OperatorAudit(w, r, o.shell(r, who), v)
}

func (o *operating) verify(w http.ResponseWriter, r *http.Request, who operator.Who) error {
	head, err := o.Console.Verify(r.Context(), who)
	if err != nil && !errors.Is(err, store.ErrDamaged) {
		return err
	}
	return o.showAudit(w, r, who, page.OperatorAudit{Checked: true, Intact: err == nil, Head: head})
}

func (o *operating) events(w http.ResponseWriter, r *http.Request, who operator.Who) error {
	at, q := door.From(r), r.URL.Query()
	f := store.SystemEventFilter{Level: store.EventLevel(q.Get("level")), TenantID: store.ID(q.Get("firm"))}
	if f.Level != "" && f.Level != store.Warning && f.Level != store.Failure || f.TenantID != "" && !f.TenantID.Valid() {
		return store.Fail(store.Invalid, "error.form", "events of level %q and firm %q", f.Level, f.TenantID)
	}
	list, err := o.Console.Events(r.Context(), who, f, at)
	if err != nil {
		return err
	}
	return o.Pages.OperatorEvents(w, r, o.shell(r, who), page.OperatorEvents{
		Items: list.Items, Next: list.Next, Later: at.After != "", Level: f.Level, Firm: f.TenantID,
	})
}

func (o *operating) security(w http.ResponseWriter, r *http.Request, who operator.Who) error {
	return o.showSecurity(w, r, who, nil, nil)
}

func (o *operating) showSecurity(w http.ResponseWriter, r *http.Request, who operator.Who, problem, trouble *page.Problem) error {
	own, err := o.Console.Own(r.Context(), who)
	if err != nil {
		return err
	}
	return o.Pages.OperatorSecurity(w, r, o.shell(r, who), page.OperatorSecurity{
		Operator: own.Operator, Sessions: own.Sessions, Current: who.Session.ID, Problem: problem, Trouble: trouble,
	})
}

func (o *operating) changePassword(w http.ResponseWriter, r *http.Request, who operator.Who) error {
	if err := door.ShortForm(w, r); err != nil {
		return err
	}
	err := o.Console.ChangePassword(r.Context(), who, operator.Change{
		Current: r.PostForm.Get("current"), Next: r.PostForm.Get("next"), Again: r.PostForm.Get("again"),
	})
	if problem, ok := refusedBy(err); ok {
		return o.showSecurity(w, r, who, problem, nil)
	}
	if err != nil {
		return err
	}
	return door.SeeOther(w, r, "/security?done=operator_password")
}

func (o *operating) renewRecovery(w http.ResponseWriter, r *http.Request, who operator.Who) error {
	codes, err := o.Console.RenewRecovery(r.Context(), who)
	if err != nil {
		return err
	}
	return o.Pages.OperatorCodes(w, r, o.shell(r, who), page.OperatorCodes{Codes: codes, Next: "/security"})
}

func (o *operating) removePasskey(w http.ResponseWriter, r *http.Request, who operator.Who) error {
	if err := door.ShortForm(w, r); err != nil {
		return err
	}
	err := o.Console.RemovePasskey(r.Context(), who, r.PostForm.Get("passkey"))
	if problem, ok := refusedBy(err); ok {
		return o.showSecurity(w, r, who, nil, problem)
	}
	if err != nil {
		return err
	}
	return door.SeeOther(w, r, "/security?done=operator_removed")
}

func (o *operating) endSession(w http.ResponseWriter, r *http.Request, who operator.Who) error {
	id, err := door.ID(r, "session")
	if err != nil {
		return err
	}
	if err := o.Console.EndSession(r.Context(), who, id); err != nil {
		return err
	}
	return door.SeeOther(w, r, "/security?done=operator_ended")
}
