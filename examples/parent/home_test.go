package parent

import "testing"

func TestServicesOfOneTenant(t *testing.T) {
	p, err := New(Config{
		SAML: []ServiceProvider{
			{MetadataURL: "http://a.example/metadata", Start: "http://a.example/start", Tenants: []string{"a"}},
			{MetadataURL: "http://b.example/metadata", Start: "http://b.example/start", Tenants: []string{"b"}},
		},
		OIDC: []Client{{ID: "c", Secret: "s", RedirectURIs: []string{"http://c.example/cb"}, Start: "http://c.example/start", Initiate: "http://c.example/init", Tenants: []string{"b"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	for tenant, want := range map[string]struct {
		saml, oidc int
		launch     string
		initiate   bool
	}{"a": {1, 0, "0", false}, "b": {1, 1, "1", true}, "c": {0, 0, "", false}} {
		u := User{Tenant: tenant}
		saml, oidc := p.entrances(u, "/")
		launch, initiate := p.services.first(tenant), p.initiation(u, "/") != ""
		if len(saml) != want.saml || len(oidc) != want.oidc || launch != want.launch || initiate != want.initiate {
			t.Errorf("tenant %s: %d SAML, %d OIDC, launch %q, initiate %t; want %+v", tenant, len(saml), len(oidc), launch, initiate, want)
		}
	}
}
