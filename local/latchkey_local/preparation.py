"""What `make up` needs before anything can start: the tools and the programs, installed and built at the same time."""

import contextlib
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import tools

from . import builds, report
from .layout import ROOT, Failure

POLL_SECONDS = 0.1
END_SECONDS_MAX = 10

Process = subprocess.Popen[bytes]


def prepare(state_dir: Path, with_providers: bool = False) -> builds.Build:
    """Installs the tools of the local AWS, where they are missing, and makes the quick build.

    Cargo has the terminal, with its progress. The tools are quiet until they are done: two programs that write over
    each other can be read by nobody. When one of the two fails, the other is stopped.
    """
    wanted = ["aws", "providers"] if with_providers else ["aws"]
    missing = [name for name in wanted if not tools.is_installed(name)]
    installing = " and ".join(tools.ENVIRONMENTS[name] for name in missing)
    report.step("Making the quick build" + (f", and installing {installing}" if missing else ""))
    with tempfile.TemporaryFile("w+") as messages, tempfile.TemporaryFile("w+") as log, contextlib.ExitStack() as stack:
        build = stack.enter_context(ended(builds.quick_build_command(), messages, None))
        install = [sys.executable, str(ROOT / "local" / "tools.py"), *missing]
        installation = stack.enter_context(ended(install, log, log)) if missing else None
        running = {"programs built": build} | ({"tools installed": installation} if installation else {})
        started, elapsed = time.monotonic(), {}
        while len(elapsed) < len(running):
            for done, process in running.items():
                if done in elapsed or process.poll() is None:
                    continue
                if process.returncode != 0:
                    raise Failure(why(process is installation, log))
                elapsed[done] = time.monotonic() - started
            time.sleep(POLL_SECONDS)
        # Not before: Cargo draws its progress where this would be written.
        for done, seconds in elapsed.items():
            report.line(f"{done} in {report.duration(seconds)}")
        messages.seek(0)
        return builds.collect(state_dir, messages)


def why(is_installation: bool, log: IO[str]) -> str:
    """What the failure says. Cargo's own error is on the terminal; the installation's has been in the log."""
    if not is_installation:
        return "the programs could not be built; nothing was started"
    log.seek(0)
    return f"the tools could not be installed; nothing was started:\n{log.read().strip()}"


@contextlib.contextmanager
def ended(command: list[str], output: IO[str], errors: IO[str] | None) -> Iterator[Process]:
    """The running command, which has ended when this has."""
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=errors)
    try:
        yield process
    except KeyboardInterrupt:
        # The terminal has told it as well, so it may be about to end by itself.
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(END_SECONDS_MAX)
        raise
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait()
