"""`cognitui doctor`: printed findings and exit codes."""

from __future__ import annotations

from cognitui.model.errors import NoKeyring, PoolOrClientNotFound
from tests.unit.cli.harness import printed_json, run
from tests.unit.doctor.fake_exams import FakeExam, FakeMachine
from tests.unit.fakes import make_profile, services_with

ALICE = make_profile("dev/alice")


def test_a_setup_in_order_exits_with_0_and_prints_a_line_for_each_check() -> None:
    result = run(services_with(ALICE), "doctor")

    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert all(line.startswith("✓ ") for line in lines)
    assert any(line.startswith("✓ keyring        keyring.backends.SecretService") for line in lines)
    assert result.stderr == "7 checks: 0 failed, 0 warnings.\n"


def test_a_failure_has_its_fix_below_and_its_code() -> None:
    services = services_with(ALICE, machine=FakeMachine(keyring=NoKeyring("There is none.", fix="Install one.")))
    result = run(services, "doctor")

    assert result.exit_code == 6
    assert "✕ keyring        There is none.\n                 Install one.\n" in result.stdout
    assert result.stderr == "7 checks: 1 failed, 0 warnings.\n"


def test_a_warning_is_no_failure() -> None:
    result = run(services_with(ALICE, machine=FakeMachine(keyring="")), "doctor")

    assert result.exit_code == 0
    assert "! keyring" in result.stdout


def test_what_was_not_checked_has_a_sign_of_its_own_and_is_counted() -> None:
    result = run(services_with(ALICE), "doctor", "alice")

    assert "\n? flow           Not checked: " in result.stdout
    assert "\n· tokens         There are none yet." in result.stdout
    assert result.stderr == "9 checks: 0 failed, 0 warnings, 1 skipped.\n"


def test_with_an_id_the_profile_is_checked() -> None:
    services = services_with(ALICE, exam=FakeExam(client_error=PoolOrClientNotFound("dev/alice: no such client.")))
    result = run(services, "doctor", "alice")

    assert result.exit_code == 4
    assert "✕ app client     dev/alice: no such client." in result.stdout


def test_the_json_has_the_findings_and_the_exit_code_stays() -> None:
    services = services_with(ALICE)
    found = printed_json(run(services, "doctor", "dev/alice", "--json"))
    assert found[-1] == {"check": "tokens", "verdict": "note", "said": "There are none yet.", "fix": None}
    assert {finding["verdict"] for finding in found} == {"pass", "note", "skip"}

    services.machine = FakeMachine(keyring=NoKeyring("There is none."))
    result = run(services, "doctor", "--json")
    assert result.exit_code == 6
    assert '"verdict": "fail"' in result.stdout


def test_a_profile_that_is_not_there_is_wrong_usage() -> None:
    assert run(services_with(ALICE), "doctor", "dev/nobody").exit_code == 2
