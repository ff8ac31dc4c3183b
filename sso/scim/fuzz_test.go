package scim

import (
	"testing"
	"time"
)

// FuzzFilter demands that no filter breaks the parser or takes it long.
func FuzzFilter(f *testing.F) {
	for _, seed := range []string{`userName eq "a"`, `emails[type eq "work" and value co "@"]`, `not (a pr) or b.c gt 1`, `((((((userName pr))))))`, `id eq null`, `urn:a:b:2.0:User:x pr`} {
		f.Add(seed)
	}
	r := Resource{Kind: KindUser, ID: "r", Attributes: Attributes{"userName": "a", "emails": []any{Attributes{"value": "x", "type": "work"}}}}
	f.Fuzz(func(t *testing.T, text string) {
		begun := time.Now()
		if found, err := userSchema.filter(text); err == nil {
			found.match(whole("https://x", r))
		}
		if took := time.Since(begun); took > 2*time.Second {
			t.Errorf("%q took %s", text, took)
		}
	})
}

// FuzzPatch demands of every PATCH that it is refused, or leaves a resource that is in the form that is kept.
func FuzzPatch(f *testing.F) {
	f.Add([]byte(`{"Operations":[{"op":"Add","path":"emails[type eq \"work\"].value","value":"x"},{"op":"remove","path":"name"}]}`))
	f.Add([]byte(`{"Operations":[{"op":"replace","value":{"active":"False","name.givenName":"x","urn:cloudpocket:scim:1.0:User:company":"c"}}]}`))
	f.Add([]byte(`{"Operations":[{"op":"add","path":"urn:cloudpocket:scim:1.0:User:offices","value":["a","a"]}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		r := Resource{Kind: KindUser, ID: "r", Attributes: Attributes{"userName": "a", "emails": []any{Attributes{"value": "x", "type": "work", "primary": true}}}}
		got, err := patched(r, body)
		if err != nil {
			return
		}
		again, err := userSchema.normal(got)
		if err != nil {
			t.Fatalf("%v: %v", got, err)
		}
		text, err := got.JSON()
		if err != nil {
			t.Fatal(err)
		}
		if kept, err := again.JSON(); err != nil || kept != text {
			t.Errorf("%s is kept as %s (%v)", text, kept, err)
		}
	})
}

// FuzzBulk demands that no bulk breaks the reading of it.
func FuzzBulk(f *testing.F) {
	f.Add([]byte(`{"failOnErrors":1,"Operations":[{"method":"POST","path":"/Users","bulkId":"a","data":{"userName":"x"}},{"method":"PATCH","path":"/Groups/bulkId:b","data":{"Operations":[{"op":"add","path":"members","value":[{"value":"bulkId:a"}]}]}}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		a, err := readObject(body)
		if err != nil {
			return
		}
		all, err := bulkOperations(a)
		if err != nil {
			return
		}
		for _, o := range all {
			if !o.waits(map[string]string{}) {
				before := o.path
				o.references(func(string) string { t.Error("a reference of what does not wait"); return "" })
				if o.path != before {
					t.Errorf("%q became %q", before, o.path)
				}
			}
		}
	})
}
