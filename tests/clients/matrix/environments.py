"""Where the clients are: each has an environment of its own, from packages that are pinned or that Debian has."""

import hashlib
import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from layout import CLIENTS, HOME, ROOT, RUN

STAMP = "installed"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
LINKS = ("bin", "lib", "lib64", "sbin")
COMPILED_GO = ("golang-github-aws-", "golang-github-jmespath-")
"""The libraries in Go that the client is made of. They depend on a gigabyte of others, for their tests and tools."""


@dataclass(frozen=True)
class Pins:
    """A virtual environment from `requirements/NAME.txt`."""

    name: str

    @property
    def home(self) -> Path:
        """Its folder."""
        return HOME / self.name

    @property
    def bin(self) -> Path:
        """Its programs."""
        return self.home / "bin"

    def install(self) -> None:
        """Makes it, unless it is complete and made from these pins."""
        pins = CLIENTS / "requirements" / f"{self.name}.txt"
        stamp = hashlib.sha256(pins.read_bytes() + sys.version.encode() + str(self.home).encode()).hexdigest()
        if is_stamped(self.home, stamp):
            return
        shutil.rmtree(self.home, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", self.home], check=True)
        subprocess.run(
            [sys.executable, "-m", "pip", "--python", self.bin / "python", "install", "--quiet",
             "--disable-pip-version-check", "--require-hashes", "--no-deps", "--only-binary=:all:", "-r", pins],
            check=True,
        )  # fmt: skip
        (self.home / STAMP).write_text(stamp)

    def version(self, package: str) -> str:
        """The version of a package in it."""
        found = next(self.home.glob(f"lib/python*/site-packages/{package.replace('-', '_')}-*.dist-info"))
        return found.name.removesuffix(".dist-info").rpartition("-")[2]


@dataclass(frozen=True)
class Debian:
    """A folder with packages of a Debian suite and all that they need, which can be the root of a process."""

    suite: str
    packages: tuple[str, ...]

    @property
    def home(self) -> Path:
        """Its folder."""
        return HOME / f"debian-{self.suite}"

    @property
    def root(self) -> Path:
        """What becomes the root."""
        return self.home / "root"

    @property
    def is_installed(self) -> bool:
        """Whether it is complete."""
        return is_stamped(self.home, " ".join(self.packages))

    def install(self) -> None:
        """Unpacks the packages, without their scripts. apt's own lists and the machine are left alone."""
        if self.is_installed:
            return
        shutil.rmtree(self.home, ignore_errors=True)
        for folder in ("state/lists/partial", "cache/archives/partial", "root/usr"):
            (self.home / folder).mkdir(parents=True)
        # Nothing is installed there, so apt finds all that the packages need.
        (self.home / "state" / "status").touch()
        mirror = ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]
        address = subprocess.run(mirror, check=True, capture_output=True, text=True).stdout.split()[0]
        (self.home / "sources").write_text(f"deb [signed-by={KEYRING}] {address} {self.suite} main\n")
        self.apt("update")
        # The C library and a shell are essential, which apt takes for granted.
        self.apt("--yes", "--no-install-recommends", "--download-only", "install",
                 "coreutils", "dash", "libc-bin", "sed", "grep", "findutils", *self.packages)  # fmt: skip
        for link in LINKS:
            (self.root / "usr" / link).mkdir()
            (self.root / link).symlink_to(f"usr/{link}")
        versions = {name: self.version_of(name) for name in self.packages}
        for archive in sorted((self.home / "cache" / "archives").glob("*.deb")):
            if is_unused_go(archive.name):
                continue
            content = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", archive], stdout=subprocess.PIPE)
            subprocess.run(
                ["tar", "--extract", "--keep-directory-symlink", "--directory", self.root, "--exclude=./usr/share/doc",
                 "--exclude=./usr/share/man", "--exclude=./dev", "--no-same-owner"],
                stdin=content.stdout, check=True,
            )  # fmt: skip
            if content.wait() != 0:
                raise OSError(f"{archive.name} cannot be unpacked")
        shutil.rmtree(self.home / "cache")
        (self.home / "versions").write_text(json.dumps(versions))
        (self.home / STAMP).write_text(" ".join(self.packages))

    def apt(self, *arguments: str) -> None:
        """Runs apt-get for this folder."""
        options = {
            "APT::Sandbox::User": "root",
            "Acquire::Languages": "none",
            "Dir::Cache": self.home / "cache",
            "Dir::Etc::sourcelist": self.home / "sources",
            "Dir::Etc::sourceparts": "-",
            "Dir::State": self.home / "state",
            "Dir::State::status": self.home / "state" / "status",
        }
        given = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
        subprocess.run(["apt-get", *given, "-qq", *arguments], check=True, stdout=subprocess.DEVNULL)

    def version_of(self, package: str) -> str:
        """The version that was downloaded, without Debian's part."""
        archive = next((self.home / "cache" / "archives").glob(f"{package}_*.deb"))
        return re.match(r"[\d.]*\d", archive.name.split("_")[1].partition("%3a")[2] or archive.name.split("_")[1])[0]

    def version(self, package: str) -> str:
        """The version of a package in it."""
        return json.loads((self.home / "versions").read_text())[package]

    def inside(self) -> list[str]:
        """What a command starts with to have this folder as its root."""
        return [shutil.which("chroot") or "/usr/sbin/chroot", str(self.root)]


def is_unused_go(archive: str) -> bool:
    """Whether a package has the source of a library in Go that is not compiled in."""
    return archive.startswith("golang-") and "-dev_" in archive and not archive.startswith(COMPILED_GO)


def is_stamped(home: Path, stamp: str) -> bool:
    """Whether a folder is complete."""
    file = home / STAMP
    return file.exists() and file.read_text() == stamp


def build_rust() -> None:
    """The client in Rust, where what it depends on may be built already."""
    build = ["cargo", "build", "--quiet", "--locked", "--target-dir", ROOT / "target"]
    subprocess.run(build, check=True, cwd=CLIENTS / "rust")


def go_program(debian: Debian) -> Path:
    """Where the client in Go is that a Debian suite's compiler and SDK make."""
    return HOME / f"go-{debian.suite}" / "client"


def build_go(debian: Debian) -> None:
    """Builds it. Runs inside the namespaces."""
    program = go_program(debian)
    home = program.parent
    stamp = (CLIENTS / "go" / "main.go").read_text() + (debian.home / "versions").read_text()
    if not is_stamped(home, stamp):
        home.mkdir(parents=True, exist_ok=True)
        variables = [
            "PATH=/usr/bin:/bin", "GO111MODULE=off", "GOPATH=/usr/share/gocode", "GOFLAGS=-ldflags=-w",
            f"HOME={RUN}", f"GOCACHE={home}/cache", "CGO_ENABLED=0", "GOTOOLCHAIN=local",
        ]  # fmt: skip
        build = ["go", "build", "-o", str(program), str(CLIENTS / "go" / "main.go")]
        subprocess.run([*debian.inside(), "/usr/bin/env", "-i", *variables, *build], check=True)
        shutil.rmtree(home / "cache", ignore_errors=True)
        (home / STAMP).write_text(stamp)
