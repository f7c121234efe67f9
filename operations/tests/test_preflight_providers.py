"""What `make preflight` says of the identity providers that the parameters name."""

import json
import os
import unittest
from unittest.mock import patch

from ..preflight import needs, providers, rights
from .https import Pages, served
from .preflight_case import PreflightCase

DISCOVERY = "/.well-known/openid-configuration"
OIDC = ["OidcName=Company", "OidcClientId=latchkey"]
METADATA = """<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example.com">
  <IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <KeyDescriptor use="signing"/>
    <SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example.com/"/>
  </IDPSSODescriptor>
</EntityDescriptor>"""


class Providers(PreflightCase):
    """A provider that answers, or does not, or not as it has to."""

    pages: Pages

    @classmethod
    def setUpClass(cls) -> None:
        """Starts a provider that this process trusts."""
        super().setUpClass()
        provider = served()
        cls.pages = provider.__enter__()
        cls.addClassCleanup(provider.__exit__, None, None, None)
        trusting = patch.dict(os.environ, {"AWS_CA_BUNDLE": str(cls.pages.certificate)})
        trusting.start()
        cls.addClassCleanup(trusting.stop)

    def test_the_clients_secret_is_there(self) -> None:
        secrets = self.local.client("secretsmanager")
        for name, text in (("good", "s3cr3t"), ("newline", "s3cr3t\n"), ("blank", " ")):
            secrets.create_secret(Name=name, SecretString=text)
        secrets.create_secret(Name="binary", SecretBinary=b"s3cr3t")
        self.check(
            providers.check_oidc,
            [
                ("there", [*OIDC, "OidcClientSecret=good"], {}, "right: secret good: there"),
                ("with a newline", [*OIDC, "OidcClientSecret=newline"], {}, "wrong: secret newline: "),
                ("empty", [*OIDC, "OidcClientSecret=blank"], {}, "wrong: secret blank: it is empty"),
                ("binary", [*OIDC, "OidcClientSecret=binary"], {}, "it is binary"),
                ("gone", [*OIDC, "OidcClientSecret=gone"], {}, f"create it as {providers.HOW} says"),
            ],
        )
        self.assertNotIn("s3cr3t", self.said(providers.check_oidc, *OIDC, "OidcClientSecret=newline"))
        self.assertEqual(self.said(providers.check_oidc, "OidcClientSecret=gone"), "", "without a name there is none")

    def test_the_issuer_answers_and_names_itself(self) -> None:
        issuer, elsewhere = self.pages.url, "https://elsewhere.example.com"
        endpoints = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
        good = {"issuer": issuer} | dict.fromkeys(endpoints, f"{elsewhere}/endpoint")
        for name, document, expected in (
            ("good", good, "right: OidcIssuer: answers, with a sign-in at elsewhere.example.com"),
            ("another's", good | {"issuer": elsewhere}, f"wrong: OidcIssuer: its discovery document is of {elsewhere}"),
            ("with a slash", good | {"issuer": f"{issuer}/"}, "set exactly that"),
            ("without user info", good | {"userinfo_endpoint": None}, "has no https address as userinfo_endpoint"),
            ("without TLS", good | {"jwks_uri": "http://elsewhere.example.com"}, "has no https address as jwks_uri"),
            ("no object", [], "is of no issuer"),
        ):
            with self.subTest(name):
                self.pages.pages = {DISCOVERY: json.dumps(document)}
                self.assertIn(expected, self.said(providers.check_oidc, *OIDC, f"OidcIssuer={issuer}"))
        self.pages.pages = {}
        self.check(
            providers.check_oidc,
            [
                ("not there", [*OIDC, f"OidcIssuer={issuer}"], {}, f"{issuer}{DISCOVERY} answers 404"),
                ("in clear", [*OIDC, "OidcIssuer=http://127.0.0.1:9"], {}, "Cognito reads https addresses alone"),
                ("silent", [*OIDC, "OidcIssuer=https://127.0.0.1:9"], {}, "could not be checked: OidcIssuer: "),
            ],
        )

    def test_the_metadata_is_of_a_provider(self) -> None:
        named = ["SamlName=Company", f"SamlMetadataUrl={self.pages.url}/metadata"]
        for name, page, expected in (
            ("good", METADATA, "right: SamlMetadataUrl: "),
            ("among others", f"<all>{METADATA}</all>", "right: SamlMetadataUrl: "),
            ("a web page", "<html><br></html>", "there is no metadata of a SAML provider"),
            ("of an application", METADATA.replace("IDPSSO", "SPSSO"), "there is no metadata of a SAML provider"),
            ("by POST alone", METADATA.replace("HTTP-Redirect", "HTTP-POST"), "no sign-in by redirect"),
            ("for encryption", METADATA.replace('"signing"', '"encryption"'), "no certificate"),
        ):
            with self.subTest(name):
                self.pages.pages = {"/metadata": page}
                self.assertIn(expected, self.said(providers.check_saml, *named))
        self.assertEqual(self.said(providers.check_saml, named[1]), "", "without a name there is none")

    def test_a_deployment_reads_the_secret(self) -> None:
        plan = self.plan("OidcClientSecret=company")
        arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:company-??????"
        self.assertIn(needs.on(arn, "secretsmanager", "GetSecretValue"), rights.needed(plan))


if __name__ == "__main__":
    unittest.main()
