package egov_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"cloudpocket/portal/egov"
)

func TestCodes(t *testing.T) {
	tests := []struct {
		name string
		read func(string) (string, bool)
		in   string
		want string // empty: not one
	}{
		{"reference", egov.ReferenceCode, "01-ｱｲｳ", "01-アイウ"},
		{"reference, full width", egov.ReferenceCode, "０１－アイウ", "01-アイウ"},
		{"reference, a space", egov.ReferenceCode, "01 アイウ", "01-アイウ"},
		{"reference, nothing between", egov.ReferenceCode, "01ｱｲｳ", "01-アイウ"},
		{"reference, letters", egov.ReferenceCode, "51-ｉｒｈ", "51-IRH"},
		{"reference, digits", egov.ReferenceCode, "51-001", "51-001"},
		{"reference, hiragana", egov.ReferenceCode, "21-いろは", "21-いろは"},
		{"reference, one digit", egov.ReferenceCode, "1-ｱｲｳ", ""},
		{"reference, digits without hyphen", egov.ReferenceCode, "51001", ""},
		{"office", egov.OfficeNumber, " ００１２３", "00123"},
		{"office, too long", egov.OfficeNumber, "123456", ""},
		{"office, words", egov.OfficeNumber, "12a", ""},
		{"labour", egov.LaborInsuranceNumber, "13-1-01-123456-000", "13101123456000"},
		{"labour, no branch", egov.LaborInsuranceNumber, "１３１０１１２３４５６", "13101123456000"},
		{"labour, no such prefecture", egov.LaborInsuranceNumber, "48-1-01-123456-000", ""},
		{"employment", egov.EmploymentInsuranceNumber, "1301-123456-7", "13011234567"},
		{"employment, short", egov.EmploymentInsuranceNumber, "1301-123456", ""},
		{"corporate", egov.CorporateNumber, "7000012050002", "7000012050002"},
		{"corporate, spaced", egov.CorporateNumber, "7 0000 1205 0002", "7000012050002"},
		{"corporate, wrong check digit", egov.CorporateNumber, "7000012050003", ""},
		{"corporate, nothing", egov.CorporateNumber, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := tt.read(tt.in)
			if ok != (tt.want != "") || ok && got != tt.want {
				t.Errorf("got %q, %v, want %q", got, ok, tt.want)
			}
		})
	}
}

func TestCodesInCoverText(t *testing.T) {
	tests := []struct {
		name, text string
		want       []egov.Codes
	}{
		{"labour", "労働保険番号：１３－１－０１－１２３４５６－０００", []egov.Codes{{LaborInsuranceNumber: "13101123456000"}}},
		{"employment and not the office's own", "雇用保険適用事業所番号 1301-123456-7 のとおり", []egov.Codes{{EmploymentInsuranceNumber: "13011234567"}}},
		{"pension", "事業所整理記号：01-ｱｲｳ　事業所番号：00123", []egov.Codes{{ReferenceCode: "01-アイウ", OfficeNumber: "00123"}}},
		{"corporate", "（法人番号 7000012050002）", []egov.Codes{{CorporateNumber: "7000012050002"}}},
		{"a label and no number", "労働保険番号をご確認ください。令和8年6月1日", nil},
		{"nothing", "お知らせ", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := readCoverXML(t, "<MAINTXT><P>"+tt.text+"</P></MAINTXT>")
			if diff := cmp.Diff(tt.want, c.Codes); diff != "" {
				t.Error(diff)
			}
		})
	}
}
