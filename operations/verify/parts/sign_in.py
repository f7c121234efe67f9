"""Sign-in: with the right password, and with it alone."""

from .. import people
from ..checks import Skip, expect, expect_that
from ..clients import client, outcome
from ..run import Run
from .sign_up import NOBODY


def run(run: Run) -> None:
    """Both people sign in."""
    if not (run.one.exists and run.two.exists):
        raise Skip(NOBODY)
    if run.stack.parameter("DirectorySignIn") == "false":
        closed(run)
        return
    with run.checks.check("Nobody signs in with another password"):
        other = people.Person(run.one.title, run.one.name, run.one.email, people.new_password())
        expect("NotAuthorizedException", outcome(people.sign_in, stack=run.stack, person=other))
    with run.checks.check("Cognito takes no password from an application (AllowPasswordSignIn)"):
        if run.stack.parameter("AllowPasswordSignIn") == "true":
            raise Skip("AllowPasswordSignIn is on")
        if run.stack.parameter("ExistingUserPoolId"):
            raise Skip("the app client is your own")
        given = {"USERNAME": run.one.name, "PASSWORD": run.one.password}
        refused = outcome(
            client("cognito-idp").initiate_auth,
            ClientId=run.stack.output("UserPoolClientId"),
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters=given,
        )
        expect("InvalidParameterException", refused)
    for person in (run.one, run.two):
        with run.checks.check(f"{person.title.capitalize()} signs in"):
            run.sign_in(person)


def closed(run: Run) -> None:
    """Where people come through providers alone, a password opens nothing, not even with rights in the account.

    So nobody can be signed in here, and what needs somebody is skipped.
    """
    with run.checks.check("No password opens anything (DirectorySignIn)"):
        expect("InvalidParameterException", outcome(people.sign_in, stack=run.stack, person=run.one))
        given = {"USERNAME": run.one.name, "PASSWORD": run.one.password}
        for flow in ("USER_PASSWORD_AUTH", "USER_AUTH", "CUSTOM_AUTH"):
            refused = outcome(
                client("cognito-idp").initiate_auth,
                ClientId=run.stack.output("UserPoolClientId"),
                AuthFlow=flow,
                AuthParameters=given,
            )
            expect_that(refused != "ok", "a refusal", f"{flow}: {refused}")
    for person in (run.one, run.two):
        run.checks.skip("DirectorySignIn is off", f"{person.title.capitalize()} signs in")
