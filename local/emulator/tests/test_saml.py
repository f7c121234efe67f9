"""Which SAML responses are taken: what is signed for this user pool and this request, and nothing else."""

import base64
import unittest
from datetime import datetime, timedelta, timezone

import saml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from lxml import etree
from signxml import XMLSigner

EXPECTED = saml.Expected("urn:amazon:cognito:sp:pool", "https://pool/saml2/idpresponse", "_request")
ENTITY = "https://idp.example.com"
METADATA = """<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{entity}">
  <IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data>
      <X509Certificate>{certificate}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>
  </IDPSSODescriptor>
</EntityDescriptor>"""
RESPONSE = """<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_response" Version="2.0">
  <samlp:Status><samlp:StatusCode Value="{status}"/></samlp:Status>
  <saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_assertion" Version="2.0">
    <saml:Issuer>{entity}</saml:Issuer>
    <saml:Subject><saml:NameID>{subject}</saml:NameID><saml:SubjectConfirmation>
      <saml:SubjectConfirmationData NotOnOrAfter="{end}" Recipient="{recipient}" InResponseTo="{request}"/>
    </saml:SubjectConfirmation></saml:Subject>
    <saml:Conditions NotOnOrAfter="{end}">
      <saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction>
    </saml:Conditions>
    <saml:AttributeStatement><saml:Attribute Name="email">
      <saml:AttributeValue>olga@example.com</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>
  </saml:Assertion>
</samlp:Response>"""


def new_key() -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    """A provider's key, with its certificate."""
    key, now = rsa.generate_private_key(65537, 2048), datetime.now(timezone.utc)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "idp")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(hours=1))
    return key, made.sign(key, hashes.SHA256())


KEY, CERTIFICATE = new_key()


def metadata(certificate: x509.Certificate = CERTIFICATE) -> str:
    """The provider's, with this certificate."""
    der = base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode()
    return METADATA.format(entity=ENTITY, certificate=der)


def signed(minutes: int = 5, **changes: str) -> bytes:
    """A response with a signed assertion that ends after so many minutes."""
    end = (datetime.now(timezone.utc) + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")
    values = {
        "status": saml.SUCCESS,
        "entity": ENTITY,
        "subject": "olga",
        "end": end,
        "recipient": EXPECTED.recipient,
        "request": str(EXPECTED.request_id),
        "audience": EXPECTED.audience,
    }
    response = etree.fromstring(RESPONSE.format(**values | changes).encode())
    assertion = response.find("saml:Assertion", saml.NAMES)
    certificate = CERTIFICATE.public_bytes(serialization.Encoding.PEM).decode()
    made = XMLSigner(c14n_algorithm="http://www.w3.org/2001/10/xml-exc-c14n#").sign(
        assertion, key=KEY, cert=certificate, reference_uri="_assertion"
    )
    response.replace(assertion, made)
    return etree.tostring(response)


def said(response: bytes, known: str = "") -> tuple[str, dict[str, str]]:
    """What is taken from it."""
    return saml.said(base64.b64encode(response).decode(), known or metadata(), EXPECTED)


class Responses(unittest.TestCase):
    """Taken or refused."""

    def test_a_good_response_says_who_it_is(self) -> None:
        self.assertEqual(said(signed()), ("olga", {"email": "olga@example.com"}))
        self.assertEqual(said(signed(minutes=0))[0], "olga", "clocks differ")

    def test_what_is_not_for_this_sign_in_is_refused(self) -> None:
        for name, response, reason in (
            ("a failure", signed(status="urn:oasis:names:tc:SAML:2.0:status:Requester"), "the sign-in failed"),
            ("another provider's", signed(entity="https://other.example.com"), "it is of another provider"),
            ("another pool's", signed(audience="urn:amazon:cognito:sp:other"), "it is for another audience"),
            ("another place's", signed(recipient="https://other/saml2/idpresponse"), "it is for another recipient"),
            ("another request's", signed(request="_other"), "it answers another request"),
            ("old", signed(minutes=-2), "it has expired"),
            ("of nobody", signed(subject=""), "it names nobody"),
            ("no XML", b"<", "it is not XML"),
        ):
            with self.subTest(name), self.assertRaisesRegex(saml.Refused, reason):
                said(response)

    def test_what_is_not_signed_by_the_provider_is_refused(self) -> None:
        good = signed()
        unsigned = etree.fromstring(good)
        signature = unsigned.find(".//ds:Signature", saml.NAMES)
        signature.getparent().remove(signature)
        for name, response, known in (
            ("changed", good.replace(b"olga@example.com", b"eve@example.com"), metadata()),
            ("unsigned", etree.tostring(unsigned), metadata()),
            ("with another key", good, metadata(new_key()[1])),
        ):
            with self.subTest(name), self.assertRaisesRegex(saml.Refused, "its signature is not the provider's"):
                said(response, known)

    def test_an_assertion_beside_the_signed_one_says_nothing(self) -> None:
        good = etree.fromstring(signed())
        forged = etree.fromstring(etree.tostring(good.find("saml:Assertion", saml.NAMES)).replace(b">olga<", b">eve<"))
        forged.remove(forged.find("ds:Signature", saml.NAMES))
        forged.set("ID", "_forged")
        good.insert(1, forged)
        self.assertEqual(said(etree.tostring(good))[0], "olga")


if __name__ == "__main__":
    unittest.main()
