"""CloudFormation: resource types that ministack does not know, an attribute of user pools that it lacks, and the
functions in conditions."""

import uuid
from typing import Any

from ministack.services import budgets, cognito, waf
from ministack.services.cloudformation import changesets, engine, handlers, provisioners, stacks

# What stands in the place of a resource that only AWS gives an effect, by its id.
STORED: dict[str, dict[str, Any]] = {}


def install() -> None:
    """Adds the resource types, the issuer to the attributes of a user pool, and the functions in conditions."""
    attributes = provisioners._cognito_user_pool_attributes

    def attributes_with_issuer(pool_id: str) -> dict[str, str]:
        known: dict[str, str] = attributes(pool_id)
        return known | {"ProviderURL": f"https://{known['ProviderName']}"}

    provisioners._cognito_user_pool_attributes = attributes_with_issuer
    provisioners._RESOURCE_HANDLERS |= {
        "AWS::Cognito::ManagedLoginBranding": {"create": store, "update": keep, "delete": drop},
        "AWS::Cognito::UserPoolIdentityProvider": {
            "create": create_provider,
            "update": update_provider,
            "delete": delete_provider,
        },
        "AWS::Cognito::UserPoolRiskConfigurationAttachment": {"create": store, "update": keep, "delete": drop},
        "AWS::WAFv2::WebACLAssociation": {"create": associate, "delete": dissociate},
        "AWS::Budgets::Budget": {"create": create_budget, "delete": delete_budget},
    }
    evaluate = engine._evaluate_conditions

    def evaluate_resolved(template: dict[str, Any], parameters: dict[str, Any]) -> dict[str, bool]:
        conditions = resolved(template.get("Conditions", {}), parameters, template.get("Mappings", {}))
        known: dict[str, bool] = evaluate(template | {"Conditions": conditions}, parameters)
        return known

    for module in (changesets, engine, handlers, stacks):
        module._evaluate_conditions = evaluate_resolved


def resolved(condition: Any, parameters: dict[str, Any], mappings: dict[str, Any]) -> Any:
    """The conditions with both sides of each comparison as they come to. ministack compares a function with a text."""
    if isinstance(condition, list):
        return [resolved(item, parameters, mappings) for item in condition]
    if not isinstance(condition, dict):
        return condition
    return {
        name: engine._resolve_refs(part, {}, parameters, {}, mappings, "", "")
        if name == "Fn::Equals"
        else resolved(part, parameters, mappings)
        for name, part in condition.items()
    }


def store(_logical_id: str, properties: dict[str, Any], _stack: str) -> tuple[str, dict[str, str]]:
    """Stores a resource that belongs to a user pool, which has to exist."""
    if cognito._user_pools.get(properties["UserPoolId"]) is None:
        raise ValueError(f"there is no user pool {properties['UserPoolId']}")
    resource_id = str(uuid.uuid4())
    STORED[resource_id] = properties
    return resource_id, {}


def keep(resource_id: str, _old: Any, properties: dict[str, Any], _stack: str) -> tuple[str, dict[str, str]]:
    """Replaces what is stored."""
    STORED[resource_id] = properties
    return resource_id, {}


def drop(resource_id: str, _properties: Any) -> None:
    """Forgets what is stored."""
    STORED.pop(resource_id, None)


def create_provider(_logical_id: str, properties: dict[str, Any], _stack: str) -> tuple[str, dict[str, str]]:
    """Creates an identity provider of a user pool."""
    checked(cognito._create_identity_provider(properties))
    return properties["ProviderName"], {}


def update_provider(name: str, old: Any, properties: dict[str, Any], stack: str) -> tuple[str, dict[str, str]]:
    """Changes it. Another name, type or pool makes another one."""
    if all(old.get(key) == properties.get(key) for key in ("ProviderName", "ProviderType", "UserPoolId")):
        checked(cognito._update_identity_provider(properties))
        return name, {}
    return create_provider(name, properties, stack)


def delete_provider(name: str, properties: dict[str, Any]) -> None:
    """Deletes it."""
    cognito._delete_identity_provider(properties | {"ProviderName": name})


def associate(_logical_id: str, properties: dict[str, Any], _stack: str) -> tuple[str, dict[str, str]]:
    """Puts a web ACL before a resource."""
    checked(waf._associate_web_acl(properties))
    return properties["ResourceArn"], {}


def dissociate(resource_arn: str, _properties: Any) -> None:
    """Takes it away."""
    waf._disassociate_web_acl({"ResourceArn": resource_arn})


def create_budget(_logical_id: str, properties: dict[str, Any], _stack: str) -> tuple[str, dict[str, str]]:
    """Creates a budget."""
    checked(budgets._create_budget(properties))
    return properties["Budget"]["BudgetName"], {}


def delete_budget(name: str, _properties: Any) -> None:
    """Deletes it."""
    budgets._delete_budget({"BudgetName": name})


def checked(answer: Any) -> None:
    """Raises what a service refused."""
    status, _, body = answer
    if status >= 400:
        raise ValueError(body)
