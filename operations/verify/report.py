"""The report: everything in JSON, and a page of text."""

import json
import subprocess
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .checks import Check, Checks, Outcome
from .run import Run

WIDTH = 100
FOLDER = Path(__file__).resolve().parent


def write(run: Run, folder: Path, interrupted: bool) -> Path:
    """Writes `verify-STACK-TIME.json` and `.txt`, and returns their path without its ending."""
    at = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(run.started_at))
    path = folder / f"verify-{run.stack.name}-{at}"
    content = {
        "stack": run.stack.name,
        "region": run.stack.region,
        "api_url": run.stack.api_url,
        "program": version(),
        "started_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(run.started_at)),
        "seconds": round(time.time() - run.started_at, 1),
        "interrupted": interrupted,
        "parameters": run.stack.parameters,
        "outcomes": {outcome.value: run.checks.count(outcome) for outcome in Outcome},
        "checks": [in_json(check) for check in run.checks.all],
    }
    folder.mkdir(parents=True, exist_ok=True)
    redacted = run.secrets.redacted
    path.with_name(path.name + ".json").write_text(redacted(json.dumps(content, indent=2, ensure_ascii=False)) + "\n")
    path.with_name(path.name + ".txt").write_text(redacted(page(content, run.checks)) + "\n")
    return path


def version() -> str:
    """The commit of this program, and whether it was changed since."""
    command = ["git", "-C", str(FOLDER), "describe", "--always", "--dirty", "--tags"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def in_json(check: Check) -> dict[str, Any]:
    """A check without what it does not have."""
    members = {name: value for name, value in vars(check).items() if value is not None}
    return members | {"outcome": check.outcome.value}


def summary(checks: Checks) -> str:
    """One line."""
    counts = [f"{checks.count(outcome)} {outcome.value}" for outcome in Outcome if checks.count(outcome)]
    disagreeing = sum(check.agrees is False for check in checks.all if check.outcome is Outcome.RECORDED)
    told = f"; {disagreeing} recorded otherwise than the documents say" if disagreeing else ""
    return ", ".join(counts) + told


def page(content: dict[str, Any], checks: Checks) -> str:
    """The text: what is wrong first."""
    lines = [
        f"Latchkey, verified: {content['stack']} in {content['region']}",
        f"{content['api_url']}, {content['started_at']}, {content['seconds']} s, program {content['program']}",
        "INTERRUPTED: what follows is not everything" if content["interrupted"] else "",
        summary(checks),
    ]
    of = {outcome: [check for check in checks.all if check.outcome is outcome] for outcome in Outcome}
    lines += section("FAILED", of[Outcome.FAILED], lambda check: [f"expected {check.expected}", f"got {check.got}"])
    lines += section("RECORDED", of[Outcome.RECORDED], recorded)
    lines += section(
        "KNOWN LOCAL DIFFERENCES", of[Outcome.KNOWN_DIFFERENCE], lambda check: [check.reason, f"got {check.got}"]
    )
    if skipped := of[Outcome.SKIPPED]:
        reasons = list(dict.fromkeys(check.reason or "" for check in skipped))
        lines += ["", "SKIPPED"]
        for reason in reasons:
            names = "; ".join(check.name for check in skipped if check.reason == reason)
            lines += wrapped(f"- {reason}: {names}", "    ")
    lines += ["", "PASSED", *wrapped("; ".join(check.name for check in of[Outcome.PASSED]), "")]
    return "\n".join(lines)


def section(title: str, checks: list[Check], details: Callable[[Check], list[Any]]) -> list[str]:
    """The checks of one outcome, each with its details."""
    if not checks:
        return []
    lines = ["", title]
    for check in checks:
        told = details(check)
        if len(told) == 1:
            lines += wrapped(f"- {check.name}: {told[0]}", "    ")
        else:
            lines.append(f"- {check.name}")
            lines += (line for detail in told for line in wrapped(f"    {detail}", "    "))
    return lines


def wrapped(text: str, indent: str) -> list[str]:
    """A paragraph."""
    return textwrap.wrap(text, WIDTH, subsequent_indent=indent)


def recorded(check: Check) -> list[str]:
    """A fact, and what the documents say of it."""
    if isinstance(check.got, dict):
        return [f"{name}: {spelled(value)}" for name, value in check.got.items()]
    if check.agrees is None:
        return [str(check.got)]
    verdict = "as" if check.agrees else f"OTHERWISE THAN: {check.expected},"
    return [f"{check.got} ({verdict} in {check.source})"]


def spelled(value: Any) -> str:
    """Figures with their names."""
    if not isinstance(value, dict):
        return str(value)
    return ", ".join(f"{name} {spelled(item)}" for name, item in value.items())
