package main

import (
	"strings"

	"github.com/alecthomas/kong"
)

// environment gives every flag that does not name a variable one of its own: CLOUDPOCKET_, the command's first word and
// the flag, such as CLOUDPOCKET_TRUST_METADATA. Flags that mean the same to every command name theirs themselves.
func environment() kong.Option {
	return kong.PostBuild(func(k *kong.Kong) error {
		for _, noun := range k.Model.Children {
			nameVariables(noun, "CLOUDPOCKET_"+strings.ToUpper(noun.Name)+"_")
		}
		return nil
	})
}

func nameVariables(node *kong.Node, prefix string) {
	for _, flag := range node.Flags {
		if len(flag.Envs) > 0 || flag.Name == "help" {
			continue
		}
		name := prefix + strings.ToUpper(strings.ReplaceAll(flag.Name, "-", "_"))
		flag.Envs, flag.Tag.Envs = []string{name}, []string{name}
	}
	for _, child := range node.Children {
		nameVariables(child, prefix)
	}
}
