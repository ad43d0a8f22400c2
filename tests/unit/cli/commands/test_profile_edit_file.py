"""`cognitui profile edit` without an option: the file in an editor, and invalid edits."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from cognitui.cli.commands.profile import edit_file
from cognitui.model.errors import ProfileConflict, ProfileFileError, ProfileFileUnsafe, SaveFailed, UsageError
from cognitui.profiles.drafts import ProfileDrafts
from tests.unit.cli.harness import Answering, run
from tests.unit.fakes import FakeServices, make_profile, services_with

GOOD = """\
# ours
version = 1
[environments.dev]
user_pool_id = "eu-west-1_AbCdEf123"
client_id = "1h57kf5cpq17m0eml12example"
[environments.dev.profiles.alice]  # she
username = "alice"
[environments.dev.profiles.bob]
username = "bob"
"""
FAULTY = GOOD.replace('username = "bob"', "username = 7")

Edit = Callable[[Path, int], None]


class Desk:
    """A profile file, and an editor that writes the given texts in turn."""

    def __init__(self, folder: Path, content: str | None = GOOD) -> None:
        self.file = folder / "profiles.toml"
        self.state = folder / "state"
        if content is not None:
            self.file.write_text(content)
            self.file.chmod(0o600)
        self.opened: list[tuple[Path, int, str]] = []
        self.services = FakeServices(real_drafts=ProfileDrafts(self.file, self.state))

    def edit(self, *texts: str, profile: str = "dev/alice", answers: tuple[str, ...] = ()) -> Answering:
        waiting = list(texts)

        def editor(path: Path, line: int) -> None:
            self.opened.append((path, line, path.read_text()))
            path.write_text(waiting.pop(0))

        self.services.edit = editor
        person = Answering(*answers)
        edit_file(self.services, profile, person)
        assert not waiting
        return person

    @property
    def drafts(self) -> list[str]:
        """The texts of the copies that are left behind."""
        return [path.read_text() for path in self.state.rglob("profiles.toml")]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_what_was_typed_is_saved_to_the_byte(desk: Desk) -> None:
    after = GOOD.replace('"alice"', '"alicia"   # again')
    desk.edit(after)

    assert desk.file.read_text() == after
    assert desk.drafts == []


def test_a_copy_is_edited_that_nobody_else_may_read(desk: Desk) -> None:
    modes = []
    desk.services.edit = lambda path, _line: modes.append(
        [stat.S_IMODE(place.stat().st_mode) for place in (path, path.parent)]
    )
    edit_file(desk.services, "dev/alice", Answering())

    assert modes == [[0o600, 0o700]]


@pytest.mark.parametrize(("profile", "line"), [("dev/alice", 6), ("dev/bob", 8), ("", 1), ("dev/nobody", 1)], ids=str)
def test_the_editor_begins_at_the_profile(desk: Desk, profile: str, line: int) -> None:
    desk.edit(GOOD, profile=profile)

    path, at, text = desk.opened[0]
    assert (path.name, at, text) == ("profiles.toml", line, GOOD)
    assert path != desk.file


def test_without_a_change_nothing_is_written(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    before = desk.file.stat()
    desk.edit(GOOD)

    assert desk.file.stat() == before
    assert "Nothing was changed." in capsys.readouterr().err


@pytest.mark.parametrize(
    "broken", [FAULTY, GOOD + "[", "version = 2\n", "\udcff"], ids=["fault", "toml", "new", "utf8"]
)
def test_an_invalid_edit_is_reported_and_opened_again_at_its_first_error(desk: Desk, broken: str) -> None:
    after = GOOD.replace("bob", "rob")
    texts = [broken.encode("utf-8", "surrogateescape"), after.encode()]
    seen: list[bytes] = []

    def editor(path: Path, _line: int) -> None:
        seen.append(path.read_bytes())
        path.write_bytes(texts[len(seen) - 1])

    desk.services.edit = editor
    person = Answering("e")
    edit_file(desk.services, "dev/alice", person)

    assert seen == [GOOD.encode(), texts[0]]
    assert person.shown[0].startswith("✕ ")
    assert desk.file.read_text() == after


def test_the_editor_opens_again_at_the_error(desk: Desk) -> None:
    person = desk.edit(FAULTY, GOOD, answers=("",))

    assert [line for _, line, _ in desk.opened] == [6, 9]
    assert ":9: dev/bob: username: " in person.shown[0]


def test_invalid_toml_is_reported_once_with_line_and_cause(desk: Desk) -> None:
    person = desk.edit(GOOD + "broken = [\n\n", GOOD, answers=("",))

    assert person.shown[0] == f"✕ {desk.file}:10: is not TOML: a list is not closed"
    assert [line for _, line, _ in desk.opened] == [6, 10]


def test_a_dropped_edit_leaves_the_file_unchanged(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.edit(FAULTY, answers=("what?", "d"))

    assert desk.file.read_text() == GOOD
    assert desk.drafts == []
    assert "Dropped" in capsys.readouterr().err


def test_a_kept_edit_is_set_aside_and_its_path_reported(desk: Desk) -> None:
    with pytest.raises(ProfileFileError) as caught:
        desk.edit(FAULTY, answers=("k",))

    assert desk.file.read_text() == GOOD
    assert desk.drafts == [FAULTY]
    (place,) = desk.state.rglob("profiles.toml")
    assert f"Your text is kept in {place}" in caught.value.fix


@pytest.mark.parametrize("end", [KeyboardInterrupt, EOFError])
def test_leaving_at_the_question_keeps_the_text(
    desk: Desk, end: type[BaseException], capsys: pytest.CaptureFixture[str]
) -> None:
    class Leaving(Answering):
        def answer(self, question: str, *, masked: bool = False) -> str:
            raise end

    def editor(path: Path, _line: int) -> None:
        path.write_text(FAULTY)

    desk.services.edit = editor
    with pytest.raises(end):
        edit_file(desk.services, "dev/alice", Leaving())

    assert desk.file.read_text() == GOOD
    assert desk.drafts == [FAULTY]
    assert "Your text is kept in" in capsys.readouterr().err


def test_an_error_that_was_there_before_does_not_prevent_saving(tmp_path: Path) -> None:
    desk = Desk(tmp_path, FAULTY)
    after = FAULTY.replace('"alice"', '"alicia"')
    desk.edit(after)

    assert desk.file.read_text() == after


def test_an_invalid_toml_file_is_opened_at_its_error_and_can_be_fixed(tmp_path: Path) -> None:
    desk = Desk(tmp_path, GOOD.replace('username = "bob"', "username = "))
    desk.edit(GOOD)

    assert desk.opened[0][1] == 9
    assert desk.file.read_text() == GOOD


def test_an_invalid_toml_file_is_not_saved_while_it_is_invalid(tmp_path: Path) -> None:
    broken = GOOD + "x = \n"
    desk = Desk(tmp_path, broken)
    desk.edit("# mended\n" + broken, answers=("d",))

    assert desk.file.read_text() == broken


def test_a_file_that_another_program_has_changed_is_not_overwritten(desk: Desk) -> None:
    theirs = GOOD + "# theirs\n"

    def editor(path: Path, _line: int) -> None:
        path.write_text(GOOD + "# mine\n")
        desk.file.write_text(theirs)

    desk.services.edit = editor
    with pytest.raises(ProfileConflict) as caught:
        edit_file(desk.services, "dev/alice", Answering())

    assert desk.file.read_text() == theirs
    assert desk.drafts == [GOOD + "# mine\n"]
    assert "Your text is kept in" in caught.value.fix


def test_a_failed_save_keeps_the_text(desk: Desk) -> None:
    desk.file.chmod(0o400)
    with pytest.raises(SaveFailed) as caught:
        desk.edit(GOOD + "# more\n")

    assert desk.drafts == [GOOD + "# more\n"]
    assert "Your text is kept in" in caught.value.fix


def test_a_failed_editor_changes_nothing(desk: Desk) -> None:
    def editor(path: Path, _line: int) -> None:
        raise UsageError("The editor vi exited with code 1.")

    desk.services.edit = editor
    with pytest.raises(UsageError):
        edit_file(desk.services, "dev/alice", Answering())

    assert desk.file.read_text() == GOOD
    assert desk.drafts == []


def test_a_new_file_begins_with_its_version(tmp_path: Path) -> None:
    desk = Desk(tmp_path, None)
    desk.edit(GOOD, profile="")

    assert "version = 1" in desk.opened[0][2]
    assert desk.file.read_text() == GOOD
    assert stat.S_IMODE(desk.file.stat().st_mode) == 0o600


def test_a_file_that_others_may_write_is_refused(desk: Desk) -> None:
    desk.file.chmod(0o666)
    with pytest.raises(ProfileFileUnsafe):
        desk.edit(GOOD)

    assert desk.opened == []


@pytest.mark.parametrize("arguments", [["dev/alice"], []])
def test_without_a_terminal_it_says_how_to_edit(arguments: list[str]) -> None:
    result = run(services_with(make_profile("dev/alice")), "profile", "edit", *arguments)

    assert result.exit_code == 2
    assert "In a terminal, your editor opens" in result.stderr
