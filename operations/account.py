"""The operator's AWS account: clients with the operator's own credentials and region."""

import os
import re
from typing import Any

import botocore.session
from botocore.config import Config

from .answers.file import Answers
from .failure import Failure

# A command that somebody waits for: a few quick tries, then an error.
CONFIG = Config(connect_timeout=5, read_timeout=30, retries={"mode": "standard", "total_max_attempts": 4})

READING = re.compile(r"(Admin)?(Get|List|Describe|Simulate|Head|Lookup|Filter)[A-Z]\w*")
"""The names of operations that change nothing."""


class Account:
    """Makes clients, each once. AWS_ENDPOINT_URL leads them elsewhere, as it does for the SAM and AWS CLIs."""

    def __init__(self, answers: Answers, is_read_only: bool = False) -> None:
        """The profile and the region of the stack's answers come first, as for the SAM CLI. A read-only account sends
        nothing that could change anything: the promise does not depend on every caller's care."""
        self.session = botocore.session.Session(profile=answers.profile)
        # botocore reads only one of the two variables.
        set_here = os.environ.get("AWS_REGION") or self.session.get_config_variable("region")
        self.region: str | None = answers.region or set_here
        self._clients: dict[tuple[str, str | None], Any] = {}
        self._is_read_only = is_read_only

    def client(self, service: str, region: str | None = None, config: Config = CONFIG) -> Any:
        """A client in the stack's region, or in another. `config` counts when a client is first made."""
        key = (service, region or self.region)
        if key not in self._clients:
            made = self.session.create_client(service, region_name=key[1], config=config)
            if self._is_read_only:
                made.meta.events.register("before-call", refuse_writes)
            self._clients[key] = made
        return self._clients[key]


def refuse_writes(model: Any, **_: Any) -> None:
    """Stops an operation that does not read, before it is sent."""
    if not READING.fullmatch(model.name):
        raise Failure(f"{model.name} is not a call that only reads; this is a bug, please report it")
