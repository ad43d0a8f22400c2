"""The doctor's screen: findings as they come, each with its fix."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from textual.theme import BUILTIN_THEMES
from textual.widget import Widget
from textual.widgets import Button

from cognitui.model.diagnostics import InsecurePath, KeysSeen, SettingError
from cognitui.model.errors import ClipboardUnavailable, NoKeyring, PoolOrClientNotFound, ProfileFileError
from cognitui.model.profile import Profile, ProfileSet
from cognitui.system.clipboard import Copied
from cognitui.tui.dialogs.confirm import Locked
from cognitui.tui.dialogs.doctor import DoctorScreen
from cognitui.tui.theme import THEMES
from cognitui.tui.widgets.findings import FindingsList
from tests.tui.harness import NARROW, WIDE, FakeClipboard, Story, copied, desk, opened
from tests.unit.doctor.fake_exams import FakeExam, FakeMachine
from tests.unit.fakes import FakeProfileStore, FakeServices, FakeSettings, make_profile, make_tokens

ALICE = make_profile("dev/alice")
BOB = make_profile("dev/bob")
BROKEN = FakeMachine(keyring=NoKeyring("There is no keyring.", fix="Install gnome-keyring."))
LOW = (60, 20)


@dataclass
class SlowMachine(FakeMachine):
    """Its keyring answers when the gate opens."""

    gate: threading.Event = field(default_factory=threading.Event)
    tried: threading.Event = field(default_factory=threading.Event)

    def try_keyring(self) -> str:
        self.tried.set()
        assert self.gate.wait(60)
        return super().try_keyring()


@dataclass
class SlowExam(FakeExam):
    """Its app client answers when the gate opens."""

    gate: threading.Event = field(default_factory=threading.Event)
    tried: threading.Event = field(default_factory=threading.Event)

    def client(self, profile: Profile, client_secret: str | None) -> None:
        self.tried.set()
        assert self.gate.wait(60)


def broken(*profiles: Profile, **parts: object) -> FakeServices:
    return desk(*(profiles or (ALICE,)), machine=BROKEN, **parts)


async def call(story: Story) -> None:
    await story.press("H")
    await story.until(lambda: isinstance(story.app.screen, DoctorScreen))


async def examine(story: Story) -> None:
    """Open it and wait for the end."""
    await call(story)
    await end(story)


async def end(story: Story) -> None:
    await story.until(lambda: not story.app.screen.query_one("#again", Button).disabled, "it did not end")


def highlighted(story: Story) -> str:
    finding = story.app.screen.query_one(FindingsList).highlighted
    return finding.check if finding else ""


def is_closed(story: Story) -> Callable[[], bool]:
    return lambda: story.app.screen is story.main


async def test_set_up_and_selected_profile_are_examined() -> None:
    services = desk(ALICE, BOB)
    async with opened(services) as story:
        await story.press("j")
        await examine(story)

        assert "✓ pass  keyring       keyring.backends.SecretService" in story.text
        assert "✓ pass  app client    Cognito knows it and requires no client secret." in story.text
        assert "this computer and dev/bob" in story.text
        assert ("client", "dev/bob", "") in services.exam.asked


async def test_a_failure_has_sign_word_and_fix_and_all_are_counted() -> None:
    machine = FakeMachine(keyring=NoKeyring("There is no keyring.", fix="Install gnome-keyring."))
    machine.loose = (InsecurePath("/etc/profiles.toml", "chmod 600 /etc/profiles.toml"),)
    async with opened(desk(ALICE, machine=machine)) as story:
        await examine(story)

        assert "✕ fail  keyring       There is no keyring." in story.text
        assert "→ Install gnome-keyring." in story.text
        assert "! warn  permissions   /etc/profiles.toml is open to others." in story.text
        await story.see("✕ 1 to fix  ! 1 warning  ? 1 skipped  · 3 notes  ✓ 10 fine")


async def test_a_failed_check_stops_no_other() -> None:
    machine = FakeMachine(
        errors=(SettingError(("theme",), "is none", "Fix it."),),
        clipboard=ClipboardUnavailable("y"),
        keyring=NoKeyring("z"),
    )
    exam = FakeExam(client_error=PoolOrClientNotFound("no such client"))
    async with opened(desk(ALICE, machine=machine, exam=exam), size=(120, 60)) as story:
        await examine(story)

        await story.see("✕ 4 to fix")
        assert "tokens        There are none yet." in story.text


async def test_findings_arrive_one_after_the_other_while_keys_still_work() -> None:
    machine = SlowMachine()
    services = desk(ALICE, machine=machine)
    async with opened(services) as story:
        await call(story)
        await story.see("permissions")

        await story.until(lambda: machine.tried.is_set())
        assert "clipboard" not in story.text
        assert "Checking" in story.text
        services.clock.advance(7)
        await story.see("Checking… 7 s  ✓ 3 fine")
        await story.press("k")
        assert highlighted(story) == "config.toml"

        machine.gate.set()
        await end(story)
        assert "clipboard" in story.text
        assert "Checking" not in story.text


async def test_what_runs_and_all_that_was_counted_fit_a_low_screen() -> None:
    machine = FakeMachine(keyring=NoKeyring("x"), loose=(InsecurePath("/etc", "chmod"),))
    exam = SlowExam()
    services = desk(ALICE, machine=machine, exam=exam)
    async with opened(services, size=LOW) as story:
        await call(story)
        await story.until(lambda: exam.tried.is_set())
        services.clock.advance(12)

        await story.see("Checking… 12 s  ✕ 1  ! 1  · 2  ✓ 9")
        exam.gate.set()
        await end(story)


async def test_closed_while_it_runs_the_step_that_runs_is_the_last() -> None:
    machine = SlowMachine()
    services = desk(ALICE, machine=machine)
    async with opened(services) as story:
        await call(story)
        await story.until(lambda: machine.tried.is_set())
        await story.press("escape")
        await story.until(is_closed(story))
        machine.gate.set()
        await story.until(lambda: not any(thread.name == "cognitui-doctor" for thread in threading.enumerate()))

        assert services.exam.asked == []


async def test_the_program_can_be_left_while_it_runs() -> None:
    machine = SlowMachine()
    async with opened(desk(ALICE, machine=machine)) as story:
        await call(story)
        await story.until(lambda: machine.tried.is_set())
        story.app.exit(0)
        machine.gate.set()

    assert story.app.failure is None


async def test_the_cursor_goes_to_the_worst_finding_at_the_end() -> None:
    async with opened(broken(), size=NARROW) as story:
        await examine(story)

        assert highlighted(story) == "keyring"
        assert "This computer" in story.text


async def test_the_cursor_stays_where_the_user_moved_it() -> None:
    machine = SlowMachine(keyring=NoKeyring("There is none."))
    async with opened(desk(ALICE, machine=machine)) as story:
        await call(story)
        await story.until(lambda: machine.tried.is_set())
        await story.press("k")
        machine.gate.set()
        await end(story)

        assert highlighted(story) == "config.toml"


@pytest.mark.parametrize("key", ["y", "c"])
async def test_the_fix_is_copied(key: str) -> None:
    services = broken()
    async with opened(services) as story:
        await examine(story)
        await story.press(key)

        await story.hear("fix for keyring, to the clipboard (fake).")
        assert copied(services) == ["Install gnome-keyring."]


async def test_a_fix_is_no_secret_and_stays_in_the_clipboard() -> None:
    services = broken(settings=FakeSettings(clear_after=0.01))
    async with opened(services) as story:
        await examine(story)
        await story.press("y")
        await story.hear("fix for keyring")

        assert not any("Cleared in" in toast for toast in story.toasts)


async def test_if_nothing_need_be_done_nothing_is_copied_and_it_is_said() -> None:
    services = desk(ALICE)
    async with opened(services) as story:
        await examine(story)
        assert story.app.screen.query_one("#fix", Button).disabled
        await story.press("y")

        await story.hear("Nothing to fix.")
        assert copied(services) == []


async def test_a_clipboard_that_fails_is_reported() -> None:
    class Failing(FakeClipboard):
        def copy(self, text: str) -> Copied:
            raise ClipboardUnavailable("There is no clipboard.")

    services = broken()
    services.clip = Failing()  # type: ignore[assignment]  # a fake
    async with opened(services) as story:
        await examine(story)
        await story.press("y")

        await story.hear("There is no clipboard.")


@pytest.mark.parametrize("key", ["r", "f5"])
async def test_again_examines_what_was_fixed(key: str) -> None:
    services = broken()
    async with opened(services) as story:
        await examine(story)
        await story.see("1 to fix")
        services.machine = FakeMachine()
        await story.press(key)
        await end(story)

        await story.see("✓ 12 fine")
        assert "to fix" not in story.text


async def test_again_while_it_runs_begins_no_second_one() -> None:
    machine = SlowMachine()
    async with opened(desk(ALICE, machine=machine)) as story:
        await call(story)
        await story.until(lambda: machine.tried.is_set())
        await story.press("r")
        await story.hear("The checks are still running.")
        machine.gate.set()
        await end(story)

        assert len(story.app.screen.query_one(FindingsList).examined) == 16


async def test_again_examines_the_profile_as_it_was_fixed_in_the_file() -> None:
    services = desk(ALICE)
    async with opened(services) as story:
        await examine(story)
        mended = make_profile("dev/alice", client_id="mended")
        services.profiles = FakeProfileStore(services.profiles._keep((mended,)))
        story.main.files.take_book(services.profiles.load())
        seen: list[Profile] = []
        services.exam.client = lambda profile, client_secret: seen.append(profile)  # type: ignore[method-assign]
        await story.press("r")
        await end(story)

        assert seen == [mended]


async def test_without_a_profile_only_the_setup_is_examined_also_from_the_welcome() -> None:
    services = desk()
    async with opened(services) as story:
        await story.see("Welcome to cognitui")
        await examine(story)

        assert "this computer only: no profile is selected" in story.text
        assert services.exam.asked == []


async def test_a_file_that_cannot_be_read_is_among_the_findings() -> None:
    class Unreadable(FakeProfileStore):
        def load(self) -> ProfileSet:
            raise ProfileFileError("It is no TOML.", fix="Mend line 3.")

    services = desk()
    services.profiles = Unreadable()
    async with opened(services) as story:
        await examine(story)

        assert "✕ fail  profile file  It is no TOML." in story.text
        assert "→ Mend line 3." in story.text


async def test_hostile_texts_are_inert() -> None:
    machine = FakeMachine(keyring=NoKeyring("[@click=app.quit]x[/]\x1b[2J", fix="\u202e[bold]y[/bold]"))
    services = desk(ALICE, machine=machine)
    async with opened(services) as story:
        await examine(story)

        assert r"[@click=app.quit]x[/]\x1b[2J" in story.text
        assert r"\u202e[bold]y[/bold]" in story.text
        assert "\x1b" not in story.text
        await story.pilot.click(FindingsList, offset=(30, 5))
        await story.press("y")
        await story.hear("fix for keyring")
        assert copied(services) == [r"\u202e[bold]y[/bold]"]


async def test_no_secret_is_shown() -> None:
    services = desk(ALICE, exam=FakeExam(seen=KeysSeen(2, 0.0))).holding(ALICE, make_tokens())
    async with opened(services) as story:
        await examine(story)

        assert "eyJ" not in story.text
        assert services.signin.started == []


async def test_keys_go_from_finding_to_finding() -> None:
    async with opened(broken()) as story:
        await examine(story)
        seen = []
        for key in ("j", "down", "k", "up", "k"):
            await story.press(key)
            seen.append(highlighted(story))

        assert seen == ["clipboard", "terminal", "clipboard", "keyring", "permissions"]


@pytest.mark.parametrize(("down", "up", "above"), [("j", "k", "permissions"), ("pagedown", "pageup", "profile file")])
async def test_all_of_a_long_finding_can_be_read_on_a_low_screen(down: str, up: str, above: str) -> None:
    words = " ".join(f"word{number}" for number in range(50))
    fix = words.replace("word", "deed")
    async with opened(desk(machine=FakeMachine(keyring=NoKeyring(words, fix=fix))), size=LOW) as story:
        await examine(story)
        seen = story.text
        while highlighted(story) == "keyring":
            await story.press(down)
            seen += story.text
        assert all(f"{word} " in seen for word in f"{words} {fix}".split())
        while highlighted(story) != "keyring":
            await story.press(up)
        while highlighted(story) == "keyring":
            await story.press(up)

        assert highlighted(story) == above


async def test_a_screen_that_grows_keeps_the_cursor_on_its_finding() -> None:
    async with opened(broken(), size=LOW) as story:
        await examine(story)
        await story.press("j")
        await story.pilot.resize_terminal(*WIDE)
        await story.pilot.pause()

        assert highlighted(story) == "clipboard"


@pytest.mark.parametrize("size", [WIDE, NARROW, LOW])
async def test_frame_count_and_buttons_fit_every_size(size: tuple[int, int]) -> None:
    async with opened(broken(), size=size) as story:
        await examine(story)
        whole = story.app.screen.region

        assert "✕ 1 to fix  ? 1 skipped  · 3 notes  ✓ 11 fine" in story.text
        assert all(whole.contains_region(part.region) for part in story.app.screen.query(".dialog, Button, #count"))
        assert all(part.region.height == 1 for part in story.app.screen.query("Button, #count"))
        assert story.app.screen.query_one(FindingsList).region.height >= 9
        # The rack of toasts is nowhere while there are none.
        parts = story.app.screen.walk_children(Widget)
        bars = [part for part in parts if part.show_vertical_scrollbar and part.region]
        assert all(isinstance(part, FindingsList) for part in bars)


async def test_the_bar_at_its_side_is_drawn_in_one_piece() -> None:
    async with opened(broken(), size=LOW) as story:
        await examine(story)

        assert not set("▁▂▃▄▅▆▇") & set(story.text)


@pytest.mark.parametrize("size", [WIDE, NARROW, LOW])
async def test_the_mouse_does_what_the_keys_do(size: tuple[int, int]) -> None:
    services = broken()
    async with opened(services, size=size) as story:
        await examine(story)
        await story.pilot.click("#fix")
        await story.hear("fix for keyring")
        await story.pilot.click("#again")
        await end(story)
        await story.see("1 to fix")
        await story.pilot.click("#close")

        await story.until(is_closed(story))
        assert copied(services) == ["Install gnome-keyring."]


async def test_a_double_click_copies_the_fix() -> None:
    services = broken()
    async with opened(services) as story:
        await examine(story)
        rows = story.text.splitlines()
        row = next(number for number, line in enumerate(rows) if "Install gnome-keyring" in line)
        await story.pilot.click(offset=(40, row), times=2)

        await story.until(lambda: copied(services) == ["Install gnome-keyring."])


@pytest.mark.parametrize("key", ["escape", "q", "enter"])
async def test_it_is_closed_by_a_key(key: str) -> None:
    async with opened(desk(ALICE)) as story:
        await examine(story)
        await story.press(key)

        await story.until(is_closed(story))


async def test_two_presses_at_once_open_it_once() -> None:
    async with opened(desk(ALICE)) as story:
        await story.press("H", "H")
        await end(story)

        assert sum(isinstance(screen, DoctorScreen) for screen in story.app.screen_stack) == 1


async def test_it_is_found_in_the_palette() -> None:
    async with opened(desk(ALICE)) as story:
        await story.press("ctrl+p")
        await story.type("Check your setup")
        await story.see("Check your setup and the selected profile")
        await story.press("enter")

        await story.until(lambda: isinstance(story.app.screen, DoctorScreen))


async def test_the_lock_comes_before_it_and_it_goes_on_behind() -> None:
    machine = SlowMachine()
    services = desk(ALICE, machine=machine)
    async with opened(services) as story:
        await call(story)
        await story.until(lambda: machine.tried.is_set())
        services.clock.advance(600)
        story.app.look_for_idle()
        await story.until(lambda: isinstance(story.app.screen, Locked))
        assert "permissions" not in story.text
        machine.gate.set()
        await story.until(lambda: ("client", "dev/alice", "") in services.exam.asked)
        await story.press("j")

        await story.until(lambda: isinstance(story.app.screen, DoctorScreen))
        await end(story)
        assert highlighted(story) == "profile file"


@pytest.mark.parametrize("theme", [*BUILTIN_THEMES, *(theme.name for theme in THEMES)])
async def test_every_theme_draws_it(theme: str) -> None:
    async with opened(broken(settings=FakeSettings(theme=theme))) as story:
        await examine(story)

        await story.see("✕ fail  keyring")
