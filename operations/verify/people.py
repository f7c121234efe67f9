"""The two people: how they sign up and in, and what they get."""

import secrets
import string
from dataclasses import dataclass, field
from typing import Any

from . import second_factor
from .checks import Skip
from .clients import client
from .stack import Stack

PASSWORD_CHARACTERS = 24


@dataclass
class Person:
    """Somebody who is made for this run."""

    title: str
    """What the report calls them."""
    name: str
    email: str
    password: str = field(repr=False)
    tokens: dict[str, str] = field(default_factory=dict, repr=False)
    keys: dict[str, Any] = field(default_factory=dict, repr=False)
    """The last answer of an exchange."""
    identity_id: str = ""
    subject: str = ""
    """The `sub`, known from the first sign-in on."""
    home_is_by_user: bool = False
    """Whether the stack names homes after the `sub` and not after the identity id (HomeOf)."""
    exists: bool = False
    """Whether they have signed up."""
    is_confirmed: bool = False
    """Whether the sign-up alone confirmed them."""
    factor: str = field(default="", repr=False)
    """The secret of the authenticator app, where the pool asks for one."""

    @property
    def id_token(self) -> str:
        """The id token of the last sign-in."""
        return self._token("IdToken")

    @property
    def access_token(self) -> str:
        """The access token of the last sign-in."""
        return self._token("AccessToken")

    def _token(self, kind: str) -> str:
        if kind not in self.tokens:
            raise Skip(f"{self.title} could not sign in")
        return self.tokens[kind]

    @property
    def credentials(self) -> dict[str, Any]:
        """AWS keys of the last exchange."""
        if not self.keys:
            raise Skip(f"{self.title} got no keys")
        return self.keys

    @property
    def identity(self) -> str:
        """The person's id in the identity pool, which is not the name of their home where HomeOf is user."""
        if not self.identity_id:
            raise Skip(f"{self.title} has no identity")
        return self.identity_id

    @property
    def _owner(self) -> str:
        return self.subject if self.home_is_by_user else self.identity_id

    @property
    def has_home(self) -> bool:
        """Whether it is known where the person's home is."""
        return bool(self._owner)

    @property
    def home(self) -> str:
        """The person's home in the bucket."""
        if not self.has_home:
            raise Skip(f"{self.title} has no {'sub' if self.home_is_by_user else 'identity'}")
        return f"private/{self._owner}/"

    @property
    def authorization(self) -> dict[str, str]:
        """The header that shows the id token."""
        return {"Authorization": f"Bearer {self.id_token}"}

    def tampered_token(self) -> str:
        """The id token with another signature of the same length."""
        signed, _, signature = self.id_token.rpartition(".")
        return f"{signed}.{signature[::-1]}"


def new_password() -> str:
    """A random password that any pool's policy accepts: it has a character of each kind."""
    alphabet = string.ascii_letters + string.digits
    while True:
        made = "".join(secrets.choice(alphabet) for _ in range(PASSWORD_CHARACTERS))
        if any(map(str.islower, made)) and any(map(str.isupper, made)) and any(map(str.isdigit, made)):
            return f"{made}-"


def sign_up(stack: Stack, name: str, email: str, password: str, invite: str | None = None) -> dict[str, Any]:
    """Cognito's SignUp, which anybody may call."""
    metadata = {"ClientMetadata": {"invite_code": invite}} if invite else {}
    answer: dict[str, Any] = client("cognito-idp").sign_up(
        ClientId=stack.output("UserPoolClientId"),
        Username=name,
        Password=password,
        UserAttributes=[{"Name": "email", "Value": email}],
        **metadata,
    )
    return answer


def create(stack: Stack, person: Person) -> None:
    """Makes a person as an administrator, where nobody else may."""
    cognito, pool = client("cognito-idp"), stack.output("UserPoolId")
    cognito.admin_create_user(
        UserPoolId=pool,
        Username=person.name,
        UserAttributes=[{"Name": "email", "Value": person.email}],
        MessageAction="SUPPRESS",
    )
    cognito.admin_set_user_password(UserPoolId=pool, Username=person.name, Password=person.password, Permanent=True)


def sign_in(stack: Stack, person: Person, client_id: str | None = None) -> dict[str, str]:
    """Tokens by ADMIN_USER_PASSWORD_AUTH, which needs rights in the account. At another app client, if it is named."""
    ids = {"UserPoolId": stack.output("UserPoolId"), "ClientId": client_id or stack.output("UserPoolClientId")}
    answer = client("cognito-idp").admin_initiate_auth(
        **ids,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": person.name, "PASSWORD": person.password},
    )
    if "ChallengeName" in answer:
        answer = second_factor.passed(ids, person, answer)
    tokens: dict[str, str] = answer["AuthenticationResult"]
    return {kind: tokens[kind] for kind in ("IdToken", "AccessToken", "RefreshToken") if kind in tokens}
