"""Other people's homes: closed through the API, through links, and with the keys themselves."""

import json

from ..checks import expect, expect_that
from ..clients import client_with, outcome
from ..run import Run
from .uploads import TEXT, follow, upload

SECRET = b"nobody else reads this"


def run(run: Run) -> None:
    """The first person tries what only the second may."""
    checks, one, two = run.checks, run.one, run.two
    bucket = run.stack.output("BucketName")
    with checks.check("The second person has an object in their home"):
        upload(run, two, "~/diary.txt", SECRET)
    with checks.check("Another's home cannot be listed"):
        expect("403 access_denied", run.api(f"/objects?prefix={two.home}", one).said(), "GET /objects")
        s3 = client_with("s3", one.credentials)
        expect("AccessDenied", outcome(s3.list_objects_v2, Bucket=bucket, Prefix=two.home), "with keys")
    diary = f"{two.home}diary.txt"
    with checks.check("Another's object cannot be read"):
        expect(403, follow(run.object(one, diary)).status, "by a link")
        s3 = client_with("s3", one.credentials)
        expect("AccessDenied", outcome(s3.get_object, Bucket=bucket, Key=diary), "with keys")
    with checks.check("Nothing can be written into another's home"):
        body = json.dumps({"size": 1, "content_type": TEXT}).encode()
        expect("403 access_denied", run.object(one, f"{two.home}new.txt", "POST", body).said(), "by a link")
        s3 = client_with("s3", one.credentials)
        refused = outcome(s3.put_object, Bucket=bucket, Key=f"{two.home}new.txt", Body=b"")
        expect("AccessDenied", refused, "with keys")
    with checks.check("Another's object cannot be deleted"):
        expect("403 access_denied", run.object(one, diary, "DELETE").said(), "by the API")
        s3 = client_with("s3", one.credentials)
        expect("AccessDenied", outcome(s3.delete_object, Bucket=bucket, Key=diary), "with keys")
    with checks.check("Nothing can be written to public/ or elsewhere"):
        s3 = client_with("s3", one.credentials)
        for prefix in ("public/", "private/", ""):
            key = f"{prefix}{run.label}.txt"
            run.made.keys.append(key)
            expect("AccessDenied", outcome(s3.put_object, Bucket=bucket, Key=key, Body=b""), prefix or "elsewhere")
    with checks.check("The versions of another's home cannot be listed"):
        expect("403 access_denied", run.api(f"/versions?prefix={two.home}", one).said(), "GET /versions")
        s3 = client_with("s3", one.credentials)
        expect("AccessDenied", outcome(s3.list_object_versions, Bucket=bucket, Prefix=two.home), "with keys")
    with checks.check("The versions of one's own home cannot be deleted for good"):
        s3 = client_with("s3", two.credentials)
        for version in s3.list_object_versions(Bucket=bucket, Prefix=diary)["Versions"]:
            refused = outcome(s3.delete_object, Bucket=bucket, Key=diary, VersionId=version["VersionId"])
            expect("AccessDenied", refused, "with keys")
    with checks.check("The second person still reads their object"):
        read = follow(run.object(two, "~/diary.txt"))
        expect_that((read.status, read.body) == (200, SECRET), "the object", read.status)
