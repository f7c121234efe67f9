#!/bin/sh
# Lists a person's own files with curl and the AWS CLI: files.sh API_URL, with the id token in ID_TOKEN.
# Neither token nor keys are in a command's arguments, where everybody on the machine would see them.
set -eu
api_url=$1

# A member of the JSON on standard input, such as: member latchkey region.
member() {
  python3 -c 'import functools, json, sys
print(functools.reduce(lambda value, name: value[name], sys.argv[1:], json.load(sys.stdin)))' "$@"
}

keys=$(printf %s "$ID_TOKEN" | curl -sS --fail-with-body "$api_url/token" \
  -d grant_type=urn:ietf:params:oauth:grant-type:token-exchange \
  -d subject_token_type=urn:ietf:params:oauth:token-type:id_token --data-urlencode subject_token@-)
AWS_ACCESS_KEY_ID=$(printf %s "$keys" | member AccessKeyId)
AWS_SECRET_ACCESS_KEY=$(printf %s "$keys" | member SecretAccessKey)
AWS_SESSION_TOKEN=$(printf %s "$keys" | member SessionToken)
AWS_DEFAULT_REGION=$(curl -sS --fail "$api_url/.well-known/oauth-protected-resource" | member latchkey region)
export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_DEFAULT_REGION

me=$(printf 'header = "Authorization: Bearer %s"\n' "$ID_TOKEN" | curl -sS --fail-with-body -K - "$api_url/whoami")
place="s3://$(printf %s "$me" | member bucket)/$(printf %s "$me" | member home)"

echo "Hello from a shell!" | aws s3 cp --quiet - "${place}from-a-shell.txt"
aws s3 ls --recursive "$place"
aws s3 cp --quiet "${place}from-a-shell.txt" -
