package app

import (
	"testing"

	"cloudpocket/cmd/app/interop"
	"cloudpocket/store"
)

// TestOktaSequence has what Okta is documented to send (Okta Developer, "Understanding SCIM" and the SCIM 2.0 reference of
// users and groups) answered as it expects.
func TestOktaSequence(t *testing.T) {
	for name, servers := range map[string]bool{"SQLite": false, "PostgreSQL and Redis": true} {
		t.Run(name, func(t *testing.T) {
			c := testConfig(t)
			if servers {
				c.Redis, c.Database = interop.Redis(t), interop.Postgres(t)
			}
			p := newProvisioned(t, c)
			p.walk(t, oktaUsers())
			p.walk(t, oktaGroups())
			p.chained(t)
		})
	}
}

const oktaLogin = "test.user@okta.local"

// oktaUser is how Okta sends a whole user, the first time and whenever it changes.
func oktaUser(given, company string) string {
	return `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:cloudpocket:scim:1.0:User"],"userName":"` + oktaLogin + `",
		"name":{"givenName":"` + given + `","familyName":"User"},"emails":[{"primary":true,"value":"` + oktaLogin + `","type":"work"}],"displayName":"` + given + ` User",
		"locale":"en-US","externalId":"00ujl29u0le5T6Aj10h7","groups":[],"password":"1mz050nq","active":true,
		"urn:cloudpocket:scim:1.0:User":{"company":"` + company + `","offices":["ext-tokyo","nowhere"]}}`
}

func oktaUsers() []step {
	leave := map[string]func(*testing.T){}
	return []step{
		{name: "the configuration is read", method: "GET", path: "/ServiceProviderConfig", status: 200, wants: map[string]string{"patch.supported": "true", "filter.supported": "true", "changePassword.supported": "false"}},
		{name: "the first users are read", method: "GET", path: "/Users?count=1&startIndex=1", status: 200, wants: map[string]string{"totalResults": "0", "startIndex": "1", "Resources": "[]"}},
		{name: "an id that is none", method: "GET", path: "/Users/919191", status: 404, wants: map[string]string{"schemas.0": "urn:ietf:params:scim:api:messages:2.0:Error", "detail": "There is no such resource.", "status": "404"}},
		{name: "a user is looked for", method: "GET", path: `/Users?filter=userName eq "` + oktaLogin + `"&startIndex=1&count=100`, status: 200, wants: map[string]string{"totalResults": "0"}},
		{name: "and created, in a company that is not known", method: "POST", path: "/Users", body: oktaUser("Test", "ext-new"), status: 201, keep: "user",
			wants: map[string]string{"userName": oktaLogin, "active": "true", "password": "-", "locale": "en-US", "externalId": "00ujl29u0le5T6Aj10h7", "groups": "-"},
			then: func(t *testing.T, p *provisioned) {
				if a := p.account(t, oktaLogin); a.ID != "" {
					t.Errorf("an account without a place: %+v", a)
				}
			}},
		{name: "it is there", method: "POST", path: "/Users", body: oktaUser("Test", "ext-aozora"), status: 409, wants: map[string]string{"scimType": "uniqueness", "schemas.0": "urn:ietf:params:scim:api:messages:2.0:Error"}},
		{name: "it is read", method: "GET", path: "/Users/{user}", status: 200, wants: map[string]string{"name.givenName": "Test", "emails.0.value": oktaLogin}},
		{name: "its profile is pushed, with its company", method: "PUT", path: "/Users/{user}", body: oktaUser("Another", "ext-aozora"), status: 200,
			wants: map[string]string{"id": "{user}", "name.givenName": "Another", "[urn:cloudpocket:scim:1.0:User].company": "ext-aozora"},
			then: func(t *testing.T, p *provisioned) {
				a := p.account(t, oktaLogin)
				if a.CompanyID != "aozora" || a.Name != "Another User" || !a.Offices.Contains("tokyo") || len(a.Offices.Offices) != 1 {
					t.Errorf("the account is %+v", a)
				}
				cookie := p.enter(t, oktaLogin)
				if !p.in(t, cookie) {
					t.Error("they cannot enter")
				}
				leave["in"] = func(t *testing.T) {
					if p.in(t, cookie) {
						t.Error("they are in still")
					}
				}
			}},
		{name: "it is deactivated", method: "PATCH", path: "/Users/{user}", status: 200, body: patchOf + `[{"op":"replace","value":{"active":false}}]}`, wants: map[string]string{"active": "false"},
			then: func(t *testing.T, p *provisioned) {
				leave["in"](t)
				if p.account(t, oktaLogin).State != store.AccountDisabled {
					t.Error("the account is not disabled")
				}
			}},
		{name: "deactivated, it is found", method: "GET", path: `/Users?filter=userName eq "` + oktaLogin + `"&startIndex=1&count=100`, status: 200,
			wants: map[string]string{"totalResults": "1", "Resources.0.active": "false", "Resources.0.id": "{user}"}},
		{name: "activated", method: "PATCH", path: "/Users/{user}", status: 200, body: patchOf + `[{"op":"replace","value":{"active":true}}]}`, wants: map[string]string{"active": "true"},
			then: func(t *testing.T, p *provisioned) {
				if p.account(t, oktaLogin).State != store.AccountActive {
					t.Error("the account is not back")
				}
			}},
		{name: "beyond the last there is nothing", method: "GET", path: "/Users?startIndex=2&count=100", status: 200, wants: map[string]string{"totalResults": "1", "itemsPerPage": "0", "startIndex": "2"}},
	}
}

func oktaGroups() []step {
	menus := func(want store.Permission) func(*testing.T, *provisioned) {
		return func(t *testing.T, p *provisioned) {
			if got := p.account(t, oktaLogin).Permissions; got != want {
				t.Errorf("the member has %q, want %q", got, want)
			}
		}
	}
	group := func(name, members string) string {
		return `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"` + name + `","members":[` + members + `]}`
	}
	return []step{
		{name: "groups are imported", method: "GET", path: "/Groups?startIndex=1&count=100", status: 200, wants: map[string]string{"totalResults": "0"}},
		{name: "one is pushed", method: "POST", path: "/Groups", status: 201, keep: "group", body: group("Test SCIMv2", ""), wants: map[string]string{"displayName": "Test SCIMv2"}},
		{name: "pushed again, it is there", method: "POST", path: "/Groups", status: 409, body: group("test scimv2", ""), wants: map[string]string{"scimType": "uniqueness"}},
		{name: "it is renamed", method: "PATCH", path: "/Groups/{group}", status: 204, body: patchOf + `[{"op":"replace","value":{"id":"{group}","displayName":"Readers"}}]}`},
		{name: "a member is added", method: "PATCH", path: "/Groups/{group}", status: 204,
			body: patchOf + `[{"op":"add","path":"members","value":[{"value":"{user}","display":"` + oktaLogin + `"}]}]}`, then: menus(store.PermitView)},
		{name: "it is read", method: "GET", path: "/Groups/{group}", status: 200,
			wants: map[string]string{"displayName": "Readers", "members.0.value": "{user}", "members.0.$ref": "https://pocket.example.jp/scim/idp/v2/Users/{user}", "members.1": "-"}},
		{name: "the member is taken out", method: "PATCH", path: "/Groups/{group}", status: 204, body: patchOf + `[{"op":"remove","path":"members[value eq \"{user}\"]"}]}`, then: menus(0)},
		{name: "members are replaced", method: "PATCH", path: "/Groups/{group}", status: 204, body: patchOf + `[{"op":"replace","path":"members","value":[{"value":"{user}"}]}]}`, then: menus(store.PermitView)},
		{name: "the whole is replaced, with another name", method: "PUT", path: "/Groups/{group}", status: 200, body: group("Unheard of", `{"value":"{user}"}`),
			wants: map[string]string{"displayName": "Unheard of", "members.0.value": "{user}"}, then: menus(0)},
		{name: "and emptied", method: "PUT", path: "/Groups/{group}", status: 200, body: group("Desk", ""), wants: map[string]string{"members": "-"}, then: menus(0)},
		{name: "it is removed", method: "DELETE", path: "/Groups/{group}", status: 204},
		{name: "none is left", method: "GET", path: "/Groups?startIndex=1&count=100", status: 200, wants: map[string]string{"totalResults": "0"}},
	}
}
