"""Who sends the user pool's mail, and whether it may write to everybody."""

from collections.abc import Iterator

from .finding import Finding, Plan, ask, region_of, right, wrong


def check(plan: Plan) -> Iterator[Finding]:
    """Cognito's own sender, or the identity in SES with its sandbox, sender's address and configuration set."""
    arn = plan.parameter("EmailIdentityArn")
    if not arn:
        yield right("e-mail", "Cognito sends it, 50 mails a day for the whole account; for more people, use SES")
        return
    identity = arn.partition(":identity/")[2]
    ses = plan.account.client("sesv2", region_of(arn))
    account, instead = ask("SES", ses.get_account, {})
    if instead:
        yield instead
    elif not account.get("ProductionAccessEnabled"):
        yield wrong(
            "SES",
            f"{region_of(arn)} is in the sandbox: verified addresses alone get mail; request production access",
        )
    elif not account.get("SendingEnabled", True):
        yield wrong("SES", f"sending is paused in {region_of(arn)}; see the account dashboard of SES")
    else:
        yield right("SES", f"{region_of(arn)} is out of the sandbox")
    subject = "EmailIdentityArn"
    expected = {"NotFoundException": f"SES has no identity {identity} in {region_of(arn)}; create and verify it"}
    found, instead = ask(subject, lambda: ses.get_email_identity(EmailIdentity=identity), expected)
    if instead:
        yield instead
    elif found.get("VerifiedForSendingStatus"):
        yield right(subject, f"{identity} is verified")
    else:
        yield wrong(subject, f"{identity} is not verified; follow the steps that SES shows for it")
    yield from check_sender(plan, identity)
    yield from check_configuration_set(plan, region_of(arn))


def check_sender(plan: Plan, identity: str) -> Iterator[Finding]:
    """The address in From must be the identity's, or below its domain. It may have a name before it."""
    sender = plan.parameter("EmailFrom")
    if not sender:
        return
    address = sender.rpartition("<")[2].rstrip(">").strip().lower()
    domain = address.rpartition("@")[2]
    if address == identity.lower() or domain == identity.lower() or domain.endswith(f".{identity.lower()}"):
        yield right("EmailFrom", f"{address} belongs to {identity}")
    else:
        yield wrong("EmailFrom", f"{address} does not belong to {identity}; choose an address of it")


def check_configuration_set(plan: Plan, region: str) -> Iterator[Finding]:
    """The configuration set, if one is named."""
    name = plan.parameter("EmailConfigurationSet")
    if not name:
        return
    subject, ses = "EmailConfigurationSet", plan.account.client("sesv2", region)
    expected = {"NotFoundException": f"SES has no {name} in {region}; create it"}
    _, instead = ask(subject, lambda: ses.get_configuration_set(ConfigurationSetName=name), expected)
    yield instead or right(subject, f"{name} is there")
