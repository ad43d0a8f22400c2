"""What a user does with devices; the access token says who."""

from __future__ import annotations

import base64
import binascii
import re

from cognitui.demo.strict.access_tokens import AccessTokens
from cognitui.demo.strict.answer import Body
from cognitui.demo.strict.devices import confirmed_device, no_device
from cognitui.demo.strict.parameters import Answers, Parameters, answers, needed, optional, required
from cognitui.demo.strict.pools import User
from cognitui.demo.strict.refusal import Refusal, invalid_parameter

_KEY = re.compile(r"[\w-]+_[0-9a-f-]+", re.ASCII)
"""What the API reference demands of a DeviceKey."""


class DeviceCalls:
    """ConfirmDevice, UpdateDeviceStatus, GetDevice and ForgetDevice."""

    def __init__(self, access_tokens: AccessTokens) -> None:
        self._access_tokens = access_tokens

    def confirm_device(self, parameters: Parameters) -> Body:
        """ConfirmDevice: takes what the device's proofs will be checked by."""
        user, key = self._named(parameters)
        verifier_config = answers(parameters, "DeviceSecretVerifierConfig")
        verifier, salt = _number(verifier_config, "PasswordVerifier"), _number(verifier_config, "Salt")
        device = user.devices.get(key)
        if device is None:
            raise no_device()
        if device.is_confirmed:
            raise Refusal("DeviceKeyExistsException", "Device already exists with given device key.")
        device.confirm(optional(parameters, "DeviceName") or "", salt, verifier)
        return {"UserConfirmationNecessary": not device.remembered}

    def update_device_status(self, parameters: Parameters) -> Body:
        """UpdateDeviceStatus: the user wants the device remembered, or not."""
        user, key = self._named(parameters)
        status = optional(parameters, "DeviceRememberedStatus")
        if status not in ("remembered", "not_remembered"):
            raise invalid_parameter("DeviceRememberedStatus is remembered or not_remembered.")
        confirmed_device(user, key).remembered = status == "remembered"
        return {}

    def get_device(self, parameters: Parameters) -> Body:
        """GetDevice."""
        user, key = self._named(parameters)
        device = confirmed_device(user, key)
        attributes = {"device_status": "valid", "device_name": device.name}
        return {
            "Device": {
                "DeviceKey": device.key,
                "DeviceAttributes": [{"Name": name, "Value": value} for name, value in attributes.items()],
                "DeviceCreateDate": device.made_at,
            }
        }

    def forget_device(self, parameters: Parameters) -> Body:
        """ForgetDevice."""
        user, key = self._named(parameters)
        del user.devices[confirmed_device(user, key).key]
        return {}

    def _named(self, parameters: Parameters) -> tuple[User, str]:
        user, key = self._access_tokens.caller(parameters), required(parameters, "DeviceKey")
        if len(key) > 55 or not _KEY.fullmatch(key):
            raise invalid_parameter(
                "1 validation error detected: Value at 'deviceKey' failed to satisfy constraint: "
                f"Member must satisfy regular expression pattern: {_KEY.pattern}"
            )
        return user, key


def _number(given: Answers, name: str) -> int:
    """Returns a number in Base64. Java's BigInteger has a sign: without a zero byte before it, it would be negative."""
    try:
        digits = base64.b64decode(needed(given, name), validate=True)
    except binascii.Error:
        raise invalid_parameter(f"{name} is not Base64.") from None
    number = int.from_bytes(digits, "big", signed=True)
    if number <= 0:
        raise invalid_parameter(f"{name} is not a positive number.")
    return number
