"""The emulator's process: start in the background, ready, running, stopped."""

import contextlib
import errno
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from . import providers, state
from .layout import ACCOUNT, ADMIN_KEY, ADMIN_SECRET, HOST, PORT_DEFAULT, REGION, ROOT, VENV_AWS, Failure

SERVER = ROOT / "local" / "emulator" / "server.py"
LOG = "emulator.log"
READY_SECONDS_MAX = 30
STOP_SECONDS_MAX = 10


def start(
    state_dir: Path,
    port: int | None,
    owner_pid: int | None,
    credentials_seconds: int | None = None,
    with_providers: bool = False,
) -> dict[str, Any]:
    """Starts the emulator on `port`, or finds it running, and returns its record.

    Port 0 means any free port, None the port where it is running or the default one.
    With `owner_pid` it stops when that process ends, for whatever reason. With `credentials_seconds`, the credentials
    that people get expire after this time. With `with_providers`, an identity provider runs beside it.
    """
    known = check(state_dir, port)
    if known:
        if with_providers and "providers" not in known:
            raise Failure("the local AWS is already running without identity providers; stop it first: make down")
        return known
    if with_providers:
        providers.check()
    python = VENV_AWS / "bin" / "python"
    if not python.exists():
        raise Failure("the tools are not installed; install them first: make tools")
    port = free_port(PORT_DEFAULT if port is None else port)
    # It will contain passwords and the pools' signing keys.
    state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Remove what an earlier emulator left: this one starts empty.
    (state_dir / providers.LOG).unlink(missing_ok=True)
    for name in ("emulator", "tmp", "providers"):
        shutil.rmtree(state_dir / name, ignore_errors=True)
        (state_dir / name).mkdir(parents=True)
    command = [str(python), str(SERVER), "--state", str(state_dir)]
    if owner_pid is not None:
        command += ["--owner-pid", str(owner_pid)]
    if credentials_seconds is not None:
        command += ["--credentials-seconds", str(credentials_seconds)]
    endpoint, beside = f"http://{HOST}:{port}", {}
    if with_providers:
        record, started = providers.prepare(state_dir, endpoint, free_port(0))
        beside = {"providers": record}
        # The last option: the rest of the line is its.
        command += ["--providers", *started]
    with (state_dir / LOG).open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=state_dir,
            env=environment(state_dir, port),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    stack = {
        "pid": process.pid,
        "port": port,
        "endpoint": endpoint,
        "region": REGION,
        "account": ACCOUNT,
        "access_key_id": ADMIN_KEY,
        "secret_access_key": ADMIN_SECRET,
        "log": str(state_dir / LOG),
    } | beside
    state.write(state_dir, stack)
    wait_until_ready(process, state_dir, endpoint)
    if with_providers:
        providers.wait_until_ready(beside["providers"])
    return stack


def check(state_dir: Path, port: int | None) -> dict[str, Any] | None:
    """The record of the emulator that runs, or None if one can be started on `port`. A `Failure` says why it cannot."""
    if not Path("/proc/self").exists():
        raise Failure("the local AWS needs Linux: it runs the functions as plain processes")
    known = running(state_dir)
    if known is None:
        free_port(PORT_DEFAULT if port is None else port)
    elif port not in (None, 0, known["port"]):
        raise Failure(f"the local AWS is already running on port {known['port']}; stop it first: make down")
    return known


def environment(state_dir: Path, port: int) -> dict[str, str]:
    """The emulator's whole environment. The functions inherit it, so it has no proxy, profile or key of the person who
    starts it."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {
        "AUTH": "true",
        "BIND_HOST": HOST,
        "MINISTACK_HOST": HOST,
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": REGION,
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "STATE_DIR": str(state_dir / "emulator"),
        "S3_DATA_DIR": str(state_dir / "emulator" / "s3"),
        "TMPDIR": str(state_dir / "tmp"),
        "AWS_ACCESS_KEY_ID": ADMIN_KEY,
        "AWS_SECRET_ACCESS_KEY": ADMIN_SECRET,
        "AWS_ENDPOINT_URL": f"http://{HOST}:{port}",
        "AWS_EC2_METADATA_DISABLED": "true",
        # On AWS, Lambda sets these from a function's LoggingConfig, which the emulator only stores.
        "AWS_LAMBDA_LOG_FORMAT": "JSON",
        "AWS_LAMBDA_LOG_LEVEL": "INFO",
        "PYTHONUNBUFFERED": "1",
    }


def free_port(wanted: int) -> int:
    """`wanted`, if nothing listens there; for 0, any free port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, wanted))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise Failure(f"port {wanted} is taken; choose another: make up PORT={wanted + 1}") from None
            raise Failure(f"port {wanted} cannot be used: {error.strerror}") from None
        return int(probe.getsockname()[1])


def wait_until_ready(process: "subprocess.Popen[bytes]", state_dir: Path, endpoint: str) -> None:
    """Returns when the emulator answers. If it does not, the failure says where its log is."""
    deadline = time.monotonic() + READY_SECONDS_MAX
    while time.monotonic() < deadline:
        if process.poll() is not None:
            state.forget(state_dir)
            raise Failure(f"the local AWS stopped at once; see {state_dir / LOG}")
        if answers(endpoint):
            return
        time.sleep(0.05)
    stop(state_dir)
    raise Failure(f"the local AWS is not ready after {READY_SECONDS_MAX} s; see {state_dir / LOG}")


def answers(endpoint: str) -> bool:
    """Whether the emulator at `endpoint` says that it is ready."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"{endpoint}/_ministack/ready", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def running(state_dir: Path) -> dict[str, Any] | None:
    """The record of the emulator that was started from `state_dir`, if that process is still running."""
    stack = state.read(state_dir)
    if stack is not None and is_ours(stack["pid"], state_dir):
        return stack
    return None


def is_ours(pid: int, state_dir: Path) -> bool:
    """Whether `pid` is the emulator of this state folder, and not a process that got the same number later."""
    try:
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return False
    return str(SERVER) in arguments and str(state_dir) in arguments


def stop(state_dir: Path) -> bool:
    """Stops the emulator and everything that it started. False if it was not running."""
    stack = running(state_dir)
    if stack is None:
        state.forget(state_dir)
        return False
    pid = stack["pid"]
    # The emulator leads its own process group, to which the functions' processes belong.
    signal_group(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS_MAX
    while is_ours(pid, state_dir) and time.monotonic() < deadline:
        reap(pid)
        time.sleep(0.05)
    signal_group(pid, signal.SIGKILL)
    reap(pid)
    state.forget(state_dir)
    return True


def signal_group(leader_pid: int, number: signal.Signals) -> None:
    """Sends a signal to every process of the group, if there are any."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader_pid, number)


def reap(pid: int) -> None:
    """Collects a child process that has ended, so that it leaves the process table."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
