"""Uploads what has not arrived of FILE, and completes it: a client that may be stopped and started again at any time.

upload.py API UPLOAD FILE, with the id token in ID_TOKEN. Uses nothing but Python itself.
"""

import json
import os
import sys
from urllib.request import Request, urlopen


def ask(method: str, query: str = "") -> dict:
    """Asks for something of the upload."""
    headers = {"Authorization": f"Bearer {os.environ['ID_TOKEN']}"}
    with urlopen(Request(f"{api}/uploads/{upload}?{query}", method=method, headers=headers)) as answer:
        return json.load(answer)


def arrived() -> set[int]:
    """The numbers of the parts that S3 has."""
    numbers, after = set(), 0
    while after is not None:
        page = ask("GET", f"after={after}")
        numbers |= {part["number"] for part in page["received"]}
        after = page.get("next_after")
    return numbers


api, upload, path = sys.argv[1:]
whole, here = ask("GET"), arrived()
with open(path, "rb") as file:
    for first in range(1, whole["part_count"] + 1, 100):
        for part in ask("GET", f"links={first}-{first + 99}")["parts"]:
            if part["number"] in here:
                continue
            file.seek((part["number"] - 1) * whole["part_size"])
            with urlopen(Request(part["url"], data=file.read(part["size"]), method="PUT")):
                print(part["number"], flush=True)
print(json.dumps(ask("POST")))
