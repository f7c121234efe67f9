"""What schemathesis cannot read in docs/openapi.yaml: values that only the API makes, and members that belong together.

Well-formed requests get such values here, so that they are also right. Malformed ones are sent as they are.
"""

import os
from functools import cache
from types import NoneType
from typing import Any

import requests
import schemathesis
from schemathesis.generation.meta import CoverageScenario

API = os.environ["API_URL"]
ID_TOKEN = os.environ["ID_TOKEN"]
AUTHORIZATION = {"Authorization": ID_TOKEN}
PARTS_MAX = 10_000
LINKS_MAX = 100

# An object of the person's, which the test has made.
SOURCE = "~/source.txt"


@schemathesis.hook
def before_call(_context: Any, case: Any, _kwargs: Any) -> None:
    """Makes a well-formed request right."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    query = case.query or {}
    # No schema says that a parameter needs another one.
    needed = {"/objects": "expand", "/uploads/{upload}": "links"}.get(case.path)
    if needed and not query.get(needed):
        query.pop("url_seconds", None)
    # Only the API makes cursors.
    query.pop("cursor", None)
    if case.path == "/uploads/{upload}":
        correct_upload(case, query)
    if isinstance(query.get("key"), str):
        query["key"] = at_home(query["key"])
    if isinstance(case.path_parameters.get("key"), str):
        # /objects/- is another operation.
        key = case.path_parameters["key"]
        case.path_parameters["key"] = "~/-" if key == "-" else at_home(key)
    if isinstance(case.body, dict):
        correct_body(case, case.body)


def correct_upload(case: Any, query: dict[str, Any]) -> None:
    """Names an upload that there is, or was, and parts of it. One that a link of the document leads to is left."""
    if case.path_parameters["upload"] in STARTED:
        query.pop("after", None)
        query.pop("links", None)
        query.pop("url_seconds", None)
        return
    # An upload can be aborted once.
    made = start if case.method == "DELETE" else (gone_upload, lasting_upload, lasting_upload)[len(query) % 3]
    case.path_parameters["upload"] = made()
    if query.get("links"):
        first, last = sorted(int(number) for number in query["links"].split("-"))
        first = min(first, PARTS_MAX)
        query["links"] = f"{first}-{min(last, first + LINKS_MAX - 1)}"


def correct_body(case: Any, body: dict[str, Any]) -> None:
    """Puts what the schema cannot say into a body."""
    if case.path == "/token":
        body["subject_token"] = ID_TOKEN
        # Which audience and which role are right depends on the stack and the person.
        body.pop("audience", None)
        body.pop("role_arn", None)
    if case.media_type == "application/x-www-form-urlencoded":
        # A form has no null, which would be sent as a text, and no lists, which would repeat a name.
        case.body = {name: value for name, value in body.items() if not isinstance(value, (NoneType, list, dict))}
    if body.get("checksum_sha256") and body.get("checksum_crc64nvme"):
        body.pop("checksum_sha256")
    if body.get("size", 0) > PARTS_MAX * body.get("part_size", body.get("size", 0)):
        body.pop("part_size")
    if "key" in body:
        body["key"] = at_home(body["key"])
    if "copy_from" in body and not body.get("version_id"):
        body["copy_from"] = SOURCE
    if "keys" in body:
        body["keys"] = [at_home(key) for key in body["keys"]]


def at_home(key: str) -> str:
    """Every second key in the person's home, where it can be written."""
    return f"~/{key}" if len(key) % 2 and len(key) < 900 and not key.startswith("~") else key


# The uploads that links of the document lead to.
STARTED: set[str] = set()


@schemathesis.hook
def after_call(_context: Any, case: Any, response: Any) -> None:
    """Remembers the uploads that were started."""
    if case.path == "/uploads" and response.status_code == 201:
        STARTED.add(response.json()["upload"])


def start() -> str:
    """A new upload with as many parts as there can be."""
    part_size = 5 * 1024 * 1024
    declared = {"key": "~/parts", "size": PARTS_MAX * part_size, "part_size": part_size, "content_type": "a/b"}
    reply = requests.post(f"{API}/uploads", json=declared, headers=AUTHORIZATION, timeout=10)
    reply.raise_for_status()
    return reply.json()["upload"]


@cache
def lasting_upload() -> str:
    """An upload that nobody aborts."""
    return start()


@cache
def gone_upload() -> str:
    """An upload that was aborted."""
    upload = start()
    requests.delete(f"{API}/uploads/{upload}", headers=AUTHORIZATION, timeout=10).raise_for_status()
    return upload


@schemathesis.check
def unknown_methods_end_at_the_gateway(_context: Any, response: Any, case: Any) -> None:
    """API Gateway answers a method that a path does not have, and says 404, not 405."""
    scenario = getattr(case.meta.phase.data, "scenario", None) if case.meta else None
    if scenario == CoverageScenario.UNSPECIFIED_HTTP_METHOD:
        assert (response.status_code, response.json()) == (404, {"message": "Not Found"})
