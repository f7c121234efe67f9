"""`make rescue-template`: what CloudFormation needs to take the pools and the bucket of a lost stack into a new one."""
