#!/bin/sh
# token.sh — prints an access token for the API. It needs openssl and curl.
set -eu

part() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }

now=$(date +%s)
head=$(printf '{"alg":"RS256","kid":"embed-1"}' | part)
claims=$(printf '{"iss":"%s","sub":"%s","aud":"%s","jti":"%s","iat":%d,"exp":%d}' \
  "$POCKET_CLIENT" "$POCKET_CLIENT" https://pocket.example "$(openssl rand -hex 16)" "$now" "$((now + 60))" | part)
proof=$(printf %s "$head.$claims" | openssl dgst -sha256 -sign client-key.pem -binary | part)

curl --fail-with-body --silent --show-error https://pocket.example/oauth/token \
  --data-urlencode grant_type=client_credentials \
  --data-urlencode client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer \
  --data-urlencode client_assertion="$head.$claims.$proof"
