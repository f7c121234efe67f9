"""Debian's packages, unpacked into a folder: nothing is installed, and no service starts. Only apt's package lists are
updated."""

import shutil
import subprocess
from pathlib import Path

ENGINE = "docker.io"

BASE = ["libc6", "libgcc-s1", "busybox-static"]
"""All that a function needs in its image, and a shell for the SAM CLI, which builds its own image on top."""

BASE_COMMANDS = ["sh", "mv", "chmod"]
"""The commands that the SAM CLI runs while it builds its image."""


def unpack(home: Path) -> None:
    """Makes `home/engine` and `home/base`. A stamp is written last: an incomplete folder is made again from scratch."""
    stamp = home / "unpacked"
    if stamp.exists():
        return
    shutil.rmtree(home, ignore_errors=True)
    # apt would download as a user of its own, who may not write here.
    as_root = ["-o", "APT::Sandbox::User=root"]
    engine, base = home / "engine.packages", home / "base.packages"
    (engine / "partial").mkdir(parents=True)
    base.mkdir()
    subprocess.run(["apt-get", *as_root, "-qq", "update"], check=True)
    # Only what this machine lacks is downloaded: installed packages are used as they are.
    subprocess.run(
        ["apt-get", *as_root, "-qq", "--yes", "--no-install-recommends", "--download-only",
         "-o", f"Dir::Cache::archives={engine}", "install", ENGINE],
        check=True,
    )  # fmt: skip
    subprocess.run(["apt-get", *as_root, "-qq", "download", *BASE], check=True, cwd=base)
    for packages, folder in ((engine, home / "engine"), (base, home / "base")):
        folder.mkdir()
        for package in packages.glob("*.deb"):
            subprocess.run(["dpkg-deb", "--extract", package, folder], check=True)
        shutil.rmtree(packages)
    for command in BASE_COMMANDS:
        (home / "base" / "bin" / command).symlink_to("busybox")
    stamp.touch()
