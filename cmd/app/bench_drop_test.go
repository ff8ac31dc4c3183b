package app_test

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"cloudpocket/portal"
	"cloudpocket/portal/egov/egovtest"
	"cloudpocket/store"
)

// BenchmarkIngest drops signed packages of four persons, 8 at a time over HTTP, until each is in the tray with its office,
// its signature checked, every step on disk. The bare side writes the same bodies to files, and syncs them and their
// folder. packages/s are from the first byte sent to the last package sorted.
func BenchmarkIngest(b *testing.B) {
	s := newLoaded(b)
	g := egovtest.New(1)
	authority := egovtest.NewAuthority(1)
	g.SignWith(authority)
	s.Portal.Roots = authority.Pool()
	o := g.Office()
	setup := portal.Setup{Portal: s.Portal}
	must(b, setup.AddOffice(b.Context(), "aoba", store.Office{ID: "bench", CompanyID: "sakura", Name: "事業所", Codes: store.OfficeCodes{ReferenceCode: o.District + "-" + o.Sign, OfficeNumber: o.Number}}))
	folder := filepath.Join(s.data, "bare")
	must(b, os.Mkdir(folder, 0o700))
	bare := s.bare(b, func(w http.ResponseWriter, r *http.Request) {
		if err := keepBare(folder, r.Body); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.WriteHeader(http.StatusCreated)
	})
	made := func(n int) [][]byte {
		all := make([][]byte, n)
		for i := range all {
			all[i] = g.Package(egovtest.Pension, egovtest.Options{Office: &o, Persons: g.Persons(4), Signed: true}).Data
		}
		return all
	}
	drops := 0
	compare(b,
		func(b *testing.B) {
			drops++
			drop := store.ID(fmt.Sprintf("drop%d", drops))
			all := made(b.N)
			b.ResetTimer()
			dropOver(b, "http://"+s.addr+"/desk/drops/"+string(drop)+"/packages", s.cookie["sato"], all)
			s.awaitSorted(b, drop, b.N)
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "packages/s")
		},
		func(b *testing.B) {
			all := made(b.N)
			b.ResetTimer()
			dropOver(b, "http://"+bare+"/new", s.cookie["sato"], all)
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "packages/s")
		})
}

// dropOver posts each package as a form of one file.
func dropOver(b *testing.B, url, cookie string, all [][]byte) {
	b.Helper()
	var wg sync.WaitGroup
	todo := make(chan int)
	for range 8 {
		wg.Go(func() {
			for i := range todo {
				if err := postOne(url, cookie, fmt.Sprintf("%06d.zip", i), all[i]); err != nil {
					b.Error(err)
				}
			}
		})
	}
	for i := range all {
		todo <- i
	}
	close(todo)
	wg.Wait()
}

func postOne(url, cookie, name string, data []byte) error {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	file, err := form.CreateFormFile("file", name)
	if err != nil {
		return err
	}
	file.Write(data)
	form.Close()
	req, err := http.NewRequest(http.MethodPost, url, &body)
	if err != nil {
		return err
	}
	req.Host = "pocket.localhost:8400"
	req.Header.Set("Content-Type", form.FormDataContentType())
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Cookie", cookie)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	said, err := io.ReadAll(res.Body)
	if res.StatusCode != http.StatusCreated {
		return fmt.Errorf("%d %s", res.StatusCode, said)
	}
	return err
}

// awaitSorted returns when n packages of a drop are ready.
func (s *loaded) awaitSorted(b *testing.B, drop store.ID, n int) {
	b.Helper()
	actor := portal.Actor{TenantID: "aoba", AccountID: "sato", TrustID: "bench"}
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		counts, err := s.Portal.TrayCounts(b.Context(), actor, drop)
		must(b, err)
		if counts[store.PackageReady] == n {
			return
		}
		if counts[store.PackageReceived] == 0 && counts[store.PackageReady] < n {
			b.Fatalf("%d packages are %v", n, counts)
		}
	}
	b.Fatal("not sorted in time")
}
