package developers

import "cloudpocket/portal/page"

// chapter is one page.
type chapter struct {
	name  string
	parts []page.ManualPart
}

// chapters are all but the playground, in the order in which they are read. They are made anew for each reader.
func chapters() []chapter {
	return []chapter{
		{"start", start()},
		{"backends", backends()},
		{"lanes", []page.ManualPart{says("a", 3), says("b", 3), says("end", 1)}},
		{"element", element()},
		{"errors", []page.ManualPart{explains("element", "errors.element", "todo", ErrorCodes()), explains("token", "errors.token", "todo", tokenErrors())}},
		{"host", host()},
		{"security", []page.ManualPart{points("who", 3), points("frame", 4), points("yours", 4)}},
		{"api", []page.ManualPart{with(says("token", 1), "curl/token.sh", "sh/token.sh"), with(says("hooks", 2), "node-express/webhook.mjs")}},
		{"changes", []page.ManualPart{says("v1", 1)}},
	}
}

func start() []page.ManualPart {
	return []page.ManualPart{
		points("need", 3),
		explains("values", "start.values", "stands", placeholders()),
		with(says("keys", 1), "node-express/keys.mjs", "sh/keys.sh"),
		with(says("client", 2), "sh/client.sh"),
		with(says("backend", 2), "node-express/embed-code.mjs", "node-express/server.mjs", "node-express/id-token.mjs", "node-express/session.mjs"),
		with(says("markup", 1), "node-express/index.html"),
		with(says("run", 1), "sh/run.sh"),
		points("next", 3),
	}
}

func backends() []page.ManualPart {
	return []page.ManualPart{
		explains("fields", "backends.fields", "value", tokenFields()),
		says("answer", 1),
		with(says("go", 1), "go/keys.go", "go/main.go", "go/code.go", "go/idtoken.go", "go/session.go", "sh/go.sh"),
		with(says("php", 1), "php/keys.php", "php/embed-code.php", "php/id-token.php", "php/session.php", "php/index.html", "sh/php.sh"),
		with(says("curl", 1), "curl/embed-code.sh", "sh/curl.sh"),
	}
}

func element() []page.ManualPart {
	return []page.ManualPart{
		explains("attributes", "element.attributes", "means", Attributes()),
		explains("properties", "element.properties", "means", []Name{{"fetchEmbedCode", "fetch"}, {"theme", "theme"}}),
		explains("theme", "element.theme", "value", ThemeFields()),
		with(says("mount", 1), "page/mount.js"),
		eventTable(),
		with(says("snippet", 0), "page/events.js"),
		explains("reasons", "element.reasons", "means", EndReasons()),
	}
}

func host() []page.ManualPart {
	sandbox := explains("sandbox", "host.sandbox", "means", Sandbox())
	sandbox.Says = 1
	return []page.ManualPart{with(says("csp", 1), "page/policy.txt"), sandbox, says("coep", 1), points("around", 3)}
}

func says(id string, paragraphs int) page.ManualPart {
	return page.ManualPart{ID: id, Says: paragraphs}
}

func points(id string, n int) page.ManualPart { return page.ManualPart{ID: id, Says: n, Points: true} }

// with adds snippets to a part.
func with(p page.ManualPart, snippets ...string) page.ManualPart {
	p.Snippets = code(snippets...)
	return p
}

// explains is a table of names and what can be said of each, which are messages that begin with prefix.
func explains(id, prefix, column string, names []Name) page.ManualPart {
	t := page.ManualTable{Columns: []string{"name", column}}
	for _, n := range names {
		t.Rows = append(t.Rows, []page.ManualCell{{Code: n.Code}, {Key: "dev." + prefix + "." + n.Key}})
	}
	return page.ManualPart{ID: id, Table: &t}
}
