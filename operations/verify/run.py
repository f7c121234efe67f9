"""A run: what all its checks share."""

import base64
import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from ..failure import Failure
from . import local_differences, people, rules, web
from .checks import Checks
from .cleanup import Made
from .clients import client
from .people import Person
from .redaction import Secrets
from .stack import Stack

NAME_PREFIX = "latchkey-verify-"
"""With this, the names of all users and groups of a run begin."""

THROTTLED = 429
PAUSES_SECONDS = (1, 2, 4, 8)
"""Before asking again, where the stack's limits are low."""


@dataclass
class Run:
    """One run against one stack."""

    stack: Stack
    rules: rules.Rules
    secrets: Secrets
    checks: Checks
    made: Made
    one: Person
    two: Person
    label: str
    limits: local_differences.Limits
    memory: bool
    started_at: float = field(default_factory=time.time)

    def api(self, path: str, person: Person | None = None, **request: Any) -> web.Answer:
        """Asks the API, as `person` unless the headers are given. What an answer holds of secrets is remembered.

        Where the stack's limits are low, a run would come against them: it then asks again.
        """
        headers = request.pop("headers", person.authorization if person else {})
        for pause_seconds in (*PAUSES_SECONDS, 0):
            answer = web.send(self.stack.api_url + path, headers=headers, **request)
            if answer.status != THROTTLED:
                break
            time.sleep(pause_seconds)
        self.learn(answer)
        return answer

    def learn(self, answer: web.Answer) -> None:
        """Remembers the keys and links in an answer."""
        if location := answer.header("location"):
            self.secrets.add_link(location)
        content = answer.json
        if not isinstance(content, dict):
            return
        for name in ("access_token", "AccessKeyId", "SecretAccessKey", "SessionToken", "Token"):
            if isinstance(content.get(name), str):
                self.secrets.add(content[name])
        for item in (content, *content.get("objects", ())):
            if isinstance(item, dict) and "url" in item:
                self.secrets.add_link(item["url"])

    def object(
        self, person: Person, key: str, method: str = "GET", body: bytes | None = None, **query: str
    ) -> web.Answer:
        """Asks for a link to an object by its key in the query, where every key arrives as it was sent."""
        return self.api(
            f"/objects/-?{urlencode({'key': key} | query, quote_via=quote)}", person, method=method, body=body
        )

    def sign_in(self, person: Person) -> None:
        """Signs a person in."""
        person.tokens = people.sign_in(self.stack, person)
        self.secrets.add(*person.tokens.values(), *([person.factor] if person.factor else []))
        payload = person.id_token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        person.subject = claims["sub"]
        self.secrets.add_personal(person.subject, claims["cognito:username"])


def new_people(stack: Stack, of_stack: rules.Rules, given: str | None) -> tuple[str, Person, Person]:
    """A label for a run, and two people who do not exist yet."""
    unique = secrets.token_hex(3)
    label = f"{NAME_PREFIX}{time.strftime('%Y%m%d%H%M%S', time.gmtime())}-{unique}"
    emails = rules.addresses(of_stack, given, f"verify-{unique}")
    one, two = (
        Person(
            title,
            email if of_stack.by_email else f"{label}-{number}",
            email,
            people.new_password(),
            home_is_by_user=stack.parameter("HomeOf") == "user",
        )
        for title, number, email in zip(("the first person", "the second person"), (1, 2), emails, strict=True)
    )
    for email in emails:
        nobody_has(stack, email)
    return label, one, two


def nobody_has(stack: Stack, email: str) -> None:
    """Stops if somebody has this address: a run removes whoever has the addresses that it was given."""
    cognito = client("cognito-idp")
    try:
        cognito.admin_get_user(UserPoolId=stack.output("UserPoolId"), Username=email)
    except cognito.exceptions.UserNotFoundException:
        return
    raise Failure(f"somebody has the address {email} in this user pool; name others: EMAIL=one,two")


def identity_provider(stack: Stack) -> dict[str, Any]:
    """The user pool as the identity pool knows it, which may know others beside."""
    pool = client("cognito-identity").describe_identity_pool(IdentityPoolId=stack.output("IdentityPoolId"))
    for found in pool.get("CognitoIdentityProviders", []):
        if found["ProviderName"].endswith(f"/{stack.output('UserPoolId')}"):
            provider: dict[str, Any] = found
            return provider
    raise Failure(f"the identity pool does not accept the user pool; first: make connect AWS_STACK={stack.name}")
