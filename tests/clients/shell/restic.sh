#!/bin/sh
# restic: restic.sh BUCKET FOLDER. Its repository is the folder, which `write` makes.
. "$(dirname "$0")/operations.sh"
export RESTIC_REPOSITORY="s3:$AWS_ENDPOINT_URL/$1/$2" RESTIC_PASSWORD=correct-horse RESTIC_CACHE_DIR="$folder/cache"

list() { restic list snapshots | wc -l; }
write() { restic init --quiet && hello | restic backup --quiet --stdin --stdin-filename hello.txt; }
read_back() { restic dump --quiet latest hello.txt; }
multipart() { restic backup --quiet "$folder/large"; }
delete() { restic list snapshots | xargs restic forget --quiet --prune; }

serve "$@"
