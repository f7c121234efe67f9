"""Who is who: the list of identity ids and subs, which only an application can make."""

import csv
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..account import Account
from ..failure import Failure
from ..home.stack import Stack

IDENTITY_ID = re.compile(r"[a-z]+(-[a-z]+)+-\d+:[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
SEGMENT_BYTES_MAX = 64
NOT_IN_A_SEGMENT = re.compile(r"[/*?$\x00-\x1f\x7f]")
COLUMNS = ("identity_id", "sub")


@dataclass(frozen=True)
class Pair:
    """One person, by both names, and the line of the list."""

    identity_id: str
    sub: str
    line: int


def read(path: Path) -> list[Pair]:
    """The pairs of a CSV file with the columns identity_id and sub. Spreadsheets write a byte order mark first."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = csv.DictReader(file)
            if not set(COLUMNS) <= set(rows.fieldnames or ()):
                raise Failure(f"{path} needs a first line with the columns {','.join(COLUMNS)}")
            pairs = [Pair(cell(row, "identity_id"), cell(row, "sub"), rows.line_num) for row in rows]
    except OSError as error:
        raise Failure(f"{path} cannot be read: {error.strerror}; name the list: PAIRS=…") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise Failure(f"{path} is not CSV in UTF-8: {error}; save it as such") from None
    refuse(path, list(faults(pairs)))
    if not pairs:
        raise Failure(f"{path} has nobody in it; add a line for each person")
    return pairs


def cell(row: dict[str, str | None], column: str) -> str:
    """What a line has in a column; a short line has nothing."""
    return (row[column] or "").strip()


def check_users(account: Account, stack: Stack, path: Path, pairs: list[Pair]) -> None:
    """Every sub has to be of a user: a home that is named after nobody would be lost."""
    known = set()
    for page in (
        account.client("cognito-idp")
        .get_paginator("list_users")
        .paginate(UserPoolId=stack.user_pool_id, AttributesToGet=["sub"])
    ):
        known |= {item["Value"] for user in page["Users"] for item in user["Attributes"] if item["Name"] == "sub"}
    unknown = (pair for pair in pairs if pair.sub not in known)
    refuse(path, [(pair.line, f"the user pool has no user with the sub {pair.sub}") for pair in unknown])


def check_identities(account: Account, stack: Stack, path: Path, pairs: list[Pair]) -> None:
    """The same where homes are to be named after identities. Before, they may be of an identity pool that is lost."""
    client = account.client("cognito-identity")
    known: set[str] = set()
    more: dict[str, str] | None = {}
    while more is not None:
        page = client.list_identities(IdentityPoolId=stack.identity_pool_id, MaxResults=60, **more)
        known |= {item["IdentityId"] for item in page["Identities"]}
        more = {"NextToken": page["NextToken"]} if page.get("NextToken") else None
    unknown = (pair for pair in pairs if pair.identity_id not in known)
    refuse(path, [(pair.line, f"the identity pool has no identity {pair.identity_id}") for pair in unknown])


def faults(pairs: list[Pair]) -> Iterator[tuple[int, str]]:
    """What is wrong with the list itself, by its lines."""
    seen: dict[str, int] = {}
    for pair in pairs:
        if not IDENTITY_ID.fullmatch(pair.identity_id):
            yield pair.line, f"{pair.identity_id!r} is no identity id, such as eu-west-1:1234…"
        if not is_segment(pair.sub):
            yield pair.line, f"{pair.sub!r} is no sub"
        for name in (pair.identity_id, pair.sub):
            if name and name in seen:
                yield pair.line, f"{name} stands in line {seen[name]} already"
            seen.setdefault(name, pair.line)


def is_segment(text: str) -> bool:
    """Whether it can be one segment of a key, as the functions judge it."""
    is_short = 1 <= len(text.encode()) <= SEGMENT_BYTES_MAX
    return is_short and text not in (".", "..") and not NOT_IN_A_SEGMENT.search(text)


def refuse(path: Path, found: list[tuple[int, str]]) -> None:
    """Stops before anything is moved, with a line for each mistake."""
    if found:
        for line, fault in found:
            print(f"  {path}, line {line}: {fault}", file=sys.stderr)
        raise Failure(f"nothing was moved, because {path} has mistakes ({len(found)}); correct the lines above")
