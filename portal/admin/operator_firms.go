package admin

import (
	"net/http"
	"strings"

	"cloudpocket/portal/door"
	"cloudpocket/portal/operator"
	"cloudpocket/portal/page"
	"cloudpocket/store"
)

func (o *operating) firms(w http.ResponseWriter, r *http.Request, who operator.Who) error {
	return o.showFirms(w, r, who, page.OperatorFirms{})
}

func (o *operating) showFirms(w http.ResponseWriter, r *http.Request, who operator.Who, v page.OperatorFirms) error {
	at := door.From(r)
	list, err := o.Console.Firms(r.Context(), who, at)
	if err != nil {
		return err
	}
	v.Items, v.Next, v.Later, v.Now = list.Items, list.Next, at.After != "", o.Now()
	return o.Pages.OperatorFirms(w, r, o.shell(r, who), v)
}

func (o *operating) addFirm(w http.ResponseWriter, r *http.Request, who operator.Who) error {
	if err := door.ShortForm(w, r); err != nil {
		return err
	}
	id, name := strings.TrimSpace(r.PostForm.Get("id")), strings.TrimSpace(r.PostForm.Get("name"))
	err := o.Console.AddFirm(r.Context(), who, store.ID(id), name)
	if problem, ok := refusedBy(taken(err)); ok {
		return o.showFirms(w, r, who, page.OperatorFirms{ID: id, Name: name, Problem: problem})
	}
	if err != nil {
		return err
	}
	return door.SeeOther(w, r, "/firms/"+id+"?done=operator_saved")
}

// taken says of a conflict that the ID is another firm's.
func taken(err error) error {
	if store.KindOf(err) == store.Conflict {
		return store.Fail(store.Conflict, "error.firm_taken", "%w", err)
	}
	return err
}

func (o *operating) firm(w http.ResponseWriter, r *http.Request, who operator.Who) error {
	return o.showFirm(w, r, who, nil)
}

// showFirm shows a firm. With a problem the form for the contract has what was typed.
func (o *operating) showFirm(w http.ResponseWriter, r *http.Request, who operator.Who, problem *page.Problem) error {
	id, err := door.ID(r, "firm")
	if err != nil {
		return err
	}
	f, err := o.Console.Firm(r.Context(), who, id)
	if err != nil {
		return err
	}
	v := page.OperatorFirm{Tenant: f.Tenant, Accounts: f.Accounts, LastSignIn: f.LastSignIn, Stored: f.Stored, Now: o.Now(),
		From: string(f.ContractFrom), Until: string(f.ContractUntil), Problem: problem}
	if problem != nil {
		v.From, v.Until = r.PostForm.Get("from"), r.PostForm.Get("until")
	}
	for _, t := range f.Trusts {
		v.Trusts = append(v.Trusts, page.OperatorTrust(t))
	}
	return o.Pages.OperatorFirm(w, r, o.shell(r, who), v)
}

// changeFirm carries out a deed on the firm of the path, and shows it again.
func (o *operating) changeFirm(w http.ResponseWriter, r *http.Request, who operator.Who, deed func(id store.ID) error) error {
	if err := door.ShortForm(w, r); err != nil {
		return err
	}
	id, err := door.ID(r, "firm")
	if err != nil {
		return err
	}
	err = deed(id)
	if problem, ok := refusedBy(err); ok {
		return o.showFirm(w, r, who, problem)
	}
	if err != nil {
		return err
	}
	return door.SeeOther(w, r, "/firms/"+string(id)+"?done=operator_saved")
}

func (o *operating) switchFirm(w http.ResponseWriter, r *http.Request, who operator.Who) error {
	return o.changeFirm(w, r, who, func(id store.ID) error {
		return o.Console.SwitchFirm(r.Context(), who, id, store.TenantState(r.PostForm.Get("state")))
	})
}

func (o *operating) setContract(w http.ResponseWriter, r *http.Request, who operator.Who) error {
	return o.changeFirm(w, r, who, func(id store.ID) error {
		return o.Console.SetContract(r.Context(), who, id, store.Date(r.PostForm.Get("from")), store.Date(r.PostForm.Get("until")))
	})
}

func (o *operating) switchTrust(w http.ResponseWriter, r *http.Request, who operator.Who) error {
	trust, err := door.ID(r, "trust")
	if err != nil {
		return err
	}
	return o.changeFirm(w, r, who, func(id store.ID) error {
		return o.Console.SwitchTrust(r.Context(), who, id, trust, store.TrustState(r.PostForm.Get("state")))
	})
}
