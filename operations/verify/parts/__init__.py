"""The parts of a run, in order: each needs what those before it did."""

from collections.abc import Callable

from ..run import Run
from . import (
    accidents,
    container_provider,
    cors,
    ending,
    exchanges,
    gateway,
    groups,
    homes,
    links,
    listing,
    log_lines,
    memory,
    metadata,
    metrics,
    providers,
    sign_in,
    sign_up,
    teams,
    throttles,
    timings,
    tokens,
    uploads,
)

PARTS: tuple[tuple[str, Callable[[Run], None]], ...] = (
    ("Sign-up", sign_up.run),
    ("Sign-in", sign_in.run),
    ("Identity providers", providers.run),
    ("Exchanges", exchanges.run),
    ("What the API says of itself", metadata.run),
    ("The AWS CLI", container_provider.run),
    ("Uploads and links", uploads.run),
    ("No accidents", accidents.run),
    ("Odd keys", links.run),
    ("Listing", listing.run),
    ("Other people's homes", homes.run),
    ("Guests and bad tokens", tokens.run),
    ("What API Gateway hands on", gateway.run),
    ("Web pages", cors.run),
    ("Groups", groups.run),
    ("Teams", teams.run),
    ("Times", timings.run),
    ("Memory sizes", memory.run),
    ("Throttles", throttles.run),
    ("Signing out and disabling", ending.run),
    ("Log lines", log_lines.run),
    ("Metrics", metrics.run),
)
