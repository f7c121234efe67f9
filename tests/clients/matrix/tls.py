"""The API at an https address under a host name of its own, as a domain of the stack's would be."""

import http.client
import ssl
import threading
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NAME = "api.latchkey.test"
HEADERS_KEPT = ("authorization", "content-type", "accept")


class Proxy(ThreadingHTTPServer):
    """Passes requests on to the API, and speaks TLS."""

    daemon_threads = True

    def __init__(self, api_url: str, folder: Path) -> None:
        """Makes a certificate below `folder`, too, which clients have to trust."""
        super().__init__(("127.0.0.1", 0), Handler)
        self.api = urlsplit(api_url)
        self.authority = folder / "authority.pem"
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certified(folder, self.authority))
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """The address."""
        return f"https://{NAME}:{self.server_address[1]}"

    def handle_error(self, *_arguments: object) -> None:
        """A client that does not trust the certificate hangs up: it says so itself."""


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Proxy
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:  # noqa: N802
        """Passes a request on."""
        api = self.server.api
        upstream = http.client.HTTPConnection(api.hostname, api.port, timeout=30)
        kept = {name: text for name, text in self.headers.items() if name.lower() in HEADERS_KEPT}
        upstream.request("GET", f"{api.path}{self.path}", headers=kept)
        answer = upstream.getresponse()
        body = answer.read()
        self.send_response(answer.status)
        for name in ("Content-Type", "WWW-Authenticate", "Cache-Control", "Retry-After"):
            if text := answer.headers[name]:
                self.send_header(name, text)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        upstream.close()

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        """Says nothing: a path may have an identity id."""


def certified(folder: Path, authority: Path) -> Path:
    """Writes an authority, and a key with a certificate of it for the name. Returns the file of the latter."""
    issuer, root = made("Latchkey's clients", None, None)
    key, certificate = made(NAME, issuer, root)
    pem = serialization.Encoding.PEM
    authority.write_bytes(root.public_bytes(pem))
    file = folder / "certificate.pem"
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(private + certificate.public_bytes(pem))
    return file


def made(
    name: str, issuer: ec.EllipticCurvePrivateKey | None, root: x509.Certificate | None
) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    """A key and its certificate: an authority's that it signs itself, or a server's."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(timezone.utc)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = [root is not None, *[False] * 4, *[root is None] * 2, False, False]
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(root.subject if root else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=root is None, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(*usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key((issuer or key).public_key()), critical=False
        )
    )
    if root:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    return key, builder.sign(issuer or key, hashes.SHA256())
