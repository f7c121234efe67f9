"""`make postman`: writes the Postman environment of a stack, for the collection in `postman/`."""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from . import described, layout
from .account import Account
from .answers import file
from .failure import Failure, run
from .verify import local_differences

POSTMAN = layout.ROOT / "postman"
COLLECTION = POSTMAN / "latchkey.postman_collection.json"
EMPTY = POSTMAN / "latchkey.postman_environment.json"
"""The variables, none of which has a value of a stack's."""

CALLBACKS = "https://oauth.pstmn.io/"
"""Where Postman's own callback addresses are. Source: https://www.postman.com/.well-known/oauth/client-metadata.json"""


def main() -> None:
    """Looks the stack up, and changes nothing in it."""
    arguments = argparse.ArgumentParser(prog="operations.postman")
    arguments.add_argument("stack")
    arguments.add_argument("--stacks", type=Path, default=layout.STACKS, metavar="DIR", help="default: stacks")
    arguments.add_argument("--to", type=Path, default=POSTMAN / "stacks", metavar="DIR", help="default: postman/stacks")
    given = arguments.parse_args()
    account = Account(file.read_for(given.stacks, given.stack), is_read_only=True)
    found = described.stack(account, given.stack)
    if found is None or "HttpApiId" not in described.outputs(found):
        raise Failure(f"there is no stack of Latchkey's named {given.stack} in {account.region}; say AWS_STACK=…")
    values = values_of(account, described.outputs(found))
    name = "local" if local_differences.endpoint() else given.stack
    given.to.mkdir(parents=True, exist_ok=True)
    written = given.to / f"{name}.postman_environment.json"
    written.write_text(json.dumps(environment(name, values), indent="\t") + "\n")
    print(f"Import into Postman the collection and its environment:\n  {COLLECTION}\n  {written}")
    for line in lacking(values):
        print(line)


def environment(name: str, values: dict[str, str]) -> Any:
    """The file that Postman imports. What is no value of the stack's stays empty, above all secrets."""
    made = json.loads(EMPTY.read_text())
    made["name"] = f"Latchkey: {name}"
    for variable in made["values"]:
        variable["value"] = values.get(variable["key"], variable["value"])
    return made


def lacking(values: dict[str, str]) -> Iterator[str]:
    """What the operator has to do before Postman can sign in."""
    if not values["callback_url"].startswith(CALLBACKS):
        yield f"To sign in with Postman's Authorize using browser, add {CALLBACKS}v1/callback to CallbackUrls."
    if not values["authorize_url"]:
        yield "The user pool is your own: fill in authorize_url and oauth_token_url, the addresses of its domain."


def values_of(account: Account, outputs: dict[str, str]) -> dict[str, str]:
    """The values that the stack gives, all of them public."""
    client_id, callback_url = app_client(account, outputs)
    return {
        "api_url": local_differences.api_url(outputs["HttpApiId"]) or outputs["ApiUrl"],
        "authorize_url": sign_in_url(outputs, "AuthorizeUrl"),
        "oauth_token_url": sign_in_url(outputs, "OAuthTokenUrl"),
        "client_id": client_id,
        "callback_url": callback_url,
        "region": outputs["Region"],
        "bucket": outputs["BucketName"],
        "s3_url": account.client("s3").meta.endpoint_url,
        "cognito_identity_url": account.client("cognito-identity").meta.endpoint_url,
    }


def sign_in_url(outputs: dict[str, str], name: str) -> str:
    """An address of the sign-in pages. Empty if the user pool is the operator's own, whose domain no output says."""
    return (local_differences.sign_in_url(outputs[name]) or outputs[name]) if name in outputs else ""


def app_client(account: Account, outputs: dict[str, str]) -> tuple[str, str]:
    """An app client and one of its callback addresses: the first of Postman's, or else simply the first."""
    cognito = account.client("cognito-idp")
    found: list[tuple[str, str]] = []
    for client_id in outputs["UserPoolClientIds"].split(","):
        answer: dict[str, Any] = cognito.describe_user_pool_client(UserPoolId=outputs["UserPoolId"], ClientId=client_id)
        found += [(client_id, address) for address in answer["UserPoolClient"].get("CallbackURLs", [])]
    any_client = found[0] if found else (outputs["UserPoolClientId"], "")
    return next((one for one in found if one[1].startswith(CALLBACKS)), any_client)


if __name__ == "__main__":
    run(main)
