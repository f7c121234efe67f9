"""AWS's base image of the functions' runtime, or a stand-in for it."""

import subprocess
from pathlib import Path

from docker import DockerClient
from docker.errors import ImageNotFound

REPOSITORY = "public.ecr.aws/lambda/provided"


def pull(client: DockerClient, architecture: str) -> None:
    """Downloads AWS's own image, if it is missing."""
    tag = f"al2023-{architecture}"
    try:
        client.images.get(f"{REPOSITORY}:{tag}")
    except ImageNotFound:
        print(f"» Downloading {REPOSITORY}:{tag}", flush=True)
        client.images.pull(REPOSITORY, tag=tag)


def stand_in(client: DockerClient, architecture: str, root: Path, archive: Path) -> None:
    """Packs `root` into `archive`, and imports that under the name of AWS's own image."""
    subprocess.run(["tar", "-C", root, "-cf", archive, "."], check=True)
    client.api.import_image(
        str(archive),
        repository=REPOSITORY,
        tag=f"al2023-{architecture}",
        changes=["ENV LAMBDA_TASK_ROOT=/var/task LAMBDA_RUNTIME_DIR=/var/runtime PATH=/bin", "WORKDIR /var/task"],
    )
