"""The identity providers: what Cognito is going to read of them, read from here."""

import http.client
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from urllib.parse import urlsplit

from ..verify import web
from .finding import Finding, Plan, right, unknown, wrong
from .names import secret_text

HOW = "docs/configuration.md#an-identity-provider"
METADATA = "{urn:oasis:names:tc:SAML:2.0:metadata}"
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
METADATA_BYTES_MAX = 1_000_000


def check_oidc(plan: Plan) -> Iterator[Finding]:
    """The client's secret, and the issuer's discovery document."""
    if not plan.parameter("OidcName"):
        return
    if name := plan.parameter("OidcClientSecret"):
        yield check_client_secret(plan, name)
    if issuer := plan.parameter("OidcIssuer"):
        yield check_issuer(issuer)


def check_client_secret(plan: Plan, name: str) -> Finding:
    """It has a text. The provider alone knows whether it is the right one."""
    text, instead = secret_text(plan, name, HOW)
    if instead:
        return instead
    if not text or text != text.strip():
        return wrong(
            f"secret {name}", "it is empty, or has a blank or newline at an end; store the client's secret alone"
        )
    return right(f"secret {name}", "there")


def check_issuer(issuer: str) -> Finding:
    """The document names the issuer, exactly, and has all that Cognito asks.

    Source: OpenID Connect Discovery 1.0 §4.3.
    """
    subject = "OidcIssuer"
    answer = read(subject, f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if isinstance(answer, Finding):
        return answer
    document = answer.json if isinstance(answer.json, dict) else {}
    named = document.get("issuer")
    if named != issuer:
        return wrong(subject, f"its discovery document is of {named or 'no issuer'}, not of {issuer}; set exactly that")
    endpoints = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
    missing = [name for name in endpoints if not str(document.get(name, "")).startswith("https://")]
    if missing:
        return wrong(subject, f"its discovery document has no https address as {', '.join(missing)}")
    return right(subject, f"answers, with a sign-in at {urlsplit(document['authorization_endpoint']).hostname}")


def check_saml(plan: Plan) -> Iterator[Finding]:
    """The metadata: of a provider, with a certificate, and a sign-in by redirect."""
    address, subject = plan.parameter("SamlMetadataUrl"), "SamlMetadataUrl"
    if not plan.parameter("SamlName") or not address:
        return
    answer = read(subject, address)
    if isinstance(answer, Finding):
        yield answer
        return
    # Python's parser resolves no external entities, and entities that grow are bounded by expat.
    try:
        provider = ET.fromstring(answer.body[:METADATA_BYTES_MAX]).find(f".//{METADATA}IDPSSODescriptor")
    except ET.ParseError:
        provider = None
    if provider is None:
        yield wrong(subject, "there is no metadata of a SAML provider; set the address of its XML")
        return
    bindings = {item.get("Binding") for item in provider.iter(f"{METADATA}SingleSignOnService")}
    has_certificate = any(item.get("use") != "encryption" for item in provider.iter(f"{METADATA}KeyDescriptor"))
    if REDIRECT not in bindings:
        yield wrong(subject, "the provider has no sign-in by redirect (HTTP-Redirect), which Cognito needs")
    elif not has_certificate:
        yield wrong(subject, "the provider says no certificate that it signs with")
    else:
        yield right(subject, "answers, with a certificate and a sign-in by redirect")


def read(subject: str, address: str) -> web.Answer | Finding:
    """What is at an address, or what there is to say instead. We know of no redirect that Cognito follows."""
    if not address.startswith("https://"):
        return wrong(subject, "Cognito reads https addresses alone")
    try:
        answer = web.send(address)
    except (OSError, ValueError, http.client.HTTPException) as error:
        # Cognito may reach what this machine does not, and the other way round.
        return unknown(subject, f"{urlsplit(address).hostname} does not answer here: {error}")
    if answer.status != http.client.OK:
        return wrong(subject, f"{address} answers {answer.status}; set an address that answers by itself")
    return answer
