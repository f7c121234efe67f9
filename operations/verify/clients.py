"""The AWS APIs, with the operator's own credentials and region."""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ..account import CONFIG, Account
from ..failure import Failure

_accounts: list[Account] = []


def use(account: Account) -> None:
    """Says whose account is asked, and where. The command does so first of all."""
    _accounts[:] = [account]


def region() -> str:
    """The region of the stack's answers, the environment or the profile."""
    found = _accounts[0].region
    if not found:
        raise Failure("there is no region; set AWS_DEFAULT_REGION, or deploy first, which saves one with your answers")
    return found


def client(service: str) -> Any:
    """The client of a service. Public operations, such as SignUp, go out unsigned."""
    region()
    return _accounts[0].client(service)


def client_with(service: str, keys: dict[str, str]) -> Any:
    """A client with the keys of a person, as an exchange answers them."""
    return _accounts[0].session.create_client(
        service,
        region_name=region(),
        config=CONFIG,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )


def error_code(error: Exception) -> str:
    """An error's name in AWS's documentation."""
    return str(error.response["Error"]["Code"]) if isinstance(error, ClientError) else type(error).__name__


def outcome(call: Any, **members: Any) -> str:
    """What came of a call that may be refused: the error's code, or `ok`."""
    try:
        call(**members)
    except (ClientError, BotoCoreError) as error:
        return error_code(error)
    return "ok"
