package egov_test

import (
	"bytes"
	"errors"
	"io/fs"
	"testing"

	"cloudpocket/portal/egov"
	"cloudpocket/portal/egov/egovtest"
)

// TestBytes holds each file by itself against the same file of the package that was read whole, in every shape.
func TestBytes(t *testing.T) {
	g := egovtest.New(5)
	for _, shape := range egovtest.Shapes() {
		made := g.Package(shape, egovtest.Options{})
		src, size := bytes.NewReader(made.Data), int64(len(made.Data))
		p, err := egov.Open(made.Name, src, size, egov.Limits{})
		if err != nil {
			t.Fatalf("%s: %v", shape, err)
		}
		out := int64(0)
		for _, f := range p.Files {
			b, err := egov.Bytes(made.Name, src, size, egov.Limits{}, f.Name)
			if err != nil || !bytes.Equal(b, f.Data) {
				t.Errorf("%s: %s: %d bytes, %v", shape, f.Name, len(b), err)
			}
			out += int64(len(b))
		}
		if claim, _ := egov.Claim(made.Name, src, size, egov.Limits{}); claim < out {
			t.Errorf("%s claims %d bytes and has %d", shape, claim, out)
		}
		if _, err := egov.Bytes(made.Name, src, size, egov.Limits{}, "nonesuch.xml"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: a file that is not there: %v", shape, err)
		}
	}
}

// TestBytesReadsNoOther has a package whose other file cannot be unpacked, and one that holds two packages.
func TestBytesReadsNoOther(t *testing.T) {
	broken := egovtest.Entry{Name: []byte("b.xml"), Data: bytes.Repeat([]byte("b"), 4<<20)} // too much for what went in
	data := egovtest.Archive(egovtest.Entry{Name: []byte("a.xml"), Data: []byte("<a/>")}, broken)
	b, err := egov.Bytes("x.zip", bytes.NewReader(data), int64(len(data)), egov.Limits{}, "a.xml")
	if err != nil || string(b) != "<a/>" {
		t.Errorf("%q, %v", b, err)
	}
	if _, err := egov.Bytes("x.zip", bytes.NewReader(data), int64(len(data)), egov.Limits{}, "b.xml"); !errors.Is(err, &egov.Refusal{Reason: egov.RefusedRatio}) {
		t.Errorf("what cannot be unpacked: %v", err)
	}
	one := egovtest.Archive(egovtest.Entry{Name: []byte("a.xml"), Data: []byte("<a/>")})
	two := egovtest.Archive(egovtest.Entry{Name: []byte("1.zip"), Data: one}, egovtest.Entry{Name: []byte("2.zip"), Data: one})
	if _, err := egov.Bytes("x.zip", bytes.NewReader(two), int64(len(two)), egov.Limits{}, "a.xml"); !errors.Is(err, &egov.Refusal{Reason: egov.RefusedManyPackages}) {
		t.Errorf("a file of two packages: %v", err)
	}
	if claim, nested := egov.Claim("x.zip", bytes.NewReader(two), int64(len(two)), egov.Limits{}); !nested || claim < int64(2*len(one)) {
		t.Errorf("archives in an archive claim %d, nested: %t", claim, nested)
	}
}
