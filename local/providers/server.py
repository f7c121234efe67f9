"""nanoidp, an identity provider for tests, with the claims of our people. Runs inside `.venv/providers`.

nanoidp gives everybody an address, says of each that it is verified, and knows nobody's name. Here, a person's
`attributes` come first.
"""

import sys
from typing import Any

import nanoidp.__main__
from nanoidp.services import userinfo

CLAIMS_BY_SCOPE = (("email", ("email", "email_verified")), ("profile", ("name", "preferred_username")))


def main() -> None:
    """Serves until a signal arrives, with the command line of nanoidp."""
    resolve = userinfo.resolve_user_claim

    def resolve_own_first(user: Any, name: str) -> tuple[bool, Any]:
        """A claim that is null is not sent. SAML has texts alone, and a claim may be true."""
        if name in user.attributes:
            value = user.attributes[name]
            return value is not None, value == "true" if value in ("true", "false") else value
        return resolve(user, name)

    userinfo.resolve_user_claim = resolve_own_first
    userinfo._SCOPED_CLAIMS = CLAIMS_BY_SCOPE
    sys.exit(nanoidp.__main__.main())


if __name__ == "__main__":
    main()
