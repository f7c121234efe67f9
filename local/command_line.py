#!/usr/bin/env python3
"""Makes the command line as people install it: the program, its license, man pages and completions, together in
`target/command-line`.

With `--pack NAME` also as the archive `latchkey-NAME` in `target/release-files`, of which the same program makes the same
bytes. Runs on every system that the command line is for, and needs Cargo alone.
"""

import argparse
import gzip
import io
import os
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "target" / "command-line"
RELEASE_FILES = ROOT / "target" / "release-files"


def main() -> None:
    """Builds, collects, and packs if asked to."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    arguments.add_argument("--target", metavar="TRIPLE", help="Rust's name of the system; default: this one")
    arguments.add_argument("--pack", metavar="NAME", help="pack it too, such as linux-x86_64")
    given = arguments.parse_args()
    try:
        collect(build(given.target, for_others=given.pack is not None))
    except subprocess.CalledProcessError as error:
        raise SystemExit(error.returncode) from None
    if given.pack:
        print(f"» {pack(given.pack).relative_to(ROOT)}")


def build(target: str | None, for_others: bool) -> Path:
    """The program, built in the way of a release."""
    cargo("build", "--package", "latchkey", "--release", *(["--target", target] if target else []),
          flags=flags(target or "") if for_others else [])  # fmt: skip
    folder = ROOT / "target" / (target or "") / "release"
    return next(path for path in (folder / "latchkey", folder / "latchkey.exe") if path.exists())


def flags(target: str) -> list[str]:
    """For a program that leaves this machine: without its paths in panic messages, and whole on Windows, where the C
    library is otherwise a package that not everybody has.
    """
    home = os.environ.get("CARGO_HOME") or Path.home() / ".cargo"
    remapped = [f"--remap-path-prefix={ROOT}=latchkey", f"--remap-path-prefix={home}=cargo"]
    return [*remapped, *(["-Ctarget-feature=+crt-static"] if target.endswith("-msvc") else [])]


def collect(program: Path) -> None:
    """Puts the program into the folder, and beside it what comes with it."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    shutil.copy(program, FOLDER)
    shutil.copy(ROOT / "LICENSE", FOLDER)
    # Not in the way of a release, which takes minutes: these are texts.
    cargo("run", "--quiet", "--package", "latchkey", "--profile", "quick", "--example", "pages", "--", str(FOLDER))


def cargo(command: str, *arguments: str, flags: list[str] | None = None) -> None:
    """Runs Cargo with the dependencies of the lock file."""
    more = {"CARGO_ENCODED_RUSTFLAGS": "\x1f".join(flags)} if flags else {}
    subprocess.run(["cargo", command, "--locked", *arguments], cwd=ROOT, env=os.environ | more, check=True)


def pack(name: str) -> Path:
    """An archive of the folder: what each system opens without further programs."""
    RELEASE_FILES.mkdir(parents=True, exist_ok=True)
    base = f"latchkey-{name}"
    files = sorted(path for path in FOLDER.rglob("*") if path.is_file())
    names = [f"{base}/{path.relative_to(FOLDER).as_posix()}" for path in files]
    if name.startswith("windows"):
        archive = RELEASE_FILES / f"{base}.zip"
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
            for path, inside in zip(files, names, strict=True):
                # The first time that the format has.
                packed.writestr(zipfile.ZipInfo(inside), path.read_bytes(), zipfile.ZIP_DEFLATED)
        return archive
    archive = RELEASE_FILES / f"{base}.tar.gz"
    with gzip.GzipFile(archive, "wb", mtime=0) as compressed, tarfile.open(fileobj=compressed, mode="w") as packed:
        for path, inside in zip(files, names, strict=True):
            content = path.read_bytes()
            entry = tarfile.TarInfo(inside)
            entry.size, entry.mode = len(content), 0o755 if path.parent == FOLDER and path.name == "latchkey" else 0o644
            packed.addfile(entry, io.BytesIO(content))
    return archive


if __name__ == "__main__":
    main()
