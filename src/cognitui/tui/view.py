"""What the token panel can show beside the tokens."""

from __future__ import annotations

from enum import StrEnum

from cognitui.model.profile import Flow, Profile
from cognitui.model.token import TokenKind


class View(StrEnum):
    """A tab that is no token's."""

    USER = "user"
    """What Cognito tells of the user."""
    AWS = "aws"
    """Temporary AWS credentials of the identity pool."""


Tab = TokenKind | View
"""What a person chooses at the head of the panel."""


def views_of(profile: Profile) -> tuple[View, ...]:
    """Returns the tabs that a profile has beside its tokens."""
    views = []
    if profile.flow is not Flow.CLIENT_CREDENTIALS:
        views.append(View.USER)
    if profile.identity_pool_id and TokenKind.ID in profile.kinds:
        views.append(View.AWS)
    return tuple(views)
