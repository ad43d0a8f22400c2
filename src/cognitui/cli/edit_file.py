"""The profile file in the person's editor: a copy, which takes the file's place once it is in order."""

from __future__ import annotations

from pathlib import Path

from cognitui.cli.output import tell
from cognitui.cli.terminal import Person
from cognitui.model.draft import Draft
from cognitui.model.errors import CognituiError, ProfileFileError
from cognitui.model.frozen import replace
from cognitui.model.profile import Problem
from cognitui.model.text import inert
from cognitui.services import Services

_SHOWN = 5

_CHOICES = {"e": "e", "edit": "e", "": "e", "k": "k", "keep": "k", "d": "d", "drop": "d"}


def edit_file(services: Services, profile_id: str, person: Person) -> None:
    """Edits the whole file, beginning at a profile.

    Args:
        services: The program's parts.
        profile_id: Where the editor begins; empty for the file's beginning.
        person: Is told of faults, and chooses what becomes of them.

    Raises:
        ProfileFileError: The person keeps a text with faults aside; or the file cannot be read, or has changed.
        UsageError: There is no editor, or it failed.
        SaveFailed: The file could not be written.
    """
    drafts = services.drafts
    draft = drafts.begin(profile_id)
    try:
        _edit_until_right(services, draft, person)
        if not drafts.has_changed(draft):
            tell("Nothing was changed.")
        else:
            drafts.save(draft)
            tell(f"Saved {inert(str(services.profiles.path))}")
    except _DroppedError:
        tell("Dropped: the file is as it was.")
    except SystemExit:
        # The terminal may be gone, so the next start says where the text is.
        if not drafts.has_changed(draft):
            drafts.drop(draft)
        raise
    except (CognituiError, KeyboardInterrupt, EOFError) as error:
        # Whatever went wrong, what was typed is not lost.
        if drafts.has_changed(draft):
            _tell_kept(error, drafts.keep(draft))
            raise
        drafts.drop(draft)
        raise
    drafts.drop(draft)


class _DroppedError(Exception):
    """The person does not want it any more."""


def _edit_until_right(services: Services, draft: Draft, person: Person) -> None:
    while True:
        services.edit(draft.path, draft.line)
        problems = services.drafts.problems(draft) if services.drafts.has_changed(draft) else ()
        if not problems:
            return
        for line in _told(problems):
            person.hear(line)
        choice = _chosen(person)
        if choice == "d":
            raise _DroppedError
        if choice == "k":
            raise ProfileFileError(f"The text has {_counted(len(problems))}.", fix="The file is as it was.")
        draft = replace(draft, line=problems[0].line or draft.line)


def _told(problems: tuple[Problem, ...]) -> list[str]:
    lines = [f"✕ {inert(str(problem), 400)}" for problem in problems[:_SHOWN]]
    more = len(problems) - _SHOWN
    return [*lines, f"  and {_counted(more)} more"] if more > 0 else lines


def _chosen(person: Person) -> str:
    while True:
        said = person.answer("Edit again (e), keep the text aside (k) or drop it (d)? [e]").strip().lower()
        if said in _CHOICES:
            return _CHOICES[said]
        person.hear("Answer e, k or d.")


def _tell_kept(error: BaseException, place: Path) -> None:
    kept = f"Your text is kept in {inert(str(place))}"
    if isinstance(error, CognituiError):
        error.fix = f"{error.fix}\n{kept}" if error.fix else kept
    else:
        tell(f"\n{kept}")


def _counted(faults: int) -> str:
    return "a fault" if faults == 1 else f"{faults} faults"
