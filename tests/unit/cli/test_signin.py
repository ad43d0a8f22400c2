"""Getting a token with prompts and an unreliable network."""

from __future__ import annotations

import pytest

from cognitui.cli.signin import get_token
from cognitui.model.challenge import Challenge, Prompt
from cognitui.model.errors import Unreachable
from cognitui.tokens.request import TokenRequest
from tests.unit.cli.harness import Answering
from tests.unit.fakes import FakeServices, FakeSignIn, make_profile, password_challenge, services_with, signed_in

ALICE = make_profile("dev/alice")
CODE = Challenge("SMS_MFA", ALICE, "Code needed", "From a text message.", (Prompt("code", "code"),))


def breaking_off(*steps: object) -> FakeServices:
    return services_with(ALICE, signin=FakeSignIn(start=[password_challenge(ALICE)], answer=[CODE, *steps]))  # type: ignore[list-item]  # steps


def test_an_outage_in_the_middle_asks_whether_to_try_again_and_nothing_is_typed_twice() -> None:
    services = breaking_off(Unreachable("No network."), signed_in())
    person = Answering("hunter2", "y", "1111", "")

    get_token(services, TokenRequest(ALICE), person)

    assert ("No network. Try again? [Y/n]", False) in person.asked
    assert [answers for _, answers in services.signin.answered] == [
        {"password": "hunter2"},
        {"code": "1111"},
        {"code": "1111"},
    ]
    assert "hunter2" in services.vault.entries.values()


def test_declining_to_try_again_reports_the_outage() -> None:
    person = Answering("hunter2", "y", "1111", "n")

    with pytest.raises(Unreachable, match="No network"):
        get_token(breaking_off(Unreachable("No network.")), TokenRequest(ALICE), person)
