"""DEVICE_SRP_AUTH and DEVICE_PASSWORD_VERIFIER: a proof that this is the remembered device."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from cognitui.demo.strict.admission import DEVICE_SRP_AUTH, Admission
from cognitui.demo.strict.answer import Body
from cognitui.demo.strict.attempt import Attempt, Step
from cognitui.demo.strict.challenge import Response, challenge
from cognitui.demo.strict.device import Device
from cognitui.demo.strict.devices import device_of, no_device
from cognitui.demo.strict.parameters import Answers, needed
from cognitui.demo.strict.refusal import wrong_credentials
from cognitui.demo.strict.sessions import Sessions
from cognitui.demo.strict.srp_claim import Claim
from cognitui.demo.strict.srp_verifier import Exchange

DEVICE_PASSWORD_VERIFIER = "DEVICE_PASSWORD_VERIFIER"


@dataclass(frozen=True, slots=True)
class _Detail:
    device: Device
    exchange: Exchange = field(repr=False)


class DevicePasswordVerifier:
    """Takes the proof. Whatever comes of it, the challenge is used up."""

    def __init__(self, admission: Admission, now: Callable[[], float]) -> None:
        self._admission = admission
        self._now = now
        self._sessions: Sessions[_Detail] = Sessions(now)

    def ask(self, attempt: Attempt, given: Answers) -> Body:
        """Asks for the proof, by the SRP_A that came along."""
        device = _known(attempt)
        exchange = Exchange.against(device.identity, device.salt, device.verifier or 0, needed(given, "SRP_A"))
        return challenge(
            DEVICE_PASSWORD_VERIFIER,
            self._sessions.open(attempt, _Detail(device, exchange)),
            **{"USERNAME": attempt.username, "DEVICE_KEY": device.key, **exchange.challenge},
        )

    def answer(self, response: Response) -> Body:
        """Goes on once the proof is right."""
        claim, key = Claim.of(response), response.needed("DEVICE_KEY")
        pending = self._sessions.answered(response)
        self._sessions.burn(response.session)
        exchange = pending.detail.exchange
        if key != pending.detail.device.key:
            raise no_device()
        if claim.block != exchange.block_text or not claim.is_timely(self._now()) or not claim.proven_by(exchange):
            raise wrong_credentials()
        return self._admission.admit(pending.attempt.having(Step.DEVICE))


class DeviceSrpAuth:
    """Asks for the public value of the proof."""

    def __init__(self, verifier: DevicePasswordVerifier, now: Callable[[], float]) -> None:
        self._verifier = verifier
        self._sessions: Sessions[Device] = Sessions(now)

    def ask(self, attempt: Attempt, given: Answers) -> Body:
        """Names the device."""
        device = _known(attempt)
        session = self._sessions.open(attempt, device)
        return challenge(DEVICE_SRP_AUTH, session, USERNAME=attempt.username, DEVICE_KEY=device.key)

    def answer(self, response: Response) -> Body:
        """Goes on to the proof."""
        key = response.needed("DEVICE_KEY")
        response.needed("SRP_A")
        pending = self._sessions.answered(response)
        if key != pending.detail.key:
            raise no_device()
        self._sessions.burn(response.session)
        return self._verifier.ask(pending.attempt, response.given)


def _known(attempt: Attempt) -> Device:
    device = device_of(attempt)
    if device is None:
        raise no_device()
    return device
