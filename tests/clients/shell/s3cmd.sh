#!/bin/sh
# s3cmd: s3cmd.sh BUCKET FOLDER.
. "$(dirname "$0")/operations.sh"
place=s3://$1/$2
host=${AWS_ENDPOINT_URL#*://}

printf '[default]\n' >"$folder/s3cfg"
s3() { s3cmd --config "$folder/s3cfg" --no-ssl --region "$AWS_REGION" --host "$host" --host-bucket "$host" "$@"; }
list() { s3 ls "$place" | wc -l; }
write() { hello | s3 put - "${place}hello.txt"; }
read_back() { s3 get "${place}hello.txt" -; }
multipart() { s3 put --multipart-chunk-size-mb=5 "$folder/large" "${place}large.bin"; }
delete() { s3 del "${place}hello.txt" "${place}large.bin"; }

serve "$@"
