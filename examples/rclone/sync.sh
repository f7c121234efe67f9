#!/bin/sh
# Brings a folder into a person's home with rclone: sync.sh API_URL TOKEN_FILE FOLDER
# The file has the id token, without a newline. With `latchkey configure`, AWS_PROFILE=latchkey takes the place of the
# two variables, and `latchkey whoami --json` that of curl.
set -eu
api_url=$1 token_file=$2 folder=$3
export AWS_CONTAINER_CREDENTIALS_FULL_URI="$api_url/credentials" AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE="$token_file"

# Not as an argument of curl, which everybody on the machine would see.
home=$(printf 'header = "Authorization: Bearer %s"\n' "$(cat "$token_file")" |
  curl -sS --fail-with-body -K - "$api_url/whoami" |
  python3 -c 'import json, sys; me = json.load(sys.stdin); print(me["bucket"] + "/" + me["home"])')
rclone() { command rclone --config "$(dirname "$0")/rclone.conf" "$@"; }

rclone sync "$folder" "files:${home}from-rclone"
rclone lsl "files:${home}from-rclone"
