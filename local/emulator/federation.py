"""The user pool with identity providers: which of them an app client uses, what they say is checked, and a refusal
arrives at the application.

ministack takes every answer for a true one and every claim for an attribute, whatever the provider's mapping says. Here,
`openid.py` and `saml.py` check the answers, and what they find goes through ministack's one way of making a user.
"""

import html
import json
import time
from contextvars import ContextVar
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import openid
import saml
from ministack.core.responses import error_response_json
from ministack.services import cognito
from user_pool import required_attributes

CODE_SECONDS = 300
FOOTER = '<div class="footer">'
NEVER_WRITTEN_BY_CLIENTS = ("email_verified", "phone_number_verified", "username")

# What the provider says of the person of the sign-in under way: the subject, and attributes by their names there.
SAID: ContextVar[tuple[str, dict[str, str]]] = ContextVar("said")


class Refused(Exception):
    """A sign-in that Cognito ends, with the words for the application."""


def install() -> None:
    """Replaces the pages, the providers' answers, and what is checked of providers and app clients."""
    # The address that a pool's domain has on AWS is not this machine's: without it, ministack takes its own.
    cognito._pool_domain_base_url = lambda _pool: ""
    install_pages()
    install_answers()
    install_checks()


def install_pages() -> None:
    """How a sign-in begins."""
    authorize, log_in = cognito.handle_oauth2_authorize, cognito.handle_login_submit
    begin = cognito._oauth2_authorize_federation

    def authorize_with_providers(method: str, path: str, headers: Any, query: Any) -> Any:
        """The page has a link for each provider of the app client, and a form only if passwords are among them."""
        client = cognito._find_pool_by_client_id(cognito._qp(query, "client_id"))[2] or {}
        named, providers = cognito._qp(query, "identity_provider"), client.get("SupportedIdentityProviders") or []
        if named and named not in providers:
            return cognito._oauth2_error("invalid_request", f"{named} is no identity provider of the app client.")
        if named == "COGNITO":
            # The user pool's own form, and no link beside it.
            return authorize(method, path, headers, {name: query[name] for name in query if name != "identity_provider"})
        answer = authorize(method, path, headers, query)
        links = [link(query, name) for name in providers if name != "COGNITO"]
        if named or answer[0] != 200 or not links:  # noqa: PLR2004
            return answer
        page = answer[2].decode() if "COGNITO" in providers else cognito._page_shell("Sign in", "Sign in", "")
        return answer[0], answer[1], page.replace(FOOTER, "".join([*links, FOOTER])).encode()

    def log_in_where_passwords_are(method: str, path: str, headers: Any, body: bytes, query: Any) -> Any:
        form = dict(parse_qsl(body.decode()))
        client = cognito._find_pool_by_client_id(form.get("client_id"))[2]
        if client and "COGNITO" not in (client.get("SupportedIdentityProviders") or []):
            return cognito._oauth2_error("invalid_request", "The app client takes no passwords.")
        return log_in(method, path, headers, body, query)

    def begin_with_pkce(query: Any) -> Any:
        """ministack forgets the code challenge when it sends somebody to a provider."""
        challenge = {name: cognito._qp(query, name) for name in ("code_challenge", "code_challenge_method")}
        state = cognito._qp(query, "state")
        wrong = cognito._pkce_error_redirect(cognito._qp(query, "redirect_uri"), *challenge.values(), state)
        answer = wrong or begin(query)
        if answer[0] == 302 and not wrong:  # noqa: PLR2004
            sent = dict(parse_qsl(urlsplit(answer[1]["Location"]).query))
            relay = cognito._auth_codes[sent.get("RelayState") or sent["state"]]
            relay |= challenge | {"request_id": saml.request_id(sent.get("SAMLRequest"))}
        return answer

    cognito.handle_oauth2_authorize = authorize_with_providers
    cognito.handle_login_submit = log_in_where_passwords_are
    cognito._oauth2_authorize_federation = begin_with_pkce


def install_answers() -> None:
    """How it goes on after the provider."""
    make_user = cognito._saml2_idp_response

    def from_oidc(method: str, body: bytes, query: Any) -> Any:
        sent = form_of(body) if method == "POST" else {}
        code, state = (cognito._qp(query, name) or sent.get(name, "") for name in ("code", "state"))

        def say(relay: dict[str, Any], provider: dict[str, Any]) -> tuple[str, dict[str, str]]:
            callback = cognito._oidc_callback_url(cognito._get_pool_unscoped(relay["pool_id"]))
            claims = openid.claims(provider["ProviderDetails"], code, callback)
            return claims["sub"], claims

        return answered(state, say)

    def from_saml(body: bytes, _query: Any) -> Any:
        sent = form_of(body)

        def say(relay: dict[str, Any], provider: dict[str, Any]) -> tuple[str, dict[str, str]]:
            pool = cognito._get_pool_unscoped(relay["pool_id"])
            audience = f"urn:amazon:cognito:sp:{relay['pool_id']}"
            expected = saml.Expected(audience, cognito._acs_url(pool), relay["request_id"])
            return saml.said(sent.get("SAMLResponse", ""), provider["ProviderDetails"]["MetadataFile"], expected)

        return answered(sent.get("RelayState", ""), say)

    def answered(key: str, say: Any) -> Any:
        """The redirect to the application, with a code or with an error."""
        relay = cognito._auth_codes.get(key) or {}
        pool = cognito._get_pool_unscoped(relay.get("pool_id") or "")
        provider = ((pool or {}).get("_identity_providers") or {}).get(relay.get("provider_name"))
        if relay.get("type") != "relay" or provider is None:
            return error_response_json("InvalidParameterException", "Invalid relay state from identity provider.", 400)
        try:
            subject, attributes = say(relay, provider)
            token = SAID.set((subject, mapped(relay["client_id"], provider, attributes)))
        except (Refused, openid.Refused, saml.Refused) as refusal:
            cognito._auth_codes.pop(key, None)
            return to_application(relay, {"error_description": str(refusal), "error": "invalid_request"})
        try:
            # ministack's way from a SAML response to a user serves both: what it parses is in SAID.
            status, headers, body = make_user(urlencode({"SAMLResponse": "-", "RelayState": key}).encode(), {})
        finally:
            SAID.reset(token)
        if status != 302:  # noqa: PLR2004
            # With a space at the end, as Cognito writes it.
            return to_application(
                relay, {"error_description": json.loads(body)["message"] + " ", "error": "invalid_request"}
            )
        return status, headers | {"Location": bound(relay, headers["Location"])}, body

    def parse_what_was_said(_response: str) -> dict[str, Any]:
        subject, attributes = SAID.get()
        return {"name_id": subject, "attributes": attributes}

    cognito._oauth2_idp_response, cognito._saml2_idp_response = from_oidc, from_saml
    cognito._parse_saml_response = parse_what_was_said


def install_checks() -> None:
    """Providers that answer, and app clients with providers that are there."""
    create, update = cognito._create_identity_provider, cognito._update_identity_provider
    create_client, update_client = cognito._create_user_pool_client, cognito._update_user_pool_client

    def of_known_provider(change: Any) -> Any:
        def looked_up(data: dict[str, Any]) -> Any:
            try:
                return change(known(data))
            except (OSError, ValueError, KeyError) as error:
                message = f"The provider does not say what it has to: {error}"
                return error_response_json("InvalidParameterException", message, 400)

        return looked_up

    def client_of_known_providers(change: Any) -> Any:
        def checked(data: dict[str, Any]) -> Any:
            pool = cognito._user_pools.get(data.get("UserPoolId")) or {}
            there = {"COGNITO", *(pool.get("_identity_providers") or {})}
            for name in data.get("SupportedIdentityProviders") or []:
                if name not in there:
                    message = f"The provider {name} does not exist for User Pool {data['UserPoolId']}."
                    return error_response_json("InvalidParameterException", message, 400)
            return change(data)

        return checked

    cognito._create_identity_provider = of_known_provider(create)
    cognito._update_identity_provider = of_known_provider(update)
    cognito._create_user_pool_client = client_of_known_providers(create_client)
    cognito._update_user_pool_client = client_of_known_providers(update_client)


def link(query: Any, name: str) -> str:
    """The page's link to a provider."""
    same = {key: cognito._qp(query, key) for key in query}
    target = html.escape(f"/oauth2/authorize?{urlencode(same | {'identity_provider': name})}")
    return f'<p><a href="{target}">Sign in with {html.escape(name)}</a></p>'


def form_of(body: bytes) -> dict[str, str]:
    """The first value of each field of a form."""
    return {name: values[0] for name, values in parse_qs(body.decode(errors="replace")).items()}


def known(data: dict[str, Any]) -> dict[str, Any]:
    """The provider with what Cognito looks up about it: endpoints, or metadata."""
    complete = {"OIDC": openid.discovered, "SAML": saml.with_metadata}.get(provider_type(data))
    if complete is None or "ProviderDetails" not in data:
        return data
    return data | {"ProviderDetails": complete(data["ProviderDetails"])}


def provider_type(data: dict[str, Any]) -> str:
    """The type of a provider that is made, or that is there."""
    pool = cognito._user_pools.get(data.get("UserPoolId")) or {}
    there = (pool.get("_identity_providers") or {}).get(data.get("ProviderName"), {})
    return str(data.get("ProviderType") or there.get("ProviderType", ""))


def mapped(client_id: str, provider: dict[str, Any], said: dict[str, str]) -> dict[str, str]:
    """What the user gets of what the provider says: the attributes that are mapped, which the app client may write.

    By their names at the provider, as ministack wants them.
    """
    names = {own: theirs for own, theirs in provider.get("AttributeMapping", {}).items() if said.get(theirs)}
    writable = (cognito._find_pool_by_client_id(client_id)[2] or {}).get("WriteAttributes")
    for own in names:
        if writable and own not in writable and own not in NEVER_WRITTEN_BY_CLIENTS:
            raise Refused(f"user.{own}: Attribute cannot be updated. ")
    for name in required_attributes(client_id):
        if name not in names:
            raise Refused(f"Invalid user attributes: {name}: The attribute {name} is required ")
    return {theirs: said[theirs] for theirs in names.values()}


def to_application(relay: dict[str, Any], parameters: dict[str, str]) -> Any:
    """A redirect to the application's callback."""
    address, state = relay["redirect_uri"], {"state": relay["state"]} if relay.get("state") else {}
    location = f"{address}{'&' if '?' in address else '?'}{urlencode(parameters | state)}"
    return 302, {"Location": location, "Cache-Control": "no-store"}, b""


def bound(relay: dict[str, Any], location: str) -> str:
    """The redirect with its code; only who began the sign-in can redeem it, as after one with a password."""
    code = dict(parse_qsl(urlsplit(location).query))["code"]
    entry = cognito._auth_codes.pop(code)
    cognito._authorization_codes[code] = {
        "client_id": entry["client_id"],
        "pool_id": entry["pool_id"],
        "redirect_uri": entry["redirect_uri"],
        "scope": entry["scopes"],
        "username": entry["username"],
        "nonce": entry["nonce"],
        "code_challenge": relay["code_challenge"],
        "code_challenge_method": relay["code_challenge_method"],
        "expires_at": time.time() + CODE_SECONDS,
    }
    return location
