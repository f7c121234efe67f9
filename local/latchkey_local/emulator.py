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

from . import state
from .layout import ACCOUNT, ADMIN_KEY, ADMIN_SECRET, HOST, PORT_DEFAULT, REGION, ROOT, VENV_AWS, Failure

SERVER = ROOT / "local" / "emulator" / "server.py"
LOG = "emulator.log"
READY_SECONDS_MAX = 30
STOP_SECONDS_MAX = 10


def start(
    state_dir: Path, port: int | None, owner_pid: int | None, credentials_seconds: int | None = None
) -> dict[str, Any]:
    """Starts the emulator on `port`, or finds it running, and returns its record.

    Port 0 stands for any free one, None for where it runs or the usual one.
    With `owner_pid` it stops by itself when that process ends, however that happens. With `credentials_seconds` the
    credentials that it gives to people end after that.
    """
    if not Path("/proc/self").exists():
        raise Failure("the local AWS needs Linux: it runs the functions as plain processes")
    known = running(state_dir)
    if known:
        if port not in (None, 0, known["port"]):
            raise Failure(f"the local AWS already runs on port {known['port']} (make down first)")
        return known
    python = VENV_AWS / "bin" / "python"
    if not python.exists():
        raise Failure("the tools are not installed (make tools)")
    port = free_port(PORT_DEFAULT if port is None else port)
    # Passwords and the pools' signing keys are in there.
    state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    # What an earlier emulator left: it starts empty, and its old data would only confuse.
    for name in ("emulator", "tmp"):
        shutil.rmtree(state_dir / name, ignore_errors=True)
        (state_dir / name).mkdir(parents=True)
    command = [str(python), str(SERVER), "--state", str(state_dir)]
    if owner_pid is not None:
        command += ["--owner-pid", str(owner_pid)]
    if credentials_seconds is not None:
        command += ["--credentials-seconds", str(credentials_seconds)]
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
    endpoint = f"http://{HOST}:{port}"
    stack = {
        "pid": process.pid,
        "port": port,
        "endpoint": endpoint,
        "region": REGION,
        "account": ACCOUNT,
        "access_key_id": ADMIN_KEY,
        "secret_access_key": ADMIN_SECRET,
        "log": str(state_dir / LOG),
    }
    state.write(state_dir, stack)
    wait_until_ready(process, state_dir, endpoint)
    return stack


def environment(state_dir: Path, port: int) -> dict[str, str]:
    """All that the emulator sees of its surroundings. The functions it runs inherit it, so it stays bare:
    no proxy, no profile and no key of the person who starts it."""
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
        # What Lambda sets from a function's LoggingConfig, which the emulator only stores.
        "AWS_LAMBDA_LOG_FORMAT": "JSON",
        "AWS_LAMBDA_LOG_LEVEL": "INFO",
        "PYTHONUNBUFFERED": "1",
    }


def free_port(wanted: int) -> int:
    """`wanted` if nobody listens there; any free port for 0."""
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
    """Returns when the emulator answers; says where its log is when it does not."""
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
    """The record of the emulator started from `state_dir`, if that very process still lives."""
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
    """Stops the emulator with all that it started. False when it was not running."""
    stack = running(state_dir)
    if stack is None:
        state.forget(state_dir)
        return False
    pid = stack["pid"]
    # The emulator leads a process group of its own, which the functions' processes belong to.
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
    """Sends a signal to every process of the group; none left is fine."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader_pid, number)


def reap(pid: int) -> None:
    """Collects our own dead child, so that it does not linger in the process table."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
