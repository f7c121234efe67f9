"""Who is who: the list of identity ids and subs, which only an application can make."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..account import Account
from ..failure import Failure

IDENTITY_ID = re.compile(r"[a-z]+(-[a-z]+)+-\d+:[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
COLUMNS = ("identity_id", "sub")
SHOWN_MAX = 10
"""Faults of a list that are shown. There may be as many as people."""


@dataclass(frozen=True)
class Pair:
    """One person, by both names."""

    identity_id: str
    sub: str


def read(path: Path) -> list[Pair]:
    """The pairs of a CSV file with the columns identity_id and sub."""
    try:
        with path.open(newline="") as file:
            rows = csv.DictReader(file)
            if not set(COLUMNS) <= set(rows.fieldnames or ()):
                raise Failure(f"{path} needs a first line with the columns {','.join(COLUMNS)}")
            pairs = [Pair(*((row[column] or "").strip() for column in COLUMNS)) for row in rows]
    except OSError as error:
        raise Failure(f"{path} cannot be read: {error.strerror}; name the list: PAIRS=…") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise Failure(f"{path} is not CSV in UTF-8: {error}") from None
    # The first line has the names of the columns.
    refuse(path, [f"line {number}: {fault}" for number, fault in faults(pairs)])
    if not pairs:
        raise Failure(f"{path} has nobody in it")
    return pairs


def check_users(account: Account, user_pool_id: str, path: Path, pairs: list[Pair]) -> None:
    """Every sub has to be of a user: a home that is named after nobody would be lost."""
    known = set()
    for page in account.client("cognito-idp").get_paginator("list_users").paginate(
        UserPoolId=user_pool_id, AttributesToGet=["sub"]
    ):
        known |= {item["Value"] for user in page["Users"] for item in user["Attributes"] if item["Name"] == "sub"}
    unknown = [(line, pair) for line, pair in enumerate(pairs, 2) if pair.sub not in known]
    refuse(path, [f"line {line}: the user pool has no user with the sub {pair.sub}" for line, pair in unknown])


def faults(pairs: list[Pair]) -> Iterator[tuple[int, str]]:
    """What is wrong with the list itself, by its lines."""
    seen: dict[str, int] = {}
    for line, pair in enumerate(pairs, 2):
        if not IDENTITY_ID.fullmatch(pair.identity_id):
            yield line, f'"{pair.identity_id}" is no identity id, such as eu-west-1:1234…'
        if not is_segment(pair.sub):
            yield line, f'"{pair.sub}" is no sub'
        for name in (pair.identity_id, pair.sub):
            if name in seen:
                yield line, f"{name} stands in line {seen[name]} already"
            seen.setdefault(name, line)


def is_segment(text: str) -> bool:
    """Whether it can be one segment of a key, as the functions judge it."""
    return 1 <= len(text.encode()) <= 64 and text not in (".", "..") and not re.search(r"[/*?$\x00-\x1f\x7f]", text)  # noqa: PLR2004


def refuse(path: Path, found: list[str]) -> None:
    """Stops before anything is moved."""
    if found:
        shown, rest = found[:SHOWN_MAX], len(found) - SHOWN_MAX
        more = f"; and {rest} more" if rest > 0 else ""
        raise Failure(f"{path} has mistakes, and nothing was moved: {'; '.join(shown)}{more}")
