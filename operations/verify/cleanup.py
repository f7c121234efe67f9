"""What a run has made or changed, and how it goes away again.

Everything is noted before it is made, so that an interruption between the two leaves nothing.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from ..failure import Failure
from .checks import Checks, Skip, expect
from .clients import client, error_code, outcome
from .people import Person
from .stack import Stack

PAUSES_SECONDS = (1, 3)

BATCH = 1000
"""Objects that S3 deletes at once."""


@dataclass
class Made:
    """What there is to remove."""

    people: list[Person] = field(default_factory=list)
    users: list[str] = field(default_factory=list)
    """Names that were signed up, also those that should be refused."""
    keys: list[str] = field(default_factory=list)
    """Prefixes outside of homes, of a team's objects or of such that should be refused."""
    memberships: list[tuple[str, str]] = field(default_factory=list)
    memory_megabytes: dict[str, int] = field(default_factory=dict)
    """What the functions had before, by resource."""


def try_rights(stack: Stack, label: str) -> None:
    """Removes what there is not, to learn whether these credentials may remove what there will be."""
    bucket, nobody = stack.output("BucketName"), f"{stack.region}:00000000-0000-0000-0000-000000000000"
    s3, identities = client("s3"), client("cognito-identity")
    tried = {
        "cognito-idp:AdminDeleteUser": outcome(
            client("cognito-idp").admin_delete_user, UserPoolId=stack.output("UserPoolId"), Username=label
        ),
        "cognito-identity:DeleteIdentities": outcome(identities.delete_identities, IdentityIdsToDelete=[nobody]),
        "s3:ListBucketVersions": outcome(s3.list_object_versions, Bucket=bucket, Prefix=label),
        "s3:DeleteObjectVersion": outcome(s3.delete_object, Bucket=bucket, Key=label, VersionId="null"),
    }
    refused = [right for right, said in tried.items() if said.startswith("AccessDenied")]
    if refused:
        raise Failure(
            f"your credentials may not clean up ({', '.join(refused)}): operations/verify/policy.json has all"
        )


def remove(stack: Stack, made: Made, provider: str, checks: Checks) -> None:
    """Removes everything. What cannot be removed does not keep the rest."""
    with checks.part("Removing what was made"):
        for person in made.people:
            know_identity(stack, person, provider)
        for resource, megabytes in made.memory_megabytes.items():
            attempt(checks, f"{resource} has its memory again", partial(restore_memory, stack, resource, megabytes))
        attempt(checks, "Nothing of the two people is left in the bucket", lambda: remove_objects(stack, made))
        attempt(checks, "The two people's identities are removed", lambda: remove_identities(made))
        attempt(checks, "The groups are as before", lambda: remove_groups(stack, made))
        attempt(checks, "The two people are removed, and nobody else was made", lambda: remove_users(stack, made))


def attempt(checks: Checks, name: str, step: Callable[[], None]) -> None:
    """One step. What AWS does not do or show at once, it may at the next try."""
    with checks.check(name):
        for pause_seconds in PAUSES_SECONDS:
            try:
                step()
                return
            except Exception:  # noqa: BLE001 (the last try tells)
                time.sleep(pause_seconds)
        step()


def know_identity(stack: Stack, person: Person, provider: str) -> None:
    """Finds the identity of a person whose exchange was interrupted."""
    if person.identity_id or not person.tokens:
        return
    try:
        answer = client("cognito-identity").get_id(
            IdentityPoolId=stack.output("IdentityPoolId"), Logins={provider: person.id_token}
        )
    except (ClientError, Skip):
        return
    person.identity_id = answer["IdentityId"]


def restore_memory(stack: Stack, resource: str, megabytes: int) -> None:
    """Gives a function the memory that it had."""
    functions, function = client("lambda"), stack.function(resource)
    functions.get_waiter("function_updated_v2").wait(FunctionName=function)
    functions.update_function_configuration(FunctionName=function, MemorySize=megabytes)
    functions.get_waiter("function_updated_v2").wait(FunctionName=function)
    expect(megabytes, functions.get_function_configuration(FunctionName=function)["MemorySize"])


def remove_objects(stack: Stack, made: Made) -> None:
    """Deletes every version of every object below the homes, and of those elsewhere that should not be there."""
    bucket = stack.output("BucketName")
    homes = [person.home for person in made.people if person.has_home]
    for prefix in (*homes, *made.keys):
        versions = versions_below(bucket, prefix)
        for start in range(0, len(versions), BATCH):
            answer = client("s3").delete_objects(
                Bucket=bucket, Delete={"Objects": versions[start : start + BATCH], "Quiet": True}
            )
            expect([], [f"{error['Code']} for a version" for error in answer.get("Errors", [])])
        expect(0, len(versions_below(bucket, prefix)), "versions that are left")


def versions_below(bucket: str, prefix: str) -> list[dict[str, str]]:
    """All versions and delete markers."""
    found: list[dict[str, str]] = []
    for page in client("s3").get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
        found += [
            {"Key": item["Key"], "VersionId": item["VersionId"]}
            for item in (*page.get("Versions", ()), *page.get("DeleteMarkers", ()))
        ]
    return found


def remove_identities(made: Made) -> None:
    """Deletes the people's identities."""
    ids = [person.identity_id for person in made.people if person.identity_id]
    if ids:
        client("cognito-identity").delete_identities(IdentityIdsToDelete=ids)
    for identity_id in ids:
        found = outcome(client("cognito-identity").describe_identity, IdentityId=identity_id)
        expect("ResourceNotFoundException", found, "looking for an identity")


def remove_groups(stack: Stack, made: Made) -> None:
    """Takes people out of groups."""
    cognito, pool = client("cognito-idp"), stack.output("UserPoolId")
    for group, user in made.memberships:
        unless_gone(cognito.admin_remove_user_from_group, UserPoolId=pool, GroupName=group, Username=user)


def remove_users(stack: Stack, made: Made) -> None:
    """Deletes the people, and users that should have been refused. Then none of them may be found."""
    cognito, pool = client("cognito-idp"), stack.output("UserPoolId")
    for user in made.users:
        unless_gone(cognito.admin_delete_user, UserPoolId=pool, Username=user)
    left = []
    for user in made.users:
        try:
            cognito.admin_get_user(UserPoolId=pool, Username=user)
            left.append(user)
        except cognito.exceptions.UserNotFoundException:
            pass
    expect([], left, "users that are left")


def unless_gone(call: Any, **members: str) -> None:
    """Removes something, which may not be there."""
    try:
        call(**members)
    except ClientError as error:
        if error_code(error) not in ("UserNotFoundException", "ResourceNotFoundException"):
            raise
