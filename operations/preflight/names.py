"""Names that must be free, and things that must be there: domains, the certificate, the secret, the topic."""

from collections.abc import Iterator
from datetime import datetime, timezone

from .. import layout
from ..failure import DENIALS
from .finding import Finding, Plan, ask, region_of, right, unknown, wrong

RESERVED = ("aws", "amazon", "cognito")
"""Words that Cognito allows in no prefix:
https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain-prefix.html"""

SECRET_BYTES_MIN, SECRET_BYTES_MAX = 32, 512
"""More does not fit into Lambda's environment beside three lists of domains."""


def check_domain(plan: Plan) -> Iterator[Finding]:
    """The prefix of the sign-in pages' address, which a pool of the operator's own has already."""
    if plan.parameter("ExistingUserPoolId"):
        return
    given = plan.parameter("DomainPrefix")
    prefix = given or f"{plan.stack_name}-{plan.account_id}"
    subject = f"sign-in domain {prefix}"
    if any(word in prefix for word in RESERVED):
        yield wrong(subject, f"Cognito takes no prefix with {', '.join(RESERVED)} in it; set another DomainPrefix")
        return
    if prefix != prefix.lower():
        yield wrong(subject, "a prefix is in lower case; set DomainPrefix, or choose a stack name in lower case")
        return
    cognito = plan.account.client("cognito-idp")
    answer, instead = ask(subject, lambda: cognito.describe_user_pool_domain(Domain=prefix), {})
    if instead:
        yield instead
        return
    found = answer["DomainDescription"]
    if not found.get("UserPoolId"):
        # AWS documents no way to see another account's domains.
        yield right(subject, "free, unless another account has it: the deployment would say so")
    elif plan.deployed is not None and plan.deployed.get("DomainPrefix", "") == given:
        yield right(subject, f"this stack's own, of {found['UserPoolId']}")
    else:
        yield wrong(
            subject,
            f"taken by the user pool {found['UserPoolId']}; set another DomainPrefix, or free it: "
            f"aws cognito-idp delete-user-pool-domain --domain {prefix} --user-pool-id {found['UserPoolId']}",
        )


def check_lists(plan: Plan) -> Iterator[Finding]:
    """The lists of e-mail domains that parameters name (@FILE.txt)."""
    for parameter in ("SignUpAllowedDomains", "SignUpBlockedDomains", "SignUpAutoConfirmDomains"):
        at, _, name = plan.parameter(parameter).partition("@")
        if at or not name:
            continue
        file = layout.DOMAIN_LISTS / name
        if file.is_file():
            yield right(parameter, f"{file.relative_to(layout.ROOT)} is there; make build checks and packs it")
        else:
            yield wrong(parameter, f"there is no {file.relative_to(layout.ROOT)}; write it, a domain in each line")


def check_certificate(plan: Plan) -> Iterator[Finding]:
    """The certificate of the API's own domain."""
    host, arn = plan.parameter("ApiDomainName"), plan.parameter("ApiDomainCertificateArn")
    if not host:
        return
    subject = "certificate"
    if not arn:
        yield wrong(subject, f"ApiDomainName={host} needs one; set ApiDomainCertificateArn")
        return
    if region_of(arn) != plan.region:
        yield wrong(subject, f"it is in {region_of(arn)}, and API Gateway wants one in {plan.region}; request it there")
        return
    acm = plan.account.client("acm")
    expected = {"ResourceNotFoundException": "there is no such certificate; request one"}
    answer, instead = ask(subject, lambda: acm.describe_certificate(CertificateArn=arn), expected)
    if instead:
        yield instead
        return
    found = answer["Certificate"]
    names = {found["DomainName"], *found.get("SubjectAlternativeNames", [])}
    expires = found.get("NotAfter")
    if found["Status"] != "ISSUED":
        yield wrong(subject, f"it is {found['Status']}; validate it in ACM and wait until it is ISSUED")
    elif not any(covers(name, host) for name in names):
        yield wrong(subject, f"it is for {', '.join(sorted(names))} and not for {host}; request another")
    elif expires and expires < datetime.now(timezone.utc):
        yield wrong(subject, f"it expired on {expires:%Y-%m-%d}; renew it")
    else:
        yield right(subject, f"issued for {', '.join(sorted(names))}")


def covers(name: str, host: str) -> bool:
    """Whether a certificate's name is that of the host. A wildcard stands for one label."""
    return name == host or (name.startswith("*.") and host.partition(".")[2] == name[2:])


def check_secret(plan: Plan) -> Iterator[Finding]:
    """The secret with the key of the invites. Its value is measured and never shown."""
    name = plan.parameter("SignUpInviteKeySecret")
    if not name:
        return
    subject = f"secret {name}"
    text, instead = secret_text(plan, name, "docs/configuration.md#who-may-sign-up")
    if instead:
        yield instead
        return
    length = len(text.encode())
    if length < SECRET_BYTES_MIN:
        yield wrong(subject, f"its text has {length} bytes and needs {SECRET_BYTES_MIN} random ones; create another")
    elif length > SECRET_BYTES_MAX:
        yield wrong(subject, f"its text has {length} bytes and may have {SECRET_BYTES_MAX}; create a shorter one")
    else:
        yield right(subject, "there and long enough")


def secret_text(plan: Plan, name: str, how: str) -> tuple[str, Finding | None]:
    """The text of a secret that the template refers to, or what there is to say instead. `how` says how to make it."""
    subject, secrets = f"secret {name}", plan.account.client("secretsmanager")
    # CloudFormation reads it with the rights of who deploys.
    denied = "you may not read it, nor can your deployment; ask for secretsmanager:GetSecretValue"
    absent = f"it is not there; create it as {how} says"
    expected = dict.fromkeys(DENIALS, denied) | {"ResourceNotFoundException": absent}
    found, instead = ask(subject, lambda: secrets.get_secret_value(SecretId=name), expected)
    if instead:
        return "", instead
    if "SecretString" not in found:
        return "", wrong(subject, "it is binary; store text (--secret-string)")
    return found["SecretString"], None


def check_alarm_topic(plan: Plan) -> Iterator[Finding]:
    """The topic of the alarms."""
    arn = plan.parameter("AlarmTopicArn")
    if not arn:
        return
    subject = "AlarmTopicArn"
    if region_of(arn) != plan.region:
        yield wrong(subject, f"it is in {region_of(arn)}, and alarms need one in {plan.region}")
        return
    sns = plan.account.client("sns")
    absent = "there is no such topic; create it (aws sns create-topic)"
    expected = dict.fromkeys(("NotFound", "NotFoundException"), absent)
    answer, instead = ask(subject, lambda: sns.get_topic_attributes(TopicArn=arn), expected)
    if instead:
        yield instead
        return
    attributes = answer["Attributes"]
    if attributes.get("KmsMasterKeyId", "").endswith("alias/aws/sns"):
        yield wrong(subject, "SNS's own key encrypts it, and CloudWatch may not use that; give it a key of your own")
    elif not attributes.get("SubscriptionsConfirmed", "1").strip("0"):
        yield wrong(subject, "nobody has subscribed to it and confirmed, so an alarm reaches nobody")
    else:
        yield right(subject, "there, with subscribers")


def check_web_acl(plan: Plan) -> Iterator[Finding]:
    """The firewall of the user pool."""
    arn = plan.parameter("UserPoolWebAclArn")
    if not arn:
        return
    subject = "UserPoolWebAclArn"
    parts = arn.split(":", 5)[5].split("/")
    if region_of(arn) != plan.region or parts[0] != "regional" or len(parts) != 4:
        yield wrong(subject, f"a user pool needs a regional web ACL of {plan.region}")
        return
    waf = plan.account.client("wafv2")
    expected = {"WAFNonexistentItemException": "there is no such web ACL; create it, or leave the parameter empty"}
    _, instead = ask(subject, lambda: waf.get_web_acl(Name=parts[2], Scope="REGIONAL", Id=parts[3]), expected)
    yield instead or right(subject, "there")


def check_budget(plan: Plan) -> Iterator[Finding]:
    """The address that is told of the costs. AWS Budgets sends to any address, so there is nothing to look up."""
    address = plan.parameter("BudgetEmail")
    if address and "@" not in address:
        yield unknown("BudgetEmail", f"{address} does not look like an e-mail address")
