"""What `make preflight` says of pools, app clients and a bucket that an operator has already."""

import unittest
from typing import Any

from ..preflight import existing, existing_bucket, names, quotas
from .preflight_case import PreflightCase, deployed, in_json
from .wire import Answer, Call

CLIENT = Call("cognito-idp", "DescribeUserPoolClient")
POOL = Call("cognito-idp", "DescribeUserPool")
IDENTITIES = Call("cognito-identity", "DescribeIdentityPool")
ROLES = Call("cognito-identity", "GetIdentityPoolRoles")
TAGS = Call("cognito-identity", "GetPrincipalTagAttributeMap")

POOL_ID, IDENTITY_POOL = "eu-west-1_Theirs", "eu-west-1:baeef75e-ef45-4c7a-a193-b2e63ab10699"
PROVIDER = f"cognito-idp.eu-west-1.amazonaws.com/{POOL_ID}"
RULES, ROLE = "arn:aws:lambda:eu-west-1:111122223333:function:rules", "arn:aws:iam::111122223333:role/people"
WITH_POOL = [f"ExistingUserPoolId={POOL_ID}", "MoreUserPoolClientIds=web,phone"]
WITH_IDENTITIES = [*WITH_POOL, f"ExistingIdentityPoolId={IDENTITY_POOL}"]
MISSING = Answer(400, '{"__type": "ResourceNotFoundException", "message": "not here"}')


def pool(**settings: Any) -> dict[Call, Answer]:
    """What Cognito says of the user pool."""
    return {POOL: in_json({"UserPool": {"Id": POOL_ID, "Name": "theirs"} | settings})}


def client(**settings: Any) -> dict[Call, Answer]:
    """What Cognito says of every app client."""
    return {CLIENT: in_json({"UserPoolClient": {"UserPoolId": POOL_ID, "ClientId": "web"} | settings})}


def accepted(*client_ids: str, checked: bool = True) -> list[dict[str, Any]]:
    """App clients of an identity pool."""
    return [{"ProviderName": PROVIDER, "ClientId": name, "ServerSideTokenCheck": checked} for name in client_ids]


def identities(clients: list[dict[str, Any]], **settings: Any) -> dict[Call, Answer]:
    """What Cognito says of the identity pool."""
    content = {"IdentityPoolId": IDENTITY_POOL, "IdentityPoolName": "theirs", "AllowUnauthenticatedIdentities": False}
    return {IDENTITIES: in_json(content | {"CognitoIdentityProviders": clients} | settings)}


def gives(role: str, **tags: str) -> dict[Call, Answer]:
    """What the identity pool gives people."""
    return {ROLES: in_json({"Roles": {"authenticated": role}}), TAGS: in_json({"PrincipalTags": tags})}


class Existing(PreflightCase):
    """Before the deployment, and after it."""

    def test_the_user_pool(self) -> None:
        self.check(
            existing.check_user_pool,
            [
                ("fits", WITH_POOL, pool(), "right: ExistingUserPoolId: "),
                ("not there", WITH_POOL, {POOL: MISSING}, "wrong: ExistingUserPoolId: there is no user pool"),
                ("elsewhere", ["ExistingUserPoolId=us-east-1_Theirs"], {}, "wrong: ExistingUserPoolId: it is in "),
                ("names", WITH_POOL, pool(UsernameAttributes=["phone_number"]), "right: ExistingUserPoolId"),
                ("addresses", WITH_POOL, pool(UsernameAttributes=["email"]), "set SignInName=email"),
                ("said", [*WITH_POOL, "SignInName=email"], pool(UsernameAttributes=["email"]), "right: "),
                ("said wrongly", [*WITH_POOL, "SignInName=email"], pool(), "set SignInName=username"),
                ("the other issuer", WITH_POOL, pool(IssuerConfiguration={"Type": "UPDATED"}), "set it to ORIGINAL"),
                ("no team", [*WITH_POOL, "TeamClaim=custom:team"], pool(), "it has no attribute custom:team"),
                ("a team", [*WITH_POOL, "TeamClaim=custom:team"],
                 pool(SchemaAttributes=[{"Name": "custom:team"}]), "right: "),
                ("a claim of a trigger", [*WITH_POOL, "TeamClaim=department"], pool(), "right: "),
                ("not deployed", WITH_POOL, pool(), "could not be checked: sign-up rules: "),
                ("no trigger", WITH_POOL, pool() | deployed(UserPoolTrigger=RULES),
                 f"wrong: sign-up rules: nobody applies them: at sign-up {POOL_ID} invokes no function"),
                ("another trigger", WITH_POOL,
                 pool(LambdaConfig={"PreSignUp": ROLE}) | deployed(UserPoolTrigger=RULES), f"invokes {ROLE}"),
                ("the trigger", WITH_POOL,
                 pool(LambdaConfig={"PreSignUp": RULES}) | deployed(UserPoolTrigger=RULES), "right: sign-up rules: "),
            ],
        )  # fmt: skip
        self.assertEqual(self.said(existing.check_user_pool), "", "nothing to say of a pool that is made")

    def test_app_clients(self) -> None:
        team = [*WITH_POOL, "TeamClaim=custom:team"]
        own = ["MoreUserPoolClientIds=phone"]
        self.check(
            existing.check_clients,
            [
                ("without a secret", WITH_POOL, client(), "right: app client phone: there, without a secret"),
                ("with one", WITH_POOL, client(ClientSecret="s"), "there, with a secret"),
                ("of another pool", WITH_POOL, {CLIENT: MISSING}, f"wrong: app client web: {POOL_ID} has no such"),
                ("named twice", [WITH_POOL[0], "MoreUserPoolClientIds=web,web"], client(), "names it twice"),
                ("no pool yet", own, {}, "it can be of no pool that is still to be made"),
                ("of the stack's pool", own, client() | deployed(UserPoolId=POOL_ID), "right: app client phone"),
                (
                    "that let people choose",
                    team,
                    client(WriteAttributes=["custom:team"]),
                    "people can choose their team",
                ),
                ("that do not tell", team, client(), "its tokens name no team"),
                ("that tell", team, client(ReadAttributes=["custom:team"], WriteAttributes=["email"]), "right: "),
            ],
        )

    def test_the_command_lines_app_client(self) -> None:
        cli, addresses = [*WITH_POOL, "ExistingCommandLineClientId=web"], existing.COMMAND_LINE_ADDRESSES
        self.check(
            existing.check_clients,
            [
                ("fits", cli, client(CallbackURLs=addresses), "right: ExistingCommandLineClientId: "),
                ("one address", cli, client(CallbackURLs=addresses[:1]), "does not return to http://localhost:53683"),
                ("a secret", cli, client(CallbackURLs=addresses, ClientSecret="s"), "it has a secret, which"),
                ("not named", [*cli, "ExistingCommandLineClientId=cli"], client(), "MoreUserPoolClientIds does not name"),
            ],
        )

    def test_the_identity_pool(self) -> None:
        both = accepted("web", "phone")
        outputs = deployed(UserPoolId=POOL_ID, AuthenticatedRoleArn=ROLE)
        by_user = [*WITH_IDENTITIES, "HomeOf=user"]
        own = [f"ExistingIdentityPoolId={IDENTITY_POOL}", "MoreUserPoolClientIds=phone"]
        of_stack = deployed(UserPoolId=POOL_ID, UserPoolClientId="web", AuthenticatedRoleArn=ROLE)
        self.check(
            existing.check_identity_pool,
            [
                ("not there", WITH_IDENTITIES, {IDENTITIES: MISSING}, "wrong: ExistingIdentityPoolId: there is no "),
                ("elsewhere", [f"ExistingIdentityPoolId=us-{IDENTITY_POOL}"], {}, "it is in us-eu-west-1"),
                ("not deployed", WITH_IDENTITIES, identities(both), "could not be checked: ExistingIdentityPoolId: "),
                ("guests", WITH_IDENTITIES, identities(both, AllowUnauthenticatedIdentities=True), "guests get keys"),
                ("the classic flow", WITH_IDENTITIES, identities(both, AllowClassicFlow=True), "classic flow is open"),
                ("one client", WITH_IDENTITIES, identities(accepted("web")), "it does not accept phone of "),
                (
                    "unchecked",
                    WITH_IDENTITIES,
                    identities(accepted("web", "phone", checked=False)),
                    "accept web, phone",
                ),
                ("fits", WITH_IDENTITIES, identities(both) | outputs | gives(ROLE), "right: ExistingIdentityPoolId: "),
                ("another role", WITH_IDENTITIES, identities(both) | outputs | gives(RULES), f"and not {ROLE}"),
                ("no tags", by_user, identities(both) | outputs | gives(ROLE), "its sessions need the tags"),
                ("tags", by_user, identities(both) | outputs | gives(ROLE, sub="sub"), "right: "),
                (
                    "of the stack's pool",
                    own,
                    identities(accepted("phone")) | of_stack | gives(ROLE),
                    "not accept web of",
                ),
            ],
        )

    def test_the_bucket(self) -> None:
        s3 = self.local.client("s3")
        here = {"LocationConstraint": "eu-west-1"}
        s3.create_bucket(Bucket="theirs", CreateBucketConfiguration=here)
        s3.delete_public_access_block(Bucket="theirs")
        written = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
        s3.put_bucket_ownership_controls(Bucket="theirs", OwnershipControls=written)
        given = "ExistingBucketName=theirs"

        def said(*parameters: str) -> str:
            return self.said(existing_bucket.check, given, *parameters)

        for fault in (
            "it can be made public",
            "its objects have ACLs",
            "its versioning is off and BucketVersioning is",
        ):
            self.assertIn(f"wrong: ExistingBucketName: {fault}", said())
        closed = dict.fromkeys(
            ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
        )
        s3.put_public_access_block(Bucket="theirs", PublicAccessBlockConfiguration=closed)
        owned = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
        s3.put_bucket_ownership_controls(Bucket="theirs", OwnershipControls=owned)
        self.assertTrue(said("BucketVersioning=Suspended").startswith("right: ExistingBucketName: "))
        s3.put_bucket_versioning(Bucket="theirs", VersioningConfiguration={"Status": "Enabled"})
        self.assertEqual(said(), "right: ExistingBucketName: theirs is there, closed to the public")
        self.assertIn("its versioning is Enabled and BucketVersioning is Suspended", said("BucketVersioning=Suspended"))

        key = "arn:aws:kms:eu-west-1:111122223333:key/1"
        self.assertIn(
            "it is encrypted with a key of S3; set BucketKmsKeyArn to nothing", said(f"BucketKmsKeyArn={key}")
        )
        for has_bucket_key, expected in ((False, "only through a bucket key"), (True, "right: ")):
            default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
            rule = {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": has_bucket_key}
            configuration = {"Rules": [rule]}
            s3.put_bucket_encryption(Bucket="theirs", ServerSideEncryptionConfiguration=configuration)
            self.assertIn(f"encrypted with {key}; set BucketKmsKeyArn to that ARN", said())
            self.assertIn(expected, said(f"BucketKmsKeyArn={key}"))

        s3.put_object(Bucket="theirs", Key="public/draft.txt", Body=b"")
        self.assertIn("could not be checked: public/: theirs has objects there", said(f"BucketKmsKeyArn={key}"))
        elsewhere = self.said(existing_bucket.check, "ExistingBucketName=none-of-that-name")
        self.assertIn("wrong: ExistingBucketName: there is no bucket none-of-that-name", elsewhere)

    def test_what_is_not_made_needs_no_room_and_no_name(self) -> None:
        self.assertEqual(self.said(names.check_domain, *WITH_POOL), "")
        said = self.said(quotas.check_service_quotas, *WITH_IDENTITIES)
        self.assertNotIn("user pools", said)
        self.assertNotIn("identity pools", said)


if __name__ == "__main__":
    unittest.main()
