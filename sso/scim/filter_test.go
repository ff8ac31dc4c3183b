package scim

import (
	"errors"
	"maps"
	"testing"
)

// TestFilter judges one person by filters.
func TestFilter(t *testing.T) {
	for _, tt := range []struct {
		filter  string
		match   bool
		refused string
	}{
		{``, true, ""},
		{`userName eq "sato@example.jp"`, true, ""},
		{`userName eq "SATO@example.JP"`, true, ""},
		{`USERNAME EQ "sato@example.jp"`, true, ""},
		{`userName eq "other"`, false, ""},
		{`userName ne "other"`, true, ""},
		{`userName sw "sato"`, true, ""},
		{`userName co "example"`, true, ""},
		{`userName ew ".jp"`, true, ""},
		{`userName gt "a" and userName lt "z"`, true, ""},
		{`userName ge "sato@example.jp" and userName le "sato@example.jp"`, true, ""},
		{`externalId eq "e1"`, true, ""},
		{`externalId eq "E1"`, false, ""},
		{`id eq "r1"`, true, ""},
		{`active eq true`, true, ""},
		{`active eq "True"`, true, ""},
		{`active eq false`, false, ""},
		{`displayName pr`, false, ""},
		{`displayName eq null`, true, ""},
		{`name pr`, true, ""},
		{`emails pr`, true, ""},
		{`name.familyName eq "佐藤"`, true, ""},
		{`emails.value eq "hanako@example.org"`, true, ""},
		{`emails eq "hanako@example.org"`, true, ""},
		{`emails ne "hanako@example.org"`, false, ""},
		{`emails[type eq "work"]`, true, ""},
		{`emails[type eq "work" and value co "hanako"]`, false, ""},
		{`emails[type eq "home" and value co "hanako"]`, true, ""},
		{`emails[type eq "home" or primary eq true]`, true, ""},
		{`emails[type eq "home" and value co "sato" or primary eq true]`, true, ""},
		{`emails[type eq "home" and (value co "sato" or primary eq true)]`, false, ""},
		{`emails[type eq "a" or type eq "b" or type eq "home"]`, true, ""},
		{`emails[type eq "home" and value co "hanako" and value ew ".com"]`, false, ""},
		{`emails[not (type eq "home" or type eq "work" or type eq "other")]`, false, ""},
		{`emails[type eq "x"] or emails[ type eq "y" or type eq "z" or type eq "work" ] and active eq true`, true, ""},
		{`not (emails[type eq "x" or type eq "y" or type eq "work"])`, false, ""},
		{`emails[value eq "a]b" or value eq "\"[" or type eq "work"]`, true, ""},
		{`userName eq "x[y]" or displayName eq "in0"`, false, ""},
		{`emails[in0 pr]`, false, InvalidFilter},
		{`emails[emails[type eq "work"]]`, false, InvalidFilter},
		{`emails[type eq "work"`, false, InvalidFilter},
		{`emails]type eq "work"[`, false, InvalidFilter},
		{`emails[]`, false, InvalidFilter},
		{`emails[type eq "work" or]`, false, InvalidFilter},
		{`not (active eq true)`, false, ""},
		{`active eq false or userName sw "s" and name.givenName pr`, true, ""},
		{`(active eq false or userName sw "s") and displayName pr`, false, ""},
		{`meta.lastModified gt "2020-01-01T00:00:00Z"`, true, ""},
		{`meta.lastModified le "2020-01-01T00:00:00+09:00"`, false, ""},
		{`meta.resourceType eq "User"`, true, ""},
		{`schemas eq "urn:ietf:params:scim:schemas:core:2.0:User"`, true, ""},
		{`urn:ietf:params:scim:schemas:core:2.0:User:userName sw "sato"`, true, ""},
		{`urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "d1"`, true, ""},
		{`urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq "m1"`, true, ""},
		{`urn:cloudpocket:scim:1.0:User:company pr`, false, ""},
		{`userName eq "O\"Brien"`, false, ""},
		{`shoeSize eq "27"`, false, InvalidFilter},
		{`emails[shoe eq "x"]`, false, InvalidFilter},
		{`name.shoe eq "x"`, false, InvalidFilter},
		{`name eq "x"`, false, InvalidFilter},
		{`userName regex "x"`, false, InvalidFilter},
		{`userName eq 5`, false, InvalidFilter},
		{`userName eq`, false, InvalidFilter},
		{`userName`, false, InvalidFilter},
		{`active gt true`, false, InvalidFilter},
		{`active eq "perhaps"`, false, InvalidFilter},
		{`meta.created co "2026"`, false, InvalidFilter},
		{`meta.created gt "yesterday"`, false, InvalidFilter},
		{`userName eq "x" and`, false, InvalidFilter},
		{`((((((((((((((userName pr))))))))))))))`, false, InvalidFilter},
	} {
		t.Run(tt.filter, func(t *testing.T) {
			f, err := userSchema.filter(tt.filter)
			var refused *Error
			if errors.As(err, &refused); err != nil || tt.refused != "" {
				if refused == nil || refused.Type != tt.refused {
					t.Fatalf("%v, want %q", err, tt.refused)
				}
				return
			}
			if got := f.match(whole("https://pocket.example/scim/t/v2", resource(t, KindUser, person))); got != tt.match {
				t.Errorf("matches: %t", got)
			}
		})
	}
}

// TestExact demands hints that every match fits, and no others.
func TestExact(t *testing.T) {
	for filter, want := range map[string]map[string]string{
		`userName eq "A"`:                                      {"userName": "A"},
		`USERNAME eq "A" and active eq true`:                   {"userName": "A"},
		`id eq "g" and externalId eq "e"`:                      {"id": "g", "externalId": "e"},
		`userName eq "A" or active eq true`:                    {},
		`not (userName eq "A")`:                                {},
		`emails.value eq "A"`:                                  {},
		`userName sw "A"`:                                      {},
		`urn:cloudpocket:scim:1.0:User:company eq "A"`:         {},
		`urn:ietf:params:scim:schemas:core:2.0:User:id eq "A"`: {"id": "A"},
	} {
		f, err := userSchema.filter(filter)
		if err != nil {
			t.Fatal(err)
		}
		if !maps.Equal(f.exact, want) {
			t.Errorf("%s: %v, want %v", filter, f.exact, want)
		}
	}
}

// TestProjection cuts what is answered of a person.
func TestProjection(t *testing.T) {
	const urn = `"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],"id":"r1"`
	for _, tt := range []struct {
		only, without []string
		want          string
	}{
		{[]string{"userName"}, nil, `{` + urn + `,"userName":"sato@example.jp"}`},
		{[]string{"NAME.givenname", "emails.value"}, nil, `{` + urn + `,"name":{"givenName":"花子"},"emails":[{"value":"sato@example.jp"},{"value":"hanako@example.org"}]}`},
		{[]string{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"}, nil, `{` + urn + `,"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"D1"}}`},
		{[]string{"urn:ietf:params:scim:schemas:core:2.0:User:userName", "name", "name.givenName"}, nil, `{` + urn + `,"userName":"sato@example.jp","name":{"givenName":"花子","familyName":"佐藤"}}`},
		{[]string{"shoeSize"}, nil, `{` + urn + `}`},
		{nil, []string{"id", "schemas", "meta", "name.givenName", "emails", "active", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"},
			`{` + urn + `,"userName":"sato@example.jp","externalId":"e1","name":{"familyName":"佐藤"}}`},
	} {
		got := userSchema.projected(tt.only, tt.without).cut(whole("https://x", resource(t, KindUser, person)))
		same(t, got, tree(t, tt.want))
	}
}
