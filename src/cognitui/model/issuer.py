"""Who issues a profile's tokens: built from the profile, never read from a token."""

from __future__ import annotations

from cognitui.model.endpoint import foreign_endpoint
from cognitui.model.profile import Profile


def issuers_of(profile: Profile) -> tuple[str, ...]:
    """Returns the `iss` that the profile's tokens may have; none where it names no pool.

    AWS's own form is `https://cognito-idp.REGION.amazonaws.com/POOL`. Emulators differ: some issue in AWS's name, some
    in that of their endpoint.
    """
    if not (profile.user_pool_id and profile.region):
        return ()
    suffix = "amazonaws.com.cn" if profile.region.startswith("cn-") else "amazonaws.com"
    issuers = (f"https://cognito-idp.{profile.region}.{suffix}/{profile.user_pool_id}",)
    if endpoint := foreign_endpoint(profile):
        issuers += (f"{endpoint.rstrip('/')}/{profile.user_pool_id}",)
    return issuers
