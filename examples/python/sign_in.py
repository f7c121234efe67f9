"""A person signs in in the browser, by code and PKCE, and boto3 gets their keys, by token exchange (RFC 8693).

sign_in.py API_URL AUTHORIZE_URL OAUTH_TOKEN_URL: three outputs of the stack. CALLBACK is one of its CallbackUrls.
"""

import os
import sys
import webbrowser
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlsplit

import boto3
import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session

API_URL, AUTHORIZE_URL, OAUTH_TOKEN_URL = sys.argv[1:]
CALLBACK = os.environ.get("CALLBACK", "http://localhost:3000/callback")


class Callback(BaseHTTPRequestHandler):
    """Takes what the browser brings back."""

    def do_GET(self) -> None:  # noqa: N802
        """Keeps the address, and says goodbye."""
        self.server.came_back = self.path
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"You are signed in. You may close this page.\n")

    def log_message(self, *_: object) -> None:
        """Logs nothing: the address has the code."""


stack = requests.get(f"{API_URL}/.well-known/oauth-protected-resource", timeout=10).json()["latchkey"]
session = OAuth2Session(stack["client_id"], redirect_uri=CALLBACK, code_challenge_method="S256")
verifier = generate_token(48)
url, state = session.create_authorization_url(AUTHORIZE_URL, code_verifier=verifier, scope="openid email")
with HTTPServer(("localhost", urlsplit(CALLBACK).port), Callback) as server:
    print(f"Sign in at {url}", flush=True)
    webbrowser.open(url)
    server.handle_request()

came_back = {"authorization_response": server.came_back, "state": state, "code_verifier": verifier}
id_token = session.fetch_token(OAUTH_TOKEN_URL, **came_back)["id_token"]
kind = "urn:ietf:params:oauth:token-type:id_token"
exchange = {"grant_type": "urn:ietf:params:oauth:grant-type:token-exchange", "subject_token_type": kind}
keys = session.fetch_token(f"{API_URL}/token", **exchange, subject_token=id_token)

me = requests.get(f"{API_URL}/whoami", headers={"Authorization": f"Bearer {id_token}"}, timeout=10).json()
s3 = boto3.client(
    "s3",
    region_name=stack["region"],
    aws_access_key_id=keys["AccessKeyId"],
    aws_secret_access_key=keys["SecretAccessKey"],
    aws_session_token=keys["SessionToken"],
)
found = s3.list_objects_v2(Bucket=me["bucket"], Prefix=me["home"])
print(f"{me['user_name']} has {found['KeyCount']} objects in {me['home']}, with keys until {keys['Expiration']}.")
