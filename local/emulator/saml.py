"""What Cognito asks a SAML provider, and how it checks the answers.

Source: SAML 2.0 Core §2.5, and Profiles §4.1.4.3.
"""

import base64
import urllib.request
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from lxml import etree
from signxml import SignatureConfiguration, XMLVerifier
from signxml.exceptions import InvalidInput, InvalidSignature

TIMEOUT_SECONDS = 10
SKEW = timedelta(seconds=60)
NAMES = {
    "md": "urn:oasis:names:tc:SAML:2.0:metadata",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
    "saml": "urn:oasis:names:tc:SAML:2.0:assertion",
    "samlp": "urn:oasis:names:tc:SAML:2.0:protocol",
}
SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"


class Refused(Exception):
    """A response that does not hold."""


@dataclass(frozen=True)
class Expected:
    """What a response has to be an answer to."""

    audience: str
    recipient: str
    request_id: str | None


def with_metadata(details: dict[str, str]) -> dict[str, str]:
    """The details with the metadata itself. Cognito reads it when the provider is made, and again from time to time."""
    if "MetadataURL" not in details:
        return details
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(details["MetadataURL"], timeout=TIMEOUT_SECONDS) as answer:
        metadata = answer.read()
    if not certificates(parsed(metadata)):
        raise ValueError(f"{details['MetadataURL']} has no certificate of a SAML provider")
    return details | {"MetadataFile": metadata.decode()}


def request_id(request: str | None) -> str | None:
    """The id of an AuthnRequest as a redirect carries it."""
    if request is None:
        return None
    return parsed(zlib.decompress(base64.b64decode(request), -zlib.MAX_WBITS)).get("ID")


def said(response: str, metadata: str, expected: Expected) -> tuple[str, dict[str, str]]:
    """The subject and the attributes of the response's assertion: what is signed, and nothing beside it."""
    provider = parsed(metadata.encode())
    try:
        sent = parsed(base64.b64decode(response))
    except (ValueError, etree.XMLSyntaxError) as error:
        raise Refused("Invalid SAML response received: it is not XML ") from error
    status = sent.find("samlp:Status/samlp:StatusCode", NAMES)
    if status is None or status.get("Value") != SUCCESS:
        raise Refused("Invalid SAML response received: the sign-in failed at the provider ")
    assertion = signed_assertion(sent, certificates(provider))
    for problem in problems(assertion, provider.get("entityID"), expected):
        raise Refused(f"Invalid SAML response received: {problem} ")
    attributes = {
        item.get("Name"): item.findtext("saml:AttributeValue", "", NAMES)
        for item in assertion.iterfind("saml:AttributeStatement/saml:Attribute", NAMES)
    }
    return assertion.findtext("saml:Subject/saml:NameID", "", NAMES), attributes


def signed_assertion(sent: Any, pinned: list[str]) -> Any:
    """The assertion as the signature covers it."""
    for certificate in pinned:
        try:
            config = SignatureConfiguration(location=".//")
            covered = XMLVerifier().verify(sent, x509_cert=certificate, expect_config=config).signed_xml
        except (InvalidSignature, InvalidInput):
            continue
        found = covered if covered.tag == f"{{{NAMES['saml']}}}Assertion" else covered.find("saml:Assertion", NAMES)
        if found is not None:
            return found
    raise Refused("Invalid SAML response received: its signature is not the provider's ")


def problems(assertion: Any, entity_id: str | None, expected: Expected) -> list[str]:
    """What is wrong with an assertion, the most telling first."""
    confirmation = assertion.find("saml:Subject/saml:SubjectConfirmation/saml:SubjectConfirmationData", NAMES)
    conditions = assertion.find("saml:Conditions", NAMES)
    if confirmation is None or conditions is None:
        return ["it lacks conditions"]
    now = datetime.now(timezone.utc)
    audiences = [item.text for item in conditions.iterfind("saml:AudienceRestriction/saml:Audience", NAMES)]
    checks = {
        "it is of another provider": assertion.findtext("saml:Issuer", "", NAMES) == entity_id,
        "it is for another audience": expected.audience in audiences,
        "it is for another recipient": confirmation.get("Recipient") == expected.recipient,
        "it answers another request": confirmation.get("InResponseTo") == expected.request_id,
        "it has expired": now < min(time_of(confirmation), time_of(conditions)) + SKEW,
        "it names nobody": bool(assertion.findtext("saml:Subject/saml:NameID", "", NAMES)),
    }
    return [problem for problem, holds in checks.items() if not holds]


def time_of(element: Any) -> datetime:
    """When an element's validity ends."""
    return datetime.fromisoformat(element.get("NotOnOrAfter").replace("Z", "+00:00"))


def certificates(provider: Any) -> list[str]:
    """The certificates that a provider signs with, as PEM."""
    keys = provider.iterfind("md:IDPSSODescriptor/md:KeyDescriptor", NAMES)
    texts = [key.findtext(".//ds:X509Certificate", "", NAMES) for key in keys if key.get("use") != "encryption"]
    return [f"-----BEGIN CERTIFICATE-----\n{text.strip()}\n-----END CERTIFICATE-----\n" for text in texts if text]


def parsed(content: bytes) -> Any:
    """XML without entities, documents of others, or the network."""
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
