package page

import (
	"fmt"
	"slices"

	"cloudpocket/store"
)

// Product is a parent product's IdP that a guide tells how to set up. Its name is the message "trusts.product." + Name.
type Product struct {
	Name      string
	Protocols []store.Protocol
}

// Products are those with a guide, the last being any other.
func Products() []Product {
	both := []store.Protocol{store.SAML, store.OIDC}
	return []Product{
		{"keycloak", both},
		{"entra", both},
		{"okta", both},
		{"google", both},
		{"simplesamlphp", []store.Protocol{store.SAML}},
		{"other", both},
	}
}

// ProductNamed returns the product called name, or the one that stands for any other.
func ProductNamed(name string) Product {
	all := Products()
	if i := slices.IndexFunc(all, func(p Product) bool { return p.Name == name }); i >= 0 {
		return all[i]
	}
	return all[len(all)-1]
}

// Guide is what somebody does in a product, step by step.
type Guide struct {
	Product  string
	Protocol store.Protocol
	Values   Values
}

// guideSteps says how many sentences each guide has.
func guideSteps() map[string]int {
	return map[string]int{
		"keycloak.saml": 6, "keycloak.oidc": 6, "entra.saml": 7, "entra.oidc": 7, "okta.saml": 6, "okta.oidc": 6,
		"google.saml": 6, "google.oidc": 6, "simplesamlphp.saml": 5, "other.saml": 6, "other.oidc": 6,
	}
}

// Title is the message with the product's name.
func (g Guide) Title() string { return "trusts.product." + g.Product }

// Steps are the messages of the sentences, in order.
func (g Guide) Steps() (keys []string) {
	name := g.Product + "." + string(g.Protocol)
	for i := range guideSteps()[name] {
		keys = append(keys, fmt.Sprintf("trusts.guide.%s.%d", name, i+1))
	}
	return keys
}

// Values are ours, which an IdP's administrator enters there. Those of the other protocol are empty.
type Values struct {
	EntityID, ACS, Metadata, SLO                      string
	Redirect, Initiate, BackChannel, PostLogout, JWKS string
	Start                                             string // where people begin
}

// ValuesOf returns our values for a trust, below baseURL.
func ValuesOf(baseURL string, id store.ID, protocol store.Protocol) Values {
	at := baseURL + "/sso/" + string(protocol) + "/" + string(id)
	v := Values{Start: baseURL + "/sso/" + string(id) + "/start"}
	if protocol == store.SAML {
		v.EntityID, v.Metadata, v.ACS, v.SLO = at+"/metadata", at+"/metadata", at+"/acs", at+"/slo"
		return v
	}
	v.Redirect, v.Initiate, v.BackChannel, v.PostLogout, v.JWKS = at+"/callback", at+"/initiate", at+"/backchannel-logout", at+"/signed-out", at+"/jwks"
	return v
}

// Value is one of them to copy. Its name is the message "trusts.v." + Key.
type Value struct{ Key, Text string }

// List returns those there are, in the order in which they are asked for.
func (v Values) List() (all []Value) {
	for _, one := range []Value{{"entity", v.EntityID}, {"acs", v.ACS}, {"metadata", v.Metadata}, {"slo", v.SLO}, {"redirect", v.Redirect}, {"initiate", v.Initiate},
		{"backchannel", v.BackChannel}, {"postlogout", v.PostLogout}, {"jwks", v.JWKS}, {"start", v.Start}} {
		if one.Text != "" {
			all = append(all, one)
		}
	}
	return all
}
