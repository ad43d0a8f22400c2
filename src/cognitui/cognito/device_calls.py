"""The calls about remembered devices; the access token says whose."""

from __future__ import annotations

from cognitui.cognito.caller import Caller
from cognitui.cognito.srp import DeviceVerifier
from cognitui.model.profile import Profile


class DeviceCalls:
    """All may raise Refused or Unreachable."""

    def __init__(self, caller: Caller) -> None:
        """Takes how Cognito is called."""
        self._caller = caller

    def confirm(self, profile: Profile, access_token: str, key: str, verifier: DeviceVerifier, name: str) -> bool:
        """ConfirmDevice; returns whether the user must still agree that it is remembered."""
        answer = self._caller.call(
            profile,
            lambda client: client.confirm_device(
                AccessToken=access_token,
                DeviceKey=key,
                DeviceName=name,
                DeviceSecretVerifierConfig={"PasswordVerifier": verifier.verifier, "Salt": verifier.salt},
            ),
        )
        return bool(answer.get("UserConfirmationNecessary"))

    def remember(self, profile: Profile, access_token: str, key: str) -> None:
        """UpdateDeviceStatus: the user agrees."""
        self._caller.call(
            profile,
            lambda client: client.update_device_status(
                AccessToken=access_token, DeviceKey=key, DeviceRememberedStatus="remembered"
            ),
        )

    def forget(self, profile: Profile, access_token: str, key: str) -> None:
        """ForgetDevice."""
        self._caller.call(profile, lambda client: client.forget_device(AccessToken=access_token, DeviceKey=key))
