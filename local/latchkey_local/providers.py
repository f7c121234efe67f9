"""The identity provider beside the local AWS: one process for both protocols, with the people of
`local/providers/users.yaml`.
"""

import secrets
import time
from pathlib import Path
from string import Template
from typing import Any

from . import aws
from .layout import HOST, ROOT, Failure

FOLDER = ROOT / "local" / "providers"
PYTHON = ROOT / ".venv" / "providers" / "bin" / "python"
LOG = "providers.log"  # as emulator/server.py writes it
READY_SECONDS_MAX = 30

NAMES = {"OidcName": "CompanyOidc", "SamlName": "CompanySaml"}
CLIENT_ID = "latchkey"
SECRET_NAME = "latchkey/oidc"  # noqa: S105 (where the secret is)


def check() -> None:
    """Stops if it is not installed."""
    if not PYTHON.exists():
        raise Failure("the identity provider is not installed; install it first: python3 local/tools.py providers")


def prepare(state_dir: Path, endpoint: str, port: int) -> tuple[dict[str, Any], list[str]]:
    """Writes its settings for the emulator at `endpoint`. Returns its record and the command that starts it."""
    folder, url = state_dir / "providers", f"http://{HOST}:{port}"
    record = {
        "names": NAMES,
        "url": url,
        "client_id": CLIENT_ID,
        "client_secret": secrets.token_urlsafe(),
        "metadata_url": f"{url}/saml/metadata",
    }
    values = record | {
        "port": port,
        "endpoint": endpoint,
        "keys": folder / "keys",
        "session_key": secrets.token_urlsafe(),
    }
    for name in ("settings.yaml", "users.yaml"):
        (folder / name).write_text(Template((FOLDER / name).read_text()).substitute(values))
    return record, [str(PYTHON), str(FOLDER / "server.py"), "--config", str(folder), "--strict-config"]


def wait_until_ready(record: dict[str, Any]) -> None:
    """Returns when it answers."""
    deadline = time.monotonic() + READY_SECONDS_MAX
    while True:
        try:
            if aws.http(f"{record['url']}/.well-known/openid-configuration").status == 200:
                return
        except Failure:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.1)


def parameters(stack: dict[str, Any]) -> dict[str, str]:
    """The template's parameters for it, with the client's secret where the template looks for it."""
    record = stack.get("providers")
    if record is None:
        return {}
    keys = aws.admin_keys(stack)
    found = aws.try_cli(stack["endpoint"], keys, "secretsmanager", "describe-secret", "--secret-id", SECRET_NAME)
    if found.returncode != 0:
        aws.cli(
            stack["endpoint"], keys, "secretsmanager", "create-secret",
            # In one word, because it may begin with a hyphen.
            "--name", SECRET_NAME, f"--secret-string={record['client_secret']}",
        )  # fmt: skip
    return NAMES | {
        "OidcIssuer": record["url"],
        "OidcClientId": record["client_id"],
        "OidcClientSecret": SECRET_NAME,
        "SamlMetadataUrl": record["metadata_url"],
    }
