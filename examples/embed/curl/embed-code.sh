#!/bin/sh
# embed-code.sh — prints a one-use code for the person of $ID_TOKEN. It needs openssl and curl.
set -eu

part() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }

now=$(date +%s)
head=$(printf '{"alg":"RS256","kid":"embed-1"}' | part)
claims=$(printf '{"iss":"%s","sub":"%s","aud":"%s","jti":"%s","iat":%d,"exp":%d}' \
  "$POCKET_CLIENT" "$POCKET_CLIENT" https://pocket.example "$(openssl rand -hex 16)" "$now" "$((now + 60))" | part)
proof=$(printf %s "$head.$claims" | openssl dgst -sha256 -sign client-key.pem -binary | part)

curl --fail-with-body --silent --show-error https://pocket.example/oauth/token \
  --data-urlencode grant_type=urn:ietf:params:oauth:grant-type:token-exchange \
  --data-urlencode scope=embed \
  --data-urlencode subject_token_type=urn:ietf:params:oauth:token-type:id_token \
  --data-urlencode subject_token="$ID_TOKEN" \
  --data-urlencode client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer \
  --data-urlencode client_assertion="$head.$claims.$proof"
