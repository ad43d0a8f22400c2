"""Doctor (checks of the setup and of a profile, each with its fix), and the list of errors in the files."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from rich.style import Style
from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Button, Static

from cognitui.model.profile import Profile, ProfileError
from cognitui.model.text import inert
from cognitui.services import Services
from cognitui.tui.actions.keybindings import binding_of, bindings, key_in
from cognitui.tui.actions.registry import Place
from cognitui.tui.background import in_background
from cognitui.tui.dialogs.base import Reader
from cognitui.tui.presentation import plain
from cognitui.tui.theme import theme_colors
from cognitui.tui.widgets.findings import SETUP, Examined, FindingsCount, FindingsList, examination, worst_place
from cognitui.tui.widgets.line_list import LineList

_NO_FIX = "Nothing to fix."
_STILL_RUNS = "The checks are still running."


class DoctorScreen(Reader[None]):
    """The findings as they arrive, and their count; nobody is signed in."""

    BINDINGS = bindings(Place.EXAMINATION)

    def __init__(
        self,
        services: Services,
        profile_of: Callable[[], Profile | None],
        copy: Callable[[str, str], Awaitable[None]],
    ) -> None:
        """Create the screen.

        Args:
            services: The services, including the doctor.
            profile_of: Returns the selected profile, which may be fixed between two checks.
            copy: Copies a text; its second argument names the text.
        """
        super().__init__()
        self._services = services
        self._profile_of = profile_of
        self._copy = copy
        self._examined: tuple[Examined, ...] = ()
        self._began_at: float | None = None
        """Seconds since the epoch; None if nothing is being checked."""

    def compose(self) -> ComposeResult:
        """Yield the findings, their count and the buttons."""
        with Vertical(classes="dialog -doctor") as dialog:
            dialog.border_title = "Doctor"
            yield FindingsList(id="findings")
            yield FindingsCount(id="count")
            with Horizontal(classes="buttons"):
                yield Button(f"Again ({key_in(self.app, 'examine_again')})", id="again", compact=True)
                yield Button(f"Copy fix ({key_in(self.app, 'copy_fix')})", id="fix", compact=True)
                yield Button(f"Close ({key_in(self.app, 'close')})", id="close", variant="primary", compact=True)

    def on_mount(self) -> None:
        """Start the checks."""
        findings = self.query_one(FindingsList)
        self.watch(findings, "cursor", self._show_buttons, init=False)
        self.set_interval(1, self._count_seconds)
        self._start()

    def action_scroll(self, lines: int) -> None:
        """Move to the next finding, or to the previous one."""
        self.query_one(FindingsList).move(lines)

    def action_examine_again(self) -> None:
        """Start again, once the checks have finished."""
        if self._began_at is None:
            self._start()
        else:
            self.notify(_STILL_RUNS, severity="warning", timeout=4, markup=False)

    @work(exclusive=True, group="copy")
    async def action_copy_fix(self) -> None:
        """Copy the fix of the finding under the cursor."""
        finding = self.query_one(FindingsList).highlighted
        if finding is not None and finding.fix:
            await self._copy(finding.fix, f"fix for {finding.check}")
        else:
            self.notify(_NO_FIX, severity="warning", timeout=4, markup=False)

    @on(LineList.Chosen)
    def _finding_chosen(self) -> None:
        self.action_copy_fix()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "again":
            self.action_examine_again()
        elif event.button.id == "fix":
            self.action_copy_fix()
        else:
            self.dismiss()

    # The checks

    def _start(self) -> None:
        profile = self._profile_of()
        setup_only = f"{SETUP.lower()} only: no profile is selected"
        subtitle = f"{SETUP.lower()} and {profile.id}" if profile else setup_only
        self.query_one(".dialog").border_subtitle = plain(subtitle, 80)
        self._began_at = self._services.clock()
        self._show(())
        self.query_one(FindingsList).focus()
        self._run_checks(profile)

    @work(exclusive=True, group="examine")
    async def _run_checks(self, profile: Profile | None) -> None:
        checks = examination(self._services, profile)
        # One step at a time: if the screen is closed in between, the running step is the last one.
        while (found := await in_background(lambda: next(checks, None), "doctor")) is not None:
            if self not in self.app.screen_stack:
                return
            self._take(found)
        self._finish()

    def _take(self, found: Examined) -> None:
        findings = self.query_one(FindingsList)
        follows = findings.is_at_end
        self._show((*self._examined, found))
        if follows:
            findings.go_to(len(self._examined) - 1)

    def _finish(self) -> None:
        """Move to the first of the worst findings, unless the user has moved away from the end."""
        self._began_at = None
        findings = self.query_one(FindingsList)
        if findings.is_at_end:
            # Via the first finding, so that as much as possible above the worst one is visible.
            findings.go_to(0)
            findings.go_to(worst_place(self._examined))
        self._show(self._examined)

    # What is shown

    def _show(self, examined: tuple[Examined, ...]) -> None:
        self._examined = examined
        self.query_one(FindingsList).examined = examined
        self._show_count()
        self._show_buttons()

    def _count_seconds(self) -> None:
        if self._began_at is not None:
            self._show_count()

    def _show_count(self) -> None:
        count = self.query_one(FindingsCount)
        count.examined = self._examined
        began = self._began_at
        count.seconds = None if began is None else max(0, int(self._services.clock() - began))

    def _show_buttons(self) -> None:
        finding = self.query_one(FindingsList).highlighted
        self.query_one("#again", Button).disabled = self._began_at is not None
        self.query_one("#fix", Button).disabled = not (finding and finding.fix)


class ErrorsScreen(Reader[bool]):
    """The errors with their places and fixes; closes with whether to read the file again."""

    BINDINGS = [binding_of("show_problems", "dismiss"), binding_of("reload", "reload")]  # noqa: RUF012 (Textual's own way)

    def __init__(self, errors: tuple[ProfileError, ...]) -> None:
        super().__init__()
        self._errors = errors

    def compose(self) -> ComposeResult:
        """One paragraph per error."""
        with VerticalScroll(classes="dialog -help") as dialog:
            dialog.border_title = "Errors"
            close, reload = key_in(self.app, "close"), key_in(self.app, "reload")
            dialog.border_subtitle = plain(f"{close} closes, {reload} reads the profile file again")
            yield Static(self._text(), markup=False)

    def action_reload(self) -> None:
        """Close, and have the file read again."""
        self.dismiss(True)

    def _text(self) -> Text:
        colors = theme_colors(self.app)
        text = Text()
        for number, error in enumerate(self._errors):
            text.append("\n\n" if number else "")
            text.append(inert(" · ".join(filter(None, (error.where, error.key))), 200), Style(bold=True))
            text.append(f"\n{inert(error.what, 300)}", Style(color=colors["error"]))
            text.append(f"\n{inert(error.fix, 300)}")
            text.append(f"\n{inert(error.place, 300)}", Style(color=colors["foreground-muted"]))
        return text
