"""Tests that need a local AWS: each class of them has one of its own."""

import unittest

from .local_aws import LocalAws


class LocalCase(unittest.TestCase):
    """On an empty local AWS."""

    local: LocalAws

    @classmethod
    def setUpClass(cls) -> None:
        """Starts it. It stops after the last test."""
        cls.local = LocalAws()
        cls.addClassCleanup(cls.local.stop)


class DeployedCase(LocalCase):
    """With the release build deployed as the stack `latchkey`."""

    @classmethod
    def setUpClass(cls) -> None:
        """Deploys it."""
        super().setUpClass()
        cls.local.deploy()
