package developers

import (
	"embed"
	"fmt"
	"path"
	"strings"

	"cloudpocket/portal/page"
)

// snippetFiles are texts: Go must not take them for packages of its own.
//
//go:embed snippets/*/*.txt
var snippetFiles embed.FS

// stands is what examples have for the address of this service.
const stands = "https://pocket.example"

// snippet returns the code of that name, with base for this service's address.
func snippet(name, base string) (string, error) {
	b, err := snippetFiles.ReadFile("snippets/" + name + ".txt")
	if err != nil {
		return "", fmt.Errorf("read a snippet: %w", err)
	}
	return strings.TrimRight(strings.ReplaceAll(string(b), stands, base), "\n"), nil
}

// code names snippets; each is FOLDER/FILE.
func code(names ...string) (all []page.Snippet) {
	for _, name := range names {
		id := strings.NewReplacer("/", "-", ".", "-", "_", "-").Replace(name)
		all = append(all, page.Snippet{ID: id, File: name})
	}
	return all
}

// places are files that stand in a folder below the others.
func places() map[string]string {
	return map[string]string{"node-express/index.html": "public/index.html", "go/keys.go": "keys/main.go", "php/index.html": "index.html"}
}

// shown is the file that a snippet is, as the reader is to call it; a shell's command, which is none, is "sh".
func shown(name string) string {
	if at, ok := places()[name]; ok {
		return at
	}
	if strings.HasPrefix(name, "sh/") {
		return "sh"
	}
	return path.Base(name)
}
