"""What a refresh token brings, and when it ends."""

import itertools
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest.mock import patch

from ministack.services import cognito
from ministack.services.cloudformation import provisioners

from tests.user_pool_case import CLIENT, GROUP, NAME, PASSWORD, UserPoolCase, claims, later, made

DAY_SECONDS = 86400
AT_ONCE = 8


class Rotation(UserPoolCase):
    """Each use brings a new refresh token, and ends the old one."""

    def test_a_new_token_is_of_the_same_sign_in_and_ends_with_it(self) -> None:
        first = self.sign_in()
        with later(100):
            status, second = self.refresh(first["refresh_token"])
        self.assertEqual((status, second["token_type"], second["expires_in"]), (200, "Bearer", 360))
        old, new = claims(first["refresh_token"]), claims(second["refresh_token"])
        self.assertNotEqual(old.pop("jti"), new.pop("jti"))
        self.assertEqual(old, new)
        for name, seconds in (("id_token", 300), ("access_token", 360)):
            with self.subTest(name):
                old, new = claims(first[name]), claims(second[name])
                for claim in ("sub", "origin_jti", "auth_time", "cognito:groups"):
                    self.assertEqual(old[claim], new[claim], claim)
                self.assertEqual(new["cognito:groups"], [GROUP])
                self.assertGreaterEqual(new["iat"], old["iat"] + 100)
                self.assertEqual([new["exp"] - new["iat"], old["exp"] - old["iat"]], [seconds, seconds])

    def test_all_tokens_say_when_the_person_signed_in(self) -> None:
        now, ticks = time.time(), itertools.count()
        with patch("time.time", lambda: now + next(ticks) / 2):
            tokens = [self.sign_in()]
            for _ in range(2):
                tokens.append(self.refresh(tokens[-1]["refresh_token"])[1])
        said = [claims(answer[name]) for answer in tokens for name in ("access_token", "id_token")]
        self.assertEqual({token["auth_time"] for token in said}, {said[0]["iat"]})

    def test_a_chain_of_tokens_ends_when_the_first_would_have(self) -> None:
        token = self.sign_in()["refresh_token"]
        for seconds in (1, DAY_SECONDS / 2, DAY_SECONDS - 60):
            with later(seconds):
                status, answer = self.refresh(token)
            self.assertEqual(status, 200, f"{seconds}: {answer}")
            token = answer["refresh_token"]
        with later(DAY_SECONDS):
            self.assertEqual(self.refused(self.refresh(token)), "invalid_grant")
            _, answer = self.call("GetTokensFromRefreshToken", ClientId=self.client_id, RefreshToken=token)
        self.assertEqual((answer["__type"], answer["message"]), ("NotAuthorizedException", "Refresh Token has expired"))

    def test_the_old_token_is_good_for_the_grace_period_after_its_first_use(self) -> None:
        for name, grace, unused_seconds, seconds, expected in (
            ("at once", 30, 0, 0, 200),
            ("at its end", 30, 0, 29, 200),
            ("after it", 30, 0, 31, 400),
            ("long unused, at the end", 30, 1000, 29, 200),
            ("long unused, after it", 30, 1000, 31, 400),
            ("the longest", 60, 0, 59, 200),
            ("none", 0, 0, 0, 400),
        ):
            rotation = {"Feature": "ENABLED", "RetryGracePeriodSeconds": grace}
            self.client_id = self.new_client(RefreshTokenRotation=rotation)
            token = self.sign_in()["refresh_token"]
            with self.subTest(name), later(unused_seconds):
                self.assertEqual(self.refresh(token)[0], 200)
                with later(seconds):
                    status, answer = self.refresh(token)
                error = None if expected == 200 else "invalid_grant"  # noqa: PLR2004
                self.assertEqual((status, answer.get("error")), (expected, error))

    def test_a_retry_does_not_prolong_the_grace_period(self) -> None:
        token = self.sign_in()["refresh_token"]
        found = []
        for seconds in (0, 20, 40):
            with later(seconds):
                found.append(self.refresh(token)[0])
        self.assertEqual(found, [200, 200, 400])

    def test_refreshes_at_once_all_bring_tokens_that_work(self) -> None:
        answers = self.at_once(self.sign_in()["refresh_token"])
        self.assertEqual([status for status, _ in answers], [200] * AT_ONCE)
        tokens = {answer["refresh_token"] for _, answer in answers}
        self.assertEqual(len(tokens), AT_ONCE)
        with later(1000):
            self.assertEqual([self.refresh(token)[0] for token in tokens], [200] * AT_ONCE)

    def test_without_a_grace_period_one_of_several_at_once_succeeds(self) -> None:
        rotation = {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0}
        self.client_id = self.new_client(RefreshTokenRotation=rotation)
        answers = self.at_once(self.sign_in()["refresh_token"])
        self.assertEqual(sorted(status for status, _ in answers), [200] + [400] * (AT_ONCE - 1))

    def test_a_reuse_after_the_grace_period_ends_nothing_else(self) -> None:
        first = self.sign_in()["refresh_token"]
        newer = self.refresh(first)[1]["refresh_token"]
        with later(60):
            self.assertEqual(self.refused(self.refresh(first)), "invalid_grant")
            self.assertEqual(self.refresh(newer)[0], 200)

    def test_without_rotation_from_now_on_an_old_token_stays_refused(self) -> None:
        first = self.sign_in()["refresh_token"]
        newer = self.refresh(first)[1]["refresh_token"]
        client = {"UserPoolId": self.pool_id, "ClientId": self.client_id}
        made(cognito._update_user_pool_client(client | {"RefreshTokenRotation": {"Feature": "DISABLED"}}))
        self.assertEqual(self.refused(self.refresh(first)), "invalid_grant")
        self.assertEqual([self.refresh(newer)[0] for _ in range(2)], [200, 200])

    def test_the_operation_rotates_too(self) -> None:
        first = self.sign_in()["refresh_token"]
        status, answer = self.call("GetTokensFromRefreshToken", ClientId=self.client_id, RefreshToken=first)
        newer = answer["AuthenticationResult"]["RefreshToken"]
        self.assertEqual((status, self.refresh(newer)[0]), (200, 200))
        with later(60):
            status, answer = self.call("GetTokensFromRefreshToken", ClientId=self.client_id, RefreshToken=first)
        self.assertEqual((status, answer["__type"]), (400, "RefreshTokenReuseException"))

    def test_refresh_token_auth_is_refused(self) -> None:
        flow = {"AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": {"REFRESH_TOKEN": self.sign_in()["refresh_token"]}}
        status, answer = self.call("InitiateAuth", ClientId=self.client_id, **flow)
        self.assertEqual((status, answer["__type"]), (400, "InvalidParameterException"))
        answer = cognito._admin_initiate_auth({"UserPoolId": self.pool_id, "ClientId": self.client_id} | flow)
        self.assertEqual(answer[0], 400)

    def test_a_sign_in_without_the_pages_rotates_too(self) -> None:
        person = {"USERNAME": NAME, "PASSWORD": PASSWORD}
        flow = {"AuthFlow": "ADMIN_USER_PASSWORD_AUTH", "AuthParameters": person}
        answer = made(cognito._admin_initiate_auth({"UserPoolId": self.pool_id, "ClientId": self.client_id} | flow))
        status, tokens = self.refresh(answer["AuthenticationResult"]["RefreshToken"])
        self.assertEqual((status, tokens["expires_in"], "id_token" in tokens), (200, 360, True))
        self.assertEqual(self.refresh(tokens["refresh_token"])[0], 200)

    def test_what_is_no_refresh_token_of_the_client_is_refused(self) -> None:
        tokens = self.sign_in()
        other = self.new_client()
        for name, changes, error in (
            ("missing", {"refresh_token": ""}, "invalid_request"),
            ("without a client", {"client_id": ""}, "invalid_request"),
            ("of an unknown client", {"client_id": "nobody"}, "invalid_client"),
            ("of another client", {"client_id": other}, "invalid_grant"),
            ("an id token", {"refresh_token": tokens["id_token"]}, "invalid_grant"),
            ("touched", {"refresh_token": tokens["refresh_token"][:-4] + "AAAA"}, "invalid_grant"),
            ("no token at all", {"refresh_token": "x"}, "invalid_grant"),
        ):
            with self.subTest(name):
                self.assertEqual(self.refused(self.refresh(tokens["refresh_token"], **changes)), error)

    def at_once(self, token: str) -> list[tuple[int, dict[str, Any]]]:
        """What several refreshes with one token bring that begin together."""
        with ThreadPoolExecutor(AT_ONCE) as threads:
            return list(threads.map(self.refresh, [token] * AT_ONCE))

    def refused(self, answer: tuple[int, dict[str, Any]]) -> str:
        """The error of a refusal."""
        self.assertEqual(answer[0], 400, answer)
        return str(answer[1]["error"])


class WithoutRotation(UserPoolCase):
    """The refresh token stays."""

    def test_a_refresh_token_is_used_again_and_again(self) -> None:
        for name, changes in (
            ("off", {"RefreshTokenRotation": {"Feature": "DISABLED"}}),
            ("not set", {"RefreshTokenRotation": None}),
        ):
            flows = ["ALLOW_REFRESH_TOKEN_AUTH"]
            self.client_id = self.new_client(ExplicitAuthFlows=flows, **changes)
            token = self.sign_in()["refresh_token"]
            parameters = {"ClientId": self.client_id, "RefreshToken": token}
            flow = {"AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": {"REFRESH_TOKEN": token}}
            for seconds in (0, 100, DAY_SECONDS - 60):
                with self.subTest(name, seconds=seconds), later(seconds):
                    status, answer = self.refresh(token)
                    self.assertEqual((status, "refresh_token" in answer), (200, False), answer)
                    for operation, request in (
                        ("GetTokensFromRefreshToken", parameters),
                        ("InitiateAuth", {"ClientId": self.client_id} | flow),
                    ):
                        status, answer = self.call(operation, **request)
                        self.assertEqual((status, "RefreshToken" in answer["AuthenticationResult"]), (200, False))
            with later(DAY_SECONDS):
                self.assertEqual(self.refresh(token)[1]["error"], "invalid_grant")


class Settings(UserPoolCase):
    """The app client's setting."""

    def test_it_is_stored_as_far_as_it_is_allowed(self) -> None:
        off = {"Feature": "DISABLED", "RetryGracePeriodSeconds": 0}
        for name, changes, expected in (
            ("not set", {"RefreshTokenRotation": None}, off),
            ("off", {"RefreshTokenRotation": {"Feature": "DISABLED"}}, off),
            ("no grace period", rotation(None), rotation(0)["RefreshTokenRotation"]),
            ("the longest", rotation(60), rotation(60)["RefreshTokenRotation"]),
            ("longer", rotation(61), None),
            ("negative", rotation(-1), None),
            ("with the old flow", {"ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"]}, None),
            ("neither on nor off", {"RefreshTokenRotation": {"Feature": "on"}}, None),
        ):
            with self.subTest(name):
                answer = cognito._create_user_pool_client(CLIENT | {"UserPoolId": self.pool_id} | changes)
                if expected is None:
                    self.assertEqual(answer[0], 400)
                else:
                    self.assertEqual(made(answer)["UserPoolClient"]["RefreshTokenRotation"], expected)

    def test_a_template_sets_and_unsets_it(self) -> None:
        with_it = CLIENT | {"UserPoolId": self.pool_id}
        without = {name: value for name, value in with_it.items() if name != "RefreshTokenRotation"}
        client_id, _ = provisioners._cognito_user_pool_client_create("CommandLine", with_it, "stack")
        self.assertEqual(self.stored(client_id), CLIENT["RefreshTokenRotation"])
        provisioners._cognito_user_pool_client_update(client_id, with_it, without, "stack")
        self.assertEqual(self.stored(client_id)["Feature"], "DISABLED")
        provisioners._cognito_user_pool_client_update(client_id, without, with_it, "stack")
        self.assertEqual(self.stored(client_id), CLIENT["RefreshTokenRotation"])

    def stored(self, client_id: str) -> Any:
        """What DescribeUserPoolClient says of it."""
        answer = cognito._describe_user_pool_client({"UserPoolId": self.pool_id, "ClientId": client_id})
        return made(answer)["UserPoolClient"]["RefreshTokenRotation"]


def rotation(seconds: int | None) -> dict[str, Any]:
    """The setting, with this grace period."""
    grace = {} if seconds is None else {"RetryGracePeriodSeconds": seconds}
    return {"RefreshTokenRotation": {"Feature": "ENABLED"} | grace}


if __name__ == "__main__":
    unittest.main()
