#!/bin/sh
# Says how many objects a folder has whenever a line arrives: list.sh BUCKET FOLDER. The AWS CLI starts anew each time.
while read -r _; do
    aws s3api list-objects-v2 --bucket "$1" --prefix "$2" --query 'length(Contents)'
done
