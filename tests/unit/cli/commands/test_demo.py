from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

from cognitui.cli.commands.demo import environment, report, services_of
from cognitui.demo import DemoSet
from cognitui.model.challenge import Step
from cognitui.model.errors import CognituiError, Unreachable, WrongCredentials
from cognitui.model.secret import SecretKind
from cognitui.model.token import Verification
from cognitui.services import Options, Services
from tests.unit.fakes import (
    FakeServices,
    FakeSignIn,
    FakeVerifier,
    make_profile,
    password_challenge,
    services_with,
    signed_in,
)

ALICE, CAROL, DAVE = make_profile("dev/alice"), make_profile("dev/carol"), make_profile("prod/dave", protected=True)
GOOD = Verification(verified=True, algorithm="RS256")


def demo_of(*steps: Step | CognituiError, verification: Verification = GOOD) -> Services:
    services = services_with(
        ALICE, CAROL, DAVE, signin=FakeSignIn(start=list(steps)), verifier=FakeVerifier(verification)
    )
    return cast(Services, services)


def test_the_report_shows_profile_flow_outcome_expiry_and_verification(capsys: pytest.CaptureFixture[str]) -> None:
    services = demo_of(signed_in(), password_challenge(CAROL), WrongCredentials("Wrong."))

    assert report(services) == 0

    _, alice, carol, dave = (line.split("  ") for line in capsys.readouterr().out.splitlines())
    assert [cell.strip() for cell in alice if cell] == [
        "●", "dev/alice", "USER_SRP_AUTH", "signed in", "1h left", "verified RS256",
    ]  # fmt: skip
    assert "waits for password" in [cell.strip() for cell in carol]
    assert "Wrong username or password" in [cell.strip() for cell in dave]


def test_a_code_that_is_sent_during_the_report_is_shown_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    services = services_with(ALICE, signin=FakeSignIn(start=[signed_in()]), verifier=FakeVerifier(GOOD))
    report(cast(Services, services))

    services.hear_news("Code 482913: the playground sent it.")

    message = capsys.readouterr()
    assert "Code 482913" in message.err
    assert "Code 482913" not in message.out


def test_an_unexpected_error_fails_the_demo(capsys: pytest.CaptureFixture[str]) -> None:
    assert report(demo_of(Unreachable("No answer."), signed_in(), signed_in())) == 5
    assert "No answer." in capsys.readouterr().err


def test_a_token_of_the_demo_that_is_not_genuine_is_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    forged = Verification(verified=False, reason="Another key signed it.")

    assert report(demo_of(signed_in(), signed_in(), signed_in(), verification=forged)) == 4
    assert "Another key signed it." in capsys.readouterr().err


def test_the_demo_runs_on_its_own_files_with_its_secrets_in_memory(tmp_path: Path) -> None:
    seen: list[Options] = []
    services = services_with(ALICE)

    def wire(options: Options) -> Services:
        seen.append(options)
        return cast(Services, services)

    secrets = (("dev/alice", SecretKind.PASSWORD, "hunter2"),)
    letters: list[Callable[[str], None]] = []
    demo_set = DemoSet(
        profiles=tmp_path / "p.toml",
        state=tmp_path / "state",
        environ={},
        secrets=secrets,
        on_code=letters.append,
    )
    made = services_of(demo_set, wire)

    assert (seen[0].profiles, seen[0].state, seen[0].vault) == (tmp_path / "p.toml", tmp_path / "state", "memory")
    assert seen[0].news == letters.append
    assert cast(FakeServices, made).vault.entries == {ALICE.secret_name(SecretKind.PASSWORD): "hunter2"}


def test_the_variables_of_the_demo_are_reset_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "before")
    monkeypatch.delenv("COGNITUI_PROFILES", raising=False)

    with environment({"NO_PROXY": "127.0.0.1", "COGNITUI_PROFILES": "demo.toml"}):
        assert (os.environ["NO_PROXY"], os.environ["COGNITUI_PROFILES"]) == ("127.0.0.1", "demo.toml")

    assert os.environ["NO_PROXY"] == "before"
    assert "COGNITUI_PROFILES" not in os.environ


def test_no_aws_variable_of_the_user_reaches_the_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    """A session token or an endpoint for one service would be combined with the demo's own credentials."""
    monkeypatch.setenv("AWS_SESSION_TOKEN", "of the user")
    monkeypatch.setenv("AWS_PROFILE", "work")

    with environment({"AWS_PROFILE": "demo"}):
        assert {name: value for name, value in os.environ.items() if name.startswith("AWS_")} == {"AWS_PROFILE": "demo"}

    assert (os.environ["AWS_SESSION_TOKEN"], os.environ["AWS_PROFILE"]) == ("of the user", "work")
