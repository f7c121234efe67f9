"""The metrics that CloudWatch makes from the log lines."""

import time
from datetime import datetime, timezone

from ..checks import Mismatch, Skip
from ..clients import client
from ..run import Run
from .log_lines import CLOCKS_SECONDS, QUIET

INTERVAL_SECONDS = 10
PERIOD_SECONDS = 60


def run(run: Run) -> None:
    """Asks for values and not for names: a new name is listed only after up to 15 minutes.

    Source: `ListMetrics` in the Amazon CloudWatch API reference.
    """
    with run.checks.check("CloudWatch has the metrics of this run"):
        if run.stack.parameter("LogLevel") in QUIET:
            raise Skip(f"LogLevel is {run.stack.parameter('LogLevel')}")
        if not run.one.keys:
            raise Skip("there was no exchange")
        deadline = time.monotonic() + run.limits.metrics_seconds
        while missing := without_values(run):
            if time.monotonic() >= deadline:
                raise Mismatch(
                    f"values after {run.limits.metrics_seconds:.0f} s at most", f"none of {', '.join(missing)}"
                )
            time.sleep(INTERVAL_SECONDS)


def without_values(run: Run) -> list[str]:
    """The metrics that have none since the run began."""
    stack = run.stack
    decision = "admitted"
    if not run.rules.self_sign_up:
        decision = "unchecked"
    elif run.one.is_confirmed:
        decision = "invited" if run.rules.invite_key else "confirmed"
    wanted = {
        "Exchanges": [("Function", stack.function("TokenExchange"))],
        "Refusals": [("Function", stack.function("ListObjects")), ("Reason", "access_denied")],
        "SignUps": [("Function", stack.function("PreSignUp")), ("Decision", decision)],
    }
    queries = [
        {
            "Id": name.lower(),
            "MetricStat": {
                "Metric": {
                    "Namespace": "Latchkey",
                    "MetricName": name,
                    "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions],
                },
                "Period": PERIOD_SECONDS,
                "Stat": "Sum",
            },
        }
        for name, dimensions in wanted.items()
    ]
    answer = client("cloudwatch").get_metric_data(
        MetricDataQueries=queries,
        StartTime=datetime.fromtimestamp(run.started_at - CLOCKS_SECONDS, timezone.utc),
        EndTime=datetime.fromtimestamp(time.time() + CLOCKS_SECONDS, timezone.utc),
    )
    filled = {result["Id"] for result in answer["MetricDataResults"] if sum(result.get("Values", ())) > 0}
    return [name for name in wanted if name.lower() not in filled]
