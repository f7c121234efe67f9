"""Which tokens a revocation ends, and which revocations are refused."""

import json
import unittest
from typing import Any

from ministack.services import cognito

from tests.user_pool_case import UserPoolCase, answer_of, made, posted, requested


class Revocation(UserPoolCase):
    """By the endpoint, and by the operation."""

    def test_it_ends_all_tokens_of_the_sign_in_and_no_others(self) -> None:
        for name, revoke in (
            ("by the endpoint", self.revoke),
            ("by the operation", self.revoke_with_operation),
        ):
            with self.subTest(name):
                tokens, others = self.sign_in(), self.sign_in()
                newer = self.refresh(tokens["refresh_token"])[1]
                self.assertEqual(self.user_info(newer["access_token"]), 200)
                self.assertEqual(revoke(tokens["refresh_token"])[0], 200)
                for ended in (tokens, newer):
                    self.assertEqual(self.refresh(ended["refresh_token"])[1].get("error"), "invalid_grant")
                    self.assertEqual(self.user_info(ended["access_token"]), 401)
                self.assertEqual(self.user_info(others["access_token"]), 200)
                self.assertEqual(self.refresh(others["refresh_token"])[0], 200)

    def test_any_refresh_token_of_the_sign_in_ends_it(self) -> None:
        for name, revoked in (("the first", 0), ("one between", 1), ("the newest", 2)):
            with self.subTest(name):
                tokens = [self.sign_in()["refresh_token"]]
                for _ in range(2):
                    tokens.append(self.refresh(tokens[-1])[1]["refresh_token"])
                self.assertEqual(self.revoke(tokens[revoked])[0], 200)
                self.assertEqual([self.refresh(token)[1].get("error") for token in tokens], ["invalid_grant"] * 3)

    def test_it_ends_the_way_to_credentials(self) -> None:
        region, _, _ = self.pool_id.partition("_")
        provider = f"cognito-idp.{region}.amazonaws.com/{self.pool_id}"
        identity_pool = {
            "IdentityPoolName": "people",
            "AllowUnauthenticatedIdentities": False,
            "CognitoIdentityProviders": [
                {"ProviderName": provider, "ClientId": self.client_id, "ServerSideTokenCheck": True}
            ],
        }
        pool_id = made(cognito._create_identity_pool(identity_pool))["IdentityPoolId"]
        tokens = self.sign_in()
        logins = {provider: tokens["id_token"]}
        identity = made(cognito._get_id({"IdentityPoolId": pool_id, "Logins": logins}))["IdentityId"]
        request = {"IdentityId": identity, "Logins": logins}
        self.assertEqual(cognito._get_credentials_for_identity(request)[0], 200)
        self.revoke(tokens["refresh_token"])
        status, _, body = cognito._get_credentials_for_identity(request)
        self.assertEqual((status, json.loads(body)["message"]), (400, "Invalid login token. Token is revoked."))

    def test_a_client_revokes_its_own_refresh_tokens(self) -> None:
        tokens = self.sign_in()
        token, other = tokens["refresh_token"], self.new_client()
        with_secret = self.new_client(GenerateSecret=True)
        for name, changes, expected in (
            ("no token", {"token": ""}, (400, "invalid_request")),
            ("of another client", {"client_id": other}, (400, "invalid_request")),
            ("of an unknown client", {"client_id": "nobody"}, (401, "invalid_client")),
            ("without a client", {"client_id": ""}, (401, "invalid_client")),
            ("without its secret", {"client_id": with_secret}, (401, "invalid_client")),
            ("an access token", {"token": tokens["access_token"]}, (400, "unsupported_token_type")),
            ("an id token", {"token": tokens["id_token"]}, (400, "unsupported_token_type")),
            ("not valid", {"token": "x"}, (200, None)),
            ("touched", {"token": token[:-4] + "AAAA"}, (200, None)),
        ):
            with self.subTest(name):
                status, answer = self.revoke(**{"token": token} | changes)
                self.assertEqual((status, answer.get("error")), expected)
        self.assertEqual(self.refresh(token)[0], 200)

    def test_the_operation_refuses_the_same(self) -> None:
        tokens = self.sign_in()
        token, with_secret = tokens["refresh_token"], self.new_client(GenerateSecret=True)
        for name, changes, error in (
            ("no token", {"Token": ""}, "InvalidParameterException"),
            ("of another client", {"ClientId": self.new_client()}, "UnauthorizedException"),
            ("of an unknown client", {"ClientId": "nobody"}, "UnauthorizedException"),
            ("without its secret", {"ClientId": with_secret}, "UnauthorizedException"),
            ("an access token", {"Token": tokens["access_token"]}, "UnsupportedTokenTypeException"),
            ("not valid", {"Token": "x"}, None),
        ):
            with self.subTest(name):
                self.assertEqual(self.revoke_with_operation(token, **changes)[1].get("__type"), error)
        self.assertEqual(self.refresh(token)[0], 200)

    def test_a_client_may_have_no_revocation(self) -> None:
        self.client_id = self.new_client(EnableTokenRevocation=False)
        token = self.sign_in()["refresh_token"]
        status, answer = self.revoke(token)
        self.assertEqual((status, answer["error"]), (400, "invalid_request"))
        _, answer = self.revoke_with_operation(token)
        self.assertEqual(answer["__type"], "UnsupportedOperationException")
        self.assertEqual(self.refresh(token)[0], 200)

    def test_the_answer_to_a_revocation_is_empty(self) -> None:
        form = {"client_id": self.client_id, "token": self.sign_in()["refresh_token"]}
        status, _, body = posted("/oauth2/revoke", form)
        self.assertEqual((status, body), (200, b""))

    def test_the_discovery_document_names_the_endpoint(self) -> None:
        status, _, body = requested("GET", f"/{self.pool_id}/.well-known/openid-configuration", b"", {})
        self.assertEqual((status, json.loads(body)["revocation_endpoint"]), (200, "http://127.0.0.1/oauth2/revoke"))

    def revoke(self, token: str, **changes: str) -> tuple[int, dict[str, Any]]:
        """What the endpoint answers."""
        return answer_of("/oauth2/revoke", {"client_id": self.client_id, "token": token} | changes)

    def revoke_with_operation(self, token: str, **changes: str) -> tuple[int, dict[str, Any]]:
        """What RevokeToken answers."""
        return self.call("RevokeToken", **{"ClientId": self.client_id, "Token": token} | changes)

    def user_info(self, token: str) -> int:
        """Whether an access token is good for the userinfo endpoint."""
        return requested("GET", "/oauth2/userInfo", b"", {"authorization": f"Bearer {token}"})[0]


if __name__ == "__main__":
    unittest.main()
