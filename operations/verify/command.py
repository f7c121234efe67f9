"""The command: reads the stack, makes the checks, removes what was made, and writes the report."""

import argparse
import contextlib
import http.client
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from botocore.exceptions import BotoCoreError

from .. import layout
from ..account import Account
from ..answers import file
from ..failure import Failure, explained
from . import cleanup, clients, local_differences, report, rules, stack, web
from .checks import Checks, Outcome
from .parts import PARTS
from .redaction import Secrets
from .run import Run, identity_provider, new_people

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(BaseException):
    """A signal asks the run to end. Not an `Exception`, so that no check takes it for its own."""


def main() -> None:
    """Verifies the stack that the arguments name. Exit status 0 only if no check failed."""
    given = arguments()
    try:
        sys.exit(verify(given))
    except Failure as failure:
        sys.exit(f"latchkey: {failure}")
    except BotoCoreError as error:
        sys.exit(f"latchkey: {explained(error)}")
    except Interrupted:
        sys.exit("latchkey: interrupted; nothing was made yet")


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="operations.verify", description="Proves a deployed stack with two people.")
    parser.add_argument("stack", help="the stack's name")
    parser.add_argument("--stacks", type=Path, default=layout.STACKS, metavar="DIR", help="default: stacks")
    parser.add_argument("--api-url", metavar="URL", help="the API's address, if it is not the stack's output ApiUrl")
    parser.add_argument("--email", metavar="ADDRESS[,ADDRESS]", help="the two people's; default: SES's simulator")
    parser.add_argument("--memory", action="store_true", help="change the functions' memory for a while, and time it")
    parser.add_argument("--reports", type=Path, default=Path(), metavar="DIR", help="default: this folder")
    return parser.parse_args()


def verify(given: argparse.Namespace) -> int:
    """The whole run."""
    with signals_interrupt():
        clients.use(Account(file.read_for(given.stacks, given.stack)))
        deployed = stack.read(given.stack, given.api_url)
        reach(deployed.api_url)
        of_stack = rules.of(deployed)
        label, one, two = new_people(deployed, of_stack, given.email)
        provider = identity_provider(deployed)["ProviderName"]
        cleanup.try_rights(deployed, label)
        secrets = Secrets()
        secrets.add(one.password, two.password, *([of_stack.invite_key] if of_stack.invite_key else []))
        secrets.add_personal(one.name, two.name, one.email, two.email)
        checks = Checks(secrets.redacted, on_local_aws=local_differences.endpoint() is not None)
        made = cleanup.Made(people=[one, two])
        run = Run(deployed, of_stack, secrets, checks, made, one, two, label, local_differences.limits(), given.memory)
    print(f"» Verifying {deployed.name} in {deployed.region}, at {deployed.api_url}", flush=True)
    interrupted = False
    try:
        with signals_interrupt():
            for title, part in PARTS:
                with checks.part(title):
                    part(run)
    except Interrupted:
        interrupted = True
        print("» Interrupted. What was made is being removed; this takes some seconds", flush=True)
    finally:
        cleanup.remove(deployed, made, provider, checks)
    if not interrupted:
        checks.end()
    written = report.write(run, given.reports, interrupted)
    print(f"» {report.summary(checks)}\n  {written}.txt and .json", flush=True)
    return 1 if interrupted or checks.count(Outcome.FAILED) else 0


def reach(api_url: str) -> None:
    """Stops before anybody is made if the API cannot be asked at all."""
    try:
        web.send(f"{api_url}/nothing")
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise Failure(f"the API at {api_url} does not answer: {error}; name another address: API_URL=…") from None


@contextlib.contextmanager
def signals_interrupt() -> Iterator[None]:
    """Inside, a signal raises `Interrupted`. Behind it, signals are ignored: what was made must be removed."""

    def interrupt(number: int, _frame: FrameType | None) -> None:
        raise Interrupted(signal.Signals(number).name)

    for number in STOPPING:
        signal.signal(number, interrupt)
    try:
        yield
    finally:
        for number in STOPPING:
            signal.signal(number, signal.SIG_IGN)
