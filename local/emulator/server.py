"""ministack, with what Latchkey needs from AWS and ministack lacks. Runs inside `.venv/aws`; `latchkey_local` starts it.

Each module next to this one replaces a few of ministack's functions, as narrowly as possible. ministack is pinned, so
their private names do not change; the system tests check a new version.
"""

import argparse
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import cloudformation
import federation
import gateway
import iam
import identity_pool
import ministack.app
import objects
import refresh_tokens
import revocation
import user_pool
import versions

OWNER_CHECK_SECONDS = 1


def main() -> None:
    """Installs the replacements and serves until a signal arrives or the owner ends."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--state", help="not read: it distinguishes this process from others")
    arguments.add_argument("--owner-pid", type=int, help="stop when this process ends")
    arguments.add_argument("--credentials-seconds", type=int, help="people's credentials expire after this time")
    arguments.add_argument("--providers", nargs=argparse.REMAINDER, help="a command that runs as long as this process")
    given = arguments.parse_args()
    if given.owner_pid:
        threading.Thread(target=end_with, args=(given.owner_pid,), daemon=True).start()
    cloudformation.install()
    gateway.install()
    iam.install()
    identity_pool.install(given.credentials_seconds)
    objects.install()
    user_pool.install()
    versions.install()
    federation.install()
    refresh_tokens.install()
    revocation.install()
    if given.providers:
        start_providers(given.providers)
    # ministack reads the command line too.
    sys.argv = sys.argv[:1]
    ministack.app.main()


def start_providers(command: list[str]) -> None:
    """Starts the identity provider in the group of this process, so that it ends with it."""
    log = Path("providers.log").open("wb")  # noqa: SIM115 (the process has it until it ends)
    subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def end_with(owner_pid: int) -> None:
    """Stops this process, and the functions in its group, once `owner_pid` has ended."""
    while True:
        try:
            os.kill(owner_pid, 0)
        except ProcessLookupError:
            os.killpg(os.getpgrp(), signal.SIGTERM)
        except PermissionError:
            pass
        time.sleep(OWNER_CHECK_SECONDS)


if __name__ == "__main__":
    main()
