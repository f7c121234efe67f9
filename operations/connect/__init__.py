"""`make connect`: what an operator's own pools and bucket lack for a stack, and how they get it."""
