"""The demo's people: real users of the user pool. Their passwords are made once and kept in the state folder."""

import json
import secrets
import string
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import aws, state
from .layout import Failure

NAMES = ("ada", "grace")
"""The first is the person who signs in; the second has a home that the first may not see."""

DOMAIN = "example.com"
PASSWORDS = "people.json"
PASSWORD_CHARACTERS = 20


@dataclass(frozen=True)
class Tokens:
    """What a sign-in brings."""

    id_token: str = field(repr=False)
    access_token: str = field(repr=False)


def password(state_dir: Path, name: str) -> str:
    """The person's password, which the first call makes."""
    file = state_dir / PASSWORDS
    known: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    if name not in known:
        known[name] = new_password()
        state.write_private(file, json.dumps(known, indent=2) + "\n")
    return known[name]


def new_password() -> str:
    """A random password that the pool's policy accepts, and that needs no quotes in a shell."""
    alphabet = string.ascii_letters + string.digits
    while True:
        made = "".join(secrets.choice(alphabet) for _ in range(PASSWORD_CHARACTERS))
        if any(c.islower() for c in made) and any(c.isupper() for c in made) and any(c.isdigit() for c in made):
            return made


def sign_up(stack: dict[str, Any], name: str, email: str, password: str) -> aws.Answer:
    """Signs up, as anybody may try: the pre-sign-up function decides."""
    return aws.cognito(
        stack["endpoint"],
        "SignUp",
        ClientId=stack["client_id"],
        Username=name,
        Password=password,
        UserAttributes=[{"Name": "email", "Value": email}],
    )


def ensure(stack: dict[str, Any], state_dir: Path, name: str) -> bool:
    """Signs the person up. False if that was done before."""
    answer = sign_up(stack, name, f"{name}@{DOMAIN}", password(state_dir, name))
    if answer.status == 200 and answer.body.get("UserConfirmed"):
        return True
    if answer.status == 400 and answer.body.get("__type") == "UsernameExistsException":
        return False
    raise Failure(f"{name} could not be signed up: {answer.body}")


def sign_in(stack: dict[str, Any], state_dir: Path, name: str) -> Tokens:
    """Fresh tokens of the person."""
    file = state_dir / PASSWORDS
    if not file.exists() or name not in json.loads(file.read_text()):
        raise Failure(f"there is no demo person named {name} (make up)")
    answer = aws.cognito(
        stack["endpoint"],
        "InitiateAuth",
        ClientId=stack["client_id"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": name, "PASSWORD": password(state_dir, name)},
    )
    if answer.status != 200:
        raise Failure(f"{name} could not sign in: {answer.body}")
    result = answer.body["AuthenticationResult"]
    return Tokens(result["IdToken"], result["AccessToken"])
