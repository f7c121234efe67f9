"""The second factor of a pool with MultiFactor=ON: this program is the person's authenticator app."""

import base64
import hashlib
import hmac
import struct
import time
from typing import TYPE_CHECKING, Any

from .checks import Mismatch
from .clients import client

if TYPE_CHECKING:
    from .people import Person

STEP_SECONDS = 30


def passed(ids: dict[str, str], person: "Person", challenge: dict[str, Any]) -> dict[str, Any]:
    """Sets the second factor up at the first sign-in, shows a code at the later ones, and returns Cognito's answer."""
    name, user = challenge["ChallengeName"], {"USERNAME": person.name}
    cognito = client("cognito-idp")
    if name == "MFA_SETUP":
        started = cognito.associate_software_token(Session=challenge["Session"])
        person.factor = started["SecretCode"]
        done = cognito.verify_software_token(Session=started["Session"], UserCode=code(person.factor))
        answers, session = user, done["Session"]
    elif name == "SOFTWARE_TOKEN_MFA" and person.factor:
        # Cognito takes each code once.
        time.sleep(STEP_SECONDS - time.time() % STEP_SECONDS + 1)
        answers, session = user | {"SOFTWARE_TOKEN_MFA_CODE": code(person.factor)}, challenge["Session"]
    else:
        raise Mismatch("tokens, or the request for an authenticator app", name)
    answer: dict[str, Any] = cognito.admin_respond_to_auth_challenge(
        **ids, ChallengeName=name, Session=session, ChallengeResponses=answers
    )
    return answer


def code(secret: str, at: float | None = None) -> str:
    """The code of the moment (RFC 6238 with SHA-1, 30 seconds and 6 digits)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    counter = struct.pack(">Q", int(time.time() if at is None else at) // STEP_SECONDS)
    mac = hmac.new(key, counter, hashlib.sha1).digest()
    start = mac[-1] & 0x0F
    return f"{(struct.unpack('>I', mac[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"
