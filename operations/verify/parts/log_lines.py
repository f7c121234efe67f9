"""The logs: each request has its line, and no line has a secret or a person."""

import json
import time
from collections import defaultdict
from statistics import median
from typing import Any

from ..checks import Mismatch, Skip, expect, expect_that
from ..clients import client
from ..run import Run

CLOCKS_SECONDS = 60
"""How far this machine's clock may be behind AWS's."""

GROUPS = ("TokenExchangeLogs", "ListObjectsLogs", "ObjectLinksLogs", "PreSignUpLogs")
ACCESS_LOG = "ApiAccessLogs"
QUIET = ("WARN", "ERROR", "FATAL")
METRICS = {"Exchanges", "Refusals", "SignUps"}
LAMBDA_TIMES = "Lambda's own times, cold and warm, in milliseconds"


def run(run: Run) -> None:
    """Reads every log group of the stack since the run began."""
    with run.checks.check("The log has the line of a request, with the request_id that the caller saw"):
        quiet(run)
        answer = run.api("/objects?nonsense=1", run.one)
        wait_for_line(run, answer.json["request_id"])
    lines: dict[str, list[str]] = {}
    with run.checks.check("No line of the functions has a secret or a person of this run"):
        for resource in GROUPS:
            lines[resource] = messages(run, resource)
            clean(run, resource, lines[resource])
        somebody(run)
        expect_that(sum(map(len, lines.values())), "some lines", "none")
    found: list[str] = []
    with run.checks.check("No line of the API's access log has a secret or a person of this run"):
        found = wait_for_access_log(run)
        clean(run, ACCESS_LOG, found)
    with run.checks.record(
        "What the access log has as integrationStatus of a request that was throttled",
        "-",
        "docs/deploy.md, Not seen on AWS yet",
    ) as fact:
        throttled = {str(line["integrationStatus"]) for line in map(parsed, found) if line.get("status") == "429"}
        if not throttled:
            raise Skip("the access log has no such request")
        fact.got, fact.agrees = ", ".join(sorted(throttled)), "-" in throttled
    with run.checks.check("The log has the lines that metrics are made from"):
        quiet(run)
        expect_that(run.one.credentials, "an exchange", "none")
        counted = {name for group in lines.values() for line in map(parsed, group) for name in METRICS if name in line}
        expected = METRICS if run.rules.self_sign_up else METRICS - {"SignUps"}
        expect(sorted(expected), sorted(counted & expected))
    with run.checks.record(LAMBDA_TIMES, "60 ms warm for an exchange", "docs/operations.md, Costs") as fact:
        if run.stack.parameter("SystemLogLevel") == "WARN":
            raise Skip("SystemLogLevel is WARN")
        somebody(run)
        fact.got = times(lines)
        if not fact.got:
            raise Mismatch("lines with Lambda's report of each invocation", "none")
        own = fact.got.get(f"TokenExchangeLogs, {run.stack.parameter('HttpFunctionMemory')} MB", {})
        fact.agrees = own["warm"]["median"] <= 60 if "warm" in own else None


def somebody(run: Run) -> None:
    """The functions have no lines where nobody could call them."""
    if not run.one.tokens:
        raise Skip("nobody could sign in")


def quiet(run: Run) -> None:
    """With a high level, Lambda keeps no such lines."""
    if run.stack.parameter("LogLevel") in QUIET:
        raise Skip(f"LogLevel is {run.stack.parameter('LogLevel')}")


def messages(run: Run, resource: str, pattern: str = "") -> list[str]:
    """All lines of a log group since the run began."""
    pages = (
        client("logs")
        .get_paginator("filter_log_events")
        .paginate(
            logGroupName=run.stack.resources[resource],
            startTime=int((run.started_at - CLOCKS_SECONDS) * 1000),
            **({"filterPattern": pattern} if pattern else {}),
        )
    )
    return [event["message"] for page in pages for event in page["events"]]


def wait_for_line(run: Run, request_id: str) -> None:
    """The last line of the run: once it is there, those before it are too."""
    deadline = time.monotonic() + run.limits.log_seconds
    while not any(request_id in line for line in messages(run, "ListObjectsLogs", f'"{request_id}"')):
        if time.monotonic() > deadline:
            raise Mismatch(f"the line after {run.limits.log_seconds} s at most", "no line")
        time.sleep(1)


def wait_for_access_log(run: Run) -> list[str]:
    """The access log comes after the answers."""
    deadline = time.monotonic() + run.limits.access_log_seconds
    while not (found := messages(run, ACCESS_LOG)):
        if time.monotonic() >= deadline:
            raise Mismatch(f"lines after {run.limits.access_log_seconds} s at most", "none")
        time.sleep(2)
    return found


def clean(run: Run, resource: str, found: list[str]) -> None:
    """Fails with what kind of thing is in the lines, never with the line."""
    expect([], run.secrets.kinds_in("\n".join(found)), resource)


def parsed(line: str) -> dict[str, Any]:
    """A line in JSON; any other is empty."""
    try:
        value = json.loads(line)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def times(lines: dict[str, list[str]]) -> dict[str, Any]:
    """What Lambda reports of the invocations, by function and memory size.

    Source: `platform.report` in the Lambda Telemetry API reference, which the log has when its format is JSON.
    """
    cold: dict[str, list[tuple[float, float]]] = defaultdict(list)
    warm: dict[str, list[float]] = defaultdict(list)
    for group, of_group in lines.items():
        for line in map(parsed, of_group):
            if line.get("type") == "platform.report":
                metrics = line["record"]["metrics"]
                where = f"{group}, {metrics['memorySizeMB']} MB"
                if "initDurationMs" in metrics:
                    cold[where].append((metrics["initDurationMs"], metrics["durationMs"]))
                else:
                    warm[where].append(metrics["durationMs"])
    told: dict[str, Any] = {where: {} for where in sorted({*cold, *warm})}
    for where, starts in cold.items():
        start, first = (round(median(figures), 1) for figures in zip(*starts, strict=True))
        told[where]["cold"] = {"count": len(starts), "start": start, "first": first}
    for where, durations in warm.items():
        told[where]["warm"] = {"count": len(durations), "median": round(median(durations), 1)}
    return told
