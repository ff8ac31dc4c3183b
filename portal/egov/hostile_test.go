package egov_test

import (
	"bytes"
	"errors"
	"runtime"
	"testing"

	"cloudpocket/portal/egov"
	"cloudpocket/portal/egov/egovtest"
)

func TestHostileArchives(t *testing.T) {
	for _, h := range egovtest.HostileArchives() {
		t.Run(h.Name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			p, err := egov.Open("x.zip", bytes.NewReader(h.Data), int64(len(h.Data)), egov.Limits{})
			runtime.ReadMemStats(&after)
			var r *egov.Refusal
			if !errors.As(err, &r) {
				t.Fatalf("not refused: %v, %v", p, err)
			}
			entry := "x.zip"
			if h.Entry != "" {
				entry += "!/" + h.Entry
			}
			if string(r.Reason) != h.Reason || r.Entry != entry {
				t.Errorf("%v, want %s at %q", r, h.Reason, entry)
			}
			// What comes out is limited to 128 MiB; a slice that doubles allocates a few times that in all.
			if used := after.TotalAlloc - before.TotalAlloc; used > 450<<20 || h.Reason != "unpacked" && used > 100<<20 {
				t.Errorf("%d MiB allocated", used>>20)
			}
		})
	}
}

// What a header claims reserves no memory if it is too much, and stops the reading if it is too little.
func TestClaimsAreNotBelieved(t *testing.T) {
	tests := []struct {
		name  string
		entry egovtest.Entry
		most  uint64 // bytes allocated
	}{
		{"too much", egovtest.Entry{Name: []byte("a.xml"), Data: []byte("short"), Claim: 1 << 31}, 2 << 20},
		{"too little", egovtest.Entry{Name: []byte("a.xml"), Packed: egovtest.Deflate(make([]byte, 1<<20)), Claim: 10}, 256 << 10},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			data := egovtest.Archive(tt.entry)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := egov.Open("x.zip", bytes.NewReader(data), int64(len(data)), egov.Limits{})
			runtime.ReadMemStats(&after)
			if !errors.Is(err, &egov.Refusal{Reason: egov.RefusedSize}) {
				t.Errorf("%v", err)
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > tt.most {
				t.Errorf("%d bytes allocated", used)
			}
		})
	}
}

// When the whole has given all it may, one refusal says so and is the last.
func TestTotalEndsTheUpload(t *testing.T) {
	g := egovtest.New(1)
	data := egovtest.Upload(g.Package(egovtest.Pension, egovtest.Options{}), g.Package(egovtest.Pension, egovtest.Options{}), g.Package(egovtest.Pension, egovtest.Options{}))
	var got []error
	for _, err := range egov.Packages("x.zip", bytes.NewReader(data), int64(len(data)), egov.Limits{Total: 100}) {
		got = append(got, err)
	}
	if len(got) != 1 || !errors.Is(got[0], &egov.Refusal{Reason: egov.RefusedTotal}) {
		t.Errorf("%v", got)
	}
}

// Whatever is cut from or changed in an archive, it is refused or it still says the same.
func TestArchiveFlips(t *testing.T) {
	made := egovtest.New(1).Package(egovtest.Foldered, egovtest.Options{})
	want := open(t, made)
	for i := range made.Data {
		data := bytes.Clone(made.Data)
		data[i] ^= 1 << (i % 8)
		p, err := egov.Open(made.Name, bytes.NewReader(data), int64(len(data)), egov.Limits{})
		if err != nil {
			continue
		}
		for _, f := range p.Files {
			if same := want.File(f.Name); same != nil && !bytes.Equal(same.Data, f.Data) {
				t.Fatalf("byte %d: %s has other content", i, f.Name)
			}
		}
	}
}

func TestLimits(t *testing.T) {
	made := egovtest.New(1).Package(egovtest.Pension, egovtest.Options{})
	upload := egovtest.Upload(made, egovtest.New(2).Package(egovtest.Pension, egovtest.Options{}))
	tests := []struct {
		name   string
		data   []byte
		limits egov.Limits
		want   egov.Reason
	}{
		{"size", made.Data, egov.Limits{Size: int64(len(made.Data)) - 1}, egov.RefusedTooLarge},
		{"entries", made.Data, egov.Limits{Entries: 3}, egov.RefusedEntries},
		{"unpacked", made.Data, egov.Limits{Unpacked: 1000}, egov.RefusedUnpacked},
		{"total", made.Data, egov.Limits{Total: 1000}, egov.RefusedTotal},
		{"name", made.Data, egov.Limits{Name: 5}, egov.RefusedNameLength},
		{"depth", upload, egov.Limits{Depth: 1}, egov.RefusedDepth},
		{"packages", upload, egov.Limits{Packages: 1}, egov.RefusedTooMany},
		{"a package", upload, egov.Limits{Package: 2000}, egov.RefusedTooLarge},
		{"one package asked for", upload, egov.Limits{}, egov.RefusedManyPackages},
		{"nothing", nil, egov.Limits{}, egov.RefusedEmpty},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := egov.Open("x.zip", bytes.NewReader(tt.data), int64(len(tt.data)), tt.limits)
			if !errors.Is(err, &egov.Refusal{Reason: tt.want}) {
				t.Errorf("%v, want %s", err, tt.want)
			}
		})
	}
}
