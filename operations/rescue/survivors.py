"""Finds what a lost stack left behind: by the operator's word, by CloudFormation's memory, or by name.

CloudFormation knows a deleted stack for 90 days. Source:
https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStacks.html
"""

from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from .. import described
from ..account import Account
from ..failure import Failure, code_of


@dataclass(frozen=True)
class Deleted:
    """What CloudFormation knows of the stack that was lost."""

    ids: dict[str, str] = field(default_factory=dict)
    """What it left behind, by the names in the template."""
    parameters: dict[str, str] = field(default_factory=dict)


def find(
    account: Account, stack_name: str, kept: dict[str, dict[str, Any]], deleted: Deleted, given: dict[str, str]
) -> dict[str, str]:
    """The id of each retained resource, by its name in the template. `given` has the operator's, by type."""
    found = {}
    for name, resource in kept.items():
        kind = resource["Type"]
        found[name] = given.get(kind) or deleted.ids.get(name) or by_name(account, stack_name, kind)
    return found


def refuse_living(account: Account, stack_name: str) -> None:
    """A stack that is there needs no rescue, and would refuse the import."""
    stack = described.stack(account, stack_name)
    # This is what an import leaves that was prepared and not executed.
    if stack and stack["StackStatus"] not in ("REVIEW_IN_PROGRESS", "DELETE_COMPLETE"):
        raise Failure(
            f"the stack {stack_name} is there ({stack['StackStatus']}); deploy it again, or delete it first: "
            f"make delete AWS_STACK={stack_name}"
        )


def remembered(account: Account, stack_name: str) -> Deleted:
    """The stack of this name that was deleted last."""
    client = account.client("cloudformation")
    pages = client.get_paginator("list_stacks").paginate(StackStatusFilter=["DELETE_COMPLETE"])
    deleted = [item for page in pages for item in page["StackSummaries"] if item["StackName"] == stack_name]
    if not deleted:
        return Deleted()
    newest = max(deleted, key=lambda item: item.get("DeletionTime") or item["CreationTime"])
    resources = client.get_paginator("list_stack_resources").paginate(StackName=newest["StackId"])
    ids = {
        item["LogicalResourceId"]: item["PhysicalResourceId"]
        for page in resources
        for item in page["StackResourceSummaries"]
        if item["ResourceStatus"] == "DELETE_SKIPPED" and item.get("PhysicalResourceId")
    }
    stack = client.describe_stacks(StackName=newest["StackId"])["Stacks"][0]
    return Deleted(ids, described.parameters(stack))


def by_name(account: Account, stack_name: str, kind: str) -> str:
    """The only resource of a kind that has the name which the template gives it."""
    found = candidates(account, stack_name, kind)
    if len(found) == 1:
        return found[0]
    option, what = OPTIONS[kind]
    if not found:
        raise Failure(f"nobody knows the {what} of {stack_name}: there is none of that name; say {option}=…")
    raise Failure(f"nobody knows which is the {what} of {stack_name}: {', '.join(found)}; say {option}=…")


OPTIONS = {
    "AWS::Cognito::UserPool": ("USER_POOL", "user pool"),
    "AWS::Cognito::IdentityPool": ("IDENTITY_POOL", "identity pool"),
    "AWS::S3::Bucket": ("BUCKET", "bucket"),
}
"""What the operator says to make, and what a kind is called."""


def candidates(account: Account, stack_name: str, kind: str) -> list[str]:
    """The ids of all resources of a kind that could be the stack's, by name."""
    if kind == "AWS::Cognito::UserPool":
        pages = account.client("cognito-idp").get_paginator("list_user_pools")
        pools = [item for page in pages.paginate(PaginationConfig={"PageSize": 60}) for item in page["UserPools"]]
        return [item["Id"] for item in pools if item["Name"] == stack_name]
    if kind == "AWS::Cognito::IdentityPool":
        pages = account.client("cognito-identity").get_paginator("list_identity_pools")
        pools = [item for page in pages.paginate(PaginationConfig={"PageSize": 60}) for item in page["IdentityPools"]]
        return [item["IdentityPoolId"] for item in pools if item["IdentityPoolName"] == stack_name]
    # CloudFormation names a bucket after the stack and the resource, in lower case.
    buckets = account.client("s3").list_buckets()["Buckets"]
    return [item["Name"] for item in buckets if item["Name"].startswith(f"{stack_name.lower()}-bucket-")]


def check(account: Account, ids: dict[str, str], kept: dict[str, dict[str, Any]], existing_user_pool: str) -> None:
    """Whether each is there still, and whether the two pools belong together. A user pool of the operator's own is
    checked only against the identity pool."""
    found = {kept[name]["Type"]: identifier for name, identifier in ids.items()}
    pool, identities = found.get("AWS::Cognito::UserPool"), found.get("AWS::Cognito::IdentityPool")
    bucket, described = found.get("AWS::S3::Bucket"), {}
    gone = "is gone; docs/operations.md#disasters says what that means"
    try:
        if pool:
            account.client("cognito-idp").describe_user_pool(UserPoolId=pool)
    except ClientError as error:
        raise missing(error, f"the user pool {pool} {gone}") from error
    try:
        if identities:
            described = account.client("cognito-identity").describe_identity_pool(IdentityPoolId=identities)
    except ClientError as error:
        raise missing(error, f"the identity pool {identities} {gone}") from error
    try:
        if bucket:
            account.client("s3").head_bucket(Bucket=bucket)
    except ClientError as error:
        raise missing(error, f"the bucket {bucket} {gone}") from error
    pool = pool or existing_user_pool
    providers = [item.get("ProviderName", "") for item in described.get("CognitoIdentityProviders", [])]
    if providers and not any(provider.endswith(f"/{pool}") for provider in providers):
        raise Failure(
            f"the identity pool {identities} is not that of the user pool {pool} but of {', '.join(providers)}; "
            "say USER_POOL=… and IDENTITY_POOL=… of one stack"
        )


def missing(error: ClientError, text: str) -> Exception:
    """The failure for a thing that is gone, or the error itself if it is another."""
    is_gone = code_of(error) in ("ResourceNotFoundException", "NoSuchBucket", "404")
    return Failure(text) if is_gone else error
