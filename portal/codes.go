package portal

import (
	"strings"

	"cloudpocket/portal/egov"
	"cloudpocket/store"
)

// normalCodes returns codes in the form in which documents are read: so an office is found whichever way a person typed
// them. What has no such form stays as it was typed, for somebody to put right.
func normalCodes(c store.OfficeCodes) store.OfficeCodes {
	for _, one := range []struct {
		code   *string
		normal func(string) (string, bool)
	}{
		{&c.ReferenceCode, egov.ReferenceCode}, {&c.OfficeNumber, egov.OfficeNumber}, {&c.LaborInsuranceNumber, egov.LaborInsuranceNumber},
		{&c.EmploymentInsuranceNumber, egov.EmploymentInsuranceNumber}, {&c.CorporateNumber, egov.CorporateNumber},
	} {
		*one.code = strings.TrimSpace(*one.code)
		if code, ok := one.normal(*one.code); ok {
			*one.code = code
		}
	}
	return c
}
