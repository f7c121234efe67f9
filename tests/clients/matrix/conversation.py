"""A client that runs: it is told an operation at a time, and says the outcome in a line."""

import contextlib
import os
import re
import select
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from clients import Client
from layout import ROOT, RUN
from person import Person, variables
from tls import Proxy
from ways import Way

SECONDS_MAX = 60
MESSAGE_CHARACTERS_MAX = 240


@dataclass
class Conversation:
    """One client in one way."""

    process: "subprocess.Popen[bytes]"
    errors: Path
    replacements: dict[str, str]
    unread: bytes = field(default=b"")

    @classmethod
    def start(cls, client: Client, way: Way, person: Person, proxy: Proxy, token: str) -> "Conversation":
        """Starts the client."""
        name = f"{client.name}-{way.key}".translate(str.maketrans("", "", " ,`"))
        errors = RUN / "said" / name
        errors.parent.mkdir(exist_ok=True)
        folder = f"{person.home}{name}/"
        command = [*way.start, *client.command, person.stack["bucket"], folder, *client.after]
        trusting = {name: str(proxy.authority) for name in ("SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS")}
        environment = variables(person) | trusting | way.variables(person, proxy.url, token)
        with errors.open("wb") as file:
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=file, start_new_session=True,
                env=environment | {"PATH": "/usr/bin:/bin", "TMPDIR": "/tmp"},  # noqa: S108
            )  # fmt: skip
        replacements = {
            folder: "HOME/", person.home: "HOME/", person.stack["bucket"]: "BUCKET", proxy.url: "API",
            person.stack["api_url"]: "API", person.stack["endpoint"]: "ENDPOINT", token: "TOKEN",
            str(person.machine): "~", str(ROOT): "",
        }  # fmt: skip
        return cls(process, errors, replacements)

    def ask(self, operation: str) -> str:
        """The outcome of an operation: `ok`, a number, or what a person sees."""
        try:
            self.process.stdin.write(f"{operation}\n".encode())
            self.process.stdin.flush()
            line = self.line(self.process.stdout)
        except BrokenPipeError:
            line = None
        if line:
            return self.shown(line)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(1)
        said = self.errors.read_text(errors="replace").strip()
        # All but the last line of a traceback is of the program here.
        said = said.splitlines()[-1] if "Traceback" in said else said
        return self.shown(said or "it says nothing")

    def line(self, output: BinaryIO) -> str | None:
        """The next line that is not empty, or None if it ends or takes too long."""
        deadline = time.monotonic() + SECONDS_MAX
        while b"\n" not in self.unread:
            ready, _, _ = select.select([output], [], [], max(deadline - time.monotonic(), 0))
            content = os.read(output.fileno(), 65536) if ready else b""
            if not content:
                return None
            self.unread += content
        line, _, self.unread = self.unread.partition(b"\n")
        return line.decode(errors="replace").strip() or "it says nothing"

    def shown(self, text: str) -> str:
        """What was said, without what changes from run to run."""
        for found, name in self.replacements.items():
            text = text.replace(found, name)
        text = re.sub(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|\b[0-9a-f]{16,}\b|0x[0-9a-f]+", "ID", text)
        text = re.sub(r"\d{4}[/-]\d\d[/-]\d\d[T ][\d:.]+Z?|\d+\.\d+ ?(?:ms|µs|s)\b", "TIME", text)
        text = re.sub(r"/tmp/tmp\.\w+", "FOLDER", text)
        text = re.sub(r":\d{4,5}\b", ":PORT", text)
        text = " ".join(text.split())
        return text if len(text) <= MESSAGE_CHARACTERS_MAX else f"{text[:MESSAGE_CHARACTERS_MAX]}…"

    def end(self) -> None:
        """Ends the client and all that it started."""
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process.stdout.close()
