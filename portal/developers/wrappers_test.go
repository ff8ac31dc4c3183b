package developers_test

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"cloudpocket/cmd/app/interop"
)

// wrapped are pages of a partner, made with each framework by its wrapper in examples/embed. SERVICE is where the element is.
func wrapped() map[string]string {
	return map[string]string{
		"react/main.jsx": `import { createElement } from "react";
import { createRoot } from "react-dom/client";
import { CloudPocket } from "ROOT/react/CloudPocket.jsx";
createRoot(document.getElementById("app")).render(createElement(CloudPocket, { src: "SERVICE", client: "mock", lang: "en", theme: { accent: "#0a6e4f" },
  fetchEmbedCode: async () => "mock", onUnread: ({ unread }) => (document.title = "unread " + unread) }));`,
		"vue/main.js": `import { createApp, h } from "vue";
import { CloudPocket } from "ROOT/vue/CloudPocket.js";
createApp({ render: () => h(CloudPocket, { src: "SERVICE", client: "mock", lang: "en", theme: { accent: "#0a6e4f" },
  fetchEmbedCode: async () => "mock", onUnread: ({ unread }) => (document.title = "unread " + unread) }) }).mount("#app");`,
		"angular/main.ts": `import "@angular/compiler";
import { Component, provideZonelessChangeDetection } from "@angular/core";
import { bootstrapApplication } from "@angular/platform-browser";
import { CloudPocketComponent } from "ROOT/angular/cloud-pocket.component.ts";
@Component({ selector: "app-root", standalone: true, imports: [CloudPocketComponent],
  template: '<app-cloud-pocket src="SERVICE" client="mock" lang="en" [theme]="theme" [fetchEmbedCode]="code" (unread)="told($event)" />' })
class App {
  theme = { accent: "#0a6e4f" };
  code = async () => "mock";
  told(event: any) { document.title = "unread " + event.unread; }
}
document.getElementById("app")!.append(document.createElement("app-root"));
bootstrapApplication(App, { providers: [provideZonelessChangeDetection()] }).catch((err) => console.error(err));`,
	}
}

// TestWrappers shows the element by every wrapper, with the framework that it is for.
func TestWrappers(t *testing.T) {
	service := withWidget(t)
	root, err := filepath.Abs("../../examples/embed")
	if err != nil {
		t.Fatal(err)
	}
	browser := interop.Browser(t)
	for name, text := range wrapped() {
		t.Run(filepath.Dir(name), func(t *testing.T) {
			script := bundled(t, name, strings.NewReplacer("ROOT", root, "SERVICE", service).Replace(text))
			mux := http.NewServeMux()
			mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
				fmt.Fprint(w, `<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>HR</title><div id="app"></div><script type="module" src="/main.js"></script></html>`)
			})
			mux.HandleFunc("/main.js", func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/javascript")
				_, _ = w.Write(script)
			})
			p := browser.Page(t, interop.Desktop(), "en")
			p.Open(interop.Serve(t, "localhost", mux))
			becomes(t, p, "document.title", "unread 3")
			becomes(t, p, `document.querySelector("cloud-pocket").theme.accent`, "#0a6e4f")
			if got := p.Frame(service).Text("tbody .c-title"); got == "" {
				t.Error("the frame shows no row")
			}
			if errs := p.Errors(); len(errs) > 0 {
				t.Errorf("the console says %q", errs)
			}
		})
	}
}

// bundled is a script with all that it imports.
func bundled(t *testing.T, name, text string) []byte {
	t.Helper()
	dir := t.TempDir()
	at := filepath.Join(dir, filepath.Base(name))
	config := filepath.Join(dir, "tsconfig.json")
	for file, text := range map[string]string{at: text, config: `{"compilerOptions":{"experimentalDecorators":true,"useDefineForClassFields":false}}`} {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	modules := interop.NodeModules(t)
	c := exec.Command(interop.NodePath(t), filepath.Join(modules, "esbuild", "bin", "esbuild"), at, "--bundle", "--format=esm", "--define:process.env.NODE_ENV=\"production\"", "--tsconfig="+config)
	c.Env = append(os.Environ(), "NODE_PATH="+modules)
	out, err := c.Output()
	if err != nil {
		t.Fatalf("bundle %s: %v %s", name, err, err.(*exec.ExitError).Stderr)
	}
	return out
}
