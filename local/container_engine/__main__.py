"""Runs a command with a container engine: `python local/container_engine COMMAND…`.

The engine is the one that is there, or, as root on Debian, one of our own (own.py). Without either, the command is
skipped, and that is said. The command finds the engine by `DOCKER_HOST`, and this machine, as containers see it, by
`LATCHKEY_CONTAINER_HOST`. The interpreter has to be the SAM CLI's, which brings Docker's client along.
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
    """Why the command is not run, in the one line that the person reads."""


def run(command: list[str]) -> int:
    """Runs `command`, and returns its exit status."""
    client = found()
    if client is not None:
        print("» A container engine runs here", flush=True)
        address = this_machine(client)
        try:
            base_image.pull(client, own.architecture())
        except DockerException as error:
            raise Skipped(f"AWS's base image is not here and cannot be fetched: {error}") from None
        return subprocess.call(command, env=os.environ | {"LATCHKEY_CONTAINER_HOST": address})
    if not own.is_possible():
        raise Skipped("no container engine (Docker) runs here, and only root on Debian can set one up for the time")
    return own.run(command)


def found() -> DockerClient | None:
    """The engine that answers, where one does."""
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
        raise Skipped("the container engine has no bridge over which its containers reach this machine") from None
    return address


def main() -> None:
    """Runs what the arguments say."""
    try:
        sys.exit(run(sys.argv[1:]))
    except Skipped as skipped:
        print(f"latchkey: skipped: {skipped}", file=sys.stderr)


if __name__ == "__main__":
    main()
