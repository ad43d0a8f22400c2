"""What the doctor's screen examines, in which order, and how it counts what was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from cognitui.model.finding import Finding, Verdict
from cognitui.model.frozen import Frozen
from cognitui.model.profile import Profile
from cognitui.model.text import inert
from cognitui.services import Services

SETUP = "This computer"

_COUNTED = {
    Verdict.FAIL: "to mend",
    Verdict.WARN: "to look at",
    Verdict.SKIP: "not checked",
    Verdict.NOTE: "to know",
    Verdict.PASS: "fine",
}
"""The words of a count, the worst first."""


class Examined(Frozen, frozen=True):
    """A finding, and of what."""

    part: str
    """`SETUP`, or the id of a profile; inert."""
    finding: Finding


def examination(services: Services, profile: Profile | None) -> Iterator[Examined]:
    """Returns the checks of the set-up, then those of a profile, each made when it is asked for.

    The first costs the doctor's parts, too: none of it is for the thread of the screen.
    """
    doctor = services.doctor
    for finding in doctor.of_setup():
        yield Examined(SETUP, finding)
    if profile is not None:
        for finding in doctor.of_profile(profile):
            yield Examined(inert(profile.id, 60), finding)


def counted(examined: Iterable[Examined], width: int) -> tuple[tuple[Verdict, str], ...]:
    """Returns how many there are of each verdict, the worst first; a verdict that none has is left out.

    Args:
        examined: What was found.
        width: The cells that there are: the longest words are taken that fit, `2 to mend`, `2 fail` or `2`.
    """
    counts = Counter(one.finding.verdict for one in examined)
    there = [(verdict, counts[verdict]) for verdict in _COUNTED if counts[verdict]]
    forms = (
        tuple((verdict, f"{count} {_COUNTED[verdict]}") for verdict, count in there),
        tuple((verdict, f"{count} {verdict.value}") for verdict, count in there),
    )
    shortest = tuple((verdict, f"{count}") for verdict, count in there)
    return next((form for form in forms if _width(form) <= width), shortest)


def _width(form: Iterable[tuple[Verdict, str]]) -> int:
    """Of the counts as they stand one beside the other, each behind its sign."""
    return sum(len(f"{verdict.sign} {words}  ") for verdict, words in form)


def worst_place(examined: Sequence[Examined]) -> int:
    """Returns the place of the first failure, or else of the first warning, or else 0."""
    verdicts = [one.finding.verdict for one in examined]
    return next((verdicts.index(wanted) for wanted in (Verdict.FAIL, Verdict.WARN) if wanted in verdicts), 0)
