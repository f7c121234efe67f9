"""The report: everything in JSON, and a page of text."""

import json
import subprocess
import textwrap
import time
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
    lines += section("FAILED", checks, Outcome.FAILED, lambda check: [f"expected {check.expected}", f"got {check.got}"])
    lines += section("RECORDED", checks, Outcome.RECORDED, recorded)
    lines += section("KNOWN LOCAL DIFFERENCES", checks, Outcome.KNOWN_DIFFERENCE, lambda check: [check.reason])
    lines += section("SKIPPED", checks, Outcome.SKIPPED, lambda check: [check.reason])
    lines += section("PASSED", checks, Outcome.PASSED, lambda _: [])
    return "\n".join(line for line in lines if line is not None)


def section(title: str, checks: Checks, outcome: Outcome, details: Any) -> list[str]:
    """The checks of one outcome."""
    found = [check for check in checks.all if check.outcome is outcome]
    if not found:
        return []
    lines = ["", title]
    for check in found:
        lines.append(f"- {check.name}")
        for detail in details(check):
            lines += textwrap.wrap(str(detail), WIDTH, initial_indent="    ", subsequent_indent="    ")
    return lines


def recorded(check: Check) -> list[str]:
    """A fact, and what the documents say of it."""
    values = [f"{name}: {value}" for name, value in check.got.items()] if isinstance(check.got, dict) else [check.got]
    if check.agrees is None:
        return values
    verdict = "as the documents say" if check.agrees else f"OTHERWISE THAN THE DOCUMENTS SAY: {check.expected}"
    return [*values, f"{verdict} ({check.source})"]
