"""The error of this program."""


class Failure(Exception):
    """Why nothing can be verified, in one line for the person who asked."""
