"""What keeps objects from being lost: uploads that overwrite nothing or are verified, older versions, many deletions."""

import base64
import hashlib
import json
from typing import Any
from urllib.parse import quote, urlencode

from .. import web
from ..checks import Skip, expect, expect_that
from ..people import Person
from ..run import Run
from .uploads import TEXT, follow, upload

KEY, DATA, OTHER = "~/kept.txt", b"keep me", b"lose me"
VERSIONS_MAX = 4
"""Of the key whose deletion is undone."""


def run(run: Run) -> None:
    """Tries to overwrite, to damage, and to delete too much."""
    checks, one, two = run.checks, run.one, run.two
    with checks.check("An upload overwrites nothing if it says so"):
        first, again = (put(run, one, DATA, if_none_match="*") for _ in range(2))
        expect((200, 412), (first.status, again.status))
    with checks.check("An upload of other bytes than its checksum says does not arrive"):
        checksum = base64.b64encode(hashlib.sha256(DATA).digest()).decode()
        expect(400, put(run, one, OTHER, checksum_sha256=checksum).status, "other bytes")
        expect(200, put(run, one, DATA, checksum_sha256=checksum).status, "the same bytes")
    with checks.check("An older version is read by its id, and restored by a copy (BucketVersioning)"):
        if run.stack.parameter("BucketVersioning") != "Enabled":
            raise Skip("BucketVersioning is not Enabled")
        version = put(run, one, DATA).header("x-amz-version-id") or ""
        put(run, one, OTHER)
        read = follow(run.object(one, KEY, version=version))
        expect((200, DATA), (read.status, read.body))
        source = json.dumps({"copy_from": KEY, "version_id": version}).encode()
        expect("200", run.object(one, KEY, "PUT", source).said(), "the copy")
        expect(DATA, follow(run.object(one, KEY)).body, "the newest version")
    with checks.check("Versions are listed, the newest first, and a deletion is undone (BucketVersioning)"):
        if run.stack.parameter("BucketVersioning") != "Enabled":
            raise Skip("BucketVersioning is not Enabled")
        undo_a_deletion(run)
    with checks.check("Several objects are deleted at once, and nobody else's"):
        others = f"{two.home}kept.txt"
        expect("403 access_denied", delete(run, one, KEY, others).said(), "one of them another's")
        expect(200, follow(run.object(one, KEY)).status, "then none is deleted")
        answer = delete(run, one, KEY, "~/never-there.txt")
        expect("200", answer.said())
        expect_that(len(answer.json["deleted"]) == 2 and not answer.json["failed"], "two deleted", answer.json)
        expect(404, follow(run.object(one, KEY)).status, "reading it")


def undo_a_deletion(run: Run) -> None:
    """With nothing but what `GET /versions` says, of a key of its own."""
    key, person = "~/undone.txt", run.one
    for data in (DATA, OTHER):
        upload(run, person, key, data)
    expect(204, run.object(person, key, "DELETE").status, "the deletion")
    versions = every_version(run, prefix=key)
    expect([True, False, False], [version["is_deleted"] for version in versions], "the deletion comes first")
    expect([True, False, False], [version["is_latest"] for version in versions], "the latest")
    source = json.dumps({"copy_from": key, "version_id": versions[2]["version_id"]}).encode()
    expect("200", run.object(person, key, "PUT", source).said(), "the copy of the oldest")
    expect(DATA, follow(run.object(person, key)).body, "the object")
    ids = [version["version_id"] for version in every_version(run, prefix=key)]
    expect([version["version_id"] for version in versions], ids[1:], "what was there before")


def every_version(run: Run, **query: str) -> list[Any]:
    """The versions of all pages, of which each has one."""
    versions: list[Any] = []
    cursor: dict[str, str] = {}
    while True:
        answer = run.api(f"/versions?{urlencode(query | cursor | {'max_keys': '1'}, quote_via=quote)}", run.one)
        expect("200", answer.said())
        versions += answer.json["versions"]
        expect_that(len(versions) <= VERSIONS_MAX, f"at most {VERSIONS_MAX} versions", len(versions))
        if "next_cursor" not in answer.json:
            return versions
        cursor = {"cursor": answer.json["next_cursor"]}


def put(run: Run, person: Person, data: bytes, **members: str) -> web.Answer:
    """Uploads with these conditions, and sends the headers that the link wants."""
    declared = {"size": len(DATA), "content_type": TEXT} | members
    link = run.object(person, KEY, "POST", json.dumps(declared).encode())
    expect("200", link.said(), "asking for the link")
    headers = {name: value for name, value in link.json["headers"].items() if name != "content-length"}
    return web.send(link.json["url"], "PUT", headers, data)


def delete(run: Run, person: Person, *keys: str) -> web.Answer:
    """Deletes them all at once."""
    return run.api("/deletions", person, method="POST", body=json.dumps({"keys": keys}).encode())
