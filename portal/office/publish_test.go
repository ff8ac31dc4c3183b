package office_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"cloudpocket/portal"
	"cloudpocket/store"
)

func TestPublishInAnyOrder(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", "", store.PermitAll)
	late := []field{{"file", "a.txt", "一"}, {"file", "b.csv", "x,y"}, {"deliver", "", "0"}, {"office", "", "x1"}, {"office", "", "y1"}, {"kind", "", "other"}, {"title", "", "控え"}, {"file", "", ""}}
	rec := boss.send(t, late)
	if rec.Code != http.StatusSeeOther || !strings.HasSuffix(rec.Header().Get("Location"), "?done=drafted") {
		t.Fatalf("%d to %q: %s", rec.Code, rec.Header().Get("Location"), rec.Body)
	}
	body := boss.get(rec.Header().Get("Location")).Body.String()
	for _, want := range []string{"Saved as a draft", "Deliver to 2 offices", "a.txt", "b.csv", "事業所x1", "事業所y1", "Not delivered yet"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q in the draft's page", want)
		}
	}
	document := strings.TrimSuffix(rec.Header().Get("Location"), "?done=drafted")
	if rec := boss.post(document+"/deliver", ""); rec.Header().Get("Location") != document+"?done=delivered" {
		t.Errorf("deliver: %d to %q", rec.Code, rec.Header().Get("Location"))
	}
	if rec := boss.post(document+"/deliver", ""); rec.Code != http.StatusConflict {
		t.Errorf("deliver again: %d", rec.Code)
	}
}

// refusals are forms that break a rule, and what the person is told.
func refusals() []struct {
	name   string
	fields []field
	want   []string
} {
	many := good()
	for i := range portal.MaxFiles {
		many = append(many, field{"file", fmt.Sprintf("%d.txt", i), "x"})
	}
	return []struct {
		name   string
		fields []field
		want   []string
	}{
		{"type not allowed", good(field{"file", "virus.exe", "MZ"}), []string{"“virus.exe” is not of an allowed type"}},
		{"content of another type", good(field{"file", "a.pdf", "<html>"}), []string{"“a.pdf” is not what its extension says"}},
		{"empty", good(field{"file", "空.txt", ""}), []string{"“空.txt” is empty"}},
		{"too large", good(field{"file", "big.txt", strings.Repeat("a", portal.MaxFileSize+1)}), []string{"“big.txt” is over 10 MB"}},
		{"several at once", good(field{"file", "b.exe", "MZ"}, field{"file", "c.txt", ""}), []string{"“b.exe”", "“c.txt”"}},
		{"too many", many, []string{"50 files at most"}},
		{"none", good()[:6], []string{"Choose at least one file"}},
		{"no title", append(good(), field{"title", "", " "}), []string{"Enter a title"}},
		{"no kind", append(good(), field{"kind", "", ""}), []string{"Choose the kind"}},
		{"office of nobody", good(field{"office", "", "zz"}), []string{"One of the offices chosen"}},
	}
}

func TestRefusedFormComesBackAsItWas(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", "", store.PermitAll)
	for _, row := range refusals() {
		t.Run(row.name, func(t *testing.T) {
			rec := boss.send(t, row.fields)
			body := rec.Body.String()
			if rec.Code != http.StatusUnprocessableEntity {
				t.Fatalf("%d to %q", rec.Code, rec.Header().Get("Location"))
			}
			for _, want := range append(row.want, `>ご確認ください。</textarea>`, `name=office checked value=x1>`, `name="acknowledge" value="1" checked`) {
				if !strings.Contains(body, want) {
					t.Errorf("no %q", want)
				}
			}
		})
	}
	if n := w.deeds(t, store.DeedPublish); n > 0 {
		t.Errorf("%d documents were published", n)
	}
}

func TestScriptGetsJSON(t *testing.T) {
	w := newWorld(t)
	boss := w.add(t, "boss", "", store.PermitAll)
	for _, row := range refusals() {
		t.Run(row.name, func(t *testing.T) {
			rec := boss.send(t, row.fields, "Accept", "application/json")
			var got struct {
				Errors []struct{ Field, Message string }
			}
			must(t, json.Unmarshal(rec.Body.Bytes(), &got))
			if rec.Code != http.StatusUnprocessableEntity || len(got.Errors) != len(row.want) {
				t.Fatalf("%d %s", rec.Code, rec.Body)
			}
			for i, want := range row.want {
				if !strings.Contains(got.Errors[i].Message, want) || got.Errors[i].Field == "" {
					t.Errorf("%+v, want %q", got.Errors[i], want)
				}
			}
		})
	}
	rec := boss.send(t, good(), "Accept", "application/json")
	var got struct{ Location string }
	must(t, json.Unmarshal(rec.Body.Bytes(), &got))
	if rec.Code != http.StatusCreated || !strings.HasPrefix(got.Location, "/desk/documents/") || got.Location != rec.Header().Get("Location") {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
}

func TestFormThatIsNone(t *testing.T) {
	w := newWorld(t)
	boss, clerk := w.add(t, "boss", "", store.PermitAll), w.add(t, "clerk", "x", store.PermitAll)
	whole, contentType := multipartOf(t, good())
	for _, row := range []struct {
		name, contentType, body string
		p                       *person
		status                  int
	}{
		{"not a form", "text/plain", "x", boss, 422},
		{"no boundary", "multipart/form-data", "x", boss, 422},
		{"cut off in a file", contentType, whole.String()[:whole.Len()-70], boss, 422},
		{"cut off between", contentType, whole.String()[:200], boss, 422},
		{"long field", contentType, strings.Replace(whole.String(), "ご確認ください。", strings.Repeat("あ", 6000), 1), boss, 422},
		{"field that is not text", contentType, strings.Replace(whole.String(), "ご確認ください。", "\xff\xfe", 1), boss, 422},
		{"from a client", contentType, whole.String(), clerk, 403},
	} {
		t.Run(row.name, func(t *testing.T) {
			for _, accept := range []string{"text/html", "application/json"} {
				rec := row.p.do("POST", "/desk/documents", strings.NewReader(row.body), "Content-Type", row.contentType, "Accept", accept)
				if rec.Code != row.status || !strings.HasPrefix(rec.Header().Get("Content-Type"), accept) {
					t.Errorf("%s: %d %s", accept, rec.Code, rec.Body)
				}
			}
		})
	}
	if n := w.deeds(t, store.DeedPublish); n > 0 {
		t.Errorf("%d documents were published", n)
	}
}

// FuzzForm sends any bytes as a form: it is never a fault of ours.
func FuzzForm(f *testing.F) {
	f.Add("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nx\r\n--b--\r\n")
	f.Add("--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nx\r\n--b--\r\n")
	f.Add("--b\r\nContent-Disposition: form-data; name=\"file\"; filename*=UTF-8''%E9\r\n\r\n\r\n--b")
	f.Add("--b\r\n\r\n")
	boss := newWorld(f).add(f, "boss", "", store.PermitAll)
	f.Fuzz(func(t *testing.T, body string) {
		rec := boss.do("POST", "/desk/documents", strings.NewReader(body), "Content-Type", "multipart/form-data; boundary=b", "Accept", "application/json")
		if rec.Code != http.StatusUnprocessableEntity && rec.Code != http.StatusCreated {
			t.Fatalf("%d %s", rec.Code, rec.Body)
		}
	})
}
