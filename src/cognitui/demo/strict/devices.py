"""Which device a sign-in is made on, and the key that a new one gets."""

from __future__ import annotations

import secrets
import string
import uuid

from cognitui.demo.strict.attempt import Attempt
from cognitui.demo.strict.device import Device
from cognitui.demo.strict.pools import Pool, User
from cognitui.demo.strict.refusal import Refusal

_LETTERS = string.ascii_letters + string.digits


def device_of(attempt: Attempt) -> Device | None:
    """Returns the device whose DEVICE_KEY came with a sign-in, or None where none came.

    Raises:
        Refusal: The user has no such device.
    """
    if not attempt.device_key or attempt.user is None:
        return None
    return confirmed_device(attempt.user, attempt.device_key)


def confirmed_device(user: User, key: str) -> Device:
    """Returns a device that the user has confirmed, or raises ResourceNotFoundException."""
    device = user.devices.get(key)
    if device is None or not device.is_confirmed:
        raise no_device()
    return device


def new_device(pool: Pool, user: User, now: float) -> Device | None:
    """Returns a new device of a user, to be confirmed; None where the pool keeps none."""
    if pool.device_tracking is None:
        return None
    key = f"{pool.id.partition('_')[0]}_{uuid.uuid4()}"
    group = f"-{''.join(secrets.choice(_LETTERS) for _ in range(8))}"
    user.devices[key] = Device(key, group, pool.device_tracking, now)
    return user.devices[key]


def no_device() -> Refusal:
    """Returns what a key gets that is no device's."""
    return Refusal("ResourceNotFoundException", "Device does not exist.")
