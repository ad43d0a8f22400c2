"""Facts about a profile whose token is not loaded yet, in the form of claims."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from cognitui.model.claims import ClaimRow
from cognitui.model.duration import countdown, local_time, relative, rough
from cognitui.model.profile import Flow, Profile
from cognitui.model.text import inert
from cognitui.model.token import Expiries, Lifetime, Token, TokenKind, TokenState
from cognitui.tui.presentation.text import spinner
from cognitui.tui.state import ProfileState
from cognitui.tui.theme import GLYPHS, STATE_VARIABLES

_FLOWS = {
    Flow.USER_SRP_AUTH: "The password is proved and never sent (Secure Remote Password).",
    Flow.USER_PASSWORD_AUTH: "The password is sent to Cognito over TLS.",
}


def facts_of_profile(profile: Profile, expiries: Expiries, now: float) -> tuple[ClaimRow, ...]:
    """Return who signs in where, and what is known of stored tokens."""
    return tuple(_facts(profile, expiries, now))


def facts_of_refresh_token(token: Token, now: float) -> tuple[ClaimRow, ...]:
    """Return the known facts about a refresh token, which only Cognito can read."""
    life = token.lifetime
    return (
        _row("kind", "opaque", "Only Cognito can read a refresh token; it is never shown here."),
        _row("issued", local_time(life.issued_at), "When this program received it.", relative(life.issued_at, now)),
        _row(
            "expires about",
            local_time(life.expires_at),
            "An estimate: Cognito does not say, and app clients have 30 days by default.",
            relative(life.expires_at, now),
        ),
    )


def _facts(profile: Profile, expiries: Expiries, now: float) -> Iterator[ClaimRow]:
    fields = profile.fields
    if profile.username:
        yield _row("username", profile.username, "Who signs in: a username or an alias such as an e-mail address.")
    yield _row("client", profile.client_id, "The app client's id.")
    if profile.user_pool_id:
        yield _row("pool", profile.user_pool_id, "The user pool's id.")
    yield _row("region", profile.region, "The AWS region of the pool.")
    yield _row("flow", profile.flow.value, _FLOWS.get(profile.flow, "How it signs in."))
    if fields.endpoint_url:
        yield _row("endpoint", fields.endpoint_url, "Not AWS: passwords and secrets are sent here.", "not AWS")
    for name, value in (("domain", fields.domain), ("notes", fields.notes)):
        if value:
            yield _row(name, value, "")
    for name, values in (("scopes", fields.scopes), ("tags", fields.tags)):
        if values:
            yield _row(name, ", ".join(values), "")
    for kind in TokenKind:
        if life := expiries.of(kind):
            yield _row(f"{kind.value} token", _end_of(life, now), "Stored in the keyring; read when it is asked for.")
    yield _row("file", profile.source, "The file of the profile.", "read-only" if profile.read_only else "")


def _end_of(life: Lifetime, now: float) -> str:
    # A time and no countdown: these rows are not redrawn, and the bar above them counts down.
    verb = "until" if life.remaining(now) > 0 else "expired"
    return f"{verb} {'about ' if life.estimated else ''}{local_time(life.expires_at)}"


def _row(name: str, value: str, explanation: str, note: str = "") -> ClaimRow:
    return ClaimRow(name=name, lines=(inert(value, 500),), kind="text", explanation=explanation, note=note)


class RowFacts(NamedTuple):
    """What a row shows beyond the profile itself."""

    glyph: str
    time: str
    fraction: float
    """The remaining share of the lifetime, from 0 to 1."""
    variable: str
    """The theme's variable for its colour."""


def row_facts(entry: ProfileState, life: Lifetime | None, now: float, *, steps: int, still: bool) -> RowFacts:
    """Returns what a row shows, of what this run knows and of the access token's life.

    `steps` is the number of steps of the bar: without it, a row would change each second although nothing looks
    different. `still` turns animations off.
    """
    if entry.running:
        return RowFacts(spinner(now, still=still), "…", 0.0, "primary")
    if entry.error:
        return RowFacts("!", "failed", 0.0, "error")
    if entry.challenge:
        return RowFacts("?", "answer", 0.0, "accent")
    state = TokenState.NONE if life is None else life.state(now)
    glyph, variable = GLYPHS[state], STATE_VARIABLES[state]
    if life is None:
        return RowFacts(glyph, "-", 0.0, variable)
    left = life.remaining(now)
    if state is TokenState.EXPIRED:
        return RowFacts(glyph, f"{rough(-left)} ago", 0.0, variable)
    return RowFacts(glyph, countdown(left), round(life.fraction(now) * steps) / steps, variable)
