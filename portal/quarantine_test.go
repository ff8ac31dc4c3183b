package portal_test

import (
	"errors"
	"testing"

	"cloudpocket/portal"
	"cloudpocket/portal/egov/egovtest"
	"cloudpocket/store"
)

// TestScannedBeforeOpened tries to open what no scan of is over yet, in the tray and at the desk, and again when it is.
func TestScannedBeforeOpened(t *testing.T) {
	w := newWorld(t)
	w.boss(t)
	w.Scanning = true
	made := egovtest.New(3).Package(egovtest.Pension, egovtest.Options{})
	pkg := w.drop(t, theBoss(), made.Name, made.Data)
	document, err := w.Publish(t.Context(), theBoss(), portal.Draft{Title: "通知書", Kind: "other", Offices: []store.ID{"x1"}, Deliver: true,
		Files: []portal.StagedFile{w.stage(t, theBoss(), "9999999.xml", "<N9999999><_被保険者><被保険者漢字氏名>人</被保険者漢字氏名></_被保険者></N9999999>")}})
	must(t, err)
	d, err := w.DeskDocument(t.Context(), theBoss(), document)
	must(t, err)
	file := d.Document.Files[0]
	ways := map[string]func() error{
		"file": func() error {
			_, blob, err := w.DeskFile(t.Context(), theBoss(), document, file.ID)
			if err == nil {
				blob.Close()
			}
			return err
		},
		"archive of files": func() error {
			_, err := w.BulkDocuments(t.Context(), theBoss(), []store.ID{document}, sheet())
			return err
		},
	}
	for name, s := range map[string]portal.Source{"tray": {Package: pkg.ID}, "desk": {Document: document}} {
		ways["part, "+name] = func() error {
			_, err := w.Read(t.Context(), theBoss(), s, 1, portal.Manner{Lang: "ja"})
			return err
		}
		ways["print, "+name] = func() error { _, _, err := w.Book(t.Context(), theBoss(), s, "ja"); return err }
		ways["persons, "+name] = func() error { _, _, err := w.Rosters(t.Context(), theBoss(), s); return err }
		ways["bytes of a part, "+name] = func() error {
			_, blob, err := w.DownloadPart(t.Context(), theBoss(), s, 1)
			if err == nil {
				blob.Close()
			}
			return err
		}
	}
	for name, try := range ways {
		if err := try(); !errors.Is(err, &store.Error{Kind: store.Unavailable, Key: "error.file_unscanned"}) {
			t.Errorf("%s before the scan: %v", name, err)
		}
	}
	must(t, w.Scanned(t.Context(), "a", pkg.Digest, portal.ScanVerdict{}))
	must(t, w.Scanned(t.Context(), "a", file.Digest, portal.ScanVerdict{}))
	for name, try := range ways {
		if err := try(); err != nil {
			t.Errorf("%s after the scan: %v", name, err)
		}
	}
}

// TestFoundInTheTray has the scanner find something in a package that is ready, before and after it is looked into: it is
// refused with the reason, said, told in the alerts, and never handed over.
func TestFoundInTheTray(t *testing.T) {
	for name, before := range map[string]bool{"before it was looked into": true, "after": false} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.boss(t)
			w.Scanning, w.Mailing = true, true
			g := egovtest.New(3)
			o := g.Office()
			w.registered(t, "o", pension(o))
			made := g.Package(egovtest.Pension, egovtest.Options{Office: &o})
			pkg := w.receive(t, theBoss(), "drop", made.Name, made.Data)
			if !before {
				w.sortAll(t)
			}
			must(t, w.Scanned(t.Context(), "a", pkg.Digest, portal.ScanVerdict{Found: true, Name: "Eicar"}))
			w.sortAll(t)
			item, err := w.PackageOf(t.Context(), theBoss(), pkg.ID)
			must(t, err)
			if item.State != store.PackageRefused || item.Reason.Key != "package.found" {
				t.Errorf("it is %s by %+v", item.State, item.Reason)
			}
			if h, err := w.HandOver(t.Context(), theBoss(), []store.ID{pkg.ID}, portal.HandOver{}); err != nil || len(h.Documents) != 0 || len(h.Left) != 1 {
				t.Errorf("handing it over: %+v, %v", h, err)
			}
			alerts, err := w.Alerts(t.Context(), theBoss())
			must(t, err)
			if len(alerts.Found) != 1 || alerts.Found[0].Package != pkg.ID || alerts.Found[0].Title == "" {
				t.Errorf("the alerts: %+v", alerts)
			}
			again := w.receive(t, theBoss(), "drop2", made.Name, made.Data)
			w.sortAll(t)
			if item, err := w.PackageOf(t.Context(), theBoss(), again.ID); err != nil || item.State != store.PackageRefused || item.Reason.Key != "package.found" {
				t.Errorf("the same again is %s by %+v, %v", item.State, item.Reason, err)
			}
		})
	}
}
