#!/bin/sh
# What a build does without a browser: publish.sh FOLDER brings the folder into the machine's home. API_URL is the
# stack's, MACHINE_CLIENT_ID and MACHINE_REFRESH_TOKEN are what set-up.sh printed.
set -eu
folder=$1
member() { python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }

AWS_DEFAULT_REGION=$(curl -sS --fail-with-body "$API_URL/.well-known/oauth-protected-resource" |
  python3 -c 'import json, sys; print(json.load(sys.stdin)["latchkey"]["region"])')
export AWS_DEFAULT_REGION

# The secret is in no command's arguments, and neither are the tokens.
id_token=$(printf '{"REFRESH_TOKEN": "%s"}' "$MACHINE_REFRESH_TOKEN" |
  aws cognito-idp initiate-auth --no-sign-request --client-id "$MACHINE_CLIENT_ID" --auth-flow REFRESH_TOKEN_AUTH \
    --auth-parameters file:///dev/stdin --output text --query AuthenticationResult.IdToken)
test -z "${GITHUB_ACTIONS:-}" || echo "::add-mask::$id_token"

# From here on, the AWS CLI fetches its keys by itself.
export AWS_CONTAINER_CREDENTIALS_FULL_URI="$API_URL/credentials" AWS_CONTAINER_AUTHORIZATION_TOKEN="$id_token"
me=$(printf 'header = "Authorization: Bearer %s"\n' "$id_token" | curl -sS --fail-with-body -K - "$API_URL/whoami")
place="s3://$(printf %s "$me" | member bucket)/$(printf %s "$me" | member home)published/"
aws s3 sync --no-progress "$folder" "$place"
aws s3 ls --recursive "$place"
