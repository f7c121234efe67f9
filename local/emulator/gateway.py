"""API Gateway: what an event says of the address under which the API was called."""

from typing import Any

from ministack.services import apigateway, lambda_svc


def install() -> None:
    """Replaces the name that ministack has for an API: nothing answers under it."""
    execute = lambda_svc._execute_function_with_config_scope

    def execute_with_address(function: Any, event: Any, *arguments: Any, **named: Any) -> Any:
        return execute(function, with_address(event), *arguments, **named)

    lambda_svc._execute_function_with_config_scope = execute_with_address


def with_address(event: Any) -> Any:
    """The event with the address where the API is: below a path, which a `$default` stage on AWS does not have, and
    without TLS. Events that are not of ministack's gateway stay as they are."""
    context = event.get("requestContext") if isinstance(event, dict) else None
    if not isinstance(context, dict) or not str(context.get("domainName")).endswith(f".execute-api.{apigateway._HOST}"):
        return event
    headers = event["headers"]
    host = f"{headers.get('host')}/_aws/execute-api/{context['apiId']}/{context['stage']}"
    return event | {
        "headers": headers | {"x-forwarded-proto": "http"},
        "requestContext": context | {"domainName": host},
    }
