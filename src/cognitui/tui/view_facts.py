"""What the panel tells of a user and of AWS credentials, in the form of claims."""

from __future__ import annotations

from cognitui.model.aws_credentials import AwsCredentials
from cognitui.model.claim_row import ClaimRow
from cognitui.model.duration import local_time, relative
from cognitui.model.profile import Profile
from cognitui.model.text import inert
from cognitui.model.user_info import UserInfo

_MASK = "••••••••"


def facts_of_user(told: UserInfo | None, key: str, now: float) -> tuple[ClaimRow, ...]:
    """Returns the user's attributes, or what `key` would do where Cognito was not asked yet."""
    if told is None:
        words = f"{key} asks Cognito for the attributes of the user."
        return (_row("not asked yet", words, "The access token opens them; no password is sent."),)
    # Costs 4 ms, and the first paint has no user.
    from cognitui.model.claims import Decoded, describe

    return describe(Decoded(header={}, claims=told.claims), now)


def facts_of_aws(profile: Profile, credentials: AwsCredentials | None, key: str, now: float) -> tuple[ClaimRow, ...]:
    """Returns what can be told of credentials without their secrets, or what `key` would do where there are none."""
    pool = _row("identity pool", profile.identity_pool_id, "Gives AWS credentials for the ID token.")
    if credentials is None:
        return _row("none yet", f"{key} gets credentials for the ID token.", "They last for an hour."), pool
    ends = credentials.lifetime.expires_at
    return (
        _row("access key id", credentials.access_key_id, "Names the credentials; no secret."),
        _row("secret key", _MASK, "Signs requests to AWS; it is copied and never shown."),
        _row("session token", _MASK, "Goes with every request to AWS; it is copied and never shown."),
        _row("expires", local_time(ends), "No sign-out ends them sooner.", relative(ends, now)),
        _row("identity", credentials.identity_id, "The user's identity in the identity pool."),
        pool,
    )


def _row(name: str, value: str, explanation: str, note: str = "") -> ClaimRow:
    return ClaimRow(name=name, lines=(inert(value, 500),), kind="text", explanation=explanation, note=note)
