"""The AWS APIs, with the operator's own credentials and region."""

import os
from functools import cache
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from .failure import Failure

CONFIG = Config(connect_timeout=5, read_timeout=30, retries={"mode": "standard", "max_attempts": 4})


@cache
def session() -> botocore.session.Session:
    """One for all clients."""
    return botocore.session.get_session()


def region() -> str:
    """The region of the environment or of the profile."""
    # botocore reads only one of the two names.
    found = os.environ.get("AWS_REGION") or session().get_config_variable("region")
    if not found:
        raise Failure("no region is set; set AWS_REGION, or one in your profile")
    return str(found)


@cache
def client(service: str) -> Any:
    """The client of a service. Public operations, such as SignUp, go out unsigned."""
    return session().create_client(service, region_name=region(), config=CONFIG)


def client_with(service: str, keys: dict[str, str]) -> Any:
    """A client with the keys of a person, as an exchange answers them."""
    return session().create_client(
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
