#!/bin/sh
# The AWS CLI: aws.sh BUCKET FOLDER. It starts anew for each operation.
. "$(dirname "$0")/operations.sh"
place=s3://$1/$2

# Versions before 2.13 do not read AWS_ENDPOINT_URL by themselves.
aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }
list() { aws s3api list-objects-v2 --bucket "$1" --prefix "$2" --query 'length(Contents || `[]`)'; }
write() { hello | aws s3 cp --only-show-errors - "${place}hello.txt"; }
read_back() { aws s3 cp --only-show-errors "${place}hello.txt" -; }
multipart() { aws s3 cp --only-show-errors "$folder/large" "${place}large.bin"; }
delete() { aws s3 rm --only-show-errors --recursive "$place"; }

serve "$@"
