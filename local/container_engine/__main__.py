"""Runs a command with a container engine: `python local/container_engine COMMAND…`.

This is the engine that is running, or, as root on Debian, a temporary one (own.py). If there is neither, the command is
skipped with a message. `DOCKER_HOST` tells the command where the engine is, and `LATCHKEY_CONTAINER_HOST` at which
address containers reach this machine. Run this with the SAM CLI's interpreter, which has Docker's client.
"""

import os
import socket
import subprocess
import sys

import base_image
import own
from docker import DockerClient
from docker.errors import DockerException


class Skipped(Exception):
    """Why the command is not run, in one line for the person who started it."""


def run(command: list[str]) -> int:
    """Runs `command`, and returns its exit status."""
    client = found()
    if client is not None:
        print("» Using the container engine that is running", flush=True)
        address = this_machine(client)
        try:
            base_image.pull(client, own.architecture())
        except DockerException as error:
            raise Skipped(f"AWS's base image is missing and cannot be downloaded: {error}") from None
        return subprocess.call(command, env=os.environ | {"LATCHKEY_CONTAINER_HOST": address})
    if not own.is_possible():
        raise Skipped("no container engine (Docker) is running, and only root on Debian can start a temporary one")
    return own.run(command)


def found() -> DockerClient | None:
    """The engine that answers, or None."""
    try:
        client = DockerClient.from_env(timeout=20)
        client.ping()
    except DockerException:
        return None
    return client


def this_machine(client: DockerClient) -> str:
    """The address at which containers reach this machine."""
    try:
        address = str(client.networks.get("bridge").attrs["IPAM"]["Config"][0]["Gateway"])
        with socket.socket() as probe:
            probe.bind((address, 0))
    except (DockerException, LookupError, OSError):
        raise Skipped("the container engine has no bridge on which its containers could reach this machine") from None
    return address


def main() -> None:
    """Runs the command in the arguments."""
    try:
        sys.exit(run(sys.argv[1:]))
    except Skipped as skipped:
        print(f"latchkey: skipped: {skipped}", file=sys.stderr)


if __name__ == "__main__":
    main()
