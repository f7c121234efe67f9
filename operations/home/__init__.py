"""`make home`: from a user to their identity and their home in the bucket, with the operator's rights."""
