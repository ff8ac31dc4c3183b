package app

import (
	"testing"

	"cloudpocket/cmd/app/interop"
	"cloudpocket/store"
)

// TestEntraSequence has what Microsoft Entra ID is documented to send (Microsoft Learn, "Develop and plan provisioning for a
// SCIM endpoint") answered as it expects, through the whole service on two instances.
func TestEntraSequence(t *testing.T) {
	for name, servers := range map[string]bool{"SQLite": false, "PostgreSQL and Redis": true} {
		t.Run(name, func(t *testing.T) {
			c := testConfig(t)
			if servers {
				c.Redis, c.Database = interop.Redis(t), interop.Postgres(t)
			}
			p := newProvisioned(t, c)
			p.walk(t, entraUsers())
			p.walk(t, entraGroups())
			p.chained(t)
		})
	}
}

// entraUser is the body by which Entra creates a user.
const entraUser = `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
	"externalId":"0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef","userName":"Test_User_ab6490ee@aozora.example","active":true,
	"emails":[{"primary":true,"type":"work","value":"Test_User_fd0ea19b@testuser.com"}],"meta":{"resourceType":"User"},
	"name":{"formatted":"givenName familyName","familyName":"familyName","givenName":"givenName"},
	"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"organization":"ext-aozora","department":"ext-tokyo","manager":null},"roles":[]}`

const patchOf = `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":`

func entraUsers() []step {
	subject, renamed := "Test_User_ab6490ee@aozora.example", "5b50642d-79fc-4410-9e90-4c077cdd1a59@testuser.com"
	leave := map[string]func(*testing.T){} // what a step leaves to a later one
	return []step{
		{name: "the connection is tested", method: "GET", path: `/Users?filter=userName eq "4d3a8d0f-5a9f-4a7e-9b8e-1c2f3a4b5c6d"`, status: 200,
			wants: map[string]string{"schemas.0": "urn:ietf:params:scim:api:messages:2.0:ListResponse", "totalResults": "0", "Resources": "[]", "startIndex": "1", "itemsPerPage": "0"}},
		{name: "the schemas are read", method: "GET", path: "/Schemas", status: 200, wants: map[string]string{"Resources.0.id": "urn:ietf:params:scim:schemas:core:2.0:User"}},
		{name: "a user is looked for", method: "GET", path: `/Users?filter=externalId eq "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef"`, status: 200, wants: map[string]string{"totalResults": "0"}},
		{name: "and created", method: "POST", path: "/Users", body: entraUser, status: 201, keep: "user",
			wants: map[string]string{"userName": subject, "externalId": "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef", "active": "true", "name.familyName": "familyName",
				"emails.0.value": "Test_User_fd0ea19b@testuser.com", "emails.0.primary": "true", "meta.resourceType": "User", "roles": "-",
				"[urn:ietf:params:scim:schemas:extension:enterprise:2.0:User].department": "ext-tokyo"},
			then: func(t *testing.T, p *provisioned) {
				a := p.account(t, subject)
				if a.CompanyID != "aozora" || !a.Offices.Contains("tokyo") || a.Offices.Contains("osaka") || a.Name != "givenName familyName" ||
					a.Email != "Test_User_fd0ea19b@testuser.com" || a.State != store.AccountActive || a.Origin != store.FromSCIM || a.Permissions != 0 {
					t.Errorf("the account is %+v", a)
				}
			}},
		{name: "created again, it is there", method: "POST", path: "/Users", body: entraUser, status: 409, wants: map[string]string{"scimType": "uniqueness", "status": "409"}},
		{name: "it is read by its id", method: "GET", path: "/Users/{user}", status: 200, wants: map[string]string{"id": "{user}", "name.formatted": "givenName familyName", "meta.location": "https://pocket.example.jp/scim/idp/v2/Users/{user}"}},
		{name: "and by a query, in other capitals", method: "GET", path: `/Users?filter=userName eq "TEST_USER_ab6490ee@aozora.example"`, status: 200,
			wants: map[string]string{"totalResults": "1", "Resources.0.id": "{user}", "Resources.0.userName": subject}},
		{name: "there is nobody of another name", method: "GET", path: `/Users?filter=userName eq "non-existent user"`, status: 200, wants: map[string]string{"totalResults": "0"}},
		{name: "parts of it are replaced", method: "PATCH", path: "/Users/{user}", status: 200,
			body:  patchOf + `[{"op":"Replace","path":"emails[type eq \"work\"].value","value":"updatedEmail@microsoft.com"},{"op":"Replace","path":"name.familyName","value":"updatedFamilyName"}]}`,
			wants: map[string]string{"emails.0.value": "updatedEmail@microsoft.com", "emails.0.type": "work", "name.familyName": "updatedFamilyName", "name.givenName": "givenName"},
			then: func(t *testing.T, p *provisioned) {
				if a := p.account(t, subject); a.Email != "updatedEmail@microsoft.com" {
					t.Errorf("mails go to %q", a.Email)
				}
			}},
		{name: "it is renamed, and stays the same account", method: "PATCH", path: "/Users/{user}", status: 200,
			body: patchOf + `[{"op":"Replace","path":"userName","value":"` + renamed + `"}]}`, wants: map[string]string{"userName": renamed, "id": "{user}"},
			then: func(t *testing.T, p *provisioned) {
				if p.account(t, subject).ID != "" || p.account(t, renamed).CompanyID != "aozora" {
					t.Error("the account was not renamed")
				}
			}},
		{name: "an extension is added to", method: "PATCH", path: "/Users/{user}", status: 200,
			body: patchOf + `[{"op":"Add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department","value":"ext-osaka"},
				{"op":"Add","path":"displayName","value":"青空 花子"},{"op":"Add","path":"emails[type eq \"home\"].value","value":"h@aozora.example"}]}`,
			wants: map[string]string{"displayName": "青空 花子", "[urn:ietf:params:scim:schemas:extension:enterprise:2.0:User].department": "ext-osaka", "emails.1.type": "home"},
			then: func(t *testing.T, p *provisioned) {
				if a := p.account(t, renamed); a.Name != "青空 花子" || !a.Offices.Contains("osaka") || a.Offices.Contains("tokyo") {
					t.Errorf("the account is %+v", a)
				}
				cookie := p.enter(t, renamed)
				if !p.in(t, cookie) {
					t.Error("they cannot enter")
				}
				leave["in"] = func(t *testing.T) {
					if p.in(t, cookie) {
						t.Error("they are in still")
					}
				}
			}},
		{name: "it is soft-deleted, in the old dialect", method: "PATCH", path: "/Users/{user}", status: 200,
			body: patchOf + `[{"op":"Replace","path":"active","value":"False"}]}`, wants: map[string]string{"active": "false"},
			then: func(t *testing.T, p *provisioned) {
				leave["in"](t)
				if p.account(t, renamed).State != store.AccountDisabled {
					t.Error("the account is not disabled")
				}
			}},
		{name: "restored", method: "PATCH", path: "/Users/{user}", status: 200, body: patchOf + `[{"op":"Replace","path":"active","value":true}]}`,
			wants: map[string]string{"active": "true"},
			then: func(t *testing.T, p *provisioned) {
				if p.account(t, renamed).State != store.AccountActive {
					t.Error("the account is not back")
				}
				cookie := p.enter(t, renamed)
				leave["in"] = func(t *testing.T) {
					if p.in(t, cookie) {
						t.Error("they are in still")
					}
				}
			}},
		{name: "and deleted", method: "DELETE", path: "/Users/{user}", status: 204, then: func(t *testing.T, p *provisioned) {
			leave["in"](t)
			if p.account(t, renamed).ID != "" {
				t.Error("the account is there")
			}
		}},
		{name: "it is gone", method: "GET", path: "/Users/{user}", status: 404, wants: map[string]string{"schemas.0": "urn:ietf:params:scim:api:messages:2.0:Error", "status": "404"}},
		{name: "gone twice", method: "DELETE", path: "/Users/{user}", status: 404},
		{name: "it comes back as another", method: "POST", path: "/Users", body: entraUser, status: 201, keep: "user"},
	}
}

func entraGroups() []step {
	menus := func(want store.Permission) func(*testing.T, *provisioned) {
		return func(t *testing.T, p *provisioned) {
			if got := p.account(t, "Test_User_ab6490ee@aozora.example").Permissions; got != want {
				t.Errorf("the member has %q, want %q", got, want)
			}
		}
	}
	return []step{
		{name: "a group is created", method: "POST", path: "/Groups", status: 201, keep: "group",
			body:  `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group","http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],"externalId":"8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159","displayName":"displayName","meta":{"resourceType":"Group"}}`,
			wants: map[string]string{"displayName": "displayName", "externalId": "8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159", "meta.resourceType": "Group"}},
		{name: "it is read without members", method: "GET", path: "/Groups/{group}?excludedAttributes=members", status: 200, wants: map[string]string{"id": "{group}", "members": "-"}},
		{name: "and by its name", method: "GET", path: `/Groups?excludedAttributes=members&filter=displayName eq "displayName"`, status: 200,
			wants: map[string]string{"totalResults": "1", "Resources.0.id": "{group}", "Resources.0.members": "-"}},
		{name: "a member is added", method: "PATCH", path: "/Groups/{group}", status: 204, body: patchOf + `[{"op":"Add","path":"members","value":[{"$ref":null,"value":"{user}"}]}]}`, then: menus(0)},
		{name: "it is renamed to a role", method: "PATCH", path: "/Groups/{group}", status: 204, body: patchOf + `[{"op":"Replace","path":"displayName","value":"Readers"}]}`, then: menus(store.PermitView)},
		{name: "membership is asked for", method: "GET", path: `/Groups?filter=id eq "{group}" and members eq "{user}"&attributes=id`, status: 200, wants: map[string]string{"totalResults": "1"}},
		{name: "the member knows it", method: "GET", path: "/Users/{user}", status: 200, wants: map[string]string{"groups.0.value": "{group}", "groups.0.display": "Readers"}},
		{name: "the member is removed", method: "PATCH", path: "/Groups/{group}", status: 204, body: patchOf + `[{"op":"Remove","path":"members","value":[{"$ref":null,"value":"{user}"}]}]}`, then: menus(0)},
		{name: "and added once more", method: "PATCH", path: "/Groups/{group}", status: 204, body: patchOf + `[{"op":"Add","path":"members","value":[{"value":"{user}"}]}]}`, then: menus(store.PermitView)},
		{name: "who is nobody cannot be", method: "PATCH", path: "/Groups/{group}", status: 400, body: patchOf + `[{"op":"Add","path":"members","value":[{"value":"none"}]}]}`,
			wants: map[string]string{"scimType": "invalidValue"}},
		{name: "the group is deleted", method: "DELETE", path: "/Groups/{group}", status: 204, then: menus(0)},
		{name: "it is gone", method: "GET", path: "/Groups/{group}", status: 404},
	}
}

// chained demands that the audit of both firms holds together and names the token for what was done by it.
func (p *provisioned) chained(t *testing.T) {
	t.Helper()
	named := 0
	noError(t, p.here.Stores.Records.View(t.Context(), "firm", func(tx store.Tx) error {
		head, err := tx.Audit().Head(t.Context())
		if err != nil {
			return err
		}
		for e, err := range tx.Audit().All(t.Context()) {
			if err != nil {
				return err
			}
			if e.Deed == store.DeedProvision || e.Deed == store.DeedRevoke {
				if named++; e.Name != "SCIM: directory of firm" || e.TrustID != "idp" || e.Address == "" || e.RequestID == "" || e.Detail["token"] == "" {
					t.Errorf("%s is of %q by %q from %q", e.Deed, e.Name, e.TrustID, e.Address)
				}
			}
		}
		_, err = store.VerifyAudit("firm", tx.Audit().All(t.Context()), head)
		return err
	}))
	if named < 10 {
		t.Errorf("%d events of provisioning", named)
	}
}
