package store

import (
	"encoding/json"
	"reflect"
	"testing"
)

func TestSource(t *testing.T) {
	said := map[string][]string{"uid": {"FIRM\\1001"}, "mail": {"a@x.example", "b@x.example"}, "empty": {}, "role": {"boss", "guest"}}
	for name, row := range map[string]struct {
		source Source
		values []string
		said   bool
	}{
		"nothing":             {Source{}, nil, false},
		"claim":               {Claim("mail"), []string{"a@x.example", "b@x.example"}, true},
		"not there":           {Claim("upn"), nil, false},
		"fallback":            {Source{Claims: []string{"upn", "uid"}}, []string{"FIRM\\1001"}, true},
		"the first counts":    {Source{Claims: []string{"empty", "uid"}}, nil, true},
		"fixed":               {Source{Fixed: "view", Claims: []string{"uid"}}, []string{"view"}, true},
		"stripped":            {Source{Claims: []string{"uid"}, Strip: "FIRM\\"}, []string{"1001"}, true},
		"nothing to strip":    {Source{Claims: []string{"role"}, Strip: "FIRM\\"}, []string{"boss", "guest"}, true},
		"table":               {Source{Claims: []string{"role"}, Lookup: map[string]string{"boss": "manager"}}, []string{"manager"}, true},
		"table of nothing":    {Source{Claims: []string{"role"}, Lookup: map[string]string{}}, nil, true},
		"stripped, looked up": {Source{Claims: []string{"uid"}, Strip: "FIRM\\", Lookup: map[string]string{"1001": "s-1"}}, []string{"s-1"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			values, ok := row.source.Values(said)
			if !reflect.DeepEqual(values, row.values) || ok != row.said {
				t.Errorf("%q %t, want %q %t", values, ok, row.values, row.said)
			}
		})
	}
}

func TestSourceIsReadAsItWasKept(t *testing.T) {
	for kept, want := range map[string]Mapping{
		`{"Subject":"uid","Tenant":"","Roles":{"a":"view"}}`: {Subject: Claim("uid"), Roles: map[string]string{"a": "view"}},
		`{"Name":{"claims":["cn","sn"],"strip":"x"}}`:        {Name: Source{Claims: []string{"cn", "sn"}, Strip: "x"}},
		`{}`: {},
	} {
		var got Mapping
		if err := json.Unmarshal([]byte(kept), &got); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v %v", kept, got, err)
		}
		again, err := json.Marshal(got)
		var back Mapping
		if err == nil {
			err = json.Unmarshal(again, &back)
		}
		if err != nil || !reflect.DeepEqual(back, want) {
			t.Errorf("%s comes back as %+v %v", again, back, err)
		}
	}
}
