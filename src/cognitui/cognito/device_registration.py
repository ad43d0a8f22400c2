"""After a sign-in on a machine that the pool does not know: it becomes a device of the user."""

from __future__ import annotations

import platform
from dataclasses import dataclass

from cognitui.cognito.device_calls import DeviceCalls
from cognitui.cognito.replies import IssuedTokens
from cognitui.cognito.srp import new_device
from cognitui.model.challenge import RememberedDevice
from cognitui.model.errors import CognituiError
from cognitui.model.profile import Profile


@dataclass(frozen=True, slots=True)
class Registration:
    """What came of it."""

    device: RememberedDevice | None = None
    warning: str = ""


def register(calls: DeviceCalls, profile: Profile, issued: IssuedTokens) -> Registration:
    """Returns the device that this machine is now.

    It is confirmed whether or not it shall be remembered: a refresh of these tokens works with its key alone. Where
    the pool leaves it to the user, `remember_device` in the profile says whether it may take the place of MFA.
    """
    new = issued.new_device
    if new is None:
        return Registration()
    device, verifier = new_device(new.key, new.group)
    try:
        optional = calls.confirm(profile, issued.access, new.key, verifier, _name())
        if optional and profile.fields.remember_device:
            calls.remember(profile, issued.access, new.key)
    except CognituiError as error:
        # The tokens are good; a device that was not confirmed is a new one next time.
        return Registration(warning=f"This machine could not be made a device of the user. {error.cause}")
    return Registration(device)


def _name() -> str:
    """A name that a person knows the machine by in the pool's console."""
    return f"cognitui on {platform.node() or platform.system() or 'a computer'}"[:256]
