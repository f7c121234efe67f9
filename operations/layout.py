"""Where things are."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "template.yaml"
DEFAULTS = ROOT / "samconfig.toml"

DOMAIN_LISTS = ROOT / "functions" / "pre-sign-up" / "domains"
"""The operator's own lists of e-mail domains, which are packed with the pre-sign-up function."""

STACKS = ROOT / "stacks"
"""The folder of the operator's answers, unless STACKS names another: NAME.toml for the stack NAME."""

RESCUE = ROOT / ".aws-sam" / "rescue"
"""What make rescue-template writes. `sam build` empties only the folder beside it."""
