"""Rows of a token in the panel: the API's expectations, and its claims or its three parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from cognitui.model.aws import AwsCredentials
from cognitui.model.claims import ClaimRow
from cognitui.model.duration import local_time, relative
from cognitui.model.errors import BadToken
from cognitui.model.expectations import Expect
from cognitui.model.profile import Profile
from cognitui.model.struct import Frozen
from cognitui.model.text import inert
from cognitui.model.token import Expiries, Token, TokenKind, UserInfo
from cognitui.tui.actions.keybindings import key_labels
from cognitui.tui.presentation.profile import facts_of_profile, facts_of_refresh_token
from cognitui.tui.state import ProfileState, View

if TYPE_CHECKING:
    from cognitui.model.claims import Decoded


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


def rows_of_token(decoded: Decoded, expect: Expect | None, ends_at: float | None, now: float) -> TokenRows:
    """Return the claims below the API's expectations, if the profile has any.

    Args:
        decoded: The token's header and claims; it may come from anywhere.
        expect: What the API expects.
        ends_at: When the token expires, by the clock of this machine.
        now: Seconds since the epoch.
    """
    # Costs 4 ms, and the first paint has no token.
    from cognitui.model.claims import describe

    claims = describe(decoded, now)
    if expect is None:
        return TokenRows(claims)
    from cognitui.model.expectations import check

    outcomes = check(expect, decoded.claims, ends_at, now)
    failed = ", ".join(outcome.key for outcome in outcomes if not outcome.passed)
    words = f"✕ would refuse it: {failed}" if failed else "✓ would take it"
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
        return rows_of_fault(BadToken("It does not have the three parts of a JWT.", fix="Get a new token."))
    dots = (".", ".", "")
    return tuple(
        ClaimRow(name, (inert(part + dot),), name, explanation)
        for (name, explanation), part, dot in zip(_PARTS, parts, dots, strict=True)
    )


def rows_of_fault(fault: BadToken) -> tuple[ClaimRow, ...]:
    """Return the rows for a text that is not a token."""
    return (ClaimRow(name="token", lines=(fault.cause,), kind="text", explanation=fault.fix),)


def _wanted(expected: str | int | tuple[str, ...]) -> str:
    if isinstance(expected, int):
        return f"that it lives for another {expected} s" if expected else "that it has not expired"
    return inert(expected if isinstance(expected, str) else ", ".join(expected), 300)


_MASK = "••••••••"


def facts_of_user(told: UserInfo | None, key: str, now: float) -> tuple[ClaimRow, ...]:
    """Return the user's attributes, or what `key` would do if Cognito was not asked yet."""
    if told is None:
        words = f"{key} gets the user's attributes from Cognito."
        return (_row("not asked yet", words, "It uses the access token; no password is sent."),)
    # Costs 4 ms, and the first paint has no user.
    from cognitui.model.claims import Decoded, describe

    return describe(Decoded(header={}, claims=told.claims), now)


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


def _row(name: str, value: str, explanation: str, note: str = "") -> ClaimRow:
    return ClaimRow(name=name, lines=(inert(value, 500),), kind="text", explanation=explanation, note=note)


class Shown(Frozen, frozen=True):
    """What the panel shows of a profile."""

    profile: Profile
    entry: ProfileState
    token: Token | None
    """The token that is shown, if it is loaded."""
    view: View | None
    raw: bool

    @property
    def source(self) -> Decoded | None:
        """The claims of the rows; None if they come from something else."""
        # Costs 4 ms, and the first paint has no token.
        from cognitui.model.claims import Decoded, decode

        if self.view is View.USER and self.entry.user is not None:
            return Decoded(header={}, claims=self.entry.user.claims)
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
    from cognitui.model.claims import decode

    try:
        return rows_of_token(decode(token.value), shown.profile.fields.expect, token.lifetime.expires_at, now)
    except BadToken as error:
        return TokenRows(rows_of_fault(error))


def _rows_of_view(shown: Shown, view: View, key: str, now: float) -> tuple[ClaimRow, ...]:
    if view is View.USER:
        return facts_of_user(shown.entry.user, key, now)
    return facts_of_aws(shown.profile, shown.entry.aws, key, now)
