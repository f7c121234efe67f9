"""What a person does with a client that openapi-python-client makes of docs/openapi.yaml."""

import os
from typing import TypeVar

import httpx
from latchkey_client import AuthenticatedClient, Client
from latchkey_client.api.keys import who_am_i
from latchkey_client.api.objects import delete_object, get_object_by_query, list_objects, upload_object
from latchkey_client.models import Error, GatewayError, IfNoneMatchType1, Link, Page, Upload, UploadLink

API, ID_TOKEN = os.environ["API_URL"], os.environ["ID_TOKEN"]
KEY = "~/to Ada.txt"
CONTENT = b"Hello, Ada!\n"
CLIENT = AuthenticatedClient(base_url=API, token=ID_TOKEN)
Expected = TypeVar("Expected")


def expected(kind: type[Expected], answer: object) -> Expected:
    """The answer, which has to be of this type."""
    assert isinstance(answer, kind), answer
    return answer


def show_list() -> None:
    """Lists the home."""
    for found in expected(Page, list_objects.sync(client=CLIENT, delimiter="/", max_keys=10)).objects:
        print("listed", found.key.split("/")[-1], found.size)


def main() -> None:
    """Uploads, lists, reads and deletes, and is refused."""
    declared = Upload(size=len(CONTENT), content_type="text/plain", if_none_match=IfNoneMatchType1.VALUE_0)
    link = expected(UploadLink, upload_object.sync(KEY, client=CLIENT, body=declared))
    stored = httpx.request(link.method, link.url, content=CONTENT, headers=link.headers.to_dict())
    print("stored", stored.status_code)
    show_list()
    found = expected(Link, get_object_by_query.sync(client=CLIENT, key=KEY, redirect=False))
    print("read", httpx.get(found.url).text.strip())
    print("deleted", delete_object.sync_detailed(KEY, client=CLIENT).status_code.value)
    show_list()
    print("refused", expected(Error, upload_object.sync("public/no.txt", client=CLIENT, body=declared)).code.value)
    # It sends no token, so the gateway answers.
    print("refused", expected(GatewayError, who_am_i.sync(client=Client(base_url=API))).message)


main()
