package scim

import (
	"context"
	"errors"
	"fmt"
	"testing"
)

// TestFold has members come and go in runs, and demands that what comes of them together is what comes of each alone, in as
// few steps as can be.
func TestFold(t *testing.T) {
	for _, tt := range []struct {
		name, operations string
		steps            int
		want             string
	}{
		{"added one by one", `[{"op":"add","path":"members","value":[{"value":"u3"}]},{"op":"Add","path":"Members","value":{"value":"u4"}},{"op":"add","value":{"members":[{"value":"u5"}]}},{"op":"add","path":"members","value":"u1"}]`,
			1, `["u1","u2","u3","u4","u5"]`},
		{"removed one by one", `[{"op":"remove","path":"members[value eq \"u1\"]"},{"op":"remove","path":"members","value":[{"value":"u2"}]},{"op":"remove","path":"members[value eq \"u7\"]"}]`,
			1, `null`},
		{"added, removed and added", `[{"op":"add","path":"members","value":[{"value":"u3"}]},{"op":"remove","path":"members","value":[{"value":"u3"}]},{"op":"add","path":"members","value":[{"value":"u3"}]}]`,
			3, `["u1","u2","u3"]`},
		{"all removed between", `[{"op":"remove","path":"members","value":[{"value":"u1"}]},{"op":"remove","path":"members"},{"op":"remove","path":"members","value":[{"value":"u1"}]},{"op":"add","path":"members","value":"u8"}]`,
			4, `["u8"]`},
		{"a removal of nobody", `[{"op":"remove","path":"members","value":[{"value":"u1"}]},{"op":"remove","path":"members","value":[{}]}]`,
			2, `null`},
		{"a name between", `[{"op":"add","path":"members","value":"u3"},{"op":"replace","path":"displayName","value":"x"},{"op":"add","path":"members","value":"u4"}]`,
			3, `["u1","u2","u3","u4"]`},
		{"chosen by more than their value", `[{"op":"remove","path":"members[value eq \"u1\" and display eq \"Two\"]"},{"op":"remove","path":"members[value eq \"u2\" or value eq \"u1\" or value eq \"u9\"]"}]`,
			2, `null`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := resource(t, KindGroup, team)
			body := tree(t, `{"Operations":`+tt.operations+`}`)
			all, err := operations(body)
			if err != nil {
				t.Fatal(err)
			}
			if got := len(groupSchema.folded(all)); got != tt.steps {
				t.Errorf("they are %d, want %d", got, tt.steps)
			}
			alone := r
			for _, o := range all {
				if alone.Attributes, err = groupSchema.patch(t.Context(), alone, []operation{o}); err != nil {
					t.Fatal(err)
				}
			}
			together, err := groupSchema.patch(t.Context(), r, all)
			if err != nil {
				t.Fatal(err)
			}
			same(t, together, alone.Attributes)
			same(t, Resource{Attributes: together}.Members(), tree(t, `{"m":`+tt.want+`}`)["m"])
			same(t, body, tree(t, `{"Operations":`+tt.operations+`}`))
		})
	}
}

// TestJoinLeavesTheOthers demands that one who joins a large group costs no work on each who is in it.
func TestJoinLeavesTheOthers(t *testing.T) {
	in := Attributes{}
	var list []any
	for i := range maxMembers - 10 {
		list = append(list, Attributes{"value": fmt.Sprint("u", i)})
	}
	in["members"] = list
	members, _ := find(groupSchema.attributes, "members")
	allocations := testing.AllocsPerRun(1, func() {
		if err := members.join(in, []any{Attributes{"value": "one more"}}); err != nil {
			t.Error(err)
		}
	})
	if allocations > maxMembers/4 {
		t.Errorf("it makes %.0f objects", allocations)
	}
	var refused *Error
	if err := members.join(in, list[:1]); err != nil {
		t.Errorf("who is there joins again: %v", err)
	}
	for i := range 10 {
		if err := members.join(in, []any{Attributes{"value": fmt.Sprint("more", i)}}); err != nil && (i < 9 || !errors.As(err, &refused) || refused.Type != TooMany) || err == nil && i == 9 {
			t.Errorf("number %d joins: %v", i, err)
		}
	}
}

// TestPatchHasAnEnd demands that no work is done for a client who left.
func TestPatchHasAnEnd(t *testing.T) {
	ctx, leave := context.WithCancel(t.Context())
	leave()
	got, err := groupSchema.patch(ctx, resource(t, KindGroup, team), []operation{{"add", "members", "u3"}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("it becomes %v (%v)", got, err)
	}
}
