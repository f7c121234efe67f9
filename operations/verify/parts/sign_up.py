"""Sign-up through the trigger: each refusal that the stack's parameters switch on, and two people who are admitted."""

from collections.abc import Iterator
from dataclasses import dataclass

from botocore.exceptions import ClientError

from .. import people, rules
from ..checks import Mismatch, Skip, expect, expect_that
from ..clients import client, error_code, outcome
from ..people import Person
from ..run import Run

NOBODY = "one of the two people could not sign up"

ONLY_COGNITO = "InvalidParameterException"
"""With this, Cognito refuses an address by itself, before it asks the function."""


NO_SUCH_USER = ("UserNotFoundException", "InvalidParameterException")
"""The second is for names that nobody can have."""


@dataclass(frozen=True)
class Refusal:
    """A sign-up that breaks a rule."""

    who: str
    code: str
    email: str
    invite: str | None = None
    switched_off: str | None = None
    """Why the stack has no such rule."""


def run(run: Run) -> None:
    """Refusals first: the two people need not exist for them."""
    if not run.rules.self_sign_up:
        create(run)
        return
    earlier: list[str] = []
    for number, case in enumerate(refusals(run)):
        with run.checks.check(f"{case.who} may not sign up ({case.code})"):
            if case.switched_off:
                raise Skip(case.switched_off)
            name = case.email if run.rules.by_email else f"{run.label}-refused-{number}"
            if refused_by_cognito(run, name, case):
                earlier.append(case.who)
    with run.checks.record(
        "Who is refused by Cognito before the function is asked", "nobody", "docs/api.md, pre-sign-up"
    ) as fact:
        fact.got, fact.agrees = ", ".join(earlier) or "nobody", not earlier
    for person in (run.one, run.two):
        with run.checks.check(f"{person.title.capitalize()} signs up"):
            admit(run, person)
    confirm(run)


def create(run: Run) -> None:
    """Where administrators create all users, they create the two people."""
    with run.checks.check("Nobody may sign up by themselves (SelfSignUp, DirectorySignIn)"):
        if not run.rules.are_applied:
            raise Skip("the user pool is your own and does not ask the function (make connect)")
        name = run.one.name
        run.made.users.append(name)
        refused = outcome(
            people.sign_up,
            stack=run.stack,
            name=name,
            email=run.one.email,
            password=run.one.password,
            invite=run.rules.invite(run.one.email),
        )
        expect("NotAuthorizedException", refused)
    for person in (run.one, run.two):
        with run.checks.check(f"An administrator creates {person.title}"):
            run.made.users.append(person.name)
            people.create(run.stack, person)
            person.exists = person.is_confirmed = True


def refusals(run: Run) -> Iterator[Refusal]:
    """One for each rule, in the order of docs/api.md."""
    own, email = run.rules, run.one.email
    domain = rules.domain_of(email)
    invite = own.invite(email)
    yield Refusal("An address without a top-level domain", "email_malformed", f"{run.label}@example")
    yield Refusal("An address in letters that are not ASCII", "email_local_part_not_ascii", f"é{run.label}@{domain}")
    blocked = next((entry.removeprefix("*.") for entry in own.blocked), "")
    in_file = "SignUpBlockedDomains" in own.in_files
    yield Refusal(
        "Somebody of a blocked domain",
        "email_domain_blocked",
        f"{run.label}@{blocked.upper()}",
        switched_off=None if blocked else f"SignUpBlockedDomains is {'in a file' if in_file else 'empty'}",
    )
    elsewhere = f"{run.label}.example.net"
    yield Refusal(
        "Somebody of another domain than the allowed ones",
        "email_domain_not_allowed",
        f"{run.label}@{elsewhere}",
        switched_off="SignUpAllowedDomains is empty" if not own.has_allowed
        else "SignUpAllowedDomains admits example.net" if rules.covered(own.allowed, elsewhere)
        else None,
    )  # fmt: skip
    disposable = next((name for name in rules.DISPOSABLE if not rules.covered(own.blocked, name)), "")
    yield Refusal(
        "Somebody with a disposable address",
        "email_disposable",
        f"{run.label}@{disposable}",
        switched_off="SignUpBlockDisposable is false" if not own.block_disposable
        else "SignUpAllowedDomains goes before it" if own.has_allowed
        else None if disposable
        else "SignUpBlockedDomains has every such domain that this program knows",
    )  # fmt: skip
    one_spelling = own.one_per_mailbox or own.invite_key is not None
    yield Refusal(
        "An address whose domain is spelled in another way",
        "email_domain_not_canonical",
        f"{run.label}@{domain}.",
        invite,
        switched_off=None if one_spelling else "neither SignUpOnePerMailbox nor invites are on",
    )
    yield Refusal(
        "Another spelling of a mailbox",
        "email_alias",
        f"{run.label}+alias@{domain}",
        invite,
        switched_off=None if own.one_per_mailbox else "SignUpOnePerMailbox is false",
    )
    no_invites = None if own.invite_key else "the stack asks for no invites"
    yield Refusal("Somebody without an invite", "invite_missing", email, switched_off=no_invites)
    yield Refusal("Somebody with another's invite", "invite_invalid", run.two.email, invite, switched_off=no_invites)
    late = own.invite(email, seconds=-60)
    yield Refusal("Somebody with an old invite", "invite_expired", email, late, switched_off=no_invites)


def refused_by_cognito(run: Run, name: str, case: Refusal) -> bool:
    """Tries the sign-up, which has to be refused. True if Cognito did not ask the function."""
    run.made.users.append(name)
    run.secrets.add_personal(name, case.email)
    try:
        people.sign_up(run.stack, name, case.email, people.new_password(), case.invite)
    except ClientError as error:
        by_cognito = error_code(error) == ONLY_COGNITO
        expect_that(by_cognito or f"[{case.code}]" in str(error), f"a refusal with [{case.code}]", said(error))
    else:
        raise Mismatch(f"a refusal with [{case.code}]", "the sign-up was admitted")
    pool = run.stack.output("UserPoolId")
    found = outcome(client("cognito-idp").admin_get_user, UserPoolId=pool, Username=name)
    expect_that(found in NO_SUCH_USER, "UserNotFoundException", f"looking for the refused person: {found}")
    run.made.users.remove(name)
    return by_cognito


def said(error: ClientError) -> str:
    """The error without the address that it may quote."""
    message = error.response["Error"].get("Message", "")
    return f"{error_code(error)} {message[message.find('[') :]}" if "[" in message else f"{error_code(error)} {message}"


def admit(run: Run, person: Person) -> None:
    """Signs a person up, who is confirmed at once exactly if the rules say so."""
    run.made.users.append(person.name)
    try:
        answer = people.sign_up(run.stack, person.name, person.email, person.password, run.rules.invite(person.email))
    except ClientError as error:
        raise Mismatch(
            f"that the stack admits {rules.domain_of(person.email)}; or name addresses that it admits: EMAIL=one,two",
            said(error),
        ) from None
    person.exists, person.is_confirmed = True, answer["UserConfirmed"]
    if run.rules.by_email:
        # Cognito makes up a name then; the address is only another one.
        person.name = answer["UserSub"]
        run.made.users.append(person.name)
    expected = run.rules.is_confirmed_at_once(person.email)
    expect(person.is_confirmed if expected is None else expected, person.is_confirmed, "confirmed at once")


def confirm(run: Run) -> None:
    """Nobody signs in before the confirmation. The mail is not read, so an administrator confirms both."""
    cognito, pool, one = client("cognito-idp"), run.stack.output("UserPoolId"), run.one
    names = ("Nobody signs in before the confirmation", "A made-up code confirms nobody")
    if not (one.exists and run.two.exists):
        raise Skip(NOBODY)
    if one.is_confirmed:
        run.checks.skip("people of this domain, or with an invite, are confirmed at once", *names)
    else:
        with run.checks.check(names[0]):
            expect("UserNotConfirmedException", outcome(people.sign_in, stack=run.stack, person=one))
        with run.checks.check(names[1]):
            client_id = run.stack.output("UserPoolClientId")
            made_up = outcome(cognito.confirm_sign_up, ClientId=client_id, Username=one.name, ConfirmationCode="000000")
            expect("CodeMismatchException", made_up)
    with run.checks.check(
        "An address is verified by an invite where people sign in with it, and by nothing else so far"
    ):
        for person in (one, run.two):
            user = cognito.admin_get_user(UserPoolId=pool, Username=person.name)
            attributes = {item["Name"]: item["Value"] for item in user["UserAttributes"]}
            proved = run.rules.invite_key is not None and run.rules.by_email
            expect(proved, attributes.get("email_verified") == "true", person.title)
    for person in (one, run.two):
        if not person.is_confirmed:
            with run.checks.check(f"{person.title.capitalize()} is confirmed"):
                cognito.admin_confirm_sign_up(UserPoolId=pool, Username=person.name)
