"""The code flow with PKCE, of a client without a secret."""

import unittest

from ministack.services import cognito
from tests.user_pool_case import CALLBACK, CHALLENGE, UserPoolCase, claims

OTHER_CALLBACK = "http://localhost:53683/callback"


class Codes(UserPoolCase):
    """Taken or refused. Source: "Token endpoint" in the Amazon Cognito developer guide, RFC 7636 §4.6."""

    def test_a_code_brings_tokens_once(self) -> None:
        code = self.code()
        status, tokens = self.redeem(code)
        self.assertEqual((status, tokens["token_type"], tokens["expires_in"]), (200, "Bearer", 360))
        said = claims(tokens["id_token"])
        self.assertEqual((said["aud"], said["nonce"], said["exp"] - said["iat"]), (self.client_id, "n", 300))
        status, answer = self.redeem(code)
        self.assertEqual((status, answer["error"]), (400, "invalid_grant"))

    def test_a_code_is_for_who_began_the_sign_in(self) -> None:
        for name, changes in (
            ("another verifier", {"code_verifier": "w" * 43}),
            ("no verifier", {"code_verifier": ""}),
            ("another callback", {"redirect_uri": OTHER_CALLBACK}),
            ("no callback", {"redirect_uri": ""}),
            ("another client", {"client_id": self.new_client()}),
        ):
            with self.subTest(name):
                status, answer = self.redeem(self.code(), **changes)
                self.assertEqual((status, answer["error"]), (400, "invalid_grant"))

    def test_the_challenge_is_a_hash(self) -> None:
        for name, changes in (
            ("plain", {"code_challenge_method": "plain"}),
            ("of no method", {"code_challenge_method": ""}),
            ("missing", {"code_challenge": ""}),
        ):
            with self.subTest(name):
                self.assertEqual(self.code(**changes), "invalid_request")

    def test_the_pools_own_people_are_a_provider_too(self) -> None:
        """Source: "Authorize endpoint" in the Amazon Cognito developer guide. Amplify always names one."""
        asked = {"response_type": "code", "client_id": self.client_id, "redirect_uri": CALLBACK, "scope": "openid"}
        asked |= {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
        for provider, status, has_form in (("COGNITO", 200, True), ("Another", 400, False)):
            with self.subTest(provider):
                query = {name: [value] for name, value in (asked | {"identity_provider": provider}).items()}
                answer = cognito.handle_oauth2_authorize("GET", "/oauth2/authorize", {}, query)
                self.assertEqual((answer[0], b'name="password"' in answer[2]), (status, has_form))


if __name__ == "__main__":
    unittest.main()
