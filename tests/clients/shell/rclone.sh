#!/bin/sh
# rclone: rclone.sh BUCKET FOLDER.
. "$(dirname "$0")/operations.sh"
place=home:$1/$2
: >"$folder/rclone.conf"
# AWS on AWS; that has no paths with the bucket in older versions.
export RCLONE_CONFIG="$folder/rclone.conf" RCLONE_CONFIG_HOME_TYPE=s3 RCLONE_CONFIG_HOME_PROVIDER=Other
export RCLONE_CONFIG_HOME_ENV_AUTH=true RCLONE_CONFIG_HOME_REGION="$AWS_REGION"
export RCLONE_CONFIG_HOME_ENDPOINT="$AWS_ENDPOINT_URL" RCLONE_CONFIG_HOME_FORCE_PATH_STYLE=true
# Otherwise it asks for the bucket, and would make it: rights that no person has.
export RCLONE_CONFIG_HOME_NO_CHECK_BUCKET="${no_check_bucket:-true}"
# In parts always: it sends nothing whole over plain HTTP, which only the local S3 has.
export RCLONE_S3_UPLOAD_CUTOFF=0 RCLONE_LOW_LEVEL_RETRIES=2 RCLONE_RETRIES=1

list() { rclone lsf "$place" | wc -l; }
write() { hello >"$folder/hello.txt" && rclone copyto "$folder/hello.txt" "${place}hello.txt"; }
read_back() { rclone cat "${place}hello.txt"; }
multipart() { rclone copyto "$folder/large" "${place}large.bin"; }
delete() { rclone delete "$place"; }

serve "$@"
