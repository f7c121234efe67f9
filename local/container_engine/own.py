"""A temporary container engine for one command: Docker from Debian's packages (packages.py).

The engine and the command run in their own network, mount and process namespaces. So nothing on the machine changes,
containers can reach nothing but the command, and everything ends with the namespaces. For AWS's base image, which no
Debian package has, there is a stand-in: it proves that the SAM CLI runs the functions, not that Amazon Linux does.
"""

import contextlib
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from base_image import stand_in
from docker import DockerClient
from docker.errors import DockerException
from packages import unpack

HOME = Path(__file__).resolve().parents[2] / "target" / "container-engine"
CGROUPS = Path("/sys/fs/cgroup")
BRIDGE = "172.31.250.1"
READY_SECONDS_MAX = 60
CGROUP = "latchkey"
NAMESPACES = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]


def architecture() -> str:
    """This machine's architecture by Lambda's name."""
    return {"aarch64": "arm64"}.get(platform.machine(), "x86_64")


def is_possible() -> bool:
    """Whether this is Debian, we are root, and the kernel lets us create namespaces."""
    if not Path("/etc/debian_version").exists() or os.geteuid() != 0:
        return False
    return subprocess.run([*NAMESPACES, "true"], check=False, capture_output=True).returncode == 0


def run(command: list[str]) -> int:
    """Runs `command` with the engine, and returns its exit status."""
    print("» No container engine is running: a temporary one, from Debian packages (70 MB, not installed)", flush=True)
    started = time.monotonic()
    unpack(HOME)
    print(f"  unpacked into target/container-engine after {time.monotonic() - started:.0f} s", flush=True)
    # The path of a socket must be short.
    with tempfile.TemporaryDirectory(prefix="latchkey-") as runtime:
        try:
            return subprocess.call([*NAMESPACES, sys.executable, __file__, runtime, *command])
        finally:
            remove_cgroups()


def remove_cgroups() -> None:
    """Removes the engine's control groups, which do not end with the namespaces."""
    # One hierarchy (version 2) or several.
    for group in [*CGROUPS.glob(CGROUP), *CGROUPS.glob(f"*/{CGROUP}")]:
        for folder in [*(entry for entry in group.iterdir() if entry.is_dir()), group]:
            with contextlib.suppress(OSError):
                folder.rmdir()


def run_inside(runtime: Path, command: list[str]) -> int:
    """Runs `command` with the engine, inside the namespaces."""
    subprocess.run([HOME / "base" / "bin" / "busybox", "ip", "link", "set", "lo", "up"], check=True)
    host = f"unix://{runtime}/docker.sock"
    engine = start(runtime, host)
    stand_in(wait_until_ready(engine, host), architecture(), HOME / "base", runtime / "base.tar")
    return subprocess.call(command, env=os.environ | {"DOCKER_HOST": host, "LATCHKEY_CONTAINER_HOST": BRIDGE})


def start(runtime: Path, host: str) -> "subprocess.Popen[bytes]":
    """Starts the engine."""
    unpacked = HOME / "engine"
    programs = [str(unpacked / folder) for folder in ("usr/sbin", "usr/bin", "sbin", "bin")]
    libraries = map(str, [*unpacked.glob("usr/lib/*-linux-gnu"), *unpacked.glob("lib/*-linux-gnu")])
    with (HOME / "log").open("wb") as log:
        return subprocess.Popen(
            # Nothing can leave this network, so no packet filter is needed.
            ["dockerd", "--iptables=false", "--ip6tables=false", "--ip", "127.0.0.1", "--bip", f"{BRIDGE}/24",
             "--exec-opt", "native.cgroupdriver=cgroupfs", "--cgroup-parent", f"/{CGROUP}", "--host", host,
             "--data-root", runtime / "data", "--exec-root", runtime / "exec", "--pidfile", runtime / "pid"],
            env=os.environ | {
                "PATH": ":".join([*programs, os.environ["PATH"]]),
                "LD_LIBRARY_PATH": ":".join(libraries),
            },
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )  # fmt: skip


def wait_until_ready(engine: "subprocess.Popen[bytes]", host: str) -> DockerClient:
    """The engine, once it answers."""
    deadline = time.monotonic() + READY_SECONDS_MAX
    while time.monotonic() < deadline and engine.poll() is None:
        try:
            client = DockerClient(base_url=host)
            client.ping()
        except DockerException:
            time.sleep(0.1)
        else:
            return client
    sys.exit(f"latchkey: the container engine does not start; see {HOME / 'log'}")


if __name__ == "__main__":
    sys.exit(run_inside(Path(sys.argv[1]), sys.argv[2:]))
