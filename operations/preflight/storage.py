"""The KMS keys and the bucket for the bucket's log."""

import json
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ..failure import unless
from .finding import Finding, Plan, ask, refused, region_of, right, unknown, wrong


def check_keys(plan: Plan) -> Iterator[Finding]:
    """The bucket's key, and those that it had before."""
    for name in ("BucketKmsKeyArn", "FormerBucketKmsKeyArns"):
        for arn in filter(None, map(str.strip, plan.parameter(name).split(","))):
            yield from check_key(plan, name, arn)


def check_key(plan: Plan, subject: str, arn: str) -> Iterator[Finding]:
    """One key: it must be of this region, symmetric and enabled, and leave access to IAM."""
    if region_of(arn) != plan.region:
        yield wrong(subject, f"it is in {region_of(arn)}, and the bucket needs one in {plan.region}")
        return
    kms = plan.account.client("kms")
    expected = {"NotFoundException": "there is no such key; create it, or leave the parameter empty"}
    answer, instead = ask(subject, lambda: kms.describe_key(KeyId=arn), expected)
    if instead:
        yield instead
        return
    key = answer["KeyMetadata"]
    if key["KeyState"] != "Enabled":
        yield wrong(subject, f"it is {key['KeyState']}; enable it (aws kms enable-key), or cancel its deletion first")
        return
    if key.get("KeySpec", "SYMMETRIC_DEFAULT") != "SYMMETRIC_DEFAULT" or key.get("KeyUsage") != "ENCRYPT_DECRYPT":
        yield wrong(subject, "S3 takes symmetric keys for encryption alone; choose another")
        return
    try:
        policy = json.loads(kms.get_key_policy(KeyId=arn, PolicyName="default")["Policy"])
    except (ClientError, BotoCoreError) as error:
        yield unknown(subject, f"enabled, but its policy cannot be read: {refused(subject, error).text}")
        return
    if leaves_access_to_iam(policy, plan.account_id):
        yield right(subject, "enabled, and its policy leaves access to IAM")
    else:
        yield wrong(subject, "its policy does not leave access to IAM; let the account's root do kms:* in it")


def leaves_access_to_iam(policy: dict[str, Any], account_id: str) -> bool:
    """Whether a key's policy allows the account's root everything, as the default policy does. Source:
    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html"""
    for statement in policy.get("Statement", []):
        principals = (statement.get("Principal") or {}) if isinstance(statement.get("Principal"), dict) else {}
        names, actions = as_list(principals.get("AWS")), as_list(statement.get("Action"))
        is_root = any(name == account_id or name.endswith(f":iam::{account_id}:root") for name in names)
        if statement.get("Effect") == "Allow" and is_root and "kms:*" in actions and not statement.get("Condition"):
            return True
    return False


def as_list(value: Any) -> list[str]:
    """One text or several, as a list."""
    return [value] if isinstance(value, str) else list(value or [])


def check_log_bucket(plan: Plan) -> Iterator[Finding]:
    """The bucket for the log of the bucket: of this account and region, with a policy that lets S3 write."""
    bucket = plan.parameter("BucketLogsBucket")
    if not bucket:
        return
    subject = "BucketLogsBucket"
    s3 = plan.account.client("s3")
    location, instead = location_of_own(plan, subject, bucket, f"create it in {plan.region}")
    if instead:
        yield instead
        return
    if location != plan.region:
        yield wrong(subject, f"{bucket} is in {location}, and the log needs one in {plan.region}")
        return
    policy, instead = ask(
        subject, lambda: unless("NoSuchBucketPolicy", lambda: s3.get_bucket_policy(Bucket=bucket)["Policy"]) or "", {}
    )
    if instead:
        yield instead
        return
    if "logging.s3.amazonaws.com" in policy:
        yield right(subject, "there, and its policy names S3's log delivery")
    else:
        below = f"{plan.stack_name}/"
        yield wrong(subject, f"its policy lets no log in: allow logging.s3.amazonaws.com s3:PutObject below {below}")


def location_of_own(plan: Plan, subject: str, bucket: str, advice: str) -> tuple[str, Finding | None]:
    """The region of a bucket of this account, or what there is to say instead. `advice`: if it is not there."""
    s3 = plan.account.client("s3")

    def location() -> str:
        s3.head_bucket(Bucket=bucket, ExpectedBucketOwner=plan.account_id)
        return s3.get_bucket_location(Bucket=bucket).get("LocationConstraint") or "us-east-1"

    expected = dict.fromkeys(("404", "NoSuchBucket"), f"there is no bucket {bucket}; {advice}")
    expected["403"] = f"{bucket} is another account's, or hidden from you; choose one of this account"
    return ask(subject, location, expected)
