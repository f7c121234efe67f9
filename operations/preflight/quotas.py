"""Whether the account's quotas leave room for the stack and for the rates that its parameters promise."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from .finding import Finding, Plan, refused, right, unknown, wrong

UNRESERVED_MIN = 100
"""What Lambda keeps back: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html"""

RAISE = "ask Service Quotas for more"
NO_QUOTA = "Service Quotas names no such quota; docs/operations.md#quotas has the defaults"


def check_lambda(plan: Plan) -> Iterator[Finding]:
    """Lambda's concurrency: with reservations, what must stay unreserved; without, what the API lets through."""
    subject = "Lambda concurrency"
    try:
        limit = plan.account.client("lambda").get_account_settings()["AccountLimit"]
    except (ClientError, BotoCoreError) as error:
        yield refused(subject, error)
        return
    total, unreserved = limit["ConcurrentExecutions"], limit["UnreservedConcurrentExecutions"]
    functions = sum(item["Type"] == "AWS::Serverless::Function" for item in plan.template["Resources"].values())
    each, burst = int(plan.parameter("ReservedConcurrency") or 0), int(plan.parameter("ThrottlingBurstLimit") or 0)
    # What this very stack has reserved becomes free with its next deployment.
    free = unreserved + functions * int((plan.deployed or {}).get("ReservedConcurrency") or 0)
    said = f"{free} of {total} are not reserved"
    if each and free - functions * each < UNRESERVED_MIN:
        possible = max(0, (free - UNRESERVED_MIN) // functions)
        yield wrong(
            subject,
            f"{said}; {functions} functions with ReservedConcurrency={each} leave {free - functions * each}, and "
            f"{UNRESERVED_MIN} must stay: {RAISE}, or set ReservedConcurrency={possible}",
        )
    elif not each and free < burst:
        yield wrong(
            subject,
            f"{said}, and ThrottlingBurstLimit={burst} lets more requests in at once: {RAISE} "
            f"(Lambda, concurrent executions), or set ThrottlingBurstLimit={free}",
        )
    else:
        yield right(subject, said)


def check_api(plan: Plan) -> Iterator[Finding]:
    """API Gateway's rate for the whole account in this region."""
    subject = "API Gateway rate"
    try:
        settings = plan.account.client("apigateway").get_account().get("throttleSettings") or {}
    except (ClientError, BotoCoreError) as error:
        yield refused(subject, error)
        return
    if "rateLimit" not in settings or "burstLimit" not in settings:
        yield unknown(subject, "API Gateway does not say how many requests a second it takes")
        return
    rate, burst = settings["rateLimit"], settings["burstLimit"]
    said = f"{rate:g} requests a second and {burst} at once, for the account"
    above = [
        f"{name}={plan.parameter(name)}"
        for name in plan.parameters
        if (name.endswith("RateLimit") and float(plan.parameter(name)) > rate)
        or (name.endswith("BurstLimit") and float(plan.parameter(name)) > burst)
    ]
    if above:
        yield wrong(subject, f"{said}, which is less than {', '.join(above)}: {RAISE}, or lower these")
    else:
        yield right(subject, said)


def check_service_quotas(plan: Plan) -> Iterator[Finding]:
    """What only Service Quotas knows: room for one more pool and API, and Cognito's rates."""
    count = Room(plan)
    # Quotas are found by words of their names: their codes are documented nowhere in one place.
    if not plan.parameter("ExistingUserPoolId"):
        yield from count.check("user pools", "cognito-idp", ("user pools",), "list_user_pools", "UserPools", 60)
    if not plan.parameter("ExistingIdentityPoolId"):
        yield from count.check("identity pools", "cognito-identity", ("identity pools",), "list_identity_pools",
                               "IdentityPools", 60)  # fmt: skip
    yield from count.check("HTTP APIs", "apigateway", ("http", "apis"), "get_apis", "Items", None)
    rate = sum(float(plan.parameter(name) or 0) for name in ("TokenRateLimit", "CredentialsRateLimit"))
    yield from count.check_rate("GetCredentialsForIdentity", rate)


class Room:
    """Compares Service Quotas with what is there."""

    def __init__(self, plan: Plan) -> None:
        """Quotas are read once for each service."""
        self.plan = plan
        self.known: dict[str, list[dict[str, Any]]] = {}

    def quota(self, service: str, words: tuple[str, ...]) -> float | None:
        """The one quota of a service whose name has all these words; None if that is not one."""
        if service not in self.known:
            pages = self.plan.account.client("service-quotas").get_paginator("list_service_quotas")
            found = pages.paginate(ServiceCode=service)
            self.known[service] = [item for page in found for item in page["Quotas"]]
        named = [item for item in self.known[service] if all(word in item["QuotaName"].lower() for word in words)]
        return float(named[0]["Value"]) if len(named) == 1 else None

    def check(
        self, subject: str, service: str, words: tuple[str, ...], operation: str, member: str, page: int | None
    ) -> Iterator[Finding]:
        """Whether one more fits, unless the stack has its own already."""
        client = self.plan.account.client("apigatewayv2" if service == "apigateway" else service)
        try:
            quota = self.quota(service, words)
            if quota is None:
                yield unknown(subject, NO_QUOTA)
                return
            settings = {} if page is None else {"PaginationConfig": {"PageSize": page}}
            pages = client.get_paginator(operation).paginate(**settings)
            used = sum(len(item[member]) for item in pages)
        except (ClientError, BotoCoreError) as error:
            yield refused(subject, error)
            return
        if self.plan.deployed is None and used >= quota:
            yield wrong(subject, f"{used} of {quota:g} are in use: {RAISE}, or delete one")
        else:
            yield right(subject, f"{used} of {quota:g} are in use")

    def check_rate(self, operation: str, rate: float) -> Iterator[Finding]:
        """Whether Cognito lets as many exchanges through as the API does."""
        subject = f"Cognito's {operation}"
        try:
            quota = self.quota("cognito-identity", (operation.lower(),))
        except (ClientError, BotoCoreError) as error:
            yield refused(subject, error)
            return
        if quota is None:
            yield unknown(subject, NO_QUOTA)
        elif quota < rate:
            yield wrong(
                subject,
                f"{quota:g} a second; TokenRateLimit and CredentialsRateLimit let {rate:g} in: {RAISE}, or lower them",
            )
        else:
            yield right(subject, f"{quota:g} a second")
