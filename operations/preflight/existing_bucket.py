"""A bucket of the operator's own, and whether people's objects are safe in it."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ..failure import unless
from .finding import Finding, Plan, ask, refused, right, unknown, wrong
from .storage import location_of_own

SUBJECT = "ExistingBucketName"


def check(plan: Plan) -> Iterator[Finding]:
    """The bucket: of this account and region, closed to the public, and as the answers say."""
    bucket = plan.parameter("ExistingBucketName")
    if not bucket:
        return
    s3 = plan.account.client("s3")
    location, instead = location_of_own(plan, SUBJECT, bucket, "name another")
    if instead:
        yield instead
        return
    if location != plan.region:
        yield wrong(SUBJECT, f"{bucket} is in {location}, and the functions look for it in {plan.region}")
        return
    found: list[str] = []
    for part in (public_access, ownership, versions, encryption):
        try:
            found += part(plan, s3, bucket)
        except (ClientError, BotoCoreError) as error:
            yield refused(SUBJECT, error)
    for fault in found:
        yield wrong(SUBJECT, fault)
    if not found:
        yield right(SUBJECT, f"{bucket} is there, closed to the public")
    yield from check_public_prefix(s3, bucket)


def public_access(_plan: Plan, s3: Any, bucket: str) -> Iterator[str]:
    """All four blocks have to be on."""
    absent = "NoSuchPublicAccessBlockConfiguration"
    found = unless(absent, lambda: s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]) or {}
    names = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    if missing := [name for name in names if not found.get(name)]:
        yield f"it can be made public; switch on {', '.join(missing)} (aws s3api put-public-access-block)"


def ownership(_plan: Plan, s3: Any, bucket: str) -> Iterator[str]:
    """With ACLs, an object could be given to others past every policy."""
    absent = "OwnershipControlsNotFoundError"
    found = unless(absent, lambda: s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"]["Rules"]) or []
    if not any(rule.get("ObjectOwnership") == "BucketOwnerEnforced" for rule in found):
        yield "its objects have ACLs; set BucketOwnerEnforced (aws s3api put-bucket-ownership-controls)"


def versions(plan: Plan, s3: Any, bucket: str) -> Iterator[str]:
    """The template sets it on no bucket of others, so the parameter says what the operator believes."""
    found, said = s3.get_bucket_versioning(Bucket=bucket).get("Status"), plan.parameter("BucketVersioning")
    if (found == "Enabled") != (said == "Enabled"):
        yield (
            f"its versioning is {found or 'off'} and BucketVersioning is {said}; "
            "set one as the other (aws s3api put-bucket-versioning)"
        )


def encryption(plan: Plan, s3: Any, bucket: str) -> Iterator[str]:
    """A key of the operator's own has to be in BucketKmsKeyArn: the role's policy names it, and the bucket's ARN as
    the encryption context, which it is only with a bucket key. Source:
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html"""
    absent = "ServerSideEncryptionConfigurationNotFoundError"
    answer = unless(absent, lambda: s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"])
    rules = (answer or {}).get("Rules") or [{}]
    default = rules[0].get("ApplyServerSideEncryptionByDefault", {})
    # Without a key's name it is S3's own, which everybody who may use the bucket may use.
    key = default.get("KMSMasterKeyID", "") if str(default.get("SSEAlgorithm", "")).startswith("aws:kms") else ""
    said = plan.parameter("BucketKmsKeyArn")
    if key.rpartition("/")[2] != said.rpartition("/")[2]:
        yield f"it is encrypted with {key or 'a key of S3'}; set BucketKmsKeyArn to {'that ARN' if key else 'nothing'}"
    elif key and not rules[0].get("BucketKeyEnabled"):
        yield "people may use its key only through a bucket key; enable that (aws s3api put-bucket-encryption)"


def check_public_prefix(s3: Any, bucket: str) -> Iterator[Finding]:
    """What is below public/ already is about to be shared."""
    answer, instead = ask(SUBJECT, lambda: s3.list_objects_v2(Bucket=bucket, Prefix="public/", MaxKeys=1), {})
    if instead:
        yield instead
    elif answer.get("KeyCount"):
        yield unknown(
            "public/", f"{bucket} has objects there; everybody who is signed in may read them: is that meant?"
        )
