"""Namespaces of the run's own: a network with nothing but the loopback, host names that only it knows, and the folders
of Debian's packages as roots. Nothing on the machine changes, and nothing leaves it.
"""

import fcntl
import os
import socket
import struct
import subprocess
import sys
from pathlib import Path

from environments import Debian
from layout import HOME, ROOT, RUN

INSIDE = "LATCHKEY_CLIENTS_INSIDE"
BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
"""Where Debian has the public authorities."""

SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1


def command() -> list[str]:
    """What a command starts with to run in new namespaces."""
    as_root = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    return ["unshare", *as_root, "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]


def are_possible() -> bool:
    """Whether the kernel lets us create them."""
    return subprocess.run([*command(), "true"], check=False, capture_output=True).returncode == 0


def enter() -> int:
    """Runs this program again, inside, and returns its exit status."""
    return subprocess.call([*command(), sys.executable, *sys.argv], env=os.environ | {INSIDE: "yes"})


def prepare(names: list[str], roots: list[Debian]) -> None:
    """Starts the loopback, gives it these names, and mounts what the roots lack. Runs inside."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack("16sh14x", b"lo", 0)
        flags = struct.unpack("16sh14x", fcntl.ioctl(control, SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", flags | IFF_UP))
    hosts = RUN / "hosts"
    hosts.write_text("".join(f"127.0.0.1 {name}\n" for name in ["localhost", *names]))
    mount("--bind", hosts, Path("/etc/hosts"))
    for debian in roots:
        for place in (Path("/dev"), Path("/proc"), ROOT):
            inside = debian.root / place.relative_to("/")
            inside.mkdir(parents=True, exist_ok=True)
            mount("--rbind", place, inside)
        (debian.root / "tmp").mkdir(exist_ok=True)
        (debian.root / "etc" / "hosts").write_text(hosts.read_text())


def trust(authority: Path, roots: list[Debian]) -> None:
    """Puts an authority in the place of the public ones: of this machine's, of the roots', and of those that Python
    packages bring, because botocore asks for keys with these whatever `AWS_CA_BUNDLE` says.
    """
    packaged = [*HOME.glob("*/lib/python*/site-packages"), *(debian.root / "usr/lib/python3" for debian in roots)]
    for bundle in [Path(BUNDLE), *(file for folder in packaged for file in folder.rglob("cacert.pem"))]:
        if bundle.exists():
            mount("--bind", authority, bundle)
    for debian in roots:
        bundle = debian.root / BUNDLE.lstrip("/")
        bundle.parent.mkdir(parents=True, exist_ok=True)
        bundle.write_bytes(authority.read_bytes())


def mount(how: str, what: Path, where: Path) -> None:
    """Mounts one thing, in this namespace alone."""
    subprocess.run(["mount", how, what, where], check=True)
