"""Tests of what the local user pool checks: they run inside `.venv/aws` and start nothing else."""
