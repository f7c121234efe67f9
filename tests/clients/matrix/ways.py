"""The ways in which a client gets keys."""

from collections.abc import Callable
from dataclasses import dataclass

from layout import LATCHKEY
from person import Person

FULL_URI = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
TOKEN = "AWS_CONTAINER_AUTHORIZATION_TOKEN"  # noqa: S105 (the name of a variable)


@dataclass(frozen=True)
class Way:
    """One of them."""

    key: str
    title: str
    variables: Callable[[Person, str, str], dict[str, str]]
    """What is in the client's environment, by the https address of the API and the token."""
    start: tuple[str, ...] = ()
    """What the client's command begins with."""
    renews: bool = True


def address(person: Person, https: str, *, is_https: bool) -> dict[str, str]:
    """Where the keys are."""
    return {FULL_URI: f"{https if is_https else person.stack['api_url']}/credentials"}


def in_variable(*, is_https: bool) -> Callable[[Person, str, str], dict[str, str]]:
    """The token itself."""
    return lambda person, https, token: address(person, https, is_https=is_https) | {TOKEN: token}


def in_file(*, is_https: bool) -> Callable[[Person, str, str], dict[str, str]]:
    """A file with the token, without a newline."""

    def variables(person: Person, https: str, token: str) -> dict[str, str]:
        file = person.machine / f"token-{abs(hash(token))}"
        file.write_text(token)
        return address(person, https, is_https=is_https) | {f"{TOKEN}_FILE": str(file)}

    return variables


def profile(_person: Person, _https: str, _token: str) -> dict[str, str]:
    """The profile that `latchkey configure` writes."""
    return {"AWS_PROFILE": "latchkey"}


def nothing(_person: Person, _https: str, _token: str) -> dict[str, str]:
    """`latchkey` gives it all."""
    return {}


VARIABLE = Way("variable", "token in a variable", in_variable(is_https=False))
FILE = Way("file", "token in a file", in_file(is_https=False))
HTTPS_VARIABLE = Way("https-variable", "https, in a variable", in_variable(is_https=True))
HTTPS_FILE = Way("https-file", "https, in a file", in_file(is_https=True))
PROFILE = Way("profile", "profile", profile)
SERVE = Way("serve", "`latchkey serve`", nothing, (str(LATCHKEY), "serve", "--"))
EXEC = Way("exec", "`latchkey exec`", nothing, (str(LATCHKEY), "exec", "--"), renews=False)
WAYS = (VARIABLE, FILE, HTTPS_VARIABLE, HTTPS_FILE, PROFILE, SERVE, EXEC)
PROVIDER = (VARIABLE, FILE, HTTPS_VARIABLE, HTTPS_FILE, SERVE)
"""Those that are the container credentials provider."""
