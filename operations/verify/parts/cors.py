"""Web pages: those of allowed origins may call the API and use links, and no others."""

from .. import web
from ..checks import expect, expect_that
from ..run import Run

STRANGER = "https://stranger.example"
API = "A page of an allowed origin may call the API"
STRANGER_API = "A page of another origin may not call the API"
BUCKET = "A page of an allowed origin may use a link, and one of another may not"
WITHOUT = "What OPTIONS gets without CORS"


def run(run: Run) -> None:
    """Asks as browsers do before a page's request."""
    origins = [origin for origin in run.stack.parameter("AllowedOrigins").split(",") if origin]
    if not origins:
        run.checks.skip("AllowedOrigins is empty", API, STRANGER_API, BUCKET)
        with run.checks.record(WITHOUT, "404, allowing nothing", "docs/api.md, 405") as fact:
            answer = preflight(run.stack.api_url + "/objects", STRANGER)
            allowed = answer.header("access-control-allow-origin")
            fact.got = f"{answer.status}, allowing {allowed or 'nothing'}"
            fact.agrees = fact.got == fact.expected
        return
    run.checks.skip("AllowedOrigins is set", WITHOUT)
    own = origins[0]
    with run.checks.check(API):
        answer = preflight(run.stack.api_url + "/objects", own)
        expect_that(answer.status in (200, 204), "200 or 204", answer.said())
        expect(own, answer.header("access-control-allow-origin"), "origin")
        expect_that("authorization" in (answer.header("access-control-allow-headers") or ""), "authorization", "it not")
        called = run.api("/objects", headers=run.one.authorization | {"Origin": own})
        expect(own, called.header("access-control-allow-origin"), "origin in the answer")
    with run.checks.check(STRANGER_API):
        expect(None, preflight(run.stack.api_url + "/objects", STRANGER).header("access-control-allow-origin"))
    with run.checks.check(BUCKET):
        link = run.object(run.one, "~/page.txt", redirect="false").json["url"]
        expect_that(preflight(link, own).header("access-control-allow-origin") in (own, "*"), own, "it not")
        expect(None, preflight(link, STRANGER).header("access-control-allow-origin"))


def preflight(url: str, origin: str) -> web.Answer:
    """A browser's question."""
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization",
    }
    return web.send(url, "OPTIONS", headers)
