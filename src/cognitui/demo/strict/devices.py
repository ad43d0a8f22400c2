"""Remembered devices: the operations of their users, and the SRP challenges that prove a device."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from cognitui.demo.strict.challenge_chain import DEVICE_SRP_AUTH, ChallengeChain
from cognitui.demo.strict.errors import Refusal, invalid_parameter, wrong_credentials
from cognitui.demo.strict.parameters import Parameters, StringMap, optional, required, required_entry, string_map
from cognitui.demo.strict.sessions import Attempt, ChallengeResponse, Sessions, Step, challenge
from cognitui.demo.strict.srp import Claim, Exchange
from cognitui.demo.strict.tokens import AccessTokens
from cognitui.demo.strict.users import Device, User, no_device
from cognitui.demo.strict.wire import Body

DEVICE_PASSWORD_VERIFIER = "DEVICE_PASSWORD_VERIFIER"

_KEY = re.compile(r"[\w-]+_[0-9a-f-]+", re.ASCII)
"""The pattern of a DeviceKey in the API reference."""


class DeviceOperations:
    """ConfirmDevice, UpdateDeviceStatus, GetDevice and ForgetDevice."""

    def __init__(self, access_tokens: AccessTokens) -> None:
        self._access_tokens = access_tokens

    def confirm_device(self, parameters: Parameters) -> Body:
        """Confirm a device: store the values that check its proofs."""
        user, key = self._user_and_key(parameters)
        config = string_map(parameters, "DeviceSecretVerifierConfig")
        verifier, salt = _number(config, "PasswordVerifier"), _number(config, "Salt")
        device = user.devices.get(key)
        if device is None:
            raise no_device()
        if device.is_confirmed:
            raise Refusal("DeviceKeyExistsException", "Device already exists with given device key.")
        device.confirm(optional(parameters, "DeviceName") or "", salt, verifier)
        return {"UserConfirmationNecessary": not device.remembered}

    def update_device_status(self, parameters: Parameters) -> Body:
        """Remember a device, or stop remembering it."""
        user, key = self._user_and_key(parameters)
        status = optional(parameters, "DeviceRememberedStatus")
        if status not in ("remembered", "not_remembered"):
            raise invalid_parameter("DeviceRememberedStatus is remembered or not_remembered.")
        user.confirmed_device(key).remembered = status == "remembered"
        return {}

    def get_device(self, parameters: Parameters) -> Body:
        """Return a device."""
        user, key = self._user_and_key(parameters)
        device = user.confirmed_device(key)
        attributes = {"device_status": "valid", "device_name": device.name}
        return {
            "Device": {
                "DeviceKey": device.key,
                "DeviceAttributes": [{"Name": name, "Value": value} for name, value in attributes.items()],
                "DeviceCreateDate": device.made_at,
            }
        }

    def forget_device(self, parameters: Parameters) -> Body:
        """Remove a device."""
        user, key = self._user_and_key(parameters)
        del user.devices[user.confirmed_device(key).key]
        return {}

    def _user_and_key(self, parameters: Parameters) -> tuple[User, str]:
        user, key = self._access_tokens.caller(parameters), required(parameters, "DeviceKey")
        if len(key) > 55 or not _KEY.fullmatch(key):
            raise invalid_parameter(
                "1 validation error detected: Value at 'deviceKey' failed to satisfy constraint: "
                f"Member must satisfy regular expression pattern: {_KEY.pattern}"
            )
        return user, key


class DevicePasswordVerifier:
    """DEVICE_PASSWORD_VERIFIER: the proof of the device. Right or wrong, it uses the challenge up."""

    def __init__(self, chain: ChallengeChain, now: Callable[[], float]) -> None:
        self._chain = chain
        self._now = now
        self._sessions: Sessions[_Proof] = Sessions(now)

    def ask(self, attempt: Attempt, given: StringMap) -> Body:
        """Ask for the proof that fits SRP_A."""
        device = _device_of(attempt)
        exchange = Exchange.against(device.identity, device.salt, device.verifier or 0, required_entry(given, "SRP_A"))
        return challenge(
            DEVICE_PASSWORD_VERIFIER,
            self._sessions.open(attempt, _Proof(device, exchange)),
            **{"USERNAME": attempt.username, "DEVICE_KEY": device.key, **exchange.challenge},
        )

    def answer(self, response: ChallengeResponse) -> Body:
        """Proceed if the proof is correct."""
        claim, key = Claim.of(response), response.required("DEVICE_KEY")
        pending = self._sessions.pending_for(response)
        self._sessions.use_up(response.session)
        exchange = pending.detail.exchange
        if key != pending.detail.device.key:
            raise no_device()
        if claim.block != exchange.block_text or not claim.is_timely(self._now()) or not claim.proven_by(exchange):
            raise wrong_credentials()
        return self._chain.proceed(pending.attempt.after(Step.DEVICE))


@dataclass(frozen=True, slots=True)
class _Proof:
    device: Device
    exchange: Exchange = field(repr=False)


class DeviceSrpAuth:
    """DEVICE_SRP_AUTH: asks for the public value of the proof."""

    def __init__(self, verifier: DevicePasswordVerifier, now: Callable[[], float]) -> None:
        self._verifier = verifier
        self._sessions: Sessions[Device] = Sessions(now)

    def ask(self, attempt: Attempt, given: StringMap) -> Body:
        """Name the device."""
        device = _device_of(attempt)
        session = self._sessions.open(attempt, device)
        return challenge(DEVICE_SRP_AUTH, session, USERNAME=attempt.username, DEVICE_KEY=device.key)

    def answer(self, response: ChallengeResponse) -> Body:
        """Proceed to the proof."""
        key = response.required("DEVICE_KEY")
        response.required("SRP_A")
        pending = self._sessions.pending_for(response)
        if key != pending.detail.key:
            raise no_device()
        self._sessions.use_up(response.session)
        return self._verifier.ask(pending.attempt, response.given)


def _device_of(attempt: Attempt) -> Device:
    device = attempt.device()
    if device is None:
        raise no_device()
    return device


def _number(given: StringMap, name: str) -> int:
    """Return a number in Base64. Java's BigInteger is signed: without a leading zero byte it may be negative."""
    try:
        digits = base64.b64decode(required_entry(given, name), validate=True)
    except binascii.Error:
        raise invalid_parameter(f"{name} is not Base64.") from None
    number = int.from_bytes(digits, "big", signed=True)
    if number <= 0:
        raise invalid_parameter(f"{name} is not a positive number.")
    return number
