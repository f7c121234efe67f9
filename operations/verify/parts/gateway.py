"""What API Gateway makes of a request before a function sees it. Only AWS can tell, so this is recorded."""

from dataclasses import dataclass

from ..checks import expect
from ..run import Run

SOURCE = "docs/api.md, /objects/{key+}"


@dataclass(frozen=True)
class PathCase:
    """A path, and the keys that it may arrive as, if the documents say so."""

    what: str
    sent: str
    arrives_as: tuple[str, ...] = ()


PATHS = (
    PathCase("a space, as %20", "~/a%20b", ("~/a b",)),
    PathCase("a plus", "~/a+b", ("~/a+b",)),
    PathCase("letters in UTF-8, encoded", "~/%C3%A9", ("~/é",)),
    PathCase("%25", "~/100%25", ("~/100%",)),
    PathCase("%2F", "~/a%2Fb", ("~/a/b",)),
    PathCase("%252F", "~/a%252Fb", ("~/a%2Fb", "~/a/b")),
    PathCase("an encoded ?", "~/a%3Fb", ("~/a",)),
    PathCase("two slashes", "~/x//y", ("~/x//y",)),
    PathCase("a slash at the end", "~/x/", ("~/x/",)),
    PathCase("a newline, encoded", "~/a%0Ab"),
)


def run(run: Run) -> None:
    """Records how paths arrive, and what methods without a route get."""
    one = run.one
    for case in PATHS:
        expected = " or ".join(case.arrives_as) or None
        with run.checks.record(f"How a path with {case.what} arrives", expected, SOURCE if expected else None) as fact:
            answer = run.api(f"/objects/{case.sent}?redirect=false", one)
            key = answer.json.get("key") if answer.status == 200 else None
            fact.got = key.replace(one.home, "~/", 1) if key else answer.said()
            fact.agrees = fact.got in case.arrives_as if case.arrives_as else None
    for method, path in (("HEAD", "/credentials"), ("HEAD", "/objects"), ("PUT", "/objects"), ("GET", "/token")):
        with run.checks.record(f"What {method} {path} gets, which is no route", 404, "docs/api.md, 405") as fact:
            answer = run.api(path, one, method=method)
            fact.got, fact.agrees = answer.status, answer.status == 404
    with run.checks.check("A path that is no route is a 404 of the gateway's"):
        expect("404 Not Found", run.api("/nothing", one).said())
