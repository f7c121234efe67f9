#!/bin/sh
# rclone as it is by default: rclone-asking.sh BUCKET FOLDER.
no_check_bucket=false
. "$(dirname "$0")/rclone.sh"
