"""The local AWS: starts it, deploys the project's own template into it, and shows what Latchkey does."""
