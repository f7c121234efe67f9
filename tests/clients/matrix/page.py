"""docs/clients.md: the tables of a run in the text of page.md."""

import difflib
import re
import sys
from collections.abc import Callable
from pathlib import Path

from clients import ALL, ASKING
from layout import PAGE
from trials import NEWLINE, RENEWAL, SIGNED_OUT, Outcome, Trials
from ways import WAYS

TEXT = Path(__file__).with_name("page.md")


def write(trials: Trials) -> None:
    """Writes the page."""
    PAGE.write_text(written(trials))


def compare(trials: Trials, again: Callable[[list[str]], Trials]) -> None:
    """Ends the program if the page says something else.

    Seconds and versions are passed over: the first differ between machines, the second change with Debian's packages.
    Clients that behave differently are tried `again`: some give up after a second, which a busy machine may take.
    """
    expected = comparable(PAGE.read_text())
    others = differing(expected, comparable(written(trials)))
    if others:
        print(f"» Once more, because they behaved differently: {', '.join(others)}", flush=True)
        trials = trials.updated(again(others))
    found = comparable(written(trials))
    changes = list(difflib.unified_diff(expected, found, "docs/clients.md", "this run", lineterm="", n=0))
    if changes:
        print("\n".join(changes))
        sys.exit("latchkey: the clients behave differently; if that is right: make test-clients CLIENTS=rewrite")


def differing(expected: list[str], found: list[str]) -> list[str]:
    """The names of the clients whose lines are not the same."""

    def of(name: str, lines: list[str]) -> list[str]:
        return [line for line in lines if line.startswith(f"| {name} |")]

    names = [client.name for client in (*ALL, *ASKING)]
    return [name for name in names if of(name, expected) != of(name, found)]


def show(trials: Trials) -> None:
    """Prints the tables."""
    print("\n\n".join([outcomes(trials), failures(trials), refusals(trials)]))


def comparable(text: str) -> list[str]:
    """The lines without versions and seconds, and without what clients say that are not pinned, or not there today."""

    def is_compared(line: str) -> bool:
        client = next((client for client in ALL if line.startswith(f"| {client.name} |")), None)
        return client is None or client.is_pinned or (client.is_there and "`" not in line)

    lines = re.sub(r"\b\d+(?:\.\d+)+\b|\b\d+ s\b", "N", text).splitlines()
    return [line for line in lines if is_compared(line)]


def written(trials: Trials) -> str:
    """The whole page."""
    signed_out = {name: seen.get(SIGNED_OUT) for name, seen in trials.refusals.items()}
    tables = {
        "outcomes": outcomes(trials),
        "failures": failures(trials),
        "refusals": refusals(trials),
        "signed_out": table(
            ["client", "says"],
            [[name, said(seen.message)] for name, seen in signed_out.items() if seen],
        ),
        "asked": table(["client", "says"], [[name, said(message)] for name, message in trials.asked.items()]),
    }
    text = TEXT.read_text()
    for name, content in tables.items():
        text = text.replace("{" + name + "}", content)
    return text


def table(head: list[str], rows: list[list[str]]) -> str:
    """A table of Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def said(message: str) -> str:
    """A message as text of a table."""
    fence = "``" if "`" in message else "`"
    return f"{fence}{message}{fence}".replace("|", "\\|")


def outcomes(trials: Trials) -> str:
    """Each client in each way."""
    rows = [
        [client.name, client.version(), *(cell(trials.outcomes[client.name].get(way.key)) for way in WAYS)]
        for client in ALL
        if client.name in trials.outcomes
    ]
    return table(["client", "version", *(way.title for way in WAYS)], rows)


def cell(outcome: Outcome | None) -> str:
    """What came of one."""
    if outcome is None:
        return "–"
    if outcome.works:
        return "yes"
    return "once" if outcome.failed == RENEWAL else "no"


def failures(trials: Trials) -> str:
    """What those say that do not work, with the ways in which they say it."""
    rows = []
    for name, by_way in trials.outcomes.items():
        messages: dict[str, list[str]] = {}
        for way in WAYS:
            outcome = by_way.get(way.key)
            # That keys end where nothing renews them is no news.
            if outcome and not outcome.works and (way.renews or outcome.failed != RENEWAL):
                messages.setdefault(outcome.said, []).append(way.title)
        rows += [[name, "; ".join(titles), said(message)] for message, titles in messages.items()]
    return table(["client", "way", "says"], rows)


def refusals(trials: Trials) -> str:
    """What each says to tokens that are not good, in one line if it is the same for all of them."""
    rows = []
    for name, seen in trials.refusals.items():
        not_good = seen.keys() - {NEWLINE, SIGNED_OUT}
        messages: dict[str, list[str]] = {}
        for why, refusal in seen.items():
            if why != SIGNED_OUT:
                messages.setdefault(refusal.message, []).append(why)
        for message, reasons in messages.items():
            seconds = max(seen[why].seconds for why in reasons)
            which = ", ".join(reasons) if set(reasons) != not_good else "not good"
            # A number is an outcome: some cut the newline off.
            shown = "nothing: it works" if message.isdigit() else said(message)
            rows.append([name, which, f"{max(round(seconds), 1)} s", shown])
    return table(["client", "token", "after", "says"], rows)
