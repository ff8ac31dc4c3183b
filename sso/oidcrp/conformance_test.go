package oidcrp_test

import (
	"testing"

	"cloudpocket/sso"
	"cloudpocket/sso/oidcrp"
	"cloudpocket/sso/outbound"
	"cloudpocket/sso/ssotest"
	"cloudpocket/store"
)

func TestCorpus(t *testing.T) { ssotest.OIDC(t, opener(t)) }

func TestVouchCorpus(t *testing.T) { ssotest.OIDCVouch(t, opener(t)) }

func opener(t *testing.T) ssotest.OIDCOpener {
	return func(trust store.OwnedTrust, env ssotest.OIDCEnv) (sso.Connector, error) {
		return oidcrp.Open(t.Context(), trust, oidcrp.Config{
			BaseURL: env.BaseURL, Keys: env.Keys, Marks: env.Marks, Secret: env.Secret, Now: env.Now, Log: env.Log,
			Outbound: outbound.Config{Roots: env.Roots, Resolve: env.Resolve, Connect: env.Connect},
		})
	}
}
