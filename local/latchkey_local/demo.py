"""What Latchkey does, done for real and shown: sign-up, sign-in, keys, the person's own objects, and the refusals."""

import tempfile
import urllib.parse
from pathlib import Path
from typing import Any

from . import aws, people, report
from .layout import Failure

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:token-exchange"
TOKEN_TYPE = "urn:ietf:params:oauth:token-type:id_token"
SECRETS = ("access_token", "SecretAccessKey", "SessionToken", "Token")

HOMES = {
    "ada": {"hello.txt": "Hello, Ada!\n", "reports/2026-11.csv": "day,visits\n1,42\n2,37\n"},
    "grace": {"diary.txt": "Nobody but Grace reads this.\n"},
}
PUBLIC = {"welcome.txt": "Everybody who is signed in reads this.\n"}


def show(state_dir: Path, stack: dict[str, Any]) -> None:
    """Creates the demo people and their objects, and shows what the first sees of her own and of the other's."""
    admit(state_dir, stack)
    ada, grace = people.NAMES
    tokens = {name: people.sign_in(stack, state_dir, name).id_token for name in people.NAMES}
    report.step(f"{ada} signs in")
    report.line(f"id token {shortened(tokens[ada])} ({len(tokens[ada])} characters)")

    report.step("POST /token: exchange the id token for AWS keys")
    keys = {name: exchange(stack, token) for name, token in tokens.items()}
    report.line(report.pretty({name: redacted(name, value) for name, value in keys[ada].items()}))
    fill(stack, keys)

    homes = {name: f"private/{answer['IdentityId']}/" for name, answer in keys.items()}
    report.step(f"aws s3 ls --recursive s3://{stack['bucket']}/{homes[ada]}, with these keys")
    report.line(aws.cli(stack["endpoint"], cli_keys(keys[ada]), "s3", "ls", "--recursive",
                        f"s3://{stack['bucket']}/{homes[ada]}").rstrip())  # fmt: skip

    report.step("GET /objects")
    report.line(report.pretty(expect(200, objects(stack, tokens[ada]))))

    report.step(f"GET /objects?prefix=… with {grace}'s home")
    report.line("403 " + report.pretty(expect(403, objects(stack, tokens[ada], homes[grace]))))
    report.step(f"aws s3 ls with {grace}'s home")
    refused = aws.try_cli(stack["endpoint"], cli_keys(keys[ada]), "s3", "ls", f"s3://{stack['bucket']}/{homes[grace]}")
    if refused.returncode == 0:
        raise Failure(f"{ada} could list {grace}'s home")
    report.line(refused.stderr.strip())


def admit(state_dir: Path, stack: dict[str, Any]) -> None:
    """Signs the people up, and shows that the pre-sign-up function refuses others."""
    for name in people.NAMES:
        report.step(f"{name} signs up with {name}@{people.DOMAIN}")
        new = people.ensure(stack, state_dir, name)
        report.line("confirmed by the pre-sign-up function" if new else "has signed up before")
    report.step("mallory signs up with mallory@blocked.example")
    refused = people.sign_up(stack, "mallory", "mallory@blocked.example", people.new_password())
    if refused.status == 200:
        raise Failure("a sign-up from a blocked domain was admitted")
    report.line(f"{refused.status} {refused.body.get('__type')}: {refused.body.get('message')}")


def exchange(stack: dict[str, Any], token: str) -> Any:
    """POST /token."""
    form = {"grant_type": GRANT_TYPE, "subject_token_type": TOKEN_TYPE, "subject_token": token}
    return expect(200, aws.http(
        f"{stack['api_url']}/token",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        body=urllib.parse.urlencode(form).encode(),
    ))  # fmt: skip


def objects(stack: dict[str, Any], token: str, prefix: str | None = None) -> aws.Answer:
    """GET /objects, of the caller's home or of `prefix`."""
    query = "?" + urllib.parse.urlencode({"prefix": prefix}) if prefix else ""
    return aws.http(f"{stack['api_url']}/objects{query}", headers={"Authorization": f"Bearer {token}"})


def expect(status: int, answer: aws.Answer) -> Any:
    """The answer's body, if it has the expected status."""
    if answer.status != status:
        raise Failure(f"the API answered {answer.status}, expected was {status}: {answer.body} (see make logs)")
    return answer.body


def fill(stack: dict[str, Any], keys: dict[str, dict[str, Any]]) -> None:
    """Uploads everyone's objects to their homes with their own keys, and public/ with the administrator's."""
    for name, answer in keys.items():
        upload(stack, cli_keys(answer), f"private/{answer['IdentityId']}/", HOMES[name])
    upload(stack, aws.admin_keys(stack), "public/", PUBLIC)


def upload(stack: dict[str, Any], keys: dict[str, str], prefix: str, files: dict[str, str]) -> None:
    """Writes the files below `prefix`."""
    with tempfile.TemporaryDirectory() as folder:
        for path, text in files.items():
            file = Path(folder) / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        aws.cli(stack["endpoint"], keys, "s3", "cp", "--recursive", folder, f"s3://{stack['bucket']}/{prefix}")


def cli_keys(answer: dict[str, Any]) -> dict[str, str]:
    """The keys of a POST /token answer, as the AWS CLI wants them."""
    return {
        "AWS_ACCESS_KEY_ID": answer["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": answer["SecretAccessKey"],
        "AWS_SESSION_TOKEN": answer["SessionToken"],
    }


def redacted(name: str, value: Any) -> Any:
    """A member of the answer as it may be shown."""
    return shortened(str(value)) if name in SECRETS else value


def shortened(secret: str) -> str:
    """The first characters: enough to recognise it, but of no use to anybody."""
    return secret[:4] + "…"
