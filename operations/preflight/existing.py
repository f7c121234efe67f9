"""What the operator has already, and whether it fits: the user pool, its app clients, the identity pool."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ..connect.identity_pool import ROLE, tags_of, tags_there, unknown_clients
from ..connect.step import provider_of
from ..connect.user_pool import TRIGGER
from .finding import Finding, Plan, ask, refused, right, unknown, wrong

COMMAND_LINE_ADDRESSES = [f"http://localhost:{port}/callback" for port in (53682, 53683, 53684)]
"""Where the command line returns to, as template.yaml says it of its own app client."""

CONNECT = "make connect AWS_STACK={} APPLY=yes"
LATER = "after the deployment, make connect AWS_STACK={} says what is lacking"


def check_user_pool(plan: Plan) -> Iterator[Finding]:
    """The user pool: of this region, with the sign-in that the answers say, and with the trigger."""
    subject, pool_id = "ExistingUserPoolId", plan.parameter("ExistingUserPoolId")
    if not pool_id:
        return
    region = pool_id.partition("_")[0]
    if region != plan.region:
        yield wrong(subject, f"it is in {region}, where the sign-up function must be too; deploy there")
        return
    client = plan.account.client("cognito-idp")
    expected = {"ResourceNotFoundException": f"there is no user pool {pool_id} in this account; name another"}
    answer, instead = ask(subject, lambda: client.describe_user_pool(UserPoolId=pool_id), expected)
    if instead:
        yield instead
        return
    pool = answer["UserPool"]
    faults = list(faults_of_user_pool(plan, pool))
    for fault in faults:
        yield wrong(subject, fault)
    if not faults:
        yield right(subject, "there, and people sign in as SignInName says")
    trigger, function = plan.outputs.get("UserPoolTrigger"), pool.get("LambdaConfig", {}).get(TRIGGER)
    if trigger is None:
        yield unknown("sign-up rules", f"whether the pool applies them: {LATER.format(plan.stack_name)}")
    elif function == trigger:
        yield right("sign-up rules", f"{pool_id} invokes their function")
    else:
        invoked = function or "no function"
        advice = f"make connect AWS_STACK={plan.stack_name}"
        yield wrong("sign-up rules", f"nobody applies them: at sign-up {pool_id} invokes {invoked}; {advice}")


def faults_of_user_pool(plan: Plan, pool: dict[str, Any]) -> Iterator[str]:
    """What does not fit."""
    if pool.get("IssuerConfiguration", {}).get("Type", "ORIGINAL") != "ORIGINAL":
        # docs/deploy.md, Not seen on AWS yet.
        yield "its tokens have Cognito's other issuer, which API Gateway's authorizers refuse; set it to ORIGINAL"
    by_email = "email" in pool.get("UsernameAttributes", [])
    if by_email != (plan.parameter("SignInName") == "email"):
        found, name = ("their address", "email") if by_email else ("a name", "username")
        yield f"people sign in with {found} there; set SignInName={name}"
    claim = plan.parameter("TeamClaim")
    known = {item.get("Name") for item in pool.get("SchemaAttributes", [])}
    if claim.startswith("custom:") and claim not in known:
        yield f"it has no attribute {claim}; add it (aws cognito-idp add-custom-attributes), or set another TeamClaim"


def check_clients(plan: Plan) -> Iterator[Finding]:
    """The app clients beside the stack's own, or all if the pool is not the stack's."""
    named = [item for item in plan.parameter("MoreUserPoolClientIds").split(",") if item]
    pool_id = user_pool_of(plan)
    for client_id in dict.fromkeys(named):
        subject = f"app client {client_id}"
        if named.count(client_id) > 1:
            yield wrong(subject, "MoreUserPoolClientIds names it twice; name it once")
        elif pool_id is None:
            yield wrong(subject, "it can be of no pool that is still to be made; deploy without it first")
        else:
            yield from check_client(plan, subject, pool_id, client_id)
    if plan.parameter("ExistingUserPoolId"):
        yield from check_command_line(plan, named)


def check_command_line(plan: Plan, named: list[str]) -> Iterator[Finding]:
    """The app client of the command line: a public one that returns to this machine."""
    subject, client_id = "ExistingCommandLineClientId", plan.parameter("ExistingCommandLineClientId")
    if not client_id:
        return
    if client_id not in named:
        yield wrong(subject, "MoreUserPoolClientIds does not name it, so that its tokens are refused; name it there too")
        return
    cognito = plan.account.client("cognito-idp")
    who = {"UserPoolId": plan.parameter("ExistingUserPoolId"), "ClientId": client_id}
    answer, instead = ask(subject, lambda: cognito.describe_user_pool_client(**who), {})
    if instead:
        yield instead
        return
    found = answer["UserPoolClient"]
    missing = [url for url in COMMAND_LINE_ADDRESSES if url not in found.get("CallbackURLs", [])]
    if found.get("ClientSecret"):
        yield wrong(subject, "it has a secret, which a program on people's machines cannot keep; name one without")
    elif missing:
        yield wrong(subject, f"it does not return to {', '.join(missing)}; add that to its callback URLs")
    else:
        yield right(subject, "there, without a secret, and it returns to this machine")


def check_client(plan: Plan, subject: str, pool_id: str, client_id: str) -> Iterator[Finding]:
    """One app client: it must be of the pool, and let nobody choose their team."""
    cognito = plan.account.client("cognito-idp")
    expected = {"ResourceNotFoundException": f"{pool_id} has no such app client; correct MoreUserPoolClientIds"}
    who = {"UserPoolId": pool_id, "ClientId": client_id}
    answer, instead = ask(subject, lambda: cognito.describe_user_pool_client(**who), expected)
    if instead:
        yield instead
        return
    found, claim = answer["UserPoolClient"], plan.parameter("TeamClaim")
    # Unless a client says otherwise, it reads and writes the standard attributes alone.
    if claim.startswith("custom:") and claim in found.get("WriteAttributes", []):
        yield wrong(subject, f"it may write {claim}, so that people can choose their team; take that from it")
    elif claim.startswith("custom:") and claim not in found.get("ReadAttributes", []):
        yield wrong(subject, f"it may not read {claim}, so that its tokens name no team; let it")
    elif found.get("ClientSecret"):
        yield right(subject, "there, with a secret: for an application with a server, and not for a page or an app")
    else:
        yield right(subject, "there, without a secret: for a page or an app, with PKCE")


def user_pool_of(plan: Plan) -> str | None:
    """The id of the user pool; none if the deployment is to make it."""
    return plan.parameter("ExistingUserPoolId") or plan.outputs.get("UserPoolId")


def client_ids_of(plan: Plan) -> list[str]:
    """The app clients whose tokens are to be accepted, as far as they exist."""
    ours = () if plan.parameter("ExistingUserPoolId") else ("UserPoolClientId", "CommandLineClientId")
    own = [plan.outputs.get(name, "") for name in ours]
    return [item for item in (*own, *plan.parameter("MoreUserPoolClientIds").split(",")) if item]


def check_identity_pool(plan: Plan) -> Iterator[Finding]:
    """The identity pool: of this region, for the app clients and nobody else, with the stack's role and tags."""
    subject, pool_id = "ExistingIdentityPoolId", plan.parameter("ExistingIdentityPoolId")
    if not pool_id:
        return
    region = pool_id.partition(":")[0]
    if region != plan.region:
        yield wrong(subject, f"it is in {region}; name one in {plan.region}")
        return
    client = plan.account.client("cognito-identity")
    expected = {"ResourceNotFoundException": f"there is no identity pool {pool_id} in this account; name another"}
    pool, instead = ask(subject, lambda: client.describe_identity_pool(IdentityPoolId=pool_id), expected)
    if instead:
        yield instead
        return
    faults = list(faults_of_identity_pool(plan, pool))
    try:
        faults += faults_of_roles(plan, client, pool_id)
    except (ClientError, BotoCoreError) as error:
        yield refused(subject, error)
    for fault in faults:
        yield wrong(subject, fault)
    if plan.deployed is None:
        yield unknown(subject, f"whether it gives the stack's role: {LATER.format(plan.stack_name)}")
    elif not faults:
        yield right(subject, "it accepts the app clients, and gives people who are signed in the stack's role")


def faults_of_identity_pool(plan: Plan, pool: dict[str, Any]) -> Iterator[str]:
    """What lets in too many, or too few."""
    if pool.get("AllowUnauthenticatedIdentities"):
        yield "guests get keys there; switch that off (AllowUnauthenticatedIdentities) unless an application needs it"
    if pool.get("AllowClassicFlow"):
        yield "its classic flow is open, past the limits of keys that it gives itself; close it (AllowClassicFlow)"
    user_pool = user_pool_of(plan)
    if user_pool:
        provider = provider_of(user_pool, plan.partition)
        if missing := unknown_clients(pool, provider, client_ids_of(plan)):
            yield (
                f"it does not accept {', '.join(missing)} of {provider} with ServerSideTokenCheck; "
                f"{CONNECT.format(plan.stack_name)} adds them once the stack is there"
            )


def faults_of_roles(plan: Plan, client: Any, pool_id: str) -> Iterator[str]:
    """What the deployed stack still lacks of the pool."""
    role, user_pool = plan.outputs.get("AuthenticatedRoleArn"), user_pool_of(plan)
    if role is None or user_pool is None:
        return
    given = client.get_identity_pool_roles(IdentityPoolId=pool_id).get("Roles", {}).get(ROLE)
    if given != role:
        yield f"it gives {given or 'no role'} and not {role}; make connect AWS_STACK={plan.stack_name}"
    wanted = tags_of(plan.parameters)
    if not wanted.items() <= tags_there(client, pool_id, provider_of(user_pool, plan.partition)).items():
        yield f"its sessions need the tags {wanted}; make connect AWS_STACK={plan.stack_name}"
