"""What the API says of itself to everybody, and to a person of them: the metadata, and `GET /whoami`."""

import json

from .. import local_differences, people, web
from ..checks import Skip, expect, expect_that
from ..run import Run
from .exchanges import exchange

PATH = "/.well-known/oauth-protected-resource"
ANY_ORIGIN = "A page of any origin may read the metadata"
GATEWAYS_CORS = "With AllowedOrigins, the gateway replaces the origin for the metadata too"


def run(run: Run) -> None:
    """Reads the metadata without a token, as a client does that knows nothing but the address."""
    checks, stack, one = run.checks, run.stack, run.one
    with checks.check("The metadata has what a client has to know"):
        answer = run.api(PATH)
        expect("200", answer.said())
        found = answer.json
        expect(stack.api_url, found["resource"], "resource")
        pool, client_id = stack.output("UserPoolId"), stack.output("UserPoolClientId")
        expect_that(found["authorization_servers"][0].endswith(f"/{pool}"), f"the issuer of {pool}", found)
        ours = found["latchkey"]
        expected = (client_id, stack.output("IdentityPoolId"), stack.output("BucketName"), stack.region)
        expect(expected, tuple(ours[name] for name in ("client_id", "identity_pool_id", "bucket", "region")))
        expect("max-age=300", answer.header("cache-control"))
    with checks.check("Where the metadata leads, people sign in"):
        issuer = run.api(PATH).json["authorization_servers"][0]
        local = local_differences.endpoint()
        configuration = web.send(f"{local or issuer}{'/' + pool if local else ''}/.well-known/openid-configuration")
        expect(200, configuration.status)
        expect(issuer, json.loads(configuration.body)["issuer"], "issuer")
    open_to = run.api(PATH, headers={"Origin": "https://anywhere.example"}).header("access-control-allow-origin")
    if stack.parameter("AllowedOrigins"):
        checks.skip("AllowedOrigins is set", ANY_ORIGIN)
        with checks.record(GATEWAYS_CORS, None, "docs/api.md, Metadata") as fact:
            fact.got, fact.agrees = open_to, open_to is None
    else:
        checks.skip("AllowedOrigins is empty", GATEWAYS_CORS)
        with checks.check(ANY_ORIGIN):
            expect("*", open_to)
    with checks.check("GET /whoami says who somebody is, and what they get"):
        said = run.api("/whoami", one).json
        expect((one.subject, one.identity_id), (said["sub"], said["identity_id"]))
        expect((one.home, "default"), (said["home"], said["role"]["reason"]))
        # Which role an identity pool of the operator's gives, the stack does not know.
        usual = None if stack.parameter("ExistingIdentityPoolId") else stack.output("AuthenticatedRoleArn")
        expect(usual, said["role"].get("arn"), "role")
    with checks.check("A token of the command line's app client is exchanged as well"):
        if "CommandLine" not in stack.resources:
            raise Skip("the stack made no app client for the command line")
        expect_that(one.id_token, "somebody who can sign in", "nobody")
        tokens = people.sign_in(stack, one, stack.outputs["CommandLineClientId"])
        run.secrets.add(*tokens.values())
        expect("200", exchange(run, tokens["IdToken"]).said())
