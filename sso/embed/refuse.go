package embed

import "cloudpocket/sso"

// Why an embed does not begin or go on: one reason per rule.
const (
	reasonCodeForm sso.Reason = "embed.code_form"
	reasonCode     sso.Reason = "embed.code" // not known, over, or used
)

func refuse(reason sso.Reason, format string, args ...any) error {
	return sso.Refuse(reason, sso.KeyStale, format, args...)
}
