"""The identity pool: it has to accept the app clients, to give the stack's role and those of groups, and to tag sessions
where the role's policy asks for that.

UpdateIdentityPool and SetIdentityPoolRoles replace what is not said again, so all of the pool's is. Source:
https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_UpdateIdentityPool.html
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

from ..failure import unless
from .step import Deployed, Step, accepted

ROLE = "authenticated"

TOKEN = {"Type": "Token", "AmbiguousRoleResolution": "AuthenticatedRole"}
"""A role mapping that leaves the choice to the claims of the token."""


def steps(stack: Deployed) -> Iterator[Step]:
    """What is missing of the three."""
    pool_id, client = stack.outputs["IdentityPoolId"], stack.account.client("cognito-identity")
    pool = client.describe_identity_pool(IdentityPoolId=pool_id)
    missing = unknown_clients(pool, stack.provider, stack.client_ids)
    if missing:
        text = f"it does not accept the app clients {', '.join(missing)} of {stack.provider} with ServerSideTokenCheck"
        yield Step(pool_id, text, partial(accept, client, pool_id, stack.provider, missing))
    role, roles = stack.outputs["AuthenticatedRoleArn"], client.get_identity_pool_roles(IdentityPoolId=pool_id)
    given = roles.get("Roles", {}).get(ROLE)
    if not given:
        text = f"it gives no role to people who are signed in. Roles.{ROLE}: {role}"
        yield Step(pool_id, text, partial(give, client, pool_id, role))
    elif given != role:
        policy = stack.outputs["PersonPolicyArn"]
        yield Step(pool_id, f"it gives the role {given}; attach {policy} to that one, or replace it by {role}")
    if stack.parameter("GroupRoles") == "true":
        yield from mapping_steps(stack, client, pool_id, roles.get("RoleMappings", {}))
    wanted, tags = tags_of(stack.parameters), tags_there(client, pool_id, stack.provider)
    if wanted.items() <= tags.items():
        return
    if taken := [name for name, claim in wanted.items() if tags.get(name, claim) != claim]:
        yield Step(pool_id, f"its tags {', '.join(taken)} have other claims; the stack needs {wanted}")
    else:
        text = f"it does not tag sessions for {stack.provider}, and homes or teams need it. PrincipalTags: {wanted}"
        yield Step(pool_id, text, partial(tag, client, pool_id, stack.provider, wanted))


def unknown_clients(pool: dict[str, Any], provider: str, client_ids: list[str]) -> list[str]:
    """The app clients that the pool does not accept, or without asking the user pool at each exchange."""
    known = {
        item["ClientId"]
        for item in pool.get("CognitoIdentityProviders", [])
        if item["ProviderName"] == provider and item.get("ServerSideTokenCheck")
    }
    return [client_id for client_id in client_ids if client_id not in known]


def mapping_steps(stack: Deployed, client: Any, pool_id: str, mappings: dict[str, Any]) -> Iterator[Step]:
    """What is missing of the mappings by which groups give roles: one for each app client."""
    wanted = [f"{stack.provider}:{client_id}" for client_id in stack.client_ids]
    if others := [name for name in wanted if mappings.get(name, TOKEN)["Type"] != TOKEN["Type"]]:
        yield Step(pool_id, f"its role mappings of {', '.join(others)} are rules of yours; with them, groups give no roles")
    if missing := [name for name in wanted if name not in mappings]:
        text = f"groups give no roles to people of {', '.join(missing)}. RoleMappings, for each of them: {TOKEN}"
        yield Step(pool_id, text, partial(map_roles, client, pool_id, missing))


def tags_of(parameters: dict[str, str]) -> dict[str, str]:
    """The tags that the role's policy refers to, each with its claim."""
    tags = {"sub": "sub"} if parameters.get("HomeOf") == "user" else {}
    return tags | ({"team": parameters["TeamClaim"]} if parameters.get("TeamClaim") else {})


def tags_there(client: Any, pool_id: str, provider: str) -> dict[str, str]:
    """The tags that sessions of the user pool's people have, each with its claim."""
    who = {"IdentityPoolId": pool_id, "IdentityProviderName": provider}
    found = unless("ResourceNotFoundException", lambda: client.get_principal_tag_attribute_map(**who)) or {}
    tags: dict[str, str] = found.get("PrincipalTags", {})
    return tags


def accept(client: Any, pool_id: str, provider: str, client_ids: list[str]) -> None:
    """Adds the app clients to those that the pool accepts already."""
    pool = client.describe_identity_pool(IdentityPoolId=pool_id)
    kept = [
        item
        for item in pool.get("CognitoIdentityProviders", [])
        if (item["ProviderName"], item["ClientId"]) not in [(provider, client_id) for client_id in client_ids]
    ]
    added = [
        {"ProviderName": provider, "ClientId": client_id, "ServerSideTokenCheck": True} for client_id in client_ids
    ]
    said = accepted(client, "UpdateIdentityPool", pool) | {"CognitoIdentityProviders": kept + added}
    client.update_identity_pool(**said)


def give(client: Any, pool_id: str, role: str) -> None:
    """Adds the role to those that the pool gives already."""
    set_roles(client, pool_id, {ROLE: role}, {})


def map_roles(client: Any, pool_id: str, names: list[str]) -> None:
    """Adds a mapping for each of these providers to those that the pool has already."""
    set_roles(client, pool_id, {}, dict.fromkeys(names, TOKEN))


def set_roles(client: Any, pool_id: str, roles: dict[str, str], mappings: dict[str, Any]) -> None:
    """Adds roles and mappings."""
    found = client.get_identity_pool_roles(IdentityPoolId=pool_id)
    mapped = found.get("RoleMappings", {}) | mappings
    said = {"RoleMappings": mapped} if mapped else {}
    client.set_identity_pool_roles(IdentityPoolId=pool_id, Roles=found.get("Roles", {}) | roles, **said)


def tag(client: Any, pool_id: str, provider: str, tags: dict[str, str]) -> None:
    """Adds the tags to those that sessions have already."""
    client.set_principal_tag_attribute_map(
        IdentityPoolId=pool_id,
        IdentityProviderName=provider,
        UseDefaults=False,
        PrincipalTags=tags_there(client, pool_id, provider) | tags,
    )
