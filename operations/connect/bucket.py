"""The bucket: web pages need CORS, and the template's own policy refuses what yours may not.

Nothing here is written twice: the rule and the statements are those of template.yaml.
"""

import json
from collections.abc import Iterator
from functools import cache, partial
from typing import Any

from .. import template
from ..failure import unless
from .step import Deployed, Step


def steps(stack: Deployed) -> Iterator[Step]:
    """The rule for web pages, if there are any, and the statements that the policy lacks."""
    bucket, s3 = stack.outputs["BucketName"], stack.account.client("s3")
    origins = [origin for origin in stack.parameter("AllowedOrigins").split(",") if origin]
    missing = uncovered(cors_rules(s3, bucket), origins)
    if missing:
        text = (
            f"web pages of {', '.join(missing)} can neither download nor upload. CORS rule: {json.dumps(rule(missing))}"
        )
        yield Step(bucket, text, partial(allow, s3, bucket, missing))
    lacking = missing_statements(s3, bucket, f"arn:{s3.meta.partition}:s3:::{bucket}")
    if lacking:
        text = "its policy does not refuse what that of a new bucket does. If nobody else needs it, add: "
        yield Step(bucket, text + json.dumps(lacking))


def cors_rules(s3: Any, bucket: str) -> list[dict[str, Any]]:
    """The rules that there are."""
    return unless("NoSuchCORSConfiguration", lambda: s3.get_bucket_cors(Bucket=bucket)["CORSRules"]) or []


def uncovered(rules: list[dict[str, Any]], origins: list[str]) -> list[str]:
    """The origins that no rule lets do all that pages do, with links and with keys."""
    needed = set(rule([])["AllowedMethods"])
    able = [item for item in rules if needed <= set(item["AllowedMethods"])]
    return [origin for origin in origins if not any({origin, "*"} & set(item["AllowedOrigins"]) for item in able)]


def rule(origins: list[str]) -> dict[str, Any]:
    """The rule of the template for these origins, in S3's own words."""
    (written,) = of_template("Bucket")["CorsConfiguration"]["Fn::If"][1]["CorsRules"]
    names = {"ExposedHeaders": "ExposeHeaders", "MaxAge": "MaxAgeSeconds"}
    return {names.get(name, name): value for name, value in written.items()} | {"AllowedOrigins": origins}


def allow(s3: Any, bucket: str, origins: list[str]) -> None:
    """Adds the rule to those that there are."""
    rules = [*cors_rules(s3, bucket), rule(origins)]
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": rules})


def missing_statements(s3: Any, bucket: str, arn: str) -> list[dict[str, Any]]:
    """The statements of the template's policy that the bucket's has not, by what they say."""
    policy = unless("NoSuchBucketPolicy", lambda: json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"]))
    statements = policy["Statement"] if policy else []
    there = [item.get("Condition") for item in statements if item.get("Effect") == "Deny"]
    ours = of_template("BucketPolicy")["PolicyDocument"]["Statement"]
    return [named(item, arn) for item in ours if item["Condition"] not in there]


@cache
def of_template(name: str) -> dict[str, Any]:
    """The properties of a resource in template.yaml, which takes a second to read."""
    properties: dict[str, Any] = template.read()["Resources"][name]["Properties"]
    return properties


def named(value: Any, arn: str) -> Any:
    """The value with the bucket's ARN in the places where the template refers to it."""
    if isinstance(value, list):
        return [named(item, arn) for item in value]
    if not isinstance(value, dict):
        return value
    if "Fn::GetAtt" in value:
        return arn
    if "Fn::Sub" in value:
        return value["Fn::Sub"].replace("${Bucket.Arn}", arn)
    return {name: named(item, arn) for name, item in value.items()}
