from __future__ import annotations

import os
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import click
import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner, Result

from cognitui.cli import cognitui
from cognitui.cli.errors import report_of, write_report
from cognitui.cli.registry import SECTIONS, Entry
from cognitui.model.errors import ProfileFileError
from cognitui.model.profile import ProfileError, ProfileSet
from cognitui.services import Location, Options
from tests.unit.cli.harness import printed_json, run
from tests.unit.fakes import FakeProfileStore, FakeServices, make_book, make_profile, services_with

CANARY = "hunter2-canary"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Failing(FakeProfileStore):
    """A profile file that fails with an internal error."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error

    def load(self) -> NoReturn:
        password = CANARY
        raise self.error from ValueError(password)


def failing(error: BaseException, folder: Path) -> FakeServices:
    return FakeServices(profiles=Failing(error), places=(Location("log", folder / "cognitui.log"),))


def test_a_crash_leaves_one_sentence_with_the_path_of_a_report(tmp_path: Path) -> None:
    result = run(failing(RuntimeError(CANARY), tmp_path / "state"), "list")

    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1
    (report,) = (tmp_path / "state").iterdir()
    assert str(report) in result.stderr


def test_a_report_contains_types_and_places_but_no_values(tmp_path: Path) -> None:
    result = run(failing(RuntimeError(CANARY), tmp_path), "list")

    (report,) = tmp_path.iterdir()
    text = report.read_text("utf-8")
    assert "builtins.RuntimeError" in text
    assert "builtins.ValueError" in text
    assert "in Failing.load" in text
    assert "cli" in text
    assert CANARY not in text + result.output


@pytest.mark.skipif(os.name != "posix", reason="Windows has no modes")
def test_a_report_is_private_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        path = write_report(RuntimeError(), tmp_path / "state", NOON)
    finally:
        os.umask(before)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_report_never_follows_a_link_and_replaces_nothing(tmp_path: Path) -> None:
    first = write_report(RuntimeError(), tmp_path, NOON)

    with pytest.raises(FileExistsError):
        write_report(RuntimeError(), tmp_path, NOON)
    assert list(tmp_path.iterdir()) == [first]


def test_a_report_that_cannot_be_written_is_mentioned(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")

    result = run(failing(RuntimeError(CANARY), tmp_path / "state"), "list")

    assert result.exit_code == 1
    assert "could not be written" in result.stderr
    assert CANARY not in result.output


def test_a_crash_while_the_services_are_created_is_reported_too() -> None:
    def broken(_options: Options) -> NoReturn:
        raise RuntimeError(CANARY)

    result = run(broken, "list")

    path = Path(result.stderr.strip().rpartition(" ")[2])
    assert result.exit_code == 1
    assert "RuntimeError" in path.read_text("utf-8")
    assert CANARY not in path.read_text("utf-8") + result.output
    path.unlink()
    path.parent.rmdir()


def test_an_endless_recursion_and_a_group_of_errors_make_a_report_of_bounded_length() -> None:
    def endless() -> None:
        endless()

    group = ExceptionGroup(CANARY, [ValueError(CANARY)])
    with pytest.raises(RecursionError) as caught:
        endless()
    group.__context__ = caught.value

    report = report_of(group, NOON)

    assert "builtins.ExceptionGroup" in report
    assert "builtins.ValueError" in report
    assert CANARY not in report
    assert len(report.splitlines()) < 300


def test_ctrl_c_exits_quietly(tmp_path: Path) -> None:
    result = run(failing(KeyboardInterrupt(), tmp_path), "list")

    assert result.exit_code == 130
    assert "Traceback" not in result.output
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_read_is_a_profile_file_error() -> None:
    services = FakeServices(profiles=Failing(ProfileFileError("profiles.toml:3: not TOML", fix="Mend line 3.")))

    result = run(services, "list")

    assert result.exit_code == 2
    assert "profiles.toml:3: not TOML" in result.stderr
    assert "Mend line 3." in result.stderr


@pytest.mark.parametrize("reference", ["dev/bob", "bob"])
def test_an_invalid_profile_is_reported_when_it_is_asked_for(reference: str) -> None:
    problem = ProfileError(where="dev/bob", key="region", what="is not a text", fix="write it in quotes")
    services = FakeServices(profiles=FakeProfileStore(ProfileSet(errors=(problem,))))

    result = run(services, "token", reference)

    assert result.exit_code == 2
    assert "The profile dev/bob is invalid: dev/bob: region: is not a text (write it in quotes)" in result.stderr
    assert result.stderr.count("is not a text") == 1


def test_errors_of_other_profiles_are_not_reported_for_one_profile() -> None:
    problem = ProfileError(where="dev/bob", key="region", what="is not a text", fix="write it in quotes")
    services = FakeServices(profiles=FakeProfileStore(make_book(make_profile("dev/alice"), errors=(problem,))))

    assert run(services, "profile", "show", "dev/alice").stderr == ""
    assert "1 error: cognitui doctor shows it" in run(services, "profile", "show", "dev/carol").stderr
    assert "is invalid" not in run(services, "profile", "show", "prod/bob").stderr


@pytest.mark.parametrize("command", [("profile", "show", "dev/alice"), ("export", "dev/alice", "alice")])
def test_an_error_of_the_environment_is_reported_once(command: tuple[str, ...]) -> None:
    problem = ProfileError(where="environments.dev", key="color", what="is not a color", fix="write #rrggbb")
    services = FakeServices(profiles=FakeProfileStore(make_book(make_profile("dev/alice"), errors=(problem,))))

    assert run(services, *command).stderr == "Warning: environments.dev: color: is not a color (write #rrggbb)\n"


def test_without_a_command_and_a_terminal_it_says_to_use_a_command() -> None:
    result = run(services_with())

    assert result.exit_code == 2
    assert "cognitui list" in result.stderr


def test_an_unknown_command_is_not_repeated_and_the_nearest_is_suggested() -> None:
    assert "There is no command tokne. Did you mean token?" in run(services_with(), "tokne").stderr
    assert "eyJhbGciOi" not in run(services_with(), "eyJhbGciOi").output
    assert run(services_with(), "eyJhbGciOi").exit_code == 2


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (["frobnicate"], "There is no command frobnicate. cognitui --help lists them all."),
        (["remove"], "There is no command remove. cognitui --help lists them all."),
        (["log"], "Did you mean login or logout?"),
        (["credential"], "Did you mean credential-process?"),
        (["lst"], "Did you mean list?"),
        (["secret", "chekc"], "There is no such command. Did you mean check?"),
        (["lisst"], "There is no command lisst. Did you mean list?"),
        (["ls"], "Did you mean list?"),
        (["profile", "remove"], "There is no command remove. Did you mean rm?"),
        (["profile", "delete"], "Did you mean rm?"),
        (["profile", "new"], "Did you mean add?"),
        (["profile", "create"], "Did you mean add?"),
        (["profile", "get"], "Did you mean show?"),
        (["profile", "renam"], "Did you mean rename?"),
        (["profile", "list"], "Did you mean cognitui list?"),
        (["profile", "eyJhbGciOi"], "There is no such command. cognitui profile --help lists them all."),
        (["import", "amplfy"], "Did you mean amplify?"),
        (["secret", "delete"], "There is no such command. Did you mean rm?"),
        (["secret", "frobnicate"], "There is no such command. cognitui secret --help lists them all."),
    ],
)
def test_only_a_close_command_is_suggested(typed: list[str], words: str) -> None:
    result = run(services_with(), *typed)

    assert result.exit_code == 2
    assert words in result.stderr


def test_the_global_options_reach_the_services() -> None:
    seen: list[Options] = []

    def wire(options: Options) -> FakeServices:
        seen.append(options)
        return services_with()

    run(wire, "--profiles", "mine.toml", "--vault", "memory", "list")

    assert (seen[0].profiles, seen[0].vault) == (Path("mine.toml"), "memory")


def test_the_services_know_that_a_command_waits() -> None:
    seen: list[Options] = []

    def wire(options: Options) -> FakeServices:
        seen.append(options)
        return services_with()

    run(wire, "list")

    assert seen[0].for_command


def test_the_services_know_that_the_tui_waits() -> None:
    with cognitui.make_context("cognitui", [], obj=lambda _options: services_with()) as ctx:
        with pytest.raises(click.exceptions.Exit):
            cognitui.invoke(ctx)
        assert not ctx.obj.options.for_command


def test_a_warning_of_the_services_goes_to_stderr() -> None:
    def wire(options: Options) -> FakeServices:
        options.warn("It is not AWS.")
        return services_with()

    result = run(wire, "list", "--json")

    assert result.stdout == "[]\n"
    assert "It is not AWS." in result.stderr


def help_of(*args: str) -> Result:
    return CliRunner().invoke(cognitui, [*args, "--help"], obj=lambda _options: services_with(), prog_name="cognitui")


@pytest.mark.parametrize("entry", [entry for section in SECTIONS for entry in section.entries], ids=lambda e: e.name)
def test_each_command_has_the_summary_of_the_overview(entry: Entry) -> None:
    result = help_of(entry.name)

    assert result.exit_code == 0
    assert entry.summary in result.stdout
    assert f"{entry.name} " in help_of().stdout


def test_the_overview_has_examples_exit_codes_and_environment_variables() -> None:
    shown = help_of().stdout

    assert all(f"\n{title}:\n" in shown for title in ("Tokens", "Examples", "Exit codes", "Environment variables"))
    assert CliRunner().invoke(cognitui, ["-h"]).stdout.startswith("Usage:")


HEAVY = ("boto3", "botocore", "keyring", "jwt", "cryptography", "textual", "urllib3")


@pytest.mark.parametrize("args", [("--help",), ("list",), ("list", "--json"), ("decode", "-"), ("decode", "--help")])
def test_light_commands_load_nothing_heavy(args: tuple[str, ...], tmp_path: Path) -> None:
    code = (
        "import sys; from cognitui.cli import cognitui; from cognitui.services import wire\n"
        "try: cognitui(obj=wire)\n"
        f"finally: print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"
    )
    folders = {"XDG_CONFIG_HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path)}
    process = subprocess.run(
        [sys.executable, "-c", code, *args],
        env={**os.environ, **folders},
        input="e30.e30.",
        capture_output=True,
        text=True,
    )

    assert process.returncode == 0, process.stderr
    assert process.stderr.splitlines()[-1] == "[]"


@pytest.mark.skipif(os.name != "posix", reason="Windows has no SIGPIPE")
def test_a_closed_pipe_is_no_error(tmp_path: Path) -> None:
    folders = {"XDG_CONFIG_HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path)}
    read_end, write_end = os.pipe()
    os.close(read_end)

    process = subprocess.run(
        [sys.executable, "-m", "cognitui", "locate"],
        env={**os.environ, **folders}, stdout=write_end, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    os.close(write_end)

    assert process.stderr == ""
    assert process.returncode == 141


def test_the_paths_are_printed_as_text_and_json() -> None:
    places = (Location("profiles", Path("/a/profiles.toml")), Location("expiry index", Path("/b/expiry.json")))
    services = services_with(make_profile(), places=places)

    assert run(services, "locate").stdout.splitlines() == [
        f"profiles      {Path('/a/profiles.toml')}",
        f"expiry index  {Path('/b/expiry.json')}",
    ]
    assert set(printed_json(run(services, "locate", "--json"))) == {"profiles", "expiry_index"}


def completions(services: FakeServices, *words: str) -> list[str]:
    """Completions for the last word."""
    complete = ShellComplete(cognitui, {"obj": lambda _options: services}, "cognitui", "_COGNITUI_COMPLETE")
    return [item.value for item in complete.get_completions(list(words[:-1]), words[-1])]


def test_a_shell_completes_commands_and_ids() -> None:
    services = services_with(make_profile("dev/alice"), make_profile("prod/alice"))

    assert completions(services, "to") == ["token"]
    assert completions(services, "token", "dev/") == ["dev/alice"]
    assert completions(services, "profile", "rm", "") == ["dev/alice", "prod/alice"]


def test_an_invalid_file_completes_nothing_and_reports_nothing() -> None:
    assert completions(FakeServices(profiles=Failing(ProfileFileError("Not TOML."))), "token", "d") == []


def test_a_given_profile_file_that_is_missing_is_an_error() -> None:
    services = FakeServices(profiles=FakeProfileStore(ProfileSet(path="mine.toml", exists=False)))

    result = run(services, "--profiles", "mine.toml", "list")

    assert result.exit_code == 2
    assert "mine.toml does not exist." in result.stderr


def test_a_missing_default_file_means_no_profiles_yet() -> None:
    services = FakeServices(profiles=FakeProfileStore(ProfileSet(path="usual.toml", exists=False)))

    result = run(services, "list")

    assert result.exit_code == 0
    assert "no profiles in usual.toml" in result.stderr


def test_a_new_file_can_be_given_to_add_a_profile() -> None:
    services = FakeServices(profiles=FakeProfileStore(ProfileSet(path="mine.toml", exists=False)))

    assert run(services, "--profiles", "mine.toml", "profile", "add", "dev/alice", "--username", "a").exit_code == 0


@pytest.mark.parametrize(
    "args",
    [
        ("--profiles", "FILE", "--vault", "memory", "list"),
        ("list", "--profiles", "FILE", "--vault", "memory"),
        ("list", "--json", "--profiles=FILE", "--vault=memory"),
        ("--vault", "memory", "list", "--profiles", "FILE"),
    ],
)
def test_global_options_are_accepted_before_and_after_the_command(args: tuple[str, ...]) -> None:
    seen: list[Options] = []

    def wire(options: Options) -> FakeServices:
        seen.append(options)
        return services_with()

    assert CliRunner().invoke(cognitui, args, obj=wire).exit_code == 0
    assert (str(seen[0].profiles), seen[0].vault) == ("FILE", "memory")


@pytest.mark.parametrize("value", ["--vault", "--profiles"])
def test_an_option_in_the_place_of_a_value_is_that_value(value: str) -> None:
    services = services_with(make_profile())

    result = run(services, "profile", "edit", "dev/alice", "--notes", value, "--username", "memory")

    assert result.exit_code == 0, result.stderr
    assert services.profiles.profile_set.by_id["dev/alice"].own.notes == value


def test_global_options_are_accepted_after_a_subcommand() -> None:
    seen: list[Options] = []

    def wire(options: Options) -> FakeServices:
        seen.append(options)
        return services_with(make_profile())

    run(wire, "--profiles", "first.toml", "secret", "check", "dev/alice", "--profiles", "FILE")

    assert [str(options.profiles) for options in seen] == ["FILE"]


def test_an_option_without_its_value_is_wrong_usage() -> None:
    result = CliRunner().invoke(cognitui, ["list", "--vault"], obj=lambda _options: services_with())

    assert result.exit_code == 2
    assert "--vault" in result.stderr


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("--all", "No such option '--all'."),
        ("--jsn", "No such option '--jsn'. Did you mean '--json'?"),
        ("--en", "No such option '--en'. Did you mean '--env'?"),
    ],
)
def test_only_a_close_option_is_suggested(typed: str, words: str) -> None:
    result = run(services_with(), "list", typed)

    assert result.exit_code == 2
    assert f"Error: {words}\n" in result.stderr


@pytest.mark.parametrize(
    "line",
    [("--profiles", "", "list"), ("list", "--profiles", ""), ("export", "dev/alice", "-o", "")],
)
def test_an_option_for_a_file_rejects_an_empty_name(line: tuple[str, ...]) -> None:
    result = run(services_with(make_profile("dev/alice")), *line)

    assert (result.exit_code, "no file is named" in result.stderr) == (2, True)
