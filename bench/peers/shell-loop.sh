#!/usr/bin/env bash
# The loop that PymtHouse's documentation gives for step 3 of its device flow, with steps 1 and 2 before it.
# The loop's own lines are kept as they are; only what it says goes out as JSON.
# Usage: shell-loop.sh ISSUER CLIENT_ID SCOPES COUNT, with CURL_CA_BUNDLE naming the authority to trust.

ISSUER=$1
PUBLIC_CLIENT_ID=$2
SCOPES=$3
COUNT=$4

# Where jq is not installed, Node stands in for the two filters that the loop uses.
command -v jq >/dev/null || jq() {
  node -e '
    const [, field, fallback] = /^\.(\w+)( \/\/ empty)?$/.exec(process.argv[1])
    const value = JSON.parse(require("node:fs").readFileSync(0, "utf8"))[field]
    process.stdout.write(value === undefined || value === null ? (fallback ? "" : "null\n") : `${value}\n`)
  ' "$2"
}

METADATA=$(curl -sS "${ISSUER}/.well-known/openid-configuration")
DEVICE_ENDPOINT=$(echo "${METADATA}" | jq -r '.device_authorization_endpoint')
TOKEN_ENDPOINT=$(echo "${METADATA}" | jq -r '.token_endpoint')

for ((SIGN_IN = 0; SIGN_IN < COUNT; SIGN_IN++)); do
  RESPONSE=$(curl -sS \
    -H "Content-Type: application/x-www-form-urlencoded" \
    -d "client_id=${PUBLIC_CLIENT_ID}" \
    --data-urlencode "scope=${SCOPES}" \
    "${DEVICE_ENDPOINT}")
  DEVICE_CODE=$(echo "${RESPONSE}" | jq -r '.device_code // empty')
  USER_CODE=$(echo "${RESPONSE}" | jq -r '.user_code // empty')
  if [ -z "${USER_CODE}" ]; then
    echo '{"kind":"failed","error":"no code"}'
    exit 1
  fi
  echo "{\"kind\":\"code\",\"userCode\":\"${USER_CODE}\"}"

  while true; do
    RESPONSE=$(curl -sS \
      -H "Content-Type: application/x-www-form-urlencoded" \
      -d "grant_type=urn:ietf:params:oauth:grant-type:device_code" \
      -d "device_code=${DEVICE_CODE}" \
      -d "client_id=${PUBLIC_CLIENT_ID}" \
      "${TOKEN_ENDPOINT}")
    ERROR=$(echo "${RESPONSE}" | jq -r '.error // empty')
    if [ -z "${ERROR}" ]; then
      ACCESS_TOKEN=$(echo "${RESPONSE}" | jq -r '.access_token')
      # The loop says "Authenticated!" after any answer without an error, even an empty one; here it has to have a token.
      if [ -z "${ACCESS_TOKEN}" ] || [ "${ACCESS_TOKEN}" = "null" ]; then
        echo '{"kind":"failed","error":"ended without a token"}'
        exit 1
      fi
      HASH=$(printf '%s' "${ACCESS_TOKEN}" | sha256sum)
      echo "{\"kind\":\"token\",\"accessTokenSha256\":\"${HASH%% *}\"}"
      break
    elif [ "${ERROR}" = "authorization_pending" ]; then
      sleep 5
    elif [ "${ERROR}" = "slow_down" ]; then
      sleep 10
    else
      echo "{\"kind\":\"failed\",\"error\":\"${ERROR}\"}"
      exit 1
    fi
  done
done
