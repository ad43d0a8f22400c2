"""The command of a profile that prints an MFA code."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import msgspec
import pytest

from cognitui.model.errors import UsageError
from cognitui.model.profile import Profile, ProfileFields
from cognitui.system.programs import code_from_process
from tests.unit.fakes import make_profile


def running(code: str) -> Profile:
    return make_profile(mfa_process=shlex.join([sys.executable, "-c", code]))


def test_the_code_is_what_the_command_prints() -> None:
    assert code_from_process(running("print(' 123456 ')")) == "123456"


def test_a_profile_without_a_command_has_no_code() -> None:
    assert code_from_process(make_profile()) is None


@pytest.mark.parametrize("code", ["", "raise SystemExit(3)", "print('123456'); raise SystemExit(1)"])
def test_a_command_without_a_code_is_reported(code: str) -> None:
    with pytest.raises(UsageError, match=r"dev/alice.*mfa_process"):
        code_from_process(running(code))


def test_a_missing_command_is_reported() -> None:
    with pytest.raises(UsageError, match=r"dev/alice: mfa_process names /nowhere/at-all, but there is no such program"):
        code_from_process(make_profile(mfa_process="/nowhere/at-all"))


@pytest.mark.parametrize("command", [" ", "'open"])
def test_an_invalid_command_is_reported(command: str) -> None:
    with pytest.raises(UsageError, match=r"dev/alice: mfa_process contains no command"):
        code_from_process(make_profile(mfa_process=command))


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        (r"\n\n123456\nanything else\n", "123456"),
        (r"123 456\n", "123456"),
        (r"1234 5678\n", "12345678"),
        (r"123456 (expires in 20s)\n", "123456"),
        (r"123456", "123456"),
    ],
)
def test_the_code_is_in_the_first_line(printed: str, code: str) -> None:
    assert code_from_process(running(f"import os; os.write(1, b'{printed}')")) == code


def test_a_command_that_hangs_is_reported_with_its_time() -> None:
    with pytest.raises(UsageError, match=r"dev/alice: mfa_process \(sleep\) printed no code within 0\.2 s"):
        code_from_process(make_profile(mfa_process="sleep 60"), 0.2)


def test_a_command_that_prints_without_an_end_is_reported() -> None:
    with pytest.raises(UsageError, match=r"dev/alice: mfa_process \(yes\) prints more than a code"):
        code_from_process(make_profile(mfa_process="yes ''"))


def test_neither_what_it_prints_nor_its_arguments_are_in_an_error() -> None:
    with pytest.raises(UsageError) as caught:
        code_from_process(running("import sys; print('canary'); sys.exit('canary')"))
    assert "canary" not in f"{caught.value.cause}{caught.value.fix}"
    assert "exit code 1" in caught.value.cause


def test_no_shell_reads_the_command(tmp_path: Path) -> None:
    mark = tmp_path / "mark"

    code_from_process(make_profile(mfa_process=f"{shlex.quote(sys.executable)} -c 'print(1)' ; touch {mark}"))

    assert not mark.exists()


def test_a_command_from_an_included_file_is_never_run(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    profile = running(f"open({str(mark)!r}, 'w'); print(1)")

    with pytest.raises(UsageError, match="included file"):
        code_from_process(msgspec.structs.replace(profile, read_only=True))
    assert not mark.exists()


def test_a_command_from_an_included_environment_is_never_run() -> None:
    profile = make_profile(defaults=ProfileFields(mfa_process=f"{sys.executable} -c print(1)"))
    environment = msgspec.structs.replace(profile.environment, read_only=True)

    with pytest.raises(UsageError, match="included file"):
        code_from_process(msgspec.structs.replace(profile, environment=environment))
