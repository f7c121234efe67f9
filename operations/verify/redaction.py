"""What must not be shown: the tokens, keys, passwords, links and addresses that a run comes to know."""

import re
from urllib.parse import quote

SHOWN_INSTEAD = "***"

LENGTH_MIN = 8
"""Shorter texts are no secrets, and replacing them would spoil sentences."""

LOOKS_SECRET = re.compile(
    r"eyJ[\w-]+\.[\w-]+\.?[\w-]*"  # a token
    r"|\bA[KS]IA[A-Z0-9]{12,}\b"  # an access key id
    r"|https?://\S*[?&]X-Amz-[^\s\"]*"  # a presigned link
)


class Secrets:
    """The secrets of a run. Whatever is printed or written goes through `redacted`."""

    def __init__(self) -> None:
        self._secrets: set[str] = set()
        self._personal: set[str] = set()

    def add(self, *texts: str) -> None:
        """Remembers secrets. A token's three parts are secrets of their own."""
        for text in texts:
            for part in (text, *(text.split(".") if text.startswith("eyJ") else ())):
                if len(part) >= LENGTH_MIN:
                    self._secrets.add(part)

    def add_link(self, url: str) -> None:
        """Remembers a presigned link, and its signature by itself."""
        self.add(url, *re.findall(r"X-Amz-(?:Signature|Security-Token)=([^&]+)", url))

    def add_personal(self, *texts: str) -> None:
        """Remembers what may be shown to the operator, but has no place in a log: addresses, names, subjects."""
        self._personal.update(text for text in texts if len(text) >= LENGTH_MIN)

    def redacted(self, text: str) -> str:
        """`text` with every secret replaced: those that are known, and what looks like one."""
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, SHOWN_INSTEAD)
        return LOOKS_SECRET.sub(SHOWN_INSTEAD, text)

    def kinds_in(self, text: str) -> list[str]:
        """What of this run is in a text that must have nothing of it, in words that do not say it again."""
        found = set()
        if any(secret in text or quote(secret, safe="") in text for secret in self._secrets):
            found.add("a token, key, password or link")
        lower = text.lower()
        if any(value.lower() in lower for value in self._personal):
            found.add("an e-mail address, user name or subject")
        return sorted(found)
