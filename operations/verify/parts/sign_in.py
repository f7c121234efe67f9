"""Sign-in: with the right password, and with it alone."""

from .. import people
from ..checks import Skip, expect
from ..clients import client, outcome
from ..run import Run
from .sign_up import NOBODY


def run(run: Run) -> None:
    """Both people sign in."""
    if not (run.one.exists and run.two.exists):
        raise Skip(NOBODY)
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
