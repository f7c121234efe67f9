"""Proves a deployed stack with two people who are made for it and removed again: `make verify AWS_STACK=name`."""
