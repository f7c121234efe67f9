"""The local AWS with Latchkey in it, and the person whom the clients work for."""

import base64
import json
import os
import subprocess
import time
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from latchkey_local import aws, browser, people, state
from latchkey_local.commands import parser
from layout import LATCHKEY, RUN

KEYS_SECONDS = 60
"""How long keys last here, where it is an hour on AWS."""


def start() -> dict[str, Any]:
    """A local AWS of the run's own, with the release build deployed."""
    folder = RUN / "aws"
    options = ["--port", "0", "--owner-pid", str(os.getpid()), "--credentials-seconds", str(KEYS_SECONDS)]
    for line in (["start", *options], ["deploy"]):
        given = parser().parse_args([*line, "--state", str(folder)])
        given.run(given)
    return state.deployed(folder)


@dataclass
class Person:
    """Somebody who is signed in, and what they hold."""

    name: str
    stack: dict[str, Any]
    home: str
    machine: Path
    token: str = field(repr=False)
    refused: dict[str, str] = field(repr=False)
    """Tokens that are not good, by what is wrong with them."""


def sign_in(stack: dict[str, Any], name: str) -> Person:
    """Signs a person up and in, once for the API and once with `latchkey`."""
    folder = RUN / "aws"
    people.ensure(stack, folder, name)
    token = people.sign_in(stack, folder, name).id_token
    refused = {
        "changed": token[:-6] + ("AAAAAA" if token[-6:] != "AAAAAA" else "BBBBBB"),
        "expired": expired(stack, folder, token),
        "of another app": people.sign_in(stack | {"client_id": another_client(stack)}, folder, name).id_token,
    }
    machine = RUN / name
    machine.mkdir()
    person = Person(name, stack, home_of(stack, token), machine, token, refused)
    log_in(person)
    return person


def home_of(stack: dict[str, Any], token: str) -> str:
    """The prefix of the person's home, as `GET /whoami` says it."""
    request = urllib.request.Request(f"{stack['api_url']}/whoami", headers={"Authorization": token})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read())["home"]


def another_client(stack: dict[str, Any]) -> str:
    """Another app client of the same user pool."""
    return aws.cli(
        stack["endpoint"], aws.admin_keys(stack), "cognito-idp", "create-user-pool-client",
        "--user-pool-id", stack["user_pool_id"], "--client-name", "another", "--explicit-auth-flows",
        "ALLOW_USER_PASSWORD_AUTH", "--query", "UserPoolClient.ClientId", "--output", "text",
    ).strip()  # fmt: skip


def expired(stack: dict[str, Any], folder: Path, token: str) -> str:
    """The same token as of yesterday, with a good signature: the local AWS keeps its pools' keys in files."""
    header, claims = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in token.split(".")[:2])
    claims |= {"iat": claims["iat"] - 86_400, "exp": claims["exp"] - 86_400}
    signed = ".".join(encoded(json.dumps(part).encode()) for part in (header, claims))
    file = folder / "emulator" / "cognito-pool-keys" / f"{stack['user_pool_id']}-id.pem"
    key = load_pem_private_key(file.read_bytes(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return f"{signed}.{encoded(key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def encoded(content: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def variables(person: Person) -> dict[str, str]:
    """What a person's machine has in its environment."""
    return {
        "HOME": str(person.machine),
        "LATCHKEY_HOME": str(person.machine / "kept"),
        "AWS_ENDPOINT_URL": person.stack["endpoint"],
        "AWS_REGION": person.stack["region"],
        # The name that older tools know.
        "AWS_DEFAULT_REGION": person.stack["region"],
    }


def latchkey(person: Person, *arguments: str, typed: str = "") -> str:
    """Runs the command line, and returns what it said to a person."""
    ended = subprocess.run(
        [LATCHKEY, *arguments], input=typed, text=True, capture_output=True, check=True,
        env=variables(person) | {"PATH": "/usr/bin:/bin", "BROWSER": "true"},
    )  # fmt: skip
    return ended.stderr


def log_in(person: Person) -> None:
    """`latchkey login` and `latchkey configure`, with the sign-in page filled in as a browser would."""
    login = subprocess.Popen(
        [LATCHKEY, "login", "--no-browser", "--url", person.stack["api_url"]],
        stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=variables(person),
    )  # fmt: skip
    page = next(line.strip() for line in login.stderr if line.strip().startswith("http"))
    login.communicate(arrived(page, person.name, people.password(RUN / "aws", person.name)) + "\n", timeout=30)
    latchkey(person, "configure")


def arrived(page: str, name: str, password: str) -> str:
    """The address to which the sign-in page sends the person back."""
    address, _, asked = page.partition("?")
    form = asked + "&" + urllib.parse.urlencode({"username": name, "password": password})
    opener = urllib.request.build_opener(browser.NoRedirects)
    request = urllib.request.Request(address.replace("/oauth2/authorize", "/login"), form.encode())
    return str(browser.opened(opener, request).headers["Location"])
