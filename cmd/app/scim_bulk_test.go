package app

import (
	"testing"

	"cloudpocket/store"
)

// TestProvisioningInBulk makes a user and a group of them in one request, which goes on after what is refused.
func TestProvisioningInBulk(t *testing.T) {
	p := newProvisioned(t, testConfig(t))
	p.walk(t, []step{{name: "a bulk", method: "POST", path: "/Bulk", status: 200,
		body: `{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":[
			{"method":"POST","path":"/Groups","bulkId":"g","data":{"displayName":"Readers","members":[{"value":"bulkId:u"}]}},
			{"method":"POST","path":"/Users","bulkId":"u","data":{"userName":"u","urn:cloudpocket:scim:1.0:User":{"company":"ext-aozora","offices":["*"]}}},
			{"method":"POST","path":"/Users","bulkId":"v","data":{"userName":"U"}},
			{"method":"DELETE","path":"/Users/none"}]}`,
		wants: map[string]string{"Operations.0.status": "201", "Operations.1.status": "201", "Operations.2.status": "409", "Operations.2.response.scimType": "uniqueness",
			"Operations.3.status": "404", "Operations.4": "-"},
		then: func(t *testing.T, p *provisioned) {
			if a := p.account(t, "u"); a.Permissions != store.PermitView || !a.Offices.All || a.CompanyID != "aozora" {
				t.Errorf("the member is %+v", a)
			}
		}}})
}
