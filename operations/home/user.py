"""The user of the user pool that an operator means."""

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from ..account import Account
from ..failure import Failure, code_of
from .stack import Stack


@dataclass(frozen=True)
class User:
    """A user, without what an operator need not see."""

    name: str
    sub: str
    status: str
    is_enabled: bool

    @property
    def has_never_signed_in(self) -> bool:
        """Whether this user certainly has no identity: Cognito signs nobody in who is not confirmed."""
        return self.status == "UNCONFIRMED"


def find(account: Account, stack: Stack, wanted: str) -> User:
    """The user of this name, or the only one with this e-mail address."""
    client = account.client("cognito-idp")
    try:
        found = client.admin_get_user(UserPoolId=stack.user_pool_id, Username=wanted)
    except ClientError as error:
        if code_of(error) != "UserNotFoundException":
            raise
    else:
        return made(found, found["UserAttributes"])
    if "@" in wanted and '"' not in wanted:
        # An address that was not confirmed is no alias, and several users may have given it.
        users = client.list_users(UserPoolId=stack.user_pool_id, Filter=f'email = "{wanted}"')["Users"]
        if len(users) == 1:
            return made(users[0], users[0]["Attributes"])
        if users:
            names = ", ".join(user["Username"] for user in users)
            raise Failure(f"several users gave this address: {names}; say USER=… with one of these names")
    raise Failure(f"the user pool {stack.user_pool_id} has no user {wanted}; say USER=… with a user name or an address")


def made(found: dict[str, Any], attributes: list[dict[str, str]]) -> User:
    """A user as Cognito describes it."""
    sub = next(item["Value"] for item in attributes if item["Name"] == "sub")
    return User(found["Username"], sub, found["UserStatus"], found["Enabled"])
