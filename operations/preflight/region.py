"""Whether the region has the services that the template needs, and whether the answers are ones that it takes."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError

from .. import template
from ..failure import is_denied
from .finding import Finding, Plan, right, unknown, wrong

# A cheap question to each service: a service that the region lacks has no address there.
QUESTIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "cognito-idp": ("list_user_pools", {"MaxResults": 1}),
    "cognito-identity": ("list_identity_pools", {"MaxResults": 1}),
    "apigatewayv2": ("get_apis", {"MaxResults": "1"}),
    "lambda": ("list_functions", {"MaxItems": 1}),
    "logs": ("describe_log_groups", {"limit": 1}),
    "cloudwatch": ("list_dashboards", {}),
}


def check(plan: Plan) -> Iterator[Finding]:
    """One line for the region."""
    missing, silent = [], []
    for service, (operation, arguments) in QUESTIONS.items():
        try:
            getattr(plan.account.client(service), operation)(**arguments)
        except EndpointConnectionError:
            missing.append(service)
        except ClientError as error:
            # Who refuses is there.
            if not is_denied(error):
                silent.append(f"{service} says {error.response['Error']['Code']}")
        except BotoCoreError as error:
            silent.append(f"{service}: {error}")
    if missing:
        yield wrong("region", f"{plan.region} has no {', '.join(missing)}, or the network does; choose another region")
    if silent:
        yield unknown("region", "; ".join(silent))
    if not missing and not silent:
        yield right("region", f"{plan.region} has {', '.join(QUESTIONS)}")


def check_answers(plan: Plan) -> Iterator[Finding]:
    """One line for each answer that CloudFormation would refuse."""
    found = template.wrong_values(plan.template, plan.answers)
    found += template.broken_rules(plan.template, plan.parameters)
    for text in found:
        yield wrong("parameters", f"{text}; correct it in the stack's answers")
    if not found:
        yield right("parameters", f"{len(plan.answers)} answers, the rest as in template.yaml")


def check_stack(plan: Plan) -> Iterator[Finding]:
    """Whether the stack is there already: not a fault, but the operator should know."""
    if plan.deployed is None:
        yield right("stack", f"there is no {plan.stack_name} yet, so a deployment creates it")
    else:
        yield right("stack", f"there is a {plan.stack_name} already, and a deployment changes it")
