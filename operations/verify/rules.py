"""The stack's rules for sign-ups (docs/api.md), from its parameters, and the addresses that keep them."""

import base64
import hashlib
import hmac
import time
from dataclasses import dataclass

from ..failure import Failure
from . import existing
from .clients import client
from .stack import Stack

SIMULATOR = "simulator.amazonses.com"
"""Takes every mail and counts for no reputation, also in SES's sandbox. Labels make many addresses of one.

Source: "Using the mailbox simulator" in the Amazon SES developer guide.
"""

DISPOSABLE = ("mailinator.com", "yopmail.com", "guerrillamail.com")
"""Domains that every list of disposable ones has."""

INVITE_SECONDS = 3600


@dataclass(frozen=True)
class Rules:
    """Who may sign up."""

    allowed: tuple[str, ...]
    blocked: tuple[str, ...]
    auto_confirmed: tuple[str, ...]
    in_files: frozenset[str]
    """The parameters whose lists are in files of the function's package, which only the function can read."""
    block_disposable: bool
    one_per_mailbox: bool
    by_email: bool
    """Whether the address is the user name."""
    self_sign_up: bool
    """Whether anybody but an administrator makes users, by these rules."""
    are_applied: bool
    """Whether the user pool asks the function. One of the operator's own may not."""
    invite_key: str | None

    @property
    def has_allowed(self) -> bool:
        """Whether there is an allow list, known or not."""
        return bool(self.allowed) or "SignUpAllowedDomains" in self.in_files

    def is_confirmed_at_once(self, email: str) -> bool | None:
        """Whether such a person may sign in without a code. None if only the function knows."""
        if self.invite_key is not None:
            return True
        return None if "SignUpAutoConfirmDomains" in self.in_files else covered(self.auto_confirmed, domain_of(email))

    def invite(self, email: str, seconds: int = INVITE_SECONDS) -> str | None:
        """An invite code for the address that is good for `seconds`, if the stack asks for one."""
        if self.invite_key is None:
            return None
        expires_at = int(time.time()) + seconds
        text = f"latchkey invite 1\n{expires_at}\n{email.lower()}"
        code = hmac.new(self.invite_key.encode(), text.encode(), hashlib.sha256).digest()
        return f"{expires_at}.{base64.urlsafe_b64encode(code).decode().rstrip('=')}"


def of(stack: Stack) -> Rules:
    """The rules of a stack. The invite key is in the function's environment."""
    key, pool = None, existing.user_pool(stack)
    switches = [stack.parameter(name) for name in ("SelfSignUp", "DirectorySignIn")]
    by_email, self_sign_up, are_applied = (
        (stack.parameter("SignInName") == "email", "false" not in switches, True)
        if pool is None
        else (
            "email" in pool.get("UsernameAttributes", []),
            not pool.get("AdminCreateUserConfig", {}).get("AllowAdminCreateUserOnly", False),
            pool.get("LambdaConfig", {}).get("PreSignUp") == stack.output("UserPoolTrigger"),
        )
    )
    if stack.parameter("SignUpInviteKeySecret"):
        function = client("lambda").get_function_configuration(FunctionName=stack.function("PreSignUp"))
        key = function["Environment"]["Variables"]["SIGN_UP_INVITE_KEY"]
    lists = ("SignUpAllowedDomains", "SignUpBlockedDomains", "SignUpAutoConfirmDomains")
    return Rules(
        in_files=frozenset(name for name in lists if stack.parameter(name).startswith("@")),
        by_email=by_email,
        self_sign_up=self_sign_up and are_applied,
        are_applied=are_applied,
        allowed=entries(stack.parameter("SignUpAllowedDomains")),
        blocked=entries(stack.parameter("SignUpBlockedDomains")),
        auto_confirmed=entries(stack.parameter("SignUpAutoConfirmDomains")),
        block_disposable=stack.parameter("SignUpBlockDisposable") == "true",
        one_per_mailbox=stack.parameter("SignUpOnePerMailbox") == "true",
        invite_key=key,
    )


def entries(text: str) -> tuple[str, ...]:
    """A parameter's list; none if it names a file."""
    return tuple(entry.lower() for entry in text.split(",") if entry and not text.startswith("@"))


def covered(domains: tuple[str, ...], domain: str) -> bool:
    """Whether an entry is the domain or, with `*.`, one above it."""
    return any(
        domain == entry.removeprefix("*.") or (entry.startswith("*.") and domain.endswith(entry[1:]))
        for entry in domains
    )


def domain_of(email: str) -> str:
    """What is after the @."""
    return email.rpartition("@")[2].lower()


def addresses(rules: Rules, given: str | None, label: str) -> tuple[str, str]:
    """The two people's addresses, which the rules have to admit."""
    pair = named_addresses(rules, given, label)
    for email in pair:
        domain = domain_of(email)
        if covered(rules.blocked, domain) or (rules.allowed and not covered(rules.allowed, domain)):
            raise Failure(f"the stack admits nobody of {domain}; name addresses that it admits: EMAIL=one,two")
        if rules.one_per_mailbox and "+" in email:
            raise Failure(f"the stack takes one address a mailbox, and {email} is an alias; name two without a plus")
    return pair


def named_addresses(rules: Rules, given: str | None, label: str) -> tuple[str, str]:
    """`given` has one address, which gets labels, or two with a comma, which are used as they are."""
    if not given:
        if rules.one_per_mailbox:
            return f"success@{SIMULATOR}", f"ooto@{SIMULATOR}"
        return f"success+{label}-1@{SIMULATOR}", f"success+{label}-2@{SIMULATOR}"
    named = given.split(",")
    if len(named) > 2 or not all("@" in email for email in named):
        raise Failure("EMAIL is not an address, or two with a comma between them: EMAIL=me@example.com")
    if len(named) == 2:
        return named[0], named[1]
    if rules.one_per_mailbox:
        raise Failure("the stack takes one address a mailbox, so name two: EMAIL=one@example.com,two@example.com")
    local, _, domain = given.rpartition("@")
    return f"{local}+{label}-1@{domain}", f"{local}+{label}-2@{domain}"
