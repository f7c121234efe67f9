"""Where things are."""

import sys
from pathlib import Path

CLIENTS = Path(__file__).resolve().parents[1]
ROOT = CLIENTS.parents[1]
HOME = ROOT / "target" / "clients"
"""What is installed and built for the clients, and what a run keeps."""

RUN = HOME / "run"
LATCHKEY = ROOT / "target" / "debug" / "latchkey"
PAGE = ROOT / "docs" / "clients.md"

# `latchkey_local` starts the local AWS.
sys.path.insert(0, str(ROOT / "local"))
