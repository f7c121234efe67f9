"""Prints a user's sub, status, identity id and home, and what is in it."""

import argparse
from pathlib import Path

from .. import layout
from ..account import Account
from ..answers import file
from ..failure import Failure, run
from . import identity, objects, stack, user

UNKNOWN = (
    "AWS does not say which identity is a user's. Say IDENTITY_ID=… if the application or the person has it, "
    "or TAKE_OVER=yes if the person is to be erased: it gives them another password. docs/operations.md#a-persons-home"
)


def main() -> None:
    """Looks, and changes nothing, unless the operator takes the user over."""
    arguments = argparse.ArgumentParser(prog="operations.home")
    arguments.add_argument("stack")
    arguments.add_argument("user", help="a user name, or an e-mail address")
    arguments.add_argument("--stacks", type=Path, default=layout.STACKS, metavar="DIR", help="default: stacks")
    how = arguments.add_mutually_exclusive_group()
    how.add_argument("--identity-id", metavar="ID", help="the user's, as the application has it")
    how.add_argument("--take-over", action="store_true", help="give the user another password, and sign in as them")
    given = arguments.parse_args()
    account = Account(file.read_for(given.stacks, given.stack), is_read_only=not given.take_over)
    here = stack.read(account, given.stack)
    who = user.find(account, here, given.user)
    print(f"user         {who.name}\nsub          {who.sub}")
    print(f"status       {who.status}, {'enabled' if who.is_enabled else 'disabled'}")
    home = home_of(account, here, who, given)
    if home is None:
        print("home         none: this user has never signed in")
        return
    print(f"home         s3://{here.bucket}/{home}", flush=True)
    print(objects.count(account, here.bucket, home))


def home_of(account: Account, here: stack.Stack, who: user.User, given: argparse.Namespace) -> str | None:
    """The prefix of the user's home, or none if there can be none."""
    if "{sub}" in here.home_prefix:
        return here.home_prefix.replace("{sub}", who.sub)
    if given.identity_id:
        found = identity.checked(account, here, given.identity_id)
    elif who.has_never_signed_in:
        return None
    elif given.take_over:
        found = identity.taken_over(account, here, who)
    else:
        raise Failure(UNKNOWN)
    print(f"identity id  {found}")
    return here.home_prefix.replace("{identity_id}", found)


if __name__ == "__main__":
    run(main)
