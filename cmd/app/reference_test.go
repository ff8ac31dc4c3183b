package app

import (
	"archive/zip"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/portal/api"
	"cloudpocket/portal/egov/egovtest"
	"cloudpocket/store"
)

// shell runs what a person copies from the API's page.
type shell struct {
	dir string
	env map[string]string
}

func (s shell) run(t *testing.T, command string) map[string]any {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "bash", "-c", command)
	cmd.Dir, cmd.Env = s.dir, os.Environ()
	for name, v := range s.env {
		cmd.Env = append(cmd.Env, name+"="+v)
	}
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s\n%v %s%s", command, err, said.String(), out)
	}
	answer := map[string]any{}
	if len(out) > 0 && json.Unmarshal(out, &answer) != nil {
		t.Fatalf("%s\nanswers %s", command, out)
	}
	return answer
}

// TestReferenceRuns takes every curl command from the API's page, in both languages, and runs it against a service.
func TestReferenceRuns(t *testing.T) {
	l := listening(t, testConfig(t), time.Now)
	l.staff(t)
	p := newPartner(t, portal.Setup{Portal: l.Portal, By: "test"}, store.ScopePlaces|store.ScopeDocuments|store.ScopeReceipts)
	_, token := l.tokenBy(t, p.assertion(t))
	s := shell{t.TempDir(), map[string]string{"TOKEN": token}}
	g := egovtest.New(1)
	for name, content := range map[string][]byte{"package.zip": g.Package(egovtest.Pension, egovtest.Options{}).Data, "another.zip": g.Package(egovtest.Pension, egovtest.Options{}).Data, "notice.txt": []byte("お知らせ")} {
		noError(t, os.WriteFile(filepath.Join(s.dir, name), content, 0o600))
	}
	commands := l.commands(t, "ja")
	if english := l.commands(t, "en"); !slices.EqualFunc(commands, english, slices.Equal) || len(commands) < 14 {
		t.Fatalf("%d commands, in English %d", len(commands), len(english))
	}
	for _, c := range commands {
		answer := s.run(t, strings.ReplaceAll(c[1], testBase, "http://"+l.addr))
		switch c[0] {
		case "pushPackage":
			s.env["PACKAGE"] = answer["id"].(string)
		case "publishDocument":
			s.env["DOCUMENT"] = answer["id"].(string)
			s.env["DELIVERY"] = answer["deliveries"].([]any)[0].(map[string]any)["id"].(string)
		case "deliverDocument":
			if answer["count"] != 1.0 {
				t.Errorf("delivered: %v", answer)
			}
		case "putOffice":
			if answer["external_id"] != "O-1" {
				t.Errorf("the office is %v", answer)
			}
		}
	}
	z, err := zip.OpenReader(filepath.Join(s.dir, "export.zip"))
	noError(t, err)
	defer z.Close()
	if _, err := z.Open("complete.json"); err != nil {
		t.Error(err)
	}
}

// commands are the curl commands of the API's page, each with its operation.
func (l *live) commands(t *testing.T, lang string) (all [][]string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+l.addr+api.BasePath, nil)
	noError(t, err)
	r.Header.Set("Accept-Language", lang)
	res, err := http.DefaultClient.Do(r)
	noError(t, err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	noError(t, err)
	if res.StatusCode != http.StatusOK || !strings.Contains(string(b), `<html lang="`+lang+`"`) {
		t.Fatalf("%d %.300s", res.StatusCode, b)
	}
	for _, m := range regexp.MustCompile(`<code id="s-curl-(\w+)">([^<]*)</code>`).FindAllStringSubmatch(string(b), -1) {
		all = append(all, []string{m[1], html.UnescapeString(m[2])})
	}
	return all
}
