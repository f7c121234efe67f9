"""Fills in the placeholders of an event: real tokens of the demo person, and what can be derived from them.

`tests/support/events/src/filling.rs` fills in the same for the tests, whose user pool signs whatever it is told to.
"""

import base64
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import people, state
from .layout import Failure

PLACEHOLDER = re.compile(r"\$\{(\w+)\}")
CANNOT_SIGN = "only the user pool could sign it; make system sends such events, with a user pool of the tests' own"
INVITE = "make invite EMAIL=ada@example.com prints an invite code where the stack has invites; put it into the event"
NOT_MADE = {
    "EXPIRED_ID_TOKEN": CANNOT_SIGN,
    "ID_TOKEN_FROM_THE_FUTURE": CANNOT_SIGN,
    "ID_TOKEN_OF_ANOTHER_CLIENT": CANNOT_SIGN,
    "INVITE_CODE": INVITE,
    "INVITE_CODE_OF_ANOTHER": INVITE,
    "EXPIRED_INVITE_CODE": INVITE,
}
"""Why there is no value for these here."""

TOO_LONG_TOKEN_BYTES = 16 * 1024
TOO_LONG_TEXT_BYTES = 64 * 1024


def filled(text: str, state_dir: Path) -> str:
    """The event with a value for each placeholder. A body in base64 is looked into as well."""
    values = Values(state_dir)
    text = PLACEHOLDER.sub(lambda match: values.of(match[1]), text)
    try:
        event = json.loads(text)
    except ValueError as error:
        raise Failure(f"the event is not JSON: {error}") from None
    if isinstance(event, dict) and event.get("isBase64Encoded") is True and isinstance(event.get("body"), str):
        body = base64.b64decode(event["body"])
        if PLACEHOLDER.search(body.decode(errors="ignore")):
            body = PLACEHOLDER.sub(lambda match: values.of(match[1]), body.decode()).encode()
            return json.dumps(event | {"body": base64.b64encode(body).decode()})
    return text


class Values:
    """What the placeholders of one event stand for. The person signs in when the first one needs that."""

    def __init__(self, state_dir: Path) -> None:
        """Of the stack in this folder."""
        self.state_dir = state_dir
        self.tokens: people.Tokens | None = None

    def of(self, name: str) -> str:
        """The value of the placeholder."""
        if name in NOT_MADE:
            raise Failure(f"the event needs ${{{name}}}, which cannot be made here: {NOT_MADE[name]}")
        if name not in MAKERS:
            raise Failure(f"the event has the placeholder ${{{name}}}, which nobody knows; known are "
                          f"{', '.join(sorted([*MAKERS, *NOT_MADE]))}")  # fmt: skip
        try:
            return MAKERS[name](self)
        except Failure as failure:
            raise Failure(f"the event needs ${{{name}}}: {failure}") from None

    def stack(self) -> dict[str, Any]:
        """The stack that runs."""
        return state.deployed(self.state_dir)

    def signed_in(self) -> people.Tokens:
        """The demo person's tokens."""
        self.tokens = self.tokens or people.sign_in(self.stack(), self.state_dir, people.NAMES[0])
        return self.tokens

    def parts(self) -> list[str]:
        """The id token's header, payload and signature."""
        return self.signed_in().id_token.split(".")

    def with_header(self, **changes: Any) -> str:
        """The id token under another header. A member that is None is left out."""
        header, payload, signature = self.parts()
        members = json.loads(base64.urlsafe_b64decode(header + "==")) | changes
        return f"{encoded({name: value for name, value in members.items() if value is not None})}.{payload}.{signature}"

    def with_payload(self, payload: str) -> str:
        """The id token with another payload, under the signature of the true one."""
        header, _, signature = self.parts()
        return f"{header}.{payload}.{signature}"


def encoded(value: Any) -> str:
    """JSON in base64url without padding."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


MAKERS: dict[str, Callable[[Values], str]] = {
    "ID_TOKEN": lambda values: values.signed_in().id_token,
    "ACCESS_TOKEN": lambda values: values.signed_in().access_token,
    "TAMPERED_ID_TOKEN": lambda values: values.with_payload(encoded({"sub": "somebody else"})),
    "TOO_LONG_ID_TOKEN": lambda values: values.with_payload("A" * TOO_LONG_TOKEN_BYTES),
    "ID_TOKEN_OF_UNKNOWN_KEY": lambda values: values.with_header(kid="unknown"),
    "ID_TOKEN_WITHOUT_KEY_ID": lambda values: values.with_header(kid=None),
    "ID_TOKEN_OF_ANOTHER_ALGORITHM": lambda values: values.with_header(alg="HS256"),
    "ID_TOKEN_WITH_CRITICAL_EXTENSION": lambda values: values.with_header(crit=["exp"]),
    "ID_TOKEN_WITH_MALFORMED_HEADER": lambda values: ".".join([encoded([]), *values.parts()[1:]]),
    "UNSIGNED_ID_TOKEN": lambda values: f"{encoded({'alg': 'none'})}.{values.parts()[1]}.",
    "TOO_LONG_TEXT": lambda _: "a" * TOO_LONG_TEXT_BYTES,
    "IDENTITY_POOL_ID": lambda values: str(values.stack()["identity_pool_id"]),
}
