"""API Gateway: an address without a stage, what an event says of that address, and what pages may do."""

from typing import Any

import ministack.app
from ministack.services import apigateway, lambda_svc

BELOW = "/_aws/execute-api/"
"""Where all APIs are, each below its id."""


def install() -> None:
    """Replaces the name that ministack has for an API, under which nothing answers, and reads the template's CORS."""
    ministack.app._parse_execute_api_url = without_stage(ministack.app._parse_execute_api_url)
    apigateway._handle_execute_in_scope = with_cors(apigateway._handle_execute_in_scope)
    execute = lambda_svc._execute_function_with_config_scope

    def execute_with_address(function: Any, event: Any, *arguments: Any, **named: Any) -> Any:
        return execute(function, with_address(event), *arguments, **named)

    lambda_svc._execute_function_with_config_scope = execute_with_address


def without_stage(parse: Any) -> Any:
    """Addresses of a `$default` stage have no stage, and all that follows the API's id is the path. ministack takes
    the first segment for one until it finds none of that name, and loses a slash at the end on the way."""

    def parsed(host: str, path: str) -> Any:
        found = parse(host, path)
        if found is None or not path.startswith(BELOW):
            return found
        api_id, stage, below = found
        stages = apigateway.stages_for_api(api_id)
        if stage in stages or "$default" not in stages:
            return api_id, stage, below
        return api_id, "$default", path.removeprefix(f"{BELOW}{api_id}") or "/"

    return parsed


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
    """The event with the address where the API is: below a path, which an API on AWS does not have, and without TLS.
    Events that are not of ministack's gateway stay as they are."""
    context = event.get("requestContext") if isinstance(event, dict) else None
    if not isinstance(context, dict) or not str(context.get("domainName")).endswith(f".execute-api.{apigateway._HOST}"):
        return event
    headers = event["headers"]
    host = f"{headers.get('host')}{BELOW}{context['apiId']}"
    return event | {
        "headers": headers | {"x-forwarded-proto": "http"},
        "requestContext": context | {"domainName": host},
    }
