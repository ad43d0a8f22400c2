"""A token as the panel shows it: what the API would say of it, and its claims or its three parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from cognitui.model.claim_row import ClaimRow
from cognitui.model.errors import BadToken
from cognitui.model.expect import Expect
from cognitui.model.text import inert

if TYPE_CHECKING:
    from cognitui.model.claims import Decoded

PASS, FAIL = "pass", "fail"
HEADER, PAYLOAD, SIGNATURE = "header", "payload", "signature"
"""Kinds of rows that claims have not."""

_PARTS = (
    (HEADER, "Which key signed it, and how: base64url, so everybody can read it."),
    (PAYLOAD, "The claims: base64url, so everybody who has the token can read them."),
    (SIGNATURE, "Made of the other two by a key of the pool: proves that nobody has changed them."),
)


class TokenRows(Struct, frozen=True):
    """The rows, and where the claims begin among them."""

    rows: tuple[ClaimRow, ...]
    claims_from: int = 0


def rows_of_token(decoded: Decoded, expect: Expect | None, ends_at: float | None, now: float) -> TokenRows:
    """Returns the claims under what the API expects, where the profile says that.

    Args:
        decoded: What the token says; it may come from anywhere.
        expect: What the API expects.
        ends_at: When the token ends, on the clock of this machine.
        now: Seconds since the epoch.
    """
    # Costs 4 ms, and the first paint has no token.
    from cognitui.model.claims import describe

    claims = describe(decoded, now)
    if expect is None:
        return TokenRows(claims)
    from cognitui.model.expect_check import check

    outcomes = check(expect, decoded.claims, ends_at, now)
    failed = ", ".join(outcome.key for outcome in outcomes if not outcome.passed)
    words = f"✕ would refuse it: {failed}" if failed else "✓ would take it"
    explanation = "what the profile's expect says that the API wants; nobody has asked the API."
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
    """Returns a token's three parts as they are sent; one that has not three is no JWT and not shown."""
    parts = value.split(".")
    if len(parts) != len(_PARTS):
        return rows_of_fault(BadToken("It does not have the three parts of a JWT.", fix="Get a new token."))
    dots = (".", ".", "")
    return tuple(
        ClaimRow(name, (inert(part + dot),), name, explanation)
        for (name, explanation), part, dot in zip(_PARTS, parts, dots, strict=True)
    )


def rows_of_fault(fault: BadToken) -> tuple[ClaimRow, ...]:
    """Returns what stands in the place of the claims of a text that is no token."""
    return (ClaimRow(name="token", lines=(fault.cause,), kind="text", explanation=fault.fix),)


def _wanted(expected: str | int | tuple[str, ...]) -> str:
    if isinstance(expected, int):
        return f"that it lives for another {expected} s" if expected else "that it has not expired"
    return inert(expected if isinstance(expected, str) else ", ".join(expected), 300)
