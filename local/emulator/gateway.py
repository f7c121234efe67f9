"""API Gateway: what an event says of the address under which the API was called, and what pages may do."""

from typing import Any

from ministack.services import apigateway, lambda_svc


def install() -> None:
    """Replaces the name that ministack has for an API, under which nothing answers, and reads the template's CORS."""
    apigateway._handle_execute_in_scope = with_cors(apigateway._handle_execute_in_scope)
    execute = lambda_svc._execute_function_with_config_scope

    def execute_with_address(function: Any, event: Any, *arguments: Any, **named: Any) -> Any:
        return execute(function, with_address(event), *arguments, **named)

    lambda_svc._execute_function_with_config_scope = execute_with_address


def with_cors(handle: Any) -> Any:
    """Requests with the CORS of CloudFormation, whose names ministack does not read. With it, the function's own
    headers of that kind do not count; without it, OPTIONS is a route that is not there.
    """

    async def handled(api_id: str, stage: str, path: str, method: str, headers: dict[str, str], *more: Any) -> Any:
        api = apigateway._apis.get(api_id) or {}
        cors = {name[:1].lower() + name[1:]: value for name, value in (api.get("corsConfiguration") or {}).items()}
        if cors:
            api["corsConfiguration"] = cors
        elif method == "OPTIONS":
            return apigateway._http_api_not_found()
        status, answered, body = await handle(api_id, stage, path, method, headers, *more)
        if cors and method != "OPTIONS":
            of_gateway = apigateway._cors_response_headers(cors, headers.get("origin", ""))
            kept = {name: text for name, text in answered.items() if not name.lower().startswith("access-control-")}
            answered = kept | of_gateway
        return status, answered, body

    return handled


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
