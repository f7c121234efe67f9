"""The operator's answers to `sam deploy --guided`: one file for each stack, which git ignores."""
