"""All that differs on the local AWS: where its API is, how much to wait for and to send, and which checks fail there.

The list has to stay true: a check that is listed and does not fail on the local AWS is a failure of the run, and so is
one that fails there and is not listed.
"""

import os
from dataclasses import dataclass
from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "::1", "localhost")

NO_THROTTLING = "the local AWS does not throttle"

DIFFERENCES: dict[str, str] = {
    "How a path with an encoded ? arrives": "the local AWS does not cut a path there",
    "Each route has the limits of the stack's parameters": NO_THROTTLING,
    "A burst above the limit of GET /objects gets a 429": NO_THROTTLING,
    "No line of the API's access log has a secret or a person of this run": "the local AWS writes no access log",
    "Lambda's own times, cold and warm, in milliseconds": "the local AWS writes no reports of invocations",
    "CloudWatch has the metrics of this run": "the local AWS makes no metrics of log lines",
}
"""Why each of these checks fails on the local AWS, by the check's name."""


@dataclass(frozen=True)
class Limits:
    """How long to wait for what AWS does later, and how much to send, at most."""

    log_seconds: float
    access_log_seconds: float
    metrics_seconds: float
    ending_seconds: float
    burst_requests: int


def endpoint() -> str | None:
    """The local AWS's address, if that is what the environment names."""
    named = os.environ.get("AWS_ENDPOINT_URL", "")
    return named.rstrip("/") if urlsplit(named).hostname in LOOPBACK else None


def limits() -> Limits:
    """CloudWatch shows log lines after seconds and metrics after minutes; the local AWS at once, or never."""
    if endpoint() is None:
        return Limits(90, access_log_seconds=120, metrics_seconds=240, ending_seconds=60, burst_requests=1500)
    return Limits(10, access_log_seconds=0, metrics_seconds=0, ending_seconds=2, burst_requests=100)


def api_url(http_api_id: str) -> str | None:
    """Where the local AWS serves the API. None on AWS, where the stack's output says it."""
    local = endpoint()
    return local and f"{local}/_aws/execute-api/{http_api_id}"


def sign_in_url(output: str) -> str | None:
    """Where the local AWS serves what `output` is the address of. None on AWS."""
    local = endpoint()
    return local and f"{local}{urlsplit(output).path}"
