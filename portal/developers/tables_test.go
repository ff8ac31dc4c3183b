package developers_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cloudpocket/portal/developers"
)

func widgetFile(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "widget", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// between returns what stands in text after begin and before end.
func between(t *testing.T, text, begin, end string) string {
	t.Helper()
	_, rest, ok := strings.Cut(text, begin)
	if !ok {
		t.Fatalf("%q is not there any more", begin)
	}
	in, _, _ := strings.Cut(rest, end)
	return in
}

func found(pattern, text string) (all []string) {
	for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
		if !slices.Contains(all, m[1]) {
			all = append(all, m[1])
		}
	}
	slices.Sort(all)
	return all
}

func codes(names []developers.Name) (all []string) {
	for _, n := range names {
		all = append(all, n.Code)
	}
	slices.Sort(all)
	return all
}

// TestEventsAreThoseOfTheElement holds the table of events to the types and to what the element lets through.
func TestEventsAreThoseOfTheElement(t *testing.T) {
	types := between(t, widgetFile(t, "assets/embed.d.ts"), "export interface Events {", "\n}")
	types = regexp.MustCompile(`(?s)/\*\*.*?\*/`).ReplaceAllString(types, "")
	lines := regexp.MustCompile(`(?m)^\s+(\w+): Version(?: & \{([^}]*)\})?;`).FindAllStringSubmatch(types, -1)
	events := developers.Events()
	if len(lines) != len(events) {
		t.Fatalf("embed.d.ts has %d events, the table %d", len(lines), len(events))
	}
	passes := between(t, widgetFile(t, "assets/embed.js"), "const tells = {", "};")
	for i, e := range events {
		fields := found(`(\w+):`, lines[i][2])
		want := slices.Sorted(slices.Values(e.Fields))
		if lines[i][1] != e.Name || !slices.Equal(fields, want) {
			t.Errorf("embed.d.ts has %q, the table %v", lines[i][0], e)
		}
		if !regexp.MustCompile(`\b` + e.Name + `:`).MatchString(passes) {
			t.Errorf("the element does not let %s through", e.Name)
		}
	}
}

// TestNamesAreThoseOfTheElement holds the other tables to the scripts.
func TestNamesAreThoseOfTheElement(t *testing.T) {
	element, types := widgetFile(t, "assets/embed.js"), widgetFile(t, "assets/embed.d.ts")
	frame := ""
	names, err := filepath.Glob("../widget/assets/*.js")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		frame += widgetFile(t, filepath.Join("assets", filepath.Base(name)))
	}
	for what, pair := range map[string][2][]string{
		"attributes": {codes(developers.Attributes()), found(`(?m)^  (\w+)\??:`, between(t, types, "export interface Attributes {", "\n}"))},
		"theme":      {codes(developers.ThemeFields()), found(`(?m)^  (\w+)\?:`, between(t, types, "export interface Theme {", "\n}"))},
		"modes":      {slices.Sorted(slices.Values(developers.Modes())), found(`"(\w+)"`, between(t, types, "export type Mode =", ";"))},
		"sandbox":    {codes(developers.Sandbox()), found(`(allow-[\w-]+)`, between(t, element, `const sandbox = "`, `"`))},
		"errors":     {codes(developers.ErrorCodes()), found(`(?:#lost\(|\{ code: )"(\w+)"(?: \})?\)`, frame)},
		"reasons":    {codes(developers.EndReasons()), found(`(?m)reason\w+\s+= "(\w+)"`, widgetFile(t, "events.go"))},
	} {
		if !slices.Equal(pair[0], pair[1]) {
			t.Errorf("%s: the table has %q, the element %q", what, pair[0], pair[1])
		}
	}
}
