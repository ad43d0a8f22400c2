"""Importing from a file: those around that name a user pool are offered, and any other is named by its path."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

from textual import on, work
from textual.widgets import Input, Static

from cognitui.importing.file_choice import FileChoice
from cognitui.importing.from_file import found_in
from cognitui.importing.nearby import rows_nearby
from cognitui.importing.paths import exists, is_file
from cognitui.importing.trail import Row
from cognitui.model.directory import Page
from cognitui.model.errors import CognituiError
from cognitui.services import Services
from cognitui.tui.background import in_background
from cognitui.tui.keymap import key_in
from cognitui.tui.screens.import_summary import NOTHING_TYPED, Imported, Typed
from cognitui.tui.screens.pick_screen import PickScreen, Source
from cognitui.tui.widgets.choice_list import ChoiceList

_PATH = "path"
"""What is typed is kept under this word."""


class ImportFileScreen(PickScreen):
    """A path that is typed comes before the list; enter alone takes the nearest file."""

    title_words = "Import from a file"
    source = Source.FILE

    def __init__(self, services: Services, folder: Callable[[], Path], kept: dict[object, Typed] | None = None) -> None:
        """Takes the parts, where to look (a call that may raise OSError), and where to keep what is typed."""
        super().__init__(services)
        self._folder = folder
        self._kept = {} if kept is None else kept
        self._rows: tuple[Row, ...] = ()
        self._looking = False

    def begin(self) -> None:
        """Looks for files around."""
        words = "Any file with the pool's id: JSON, .env, YAML, TOML, INI or a script"
        self.query_one("#trail", Static).update(words)
        letters = self.query_one("#letters", Input)
        letters.placeholder = "type or paste a path, such as ./amplify_outputs.json"
        letters.value = self._kept.get(_PATH, NOTHING_TYPED).texts.get(_PATH, "")
        letters.focus()
        self.offer(pick_again=False, pick_mark=False, pick_elsewhere=False)
        self._look_around()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Marks and regions are not for files."""
        return action not in ("pick_mark", "pick_elsewhere") and super().check_action(action, parameters)

    @work(exclusive=True, group="ask")
    async def _look_around(self) -> None:
        self._looking = True
        self.say("Looking for files here…")
        self._rows = (await in_background(lambda: _around(self._folder), "import")).items
        self._looking = False
        self._show_rows()

    def action_pick_again(self) -> None:
        """Looks around once more."""
        self.show_fault(None)
        self._look_around()

    @on(Input.Changed, "#letters")
    def _take_letters(self) -> None:
        # An error is of the path that was there before.
        self.show_fault(None)
        self._show_rows()

    def _show_rows(self) -> None:
        letters = self.letters
        rows = tuple(row for row in self._rows if letters.casefold() in row.text.casefold())
        self.query_one(ChoiceList).show(rows, frozenset(), anew=True)
        self.offer(pick=bool(rows or letters))
        if not self._looking:
            self.say("" if self.query_one("#remark").display else self._hint(len(rows)))

    def _hint(self, count: int) -> str:
        """What enter does with what is typed, or how many files there are."""
        if self.letters and not count:
            return f"Press {key_in(self.app, 'pick')} to read this file."
        if not self._rows:
            return "No such file here or in the folders above: type its path."
        shown = f"{count} of {len(self._rows)}" if count < len(self._rows) else str(count)
        return f"{shown} file{'s' if len(self._rows) > 1 else ''} here and in the folders above"

    def action_pick(self) -> None:
        """Reads the file whose path is typed, or the one under the cursor."""
        row = self.query_one(ChoiceList).highlighted
        if self.letters or row:
            self._read(self.letters, row)

    @work(exclusive=True, group="ask")
    async def _read(self, typed: str, listed: Row | None) -> None:
        self.show_fault(None)
        self.say("Reading it…")
        try:
            choice = await in_background(lambda: _read(typed, listed), "import")
        except CognituiError as error:
            self.show_fault(error)
            self._show_rows()
            return
        self._show_rows()
        self._summarise(choice)

    def _summarise(self, choice: FileChoice) -> None:
        from cognitui.tui.screens.import_file_summary import FileSummary

        key = ("file", choice.path)

        def take(done: Imported | Typed | None) -> None:
            if isinstance(done, Imported):
                self._kept.pop(key, None)
                self._kept.pop(_PATH, None)
                self.dismiss(done)
            elif done is not None:
                self._kept[key] = done

        self.app.push_screen(FileSummary(choice, self._services, self._kept.get(key, NOTHING_TYPED)), take)

    def action_pick_source(self) -> None:
        """Imports from AWS instead."""
        self._keep_path()
        super().action_pick_source()

    def action_pick_back(self) -> None:
        """Closes; the path stands there again the next time."""
        self._keep_path()
        self.dismiss(None)

    def _keep_path(self) -> None:
        self._kept[_PATH] = Typed({_PATH: self.query_one("#letters", Input).value})


def _around(folder: Callable[[], Path]) -> Page[Row]:
    try:
        return rows_nearby(folder())
    except OSError:
        # The folder that the program was started in is gone.
        return Page()


def _read(typed: str, listed: Row | None) -> FileChoice:
    """Letters that name no file narrow the list; where nothing is left of it, they are a path that is wrong."""
    path = _path_of(typed)
    if listed is None or (typed and is_file(path)):
        return FileChoice.of(found_in(path, typed))
    return FileChoice.of(found_in(Path(str(listed.choice)), listed.text))


def _path_of(text: str) -> Path:
    """A path as it is typed, pasted in quotes, or dragged into the terminal."""
    bare = text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text
    path = Path(unquote(bare.removeprefix("file://")) if bare.startswith("file://") else bare)
    try:
        path = path.expanduser()
    except RuntimeError:  # a tilde of nobody
        return path
    return path if exists(path) else Path(str(path).replace("\\ ", " "))
