"""What is tried: each client in each way, across the end of its keys, and with tokens that are not good."""

import os
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from clients import ALL, ASKING, Client
from conversation import Conversation
from person import KEYS_SECONDS, Person, latchkey
from tls import Proxy
from ways import FILE, PROFILE, VARIABLE, WAYS, Way

Cell = TypeVar("Cell")
RENEWAL = "renewal"
NEWLINE = "with a newline"
SIGNED_OUT = "signed out"
TOGETHER = (os.cpu_count() or 1) + 1


@dataclass
class Outcome:
    """What came of one client in one way."""

    failed: str | None = None
    """The operation that did not do what it should."""
    said: str = ""
    """What it said to that."""

    @property
    def works(self) -> bool:
        """Whether all did."""
        return self.failed is None


@dataclass
class Refusal:
    """What a person sees, and after how long."""

    message: str
    seconds: float


@dataclass
class Trials:
    """The results, each by the client's name."""

    outcomes: dict[str, dict[str, Outcome]]
    refusals: dict[str, dict[str, Refusal]]
    asked: dict[str, str]
    """What those say that ask for more than a person may do."""

    def updated(self, later: "Trials") -> "Trials":
        """With the later results in their place."""
        return Trials(self.outcomes | later.outcomes, self.refusals | later.refusals, self.asked | later.asked)


def run(person: Person, proxy: Proxy, only: list[str]) -> Trials:
    """Tries everything, or `only` the clients of these names. The keys of all end in one wait, for which all clients go
    on running."""
    there = [client for client in ALL if client.is_there and (not only or client.name in only)]
    cells = [(client, way) for way in WAYS for client in there if way in client.ways]
    running: list[tuple[Client, Way, Conversation, Outcome]] = []

    def first(cell: tuple[Client, Way]) -> None:
        client, way = cell
        conversation = Conversation.start(client, way, person, proxy, person.token)
        outcome = Outcome()
        for operation in client.operations:
            expected = "1" if operation == "list" else "ok"
            said = conversation.ask(operation)
            if said != expected:
                # The rest would say the same.
                outcome.failed, outcome.said = operation, said
                break
        running.append((client, way, conversation, outcome))

    def again(cell: tuple[Client, Way, Conversation, Outcome]) -> None:
        client, _way, conversation, outcome = cell
        if outcome.works:
            # What deletes nothing has the file still.
            operation, expected = ("list", "0") if "delete" in client.operations else ("read", "ok")
            said = conversation.ask(operation)
            if said != expected:
                outcome.failed, outcome.said = RENEWAL, said
        conversation.end()

    together(first, cells)
    time.sleep(KEYS_SECONDS + 1)
    together(again, running)
    outcomes: dict[str, dict[str, Outcome]] = {client.name: {} for client in there}
    for client, way, _conversation, outcome in running:
        outcomes[client.name][way.key] = outcome
    asked = {
        client.name: refusal(client, VARIABLE, person, proxy, person.token, operation).message
        for client, operation in ASKING.items()
        if not only or client.name in only
    }
    return Trials(outcomes, refusals(person, proxy, there, outcomes), asked)


def refusal(client: Client, way: Way, person: Person, proxy: Proxy, token: str, operation: str) -> Refusal:
    """What a client says to one operation."""
    conversation = Conversation.start(client, way, person, proxy, token)
    started = time.monotonic()
    message = conversation.ask(operation)
    seconds = time.monotonic() - started
    conversation.end()
    return Refusal(message, seconds)


def refusals(
    person: Person, proxy: Proxy, there: list[Client], outcomes: dict[str, dict[str, Outcome]]
) -> dict[str, dict[str, Refusal]]:
    """What each says to a token that is not good, in the first way that works for it, to a newline at the end of the
    token's file, and once its person signed out.
    """
    seen: dict[str, dict[str, Refusal]] = {client.name: {} for client in there}

    def refused(cell: tuple[Client, Way, str, str]) -> None:
        client, way, why, token = cell
        seen[client.name][why] = refusal(client, way, person, proxy, token, "list")

    def works(client: Client, way: Way) -> bool:
        return way.key in outcomes[client.name] and outcomes[client.name][way.key].works

    providers = [(client, next((way for way in (VARIABLE, FILE) if works(client, way)), None)) for client in there]
    together(
        refused,
        [(client, way, why, token) for client, way in providers if way for why, token in person.refused.items()],
    )
    together(refused, [(client, FILE, NEWLINE, f"{person.token}\n") for client in there if works(client, FILE)])
    latchkey(person, "logout")
    together(refused, [(client, PROFILE, SIGNED_OUT, person.token) for client in there if works(client, PROFILE)])
    order = [*person.refused, NEWLINE, SIGNED_OUT]
    return {name: {why: found[why] for why in order if why in found} for name, found in seen.items()}


def together(action: Callable[[Cell], None], cells: Iterable[Cell]) -> None:
    """Does it for each, a few at a time. The first failure of ours ends the run."""
    with ThreadPoolExecutor(TOGETHER) as pool:
        for _ in pool.map(action, cells):
            pass
