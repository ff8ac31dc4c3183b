package scim

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"testing"
	"time"
)

const (
	person = `{"userName":"sato@example.jp","externalId":"e1","active":true,"name":{"givenName":"花子","familyName":"佐藤"},
		"emails":[{"type":"work","value":"sato@example.jp","primary":true},{"type":"home","value":"hanako@example.org"}],
		"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"D1","manager":{"value":"m1"}}}`
	team = `{"displayName":"clerks","members":[{"value":"u1"},{"value":"u2","display":"Two"}]}`
)

func resource(t *testing.T, kind Kind, text string) Resource {
	t.Helper()
	return Resource{Kind: kind, ID: "r1", Attributes: tree(t, text), Created: time.Unix(0, 0), Modified: time.Unix(1_700_000_000, 0), Version: 3}
}

func tree(t *testing.T, text string) Attributes {
	t.Helper()
	a, err := readObject([]byte(text))
	if err != nil {
		t.Fatalf("read %s: %v", text, err)
	}
	return a
}

// TestPatch changes a person and a group as the clients do that there are, and as the standard has it.
func TestPatch(t *testing.T) {
	for _, tt := range []struct {
		name       string
		kind       Kind
		operations string
		want       string // the attributes that changed, null for those that are gone
		refused    string // or the scimType
	}{
		{"Entra: disabled by a text", KindUser, `[{"op":"Replace","path":"active","value":"False"}]`, `{"active":false}`, ""},
		{"Entra: an address that is there", KindUser, `[{"op":"Replace","path":"emails[type eq \"work\"].value","value":"new@example.jp"}]`,
			`{"emails":[{"type":"work","value":"new@example.jp","primary":true},{"type":"home","value":"hanako@example.org"}]}`, ""},
		{"addresses chosen by three terms", KindUser, `[{"op":"replace","path":"emails[type eq \"work\" or type eq \"home\" or type eq \"other\"].display","value":"x"}]`,
			`{"emails":[{"type":"work","value":"sato@example.jp","primary":true,"display":"x"},{"type":"home","value":"hanako@example.org","display":"x"}]}`, ""},
		{"an address made of three terms", KindUser, `[{"op":"add","path":"emails[type eq \"other\" and display eq \"x\" and primary eq false].value","value":"o@example.jp"}]`,
			`{"emails":[{"type":"work","value":"sato@example.jp","primary":true},{"type":"home","value":"hanako@example.org"},{"type":"other","display":"x","primary":false,"value":"o@example.jp"}]}`, ""},
		{"a path within a path", KindUser, `[{"op":"replace","path":"emails[emails[type eq \"work\"]].value","value":"x"}]`, ``, InvalidPath},
		{"Entra: an address that is not", KindUser, `[{"op":"Add","path":"emails[type eq \"other\"].value","value":"new@example.jp"}]`,
			`{"emails":[{"type":"work","value":"sato@example.jp","primary":true},{"type":"home","value":"hanako@example.org"},{"type":"other","value":"new@example.jp"}]}`, ""},
		{"Entra: a replaced telephone that is not there", KindUser, `[{"op":"Replace","path":"phoneNumbers[type eq \"mobile\"].value","value":"090"}]`,
			`{"phoneNumbers":[{"type":"mobile","value":"090"}]}`, ""},
		{"Entra: an extension's attribute", KindUser, `[{"op":"Add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department","value":"D2"}]`,
			`{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"D2","manager":{"value":"m1"}}}`, ""},
		{"Entra: a manager as a list", KindUser, `[{"op":"Add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":[{"$ref":"x","value":"m2"}]}]`,
			`{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"D1","manager":{"value":"m2","$ref":"x"}}}`, ""},
		{"Entra: a manager as a text", KindUser, `[{"op":"Replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":"m3"}]`,
			`{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"D1","manager":{"value":"m3"}}}`, ""},
		{"Entra: paths as names", KindUser, `[{"op":"Replace","value":{"displayName":"Sato","name.givenName":"H","emails[type eq \"home\"].value":"h@example.org","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department":"D9"}}]`,
			`{"displayName":"Sato","name":{"givenName":"H","familyName":"佐藤"},"emails":[{"type":"work","value":"sato@example.jp","primary":true},{"type":"home","value":"h@example.org"}],
			"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"D9","manager":{"value":"m1"}}}`, ""},
		{"Okta: deactivated without a path", KindUser, `[{"op":"replace","value":{"active":false}}]`, `{"active":false}`, ""},
		{"Okta: a group renamed with its id", KindGroup, `[{"op":"replace","value":{"id":"r1","displayName":"bosses"}}]`, `{"displayName":"bosses"}`, ""},
		{"Okta: a member removed by a path", KindGroup, `[{"op":"remove","path":"members[value eq \"u1\"]"}]`, `{"members":[{"value":"u2","display":"Two"}]}`, ""},
		{"Okta: members replaced", KindGroup, `[{"op":"replace","path":"members","value":[{"value":"u9"}]}]`, `{"members":[{"value":"u9"}]}`, ""},
		{"Entra: a member removed by a value", KindGroup, `[{"op":"Remove","path":"members","value":[{"$ref":null,"value":"u2"}]}]`, `{"members":[{"value":"u1"}]}`, ""},
		{"Entra: members added", KindGroup, `[{"op":"Add","path":"members","value":[{"$ref":null,"value":"u2"},{"value":"u3"}]}]`,
			`{"members":[{"value":"u1"},{"value":"u2","display":"Two"},{"value":"u3"}]}`, ""},
		{"all members removed", KindGroup, `[{"op":"remove","path":"members"}]`, `{"members":null}`, ""},
		{"a member removed that is none", KindGroup, `[{"op":"remove","path":"members[value eq \"u7\"]"}]`, `{}`, ""},
		{"a member is not made by a filter", KindGroup, `[{"op":"replace","path":"members[value eq \"u7\"].display","value":"x"}]`, ``, NoTarget},
		{"any capitals", KindUser, `[{"op":"REPLACE","path":"NAME.FamilyName","value":"Suzuki"}]`, `{"name":{"givenName":"花子","familyName":"Suzuki"}}`, ""},
		{"the URN of the core", KindUser, `[{"op":"add","path":"urn:ietf:params:scim:schemas:core:2.0:User:title","value":"部長"}]`, `{"title":"部長"}`, ""},
		{"a part removed", KindUser, `[{"op":"remove","path":"name.givenName"}]`, `{"name":{"familyName":"佐藤"}}`, ""},
		{"a complex attribute merged", KindUser, `[{"op":"replace","path":"name","value":{"formatted":"佐藤 花子"}}]`, `{"name":{"givenName":"花子","familyName":"佐藤","formatted":"佐藤 花子"}}`, ""},
		{"an extension removed", KindUser, `[{"op":"remove","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"}]`, `{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":null}`, ""},
		{"the last of an extension", KindUser, `[{"op":"remove","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"},{"op":"remove","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager"}]`, `{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":null}`, ""},
		{"our extension", KindUser, `[{"op":"add","path":"urn:cloudpocket:scim:1.0:User:offices","value":["o1","o2"]},{"op":"remove","path":"urn:cloudpocket:scim:1.0:User:offices","value":["o1"]}]`, `{"urn:cloudpocket:scim:1.0:User":{"offices":["o2"]}}`, ""},
		{"one primary", KindUser, `[{"op":"add","path":"emails","value":[{"type":"other","value":"o@example.jp","primary":"True"}]}]`,
			`{"emails":[{"type":"work","value":"sato@example.jp","primary":false},{"type":"home","value":"hanako@example.org"},{"type":"other","value":"o@example.jp","primary":true}]}`, ""},
		{"emptied", KindUser, `[{"op":"replace","path":"emails","value":[]},{"op":"replace","path":"externalId","value":""}]`, `{"emails":null,"externalId":null}`, ""},
		{"a password is dropped", KindUser, `[{"op":"replace","path":"password","value":"secret"}]`, `{}`, ""},
		{"unknown names beside known ones", KindUser, `[{"op":"replace","value":{"schemas":["x"],"shoeSize":"27","title":"課長"}}]`, `{"title":"課長"}`, ""},
		{"another id", KindUser, `[{"op":"replace","path":"id","value":"r2"}]`, ``, Mutability},
		{"its groups", KindUser, `[{"op":"add","path":"groups","value":[{"value":"g"}]}]`, ``, Mutability},
		{"meta", KindUser, `[{"op":"replace","path":"meta.version","value":"x"}]`, ``, Mutability},
		{"no such path", KindUser, `[{"op":"replace","path":"shoeSize","value":"27"}]`, ``, InvalidPath},
		{"no such part", KindUser, `[{"op":"replace","path":"name.shoe","value":"27"}]`, ``, InvalidPath},
		{"a path that is none", KindUser, `[{"op":"replace","path":"emails[type eq","value":"27"}]`, ``, InvalidPath},
		{"a filter on a single value", KindUser, `[{"op":"replace","path":"name[givenName eq \"a\"]","value":"27"}]`, ``, InvalidPath},
		{"no such operation", KindUser, `[{"op":"destroy","path":"title"}]`, ``, InvalidSyntax},
		{"a removal of nothing", KindUser, `[{"op":"remove"}]`, ``, NoTarget},
		{"the name removed", KindUser, `[{"op":"remove","path":"userName"}]`, ``, InvalidValue},
		{"a wrong type", KindUser, `[{"op":"replace","path":"active","value":"perhaps"}]`, ``, InvalidValue},
		{"no operations", KindUser, `[]`, ``, InvalidSyntax},
		{"refused after a change", KindUser, `[{"op":"replace","path":"title","value":"x"},{"op":"replace","path":"id","value":"y"}]`, ``, Mutability},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := map[Kind]string{KindUser: person, KindGroup: team}[tt.kind]
			r := resource(t, tt.kind, text)
			got, err := patched(r, []byte(`{"schemas":["`+urnPatch+`"],"Operations":`+tt.operations+`}`))
			if !reflect.DeepEqual(r, resource(t, tt.kind, text)) {
				t.Error("the resource itself was changed")
			}
			var refused *Error
			if errors.As(err, &refused); err != nil || tt.refused != "" {
				if refused == nil || refused.Type != tt.refused {
					t.Fatalf("%v, want %s", err, tt.refused)
				}
				return
			}
			want := r.Attributes.Clone()
			for name, v := range tree(t, tt.want) {
				if want[name] = v; v == nil {
					delete(want, name)
				}
			}
			same(t, got, want)
		})
	}
}

func patched(r Resource, body []byte) (Attributes, error) {
	a, err := readObject(body)
	if err != nil {
		return nil, err
	}
	all, err := operations(a)
	if err != nil {
		return nil, err
	}
	return schemaOf(r.Kind).patch(context.Background(), r, all)
}

func same(t *testing.T, got, want any) {
	t.Helper()
	g, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	w, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	if string(g) != string(w) {
		t.Errorf("\n%s, want\n%s", g, w)
	}
}

// TestNormal brings whole resources into the form that is kept.
func TestNormal(t *testing.T) {
	for _, tt := range []struct{ name, sent, want, refused string }{
		{"capitals and unknown names", `{"USERNAME":"a","Emails":[{"Value":"x","shoe":1}],"shoeSize":27,"ID":"mine","meta":{}}`, `{"userName":"a","emails":[{"value":"x"}]}`, ""},
		{"a password", `{"userName":"a","password":"secret"}`, `{"userName":"a"}`, ""},
		{"nothing in it", `{"userName":"a","title":null,"emails":[],"name":{"givenName":""}}`, `{"userName":"a"}`, ""},
		{"booleans as texts", `{"userName":"a","active":"True","emails":[{"value":"x","primary":"false"}]}`, `{"userName":"a","active":true,"emails":[{"value":"x","primary":false}]}`, ""},
		{"one for several", `{"userName":"a","emails":{"value":"x"},"phoneNumbers":"090"}`, `{"userName":"a","emails":[{"value":"x"}],"phoneNumbers":[{"value":"090"}]}`, ""},
		{"an extension", `{"userName":"a","URN:cloudpocket:scim:1.0:user":{"Company":"c","offices":["o"]}}`, `{"userName":"a","urn:cloudpocket:scim:1.0:User":{"company":"c","offices":["o"]}}`, ""},
		{"no name", `{"displayName":"a"}`, "", InvalidValue},
		{"a name of blanks", `{"userName":" "}`, "", InvalidValue},
		{"a number for a name", `{"userName":7}`, "", InvalidValue},
		{"NUL", `{"userName":"a\u0000"}`, "", InvalidValue},
		{"twice", `{"userName":"a","username":"b"}`, "", InvalidSyntax},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := userSchema.normal(tree(t, tt.sent))
			var refused *Error
			if errors.As(err, &refused); err != nil || tt.refused != "" {
				if refused == nil || refused.Type != tt.refused {
					t.Fatalf("%v, want %s", err, tt.refused)
				}
				return
			}
			same(t, got, tree(t, tt.want))
		})
	}
}

// TestNames puts together how a person is called.
func TestNames(t *testing.T) {
	for sent, want := range map[string]string{
		`{"userName":"u","displayName":"D"}`:                             "D",
		`{"userName":"u","name":{"formatted":"F","givenName":"G"}}`:      "F",
		`{"userName":"u","name":{"givenName":"Ann","familyName":"Lee"}}`: "Ann Lee",
		`{"userName":"u","name":{"givenName":"花子","familyName":"佐藤"}}`:   "佐藤 花子",
		`{"userName":"u"}`: "u",
	} {
		if got := (Resource{Kind: KindUser, Attributes: tree(t, sent)}).DisplayName(); got != want {
			t.Errorf("%s is called %q, want %q", sent, got, want)
		}
	}
	for sent, want := range map[string]string{
		`{"emails":[{"value":"a"},{"value":"b","type":"work"}]}`:                "b",
		`{"emails":[{"value":"a","primary":true},{"value":"b","type":"work"}]}`: "a",
		`{"emails":[{"value":"a"}]}`:                                            "a",
		`{}`:                                                                    "",
	} {
		if got := (Resource{Kind: KindUser, Attributes: tree(t, sent)}).Email(); got != want {
			t.Errorf("%s is written to at %q, want %q", sent, got, want)
		}
	}
}
