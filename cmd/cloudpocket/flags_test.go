package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// every calls fn with every command's words and node.
func every(t *testing.T, fn func(words []string, n *kong.Node)) {
	t.Helper()
	parser, err := newParser(&commands{})
	if err != nil {
		t.Fatal(err)
	}
	var walk func(words []string, n *kong.Node)
	walk = func(words []string, n *kong.Node) {
		fn(words, n)
		for _, child := range n.Children {
			walk(append(slices.Clone(words), child.Name), child)
		}
	}
	for _, n := range parser.Model.Children {
		walk([]string{n.Name}, n)
	}
}

func sentence(s string) bool { return strings.HasSuffix(s, ".") && len(s) > 5 }

func TestEveryFlagHasHelpAndVariable(t *testing.T) {
	flags := map[string]string{} // by variable
	every(t, func(words []string, n *kong.Node) {
		command := strings.Join(words, " ")
		if !sentence(n.Help) {
			t.Errorf("%s: its help is no sentence: %q", command, n.Help)
		}
		for _, arg := range n.Positional {
			if !sentence(arg.Help) {
				t.Errorf("%s <%s>: its help is no sentence: %q", command, arg.Name, arg.Help)
			}
		}
		for _, f := range n.Flags {
			if !sentence(f.Help) {
				t.Errorf("%s --%s: its help is no sentence: %q", command, f.Name, f.Help)
			}
			if f.Name == "help" {
				continue
			}
			if len(f.Envs) != 1 || !strings.HasPrefix(f.Envs[0], "CLOUDPOCKET_") {
				t.Errorf("%s --%s: variables %q, want one that begins with CLOUDPOCKET_", command, f.Name, f.Envs)
				continue
			}
			if other, ok := flags[f.Envs[0]]; ok && other != f.Name {
				t.Errorf("%s is the variable of --%s and of --%s", f.Envs[0], other, f.Name)
			}
			flags[f.Envs[0]] = f.Name
		}
	})
	if len(flags) < 50 {
		t.Errorf("only %d variables were found", len(flags))
	}
}

func TestEveryCommandHelps(t *testing.T) {
	every(t, func(words []string, n *kong.Node) {
		var out, errs bytes.Buffer
		if code := run(t.Context(), append(slices.Clone(words), "--help"), &out, &errs); code != 0 || errs.Len() > 0 {
			t.Errorf("%q --help exits with %d and says %q", words, code, errs.String())
		}
		text := strings.Join(strings.Fields(out.String()), " ")
		for _, f := range n.Flags {
			if !strings.Contains(strings.ReplaceAll(text, "[no-]", ""), "--"+f.Name) || !strings.Contains(text, strings.TrimSuffix(f.Help, ".")) {
				t.Errorf("%q --help says nothing of --%s", words, f.Name)
			}
			if len(f.Envs) > 0 && !strings.Contains(text, "$"+f.Envs[0]) {
				t.Errorf("%q --help does not name %s", words, f.Envs[0])
			}
		}
	})
}
