"""Throttles: a burst above a route's limit is refused with 429 by the gateway."""

import http.client
import threading
import time
from typing import Any

from .. import web
from ..checks import Mismatch, Skip, expect
from ..clients import client
from ..run import Run

BURST = "A burst above the limit of GET /objects gets a 429"
SECONDS_MAX = 15
THREADS_MAX = 16

GATEWAYS_429 = "429 Too Many Requests"
"""The functions' own 429 has another code: it means that Cognito or S3 throttles."""

CLEARLY = 1.2
"""How much more than the limit has to be sent before no 429 is a failure: AWS calls its limits targets."""

LIMITS = {
    "POST /token": "TokenRateLimit",
    "GET /credentials": "CredentialsRateLimit",
    "GET /objects": "ObjectsRateLimit",
    "GET /objects/{key+}": "ObjectsRateLimit",
    "GET /versions": "ObjectsRateLimit",
    "HEAD /objects/{key+}": "ObjectsRateLimit",
    "POST /objects/{key+}": "ObjectsRateLimit",
    "DELETE /objects/{key+}": "ObjectsRateLimit",
}
"""Each route with the parameter that is its rate."""


class Burst:
    """Good requests from several threads, until the first refusal or the end of the time."""

    def __init__(self, run: Run) -> None:
        self._lock = threading.Lock()
        self._is_over = False
        self._url = f"{run.stack.api_url}/objects?max_keys=1&identity_id={run.one.identity}"
        self._headers = run.one.authorization
        self.answers: dict[str, int] = {}
        """How many there were of each status and error code."""
        self.seconds = 0.0

    @property
    def requests(self) -> int:
        """How many were answered."""
        return sum(self.answers.values())

    def send(self, threads: int, requests_max: int) -> None:
        """Sends them. An interruption ends the threads too."""
        started = time.monotonic()
        deadline = started + SECONDS_MAX
        workers = [threading.Thread(target=self._work, args=(deadline, requests_max)) for _ in range(threads)]
        try:
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
        finally:
            self._is_over = True
        self.seconds = time.monotonic() - started

    def _work(self, deadline: float, requests_max: int) -> None:
        connection = web.Connection(self._url)
        while not self._is_over and time.monotonic() < deadline and self.requests < requests_max:
            try:
                said = connection.send(self._url, headers=self._headers).said()
            except (OSError, http.client.HTTPException) as error:
                said = type(error).__name__
                connection = web.Connection(self._url)
            with self._lock:
                self.answers[said] = self.answers.get(said, 0) + 1
            if said.startswith("429"):
                self._is_over = True
        connection.close()


def run(run: Run) -> None:
    """The gateway's settings, and what they do."""
    with run.checks.check("Each route has the limits of the stack's parameters"):
        stage = client("apigatewayv2").get_stage(ApiId=run.stack.output("HttpApiId"), StageName="$default")
        burst = run.stack.number("ThrottlingBurstLimit")
        for route, parameter in LIMITS.items():
            expect((run.stack.number(parameter), burst), limits(stage["RouteSettings"].get(route, {})), route)
        expect((run.stack.number("ThrottlingRateLimit"), burst), limits(stage["DefaultRouteSettings"]), "others")
    with run.checks.check(BURST):
        throttled(run)


def limits(settings: dict[str, Any]) -> tuple[int, int]:
    """Rate and burst of a route."""
    return int(settings.get("ThrottlingRateLimit", 0)), int(settings.get("ThrottlingBurstLimit", 0))


def throttled(run: Run) -> None:
    """Good requests, so that no alarm counts them as refused: the functions have the first person's keys at hand."""
    if run.stack.number("CredentialsReuseSeconds") == 0:
        raise Skip("CredentialsReuseSeconds is 0, and a burst of exchanges would use up Cognito's quota")
    rate, at_once = run.stack.number("ObjectsRateLimit"), run.stack.number("ThrottlingBurstLimit")
    if at_once + 2 * rate > run.limits.burst_requests:
        raise Skip(f"{at_once} at once and {rate} a second are more than this program sends")
    # Lambda needs a process for each request of a moment, and other functions of the account need some too.
    free = client("lambda").get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"]
    own = run.stack.number("ReservedConcurrency")
    burst = Burst(run)
    burst.send(max(1, min(THREADS_MAX, own or free // 2)), run.limits.burst_requests)
    if GATEWAYS_429 in burst.answers:
        return
    if burst.requests < CLEARLY * (at_once + rate * burst.seconds):
        raise Skip(f"{burst.requests} requests in {burst.seconds:.1f} s, all that can be sent from here, are too few")
    raise Mismatch(f"a 429 among {burst.requests} requests in {burst.seconds:.1f} s", burst.answers)
