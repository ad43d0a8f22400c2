"""Presentation of profiles and tokens: inert text, bars and spinners, and the rows of the list and of the panel."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from msgspec import Struct
from rich.cells import cell_len, chop_cells, set_cell_size
from rich.text import Text

from cognitui.model.authentication_level import NO_NAMES, LevelNames
from cognitui.model.aws import AwsCredentials
from cognitui.model.claims import ClaimRow, Decoded, decode, describe
from cognitui.model.duration import countdown, local_time, relative, rough
from cognitui.model.errors import BadToken
from cognitui.model.expectations import Expect, check
from cognitui.model.profile import Flow, Profile
from cognitui.model.struct import Frozen
from cognitui.model.text import inert
from cognitui.model.token import Expiries, Lifetime, Token, TokenKind, TokenState, UserInfo
from cognitui.tui.actions.keybindings import key_labels
from cognitui.tui.state import ProfileState, View
from cognitui.tui.theme import GLYPHS, STATE_VARIABLES


def plain(text: str, longest: int = 60) -> Text:
    """Return a text that is drawn literally: without markup and control characters."""
    return Text(inert(text, longest))


_PIECE = re.compile(r"[^ /]*[ /]|[^ /]+")
"""Lines break after a space, or after a slash in a URL."""


def wrapped_text(text: str, width: int) -> list[str]:
    """Return lines of at most `width` cells, broken between words; a longer word is broken inside.

    There is at least one line. Only spaces at the end of a line are left out.
    """
    lines = [""]
    for piece in _PIECE.findall(text):
        longer = lines[-1] + piece
        if cell_len(longer.rstrip(" ")) <= width:
            lines[-1] = longer
        else:
            lines += chop_cells(piece, width)
    return [line.rstrip(" ") for line in lines if line] or [""]


def shortened(text: str, width: int) -> str:
    """Return a text in at most `width` cells, with an ellipsis if it was cut."""
    return text if cell_len(text) <= width else f"{set_cell_size(text, width - 1).rstrip()}…"


_EIGHTHS = " ▏▎▍▌▋▊▉"
_SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"


def bar(fraction: float, width: int) -> str:
    """Return a bar of `width` cells that is filled to `fraction`, never completely empty above zero."""
    eighths = round(min(1.0, max(0.0, fraction)) * width * 8)
    if fraction > 0:
        eighths = max(1, eighths)
    full, rest = divmod(eighths, 8)
    return ("█" * full + (_EIGHTHS[rest] if rest else "")).ljust(width)


def spinner(seconds: float, *, still: bool = False) -> str:
    """Return the spinner of the current second, or always `still`."""
    return "…" if still else _SPINNER[int(seconds) % len(_SPINNER)]


_FLOWS = {
    Flow.USER_SRP_AUTH: "The password is proved and never sent (Secure Remote Password).",
    Flow.USER_PASSWORD_AUTH: "The password is sent to Cognito over TLS.",
    Flow.TOKEN_EXCHANGE: "The subject's token is exchanged for a narrower one (RFC 8693).",
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
    yield from _facts_of_exchange(profile)
    if fields.endpoint_url:
        yield _row("endpoint", fields.endpoint_url, "Not AWS: passwords and secrets are sent here.", "not AWS")
    level = profile.wanted_level.words(profile.level_names)
    for name, value in (("domain", fields.domain), ("level", level), ("notes", fields.notes)):
        if value:
            yield _row(name, value, "")
    for name, values in (("scopes", fields.scopes), ("tags", fields.tags)):
        if values:
            yield _row(name, ", ".join(values), "")
    for kind in TokenKind:
        if life := expiries.of(kind):
            yield _row(f"{kind.value} token", _end_of(life, now), "Stored in the keyring; read when it is asked for.")
    yield _row("file", profile.source, "The file of the profile.", "read-only" if profile.read_only else "")


def _facts_of_exchange(profile: Profile) -> Iterator[ClaimRow]:
    if profile.subject is not None:
        kind = f"{profile.subject_kind.value} token"
        yield _row("subject", profile.subject.id, "The profile whose token is exchanged; it signs in first.", kind)
    if profile.actor is not None:
        yield _row("actor", profile.actor.id, "The profile that acts for the subject: the act of the new token.")
    for audience in profile.fields.audiences or ():
        yield _row("audience", audience, "Who the new token is meant for: its aud.")


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


def row_facts(state: ProfileState, life: Lifetime | None, now: float, *, steps: int, still: bool) -> RowFacts:
    """Return what a row shows, of what this run knows and of the access token's life.

    `steps` is the number of steps of the bar: without it, a row would change each second although nothing looks
    different. `still` turns animations off.
    """
    if state.running:
        return RowFacts(spinner(now, still=still), "…", 0.0, "primary")
    if state.error:
        return RowFacts("!", "failed", 0.0, "error")
    if state.challenge:
        return RowFacts("?", "answer", 0.0, "accent")
    token_state = TokenState.NONE if life is None else life.state(now)
    glyph, variable = GLYPHS[token_state], STATE_VARIABLES[token_state]
    if life is None:
        return RowFacts(glyph, "-", 0.0, variable)
    left = life.remaining(now)
    if token_state is TokenState.EXPIRED:
        return RowFacts(glyph, f"{rough(-left)} ago", 0.0, variable)
    return RowFacts(glyph, countdown(left), round(life.fraction(now) * steps) / steps, variable)


PASS, FAIL = "pass", "fail"
HEADER, PAYLOAD, SIGNATURE = "header", "payload", "signature"
"""Kinds of rows that are not claims."""

_PARTS = (
    (HEADER, "Names the key and the algorithm. It is base64url, so anyone can read it."),
    (PAYLOAD, "The claims. They are base64url, so anyone who has the token can read them."),
    (SIGNATURE, "Made from the other two with a key of the pool; proves that nobody changed them."),
)


class TokenRows(Struct, frozen=True):
    """The rows, and the index of the first claim."""

    rows: tuple[ClaimRow, ...]
    claims_from: int = 0


def rows_of_token(
    decoded: Decoded,
    expect: Expect | None,
    ends_at: float | None,
    now: float,
    names: LevelNames = NO_NAMES,
    *,
    step_up: str = "",
) -> TokenRows:
    """Return the claims below the API's expectations, if the profile has any.

    Args:
        decoded: The token's header and claims; it may come from anywhere.
        expect: What the API expects.
        ends_at: When the token expires, by the clock of this machine.
        now: Seconds since the epoch.
        names: The names of the pool's authentication levels.
        step_up: The key that raises the level; empty if none does.
    """
    claims = describe(decoded, now)
    if expect is None:
        return TokenRows(claims)
    outcomes = check(expect, decoded.claims, ends_at, now, names)
    failed = ", ".join(outcome.key for outcome in outcomes if not outcome.passed)
    words = f"✕ would reject it: {failed}" if failed else "✓ would accept it"
    if step_up and any(outcome.key in ("acr", "max_age") and not outcome.passed for outcome in outcomes):
        words = f"{words}; {step_up} steps up"
    explanation = "as the profile's expect describes the API; the API was not asked."
    head = ClaimRow("API", (words,), FAIL if failed else PASS, explanation)
    rows = (
        ClaimRow(
            f"  {outcome.key}",
            (f"{'✓' if outcome.passed else '✕'} {outcome.words}",),
            PASS if outcome.passed else FAIL,
            f"expected is {_wanted(outcome.expected)}.",
        )
        for outcome in outcomes
    )
    return TokenRows((head, *rows, *claims), len(outcomes) + 1)


def rows_of_parts(value: str) -> tuple[ClaimRow, ...]:
    """Return a token's three parts as they are sent; without three parts it is not a JWT and not shown."""
    parts = value.split(".")
    if len(parts) != len(_PARTS):
        return rows_of_error(BadToken("It does not have the three parts of a JWT.", fix="Get a new token."))
    dots = (".", ".", "")
    return tuple(
        ClaimRow(name, (inert(part + dot),), name, explanation)
        for (name, explanation), part, dot in zip(_PARTS, parts, dots, strict=True)
    )


def rows_of_error(error: BadToken) -> tuple[ClaimRow, ...]:
    """Return the rows for a text that is not a token."""
    return (ClaimRow(name="token", lines=(error.cause,), kind="text", explanation=error.fix),)


def explanation_of(claim: ClaimRow) -> str:
    """Return what a claim means, after its name."""
    return f"{inert(claim.name.strip(), 40)}: {claim.explanation or 'a claim of the pool or its triggers.'}"


def _wanted(expected: str | int | tuple[str, ...]) -> str:
    if isinstance(expected, int):
        return f"that it lives for another {expected} s" if expected else "that it has not expired"
    return inert(expected if isinstance(expected, str) else ", ".join(expected), 300)


_MASK = "••••••••"


def facts_of_user(user: UserInfo | None, key: str, now: float) -> tuple[ClaimRow, ...]:
    """Return the user's attributes, or what `key` would do if Cognito was not asked yet."""
    if user is None:
        words = f"{key} gets the user's attributes from Cognito."
        return (_row("not asked yet", words, "It uses the access token; no password is sent."),)
    return describe(Decoded(header={}, claims=user.claims), now)


def facts_of_aws(profile: Profile, credentials: AwsCredentials | None, key: str, now: float) -> tuple[ClaimRow, ...]:
    """Return facts about credentials without their secrets, or what `key` would do if there are none."""
    pool = _row("identity pool", profile.identity_pool_id, "Gives AWS credentials for the ID token.")
    if credentials is None:
        return _row("none yet", f"{key} gets credentials for the ID token.", "They last for an hour."), pool
    ends = credentials.lifetime.expires_at
    return (
        _row("access key id", credentials.access_key_id, "Names the credentials; not a secret."),
        _row("secret key", _MASK, "Signs requests to AWS; it can be copied and is never shown."),
        _row("session token", _MASK, "Sent with every request to AWS; it can be copied and is never shown."),
        _row("expires", local_time(ends), "A sign-out does not revoke them.", relative(ends, now)),
        _row("identity", credentials.identity_id, "The user's identity in the identity pool."),
        pool,
    )


class Shown(Frozen, frozen=True):
    """What the panel shows of a profile."""

    profile: Profile
    state: ProfileState
    token: Token | None
    """The token that is shown, if it is loaded."""
    view: View | None
    raw: bool

    @property
    def source(self) -> Decoded | None:
        """The claims of the rows; None if they come from something else."""
        if self.view is View.USER and self.state.user is not None:
            return Decoded(header={}, claims=self.state.user.claims)
        if self.raw or self.token is None or self.token.kind is TokenKind.REFRESH:
            return None
        try:
            return decode(self.token.value)
        except BadToken:
            return None


def rows_of(shown: Shown, expiries: Expiries, remapped: Mapping[str, str], now: float) -> TokenRows:
    """Return the rows, and the index of the first claim."""
    token = shown.token
    if shown.view is not None:
        return TokenRows(_rows_of_view(shown, shown.view, key_labels("get_token", remapped)[0], now))
    if token is None:
        return TokenRows(facts_of_profile(shown.profile, expiries, now))
    if token.kind is TokenKind.REFRESH:
        return TokenRows(facts_of_refresh_token(token, now))
    if shown.raw:
        return TokenRows(rows_of_parts(token.value))
    try:
        profile, key = shown.profile, key_labels("step_up", remapped)[0] if shown.profile.reaches_levels else ""
        expect, names = profile.fields.expect, profile.level_names
        return rows_of_token(decode(token.value), expect, token.lifetime.expires_at, now, names, step_up=key)
    except BadToken as error:
        return TokenRows(rows_of_error(error))


def _rows_of_view(shown: Shown, view: View, key: str, now: float) -> tuple[ClaimRow, ...]:
    if view is View.USER:
        return facts_of_user(shown.state.user, key, now)
    return facts_of_aws(shown.profile, shown.state.aws, key, now)
