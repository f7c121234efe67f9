"""Debian's packages, unpacked into a folder of ours: nothing is installed, and no service starts. Only apt's lists of
what there is are brought up to date."""

import shutil
import subprocess
from pathlib import Path

ENGINE = "docker.io"

BASE = ["libc6", "libgcc-s1", "busybox-static"]
"""All that a function needs of its image, and a shell for the SAM CLI, which makes its own image from it."""

BASE_COMMANDS = ["sh", "mv", "chmod"]
"""What the SAM CLI calls there."""


def unpack(home: Path) -> None:
    """Makes `home/engine` and `home/base`. A stamp is written last, so that a half-made folder is made anew."""
    stamp = home / "unpacked"
    if stamp.exists():
        return
    shutil.rmtree(home, ignore_errors=True)
    # apt would fetch as a user of its own, who may not write here.
    as_root = ["-o", "APT::Sandbox::User=root"]
    engine, base = home / "engine.packages", home / "base.packages"
    (engine / "partial").mkdir(parents=True)
    base.mkdir()
    subprocess.run(["apt-get", *as_root, "-qq", "update"], check=True)
    # What the engine needs and this machine lacks: what is installed need not be fetched.
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
