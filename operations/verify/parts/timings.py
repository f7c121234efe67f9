"""How long a request takes from here, at the memory size that the functions have."""

import time
from statistics import median
from typing import Any

from .. import web
from ..checks import Skip, expect
from ..run import THROTTLED, Run
from ..stack import HTTP_FUNCTIONS

REQUESTS = 10


def run(run: Run) -> None:
    """The processes are warm by now: every function has answered before."""
    size = run.stack.parameter("HttpFunctionMemory")
    with run.checks.record(f"Warm round trips from here at {size} MB, in milliseconds", None, None) as fact:
        fact.got = {resource: spread(timed(run, resource, REQUESTS)) for resource in HTTP_FUNCTIONS}


def timed(run: Run, resource: str, requests: int) -> list[float]:
    """Milliseconds of requests, one after the other over one connection that is open before the first."""
    path = HTTP_FUNCTIONS[resource].replace("{key+}", "~/a")
    url = f"{run.stack.api_url}{path}?identity_id={run.one.identity}"
    status = 302 if resource == "ObjectLinks" else 200
    connection = web.Connection(url)
    times = []
    try:
        # A path that is no route reaches no function, so this opens the connection and warms nothing.
        connection.send(f"{run.stack.api_url}/nothing")
        for _ in range(requests):
            started = time.perf_counter()
            answer = connection.send(url, headers=run.one.authorization)
            times.append(round((time.perf_counter() - started) * 1000, 1))
            run.learn(answer)
            if answer.status == THROTTLED:
                raise Skip("the route's limit is too low")
            expect(status, answer.status, path)
    finally:
        connection.close()
    return times


def spread(times: list[float]) -> dict[str, Any]:
    """What a list of times comes to."""
    return {"median": round(median(times), 1), "slowest": max(times)}
