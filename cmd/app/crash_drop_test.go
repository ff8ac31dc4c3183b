package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"cloudpocket/cmd/app"
	"cloudpocket/cmd/app/interop"
	"cloudpocket/portal"
	"cloudpocket/portal/egov/egovtest"
	"cloudpocket/store"
)

// TestKilledWhileDropping kills the service while five hundred files are dropped. After a restart each one that was
// acknowledged is looked into, once, and what of the rest is there is whole; sent again, everything is there once.
func TestKilledWhileDropping(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "cloudpocket")
	if out, err := exec.Command("go", "build", "-o", binary, "cloudpocket/cmd/cloudpocket").CombinedOutput(); err != nil {
		t.Fatalf("build the service: %v\n%s", err, out)
	}
	for _, row := range []struct {
		name    string
		servers bool
		after   int // how many acknowledgements to wait for
	}{{"SQLite, early", false, 60}, {"PostgreSQL and Redis, late", true, 350}} {
		t.Run(row.name, func(t *testing.T) {
			c := app.StoreConfig{Data: t.TempDir()}
			if row.servers {
				c.Database, c.Redis = interop.Postgres(t), interop.Redis(t)
			}
			token := prepare(t, c)
			files := dropOf500(t, c)
			p := launch(t, binary, c, "--task-lease=3s")
			acknowledged := p.dropAndKill(t, token, files, row.after)
			if len(acknowledged) < row.after {
				t.Fatalf("%d were acknowledged before the end, want %d at least", len(acknowledged), row.after)
			}
			again := launch(t, binary, c, "--task-lease=3s")
			again.untilSorted(t, token)
			inspectDrop(t, c, files, acknowledged)
			resent := again.dropAll(t, token, files, func(int) {})
			if len(resent) != len(files) {
				t.Fatalf("%d of %d were taken when sent again", len(resent), len(files))
			}
			again.untilSorted(t, token)
			inspectDrop(t, c, files, resent)
		})
	}
}

// droppedFile is one file of the drop and what must become of it.
type droppedFile struct {
	name     string
	data     []byte
	arrivals []string // of the packages in it
	office   store.ID
	refused  bool
}

// dropOf500 makes 480 packages of ten offices that are registered, ten archives of four packages each, and ten files that
// must be refused.
func dropOf500(t *testing.T, c app.StoreConfig) (files []droppedFile) {
	t.Helper()
	stores, err := app.OpenStores(t.Context(), c, time.Now)
	check(t, err)
	defer stores.Close()
	setup := portal.Setup{Portal: &portal.Portal{Records: stores.Records, Sessions: stores.Sessions, Blobs: stores.Blobs, Now: time.Now}}
	g := egovtest.New(500)
	var offices []egovtest.Office
	for i := range 10 {
		o := g.Office()
		offices = append(offices, o)
		check(t, setup.AddOffice(t.Context(), "aoba", store.Office{ID: store.ID(fmt.Sprintf("o%d", i)), CompanyID: "sakura", Name: fmt.Sprintf("事業所 %d", i),
			Codes: store.OfficeCodes{ReferenceCode: o.District + "-" + o.Sign, OfficeNumber: o.Number}}))
	}
	for i := range 500 {
		f := droppedFile{name: fmt.Sprintf("%03d.zip", i), office: store.ID(fmt.Sprintf("o%d", i%10))}
		one := func() egovtest.Package {
			p := g.Package(egovtest.Pension, egovtest.Options{Office: &offices[i%10]})
			f.arrivals = append(f.arrivals, p.Arrival)
			return p
		}
		switch {
		case i%50 == 7:
			f.data = egovtest.Upload(one(), one(), one(), one())
		case i%50 == 8:
			f.data, f.refused = []byte("PK\x03\x04 and nothing that a ZIP has"), true
		default:
			f.data = one().Data
		}
		files = append(files, f)
	}
	return files
}

// dropAndKill drops all files, kills the process when so many were acknowledged, and returns the packages that were, by
// the file's index.
func (r *running) dropAndKill(t *testing.T, token string, files []droppedFile, after int) map[int]store.ID {
	t.Helper()
	return r.dropAll(t, token, files, func(n int) {
		if n == after {
			check(t, r.Process.Kill())
		}
	})
}

// dropAll sends the files as the page's script does, some at a time, and calls each with how many were acknowledged.
func (r *running) dropAll(t *testing.T, token string, files []droppedFile, each func(n int)) map[int]store.ID {
	t.Helper()
	var mu sync.Mutex
	var all sync.WaitGroup
	acknowledged, todo := map[int]store.ID{}, make(chan int)
	for range 8 {
		all.Go(func() {
			for i := range todo {
				id, err := r.drop(token, files[i])
				if err != nil {
					continue
				}
				mu.Lock()
				acknowledged[i] = id
				each(len(acknowledged))
				mu.Unlock()
			}
		})
	}
	for i := range files {
		todo <- i
	}
	close(todo)
	all.Wait()
	return acknowledged
}

// drop sends one file and returns its package once the service has acknowledged it.
func (r *running) drop(token string, f droppedFile) (store.ID, error) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	file, err := form.CreateFormFile("file", f.name)
	if err != nil {
		return "", err
	}
	file.Write(f.data)
	form.Close()
	req, err := http.NewRequest(http.MethodPost, r.url+"/desk/drops/drop/packages", &body)
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", form.FormDataContentType())
	req.Header.Set("Accept", "application/json")
	req.AddCookie(&http.Cookie{Name: "__Host-session", Value: token})
	res, err := interop.Client().Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	var told struct{ ID store.ID }
	if err := json.NewDecoder(res.Body).Decode(&told); err != nil || res.StatusCode != http.StatusCreated {
		return "", fmt.Errorf("status %d: %v", res.StatusCode, err)
	}
	return told.ID, nil
}

// untilSorted waits until nothing of the drop waits to be looked into: what the killed process had begun comes when its
// lease ends.
func (r *running) untilSorted(t *testing.T, token string) {
	t.Helper()
	var last string
	for deadline := time.Now().Add(90 * time.Second); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		req, err := http.NewRequest(http.MethodGet, r.url+"/desk/drops/drop", nil)
		check(t, err)
		req.Header.Set("Accept", "application/json")
		req.AddCookie(&http.Cookie{Name: "__Host-session", Value: token})
		res, err := noRedirects().Do(req)
		check(t, err)
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		check(t, err)
		var progress struct{ Total, Waiting int }
		if last = string(body); json.Unmarshal(body, &progress) == nil && res.StatusCode == http.StatusOK && progress.Total > 0 && progress.Waiting == 0 {
			return
		}
	}
	t.Fatalf("not everything was looked into in time: %s", last)
}

// inspectDrop holds the tray to what was acknowledged.
func inspectDrop(t *testing.T, c app.StoreConfig, files []droppedFile, acknowledged map[int]store.ID) {
	t.Helper()
	stores, err := app.OpenStores(t.Context(), c, time.Now)
	check(t, err)
	defer stores.Close()
	p := &portal.Portal{Records: stores.Records, Sessions: stores.Sessions, Blobs: stores.Blobs, Now: time.Now}
	there, arrivals, names := map[store.ID]store.Package{}, map[string]int{}, map[string]int{}
	for page := (store.Page{Limit: store.MaxPage}); ; {
		list, err := p.Tray(t.Context(), portal.Actor{TenantID: "aoba", AccountID: "sato", TrustID: "idp"}, store.PackageFilter{Drop: "drop"}, page)
		check(t, err)
		for _, item := range list.Items {
			there[item.ID] = item.Package
			names[item.Name]++
			arrivals[item.Origin.ArrivalNumber]++
		}
		if page.After = list.Next; page.After == "" {
			break
		}
	}
	delete(arrivals, "")
	for i, id := range acknowledged {
		checkDropped(t, p, files[i], there[id], arrivals)
	}
	for arrival, n := range arrivals {
		if n != 1 {
			t.Errorf("the package %s is there %d times", arrival, n)
		}
	}
	for _, f := range files {
		if n := names[f.name]; n > 1 && !f.refused {
			t.Errorf("the file %s is there %d times", f.name, n)
		}
	}
	t.Logf("%d acknowledged, %d packages there", len(acknowledged), len(there))
	owed, err := stores.Records.Queue().Owed(t.Context(), time.Now().Add(time.Hour))
	check(t, err)
	if owed[store.TaskSort] > 0 {
		t.Errorf("%d packages are still to be looked into", owed[store.TaskSort])
	}
	_, err = portal.Setup{Portal: p}.VerifyAudit(context.WithoutCancel(t.Context()), "aoba")
	check(t, err)
}

func checkDropped(t *testing.T, p *portal.Portal, f droppedFile, pkg store.Package, arrivals map[string]int) {
	t.Helper()
	want := store.PackageReady
	switch {
	case f.refused:
		want = store.PackageRefused
	case len(f.arrivals) > 1:
		want = store.PackageDiscarded
	}
	if pkg.State != want || want == store.PackageReady && pkg.Office != f.office || pkg.Name != f.name {
		t.Errorf("%s was acknowledged and is %s at %q by %+v, want %s", f.name, pkg.State, pkg.Office, pkg.Reason, want)
		return
	}
	for _, a := range f.arrivals {
		if arrivals[a] != 1 {
			t.Errorf("%s was acknowledged, and its package %s is there %d times", f.name, a, arrivals[a])
		}
	}
	if want == store.PackageReady {
		if info, err := p.Blobs.Stat(t.Context(), "aoba", pkg.Digest); err != nil || info.Size != int64(len(f.data)) {
			t.Errorf("the bytes of %s: %+v, %v", f.name, info, err)
		}
	}
}
