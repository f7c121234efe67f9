"""Where things are, and what the local stack is called."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV_AWS = ROOT / ".venv" / "aws"
VENV_BUILD = ROOT / ".venv" / "build"
BUILT_TEMPLATE = ROOT / ".aws-sam" / "build" / "template.yaml"
STATE_DEFAULT = ROOT / ".local"

HOST = "127.0.0.1"
"""The only address on which anything here listens. Not `localhost`, which may also mean ::1."""

PORT_DEFAULT = 4566
REGION = "eu-west-1"
ACCOUNT = "111122223333"
STACK = "latchkey"
ARTIFACTS_BUCKET = "latchkey-artifacts"

ADMIN_KEY = "test"
ADMIN_SECRET = "test"  # noqa: S105 (the emulator's well-known root key; it opens nothing else)


class Failure(Exception):
    """What went wrong, in one line for the person who ran the command."""
