"""What the rows of the token panel are made of: a profile, a token, a user, AWS credentials."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cognitui.model.claim_row import ClaimRow
from cognitui.model.errors import BadToken
from cognitui.model.frozen import Frozen
from cognitui.model.profile import Profile
from cognitui.model.token import Expiries, Token, TokenKind
from cognitui.tui.desk import Entry
from cognitui.tui.keymap import key_labels
from cognitui.tui.profile_facts import facts_of_profile, facts_of_refresh_token
from cognitui.tui.token_rows import TokenRows, rows_of_fault, rows_of_parts, rows_of_token
from cognitui.tui.view import View
from cognitui.tui.view_facts import facts_of_aws, facts_of_user

if TYPE_CHECKING:
    from cognitui.model.claims import Decoded


class Shown(Frozen, frozen=True):
    """What the panel shows of a profile."""

    profile: Profile
    entry: Entry
    token: Token | None
    """The token that is shown, where it is at hand."""
    view: View | None
    raw: bool

    @property
    def source(self) -> Decoded | None:
        """The claims that the rows are made of; None where they are made of something else."""
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
    """Returns the rows, and where the claims begin among them."""
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
