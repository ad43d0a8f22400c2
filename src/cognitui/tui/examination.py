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

_COUNTED = {Verdict.FAIL: "to mend", Verdict.WARN: "to know", Verdict.PASS: "fine"}
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


def counted(examined: Iterable[Examined]) -> tuple[tuple[Verdict, str], ...]:
    """Returns how many there are of each verdict, `2 to mend`, the worst first; a verdict that none has is left out."""
    counts = Counter(one.finding.verdict for one in examined)
    return tuple((verdict, f"{counts[verdict]} {words}") for verdict, words in _COUNTED.items() if counts[verdict])


def worst_place(examined: Sequence[Examined]) -> int:
    """Returns the place of the first failure, or else of the first warning, or else 0."""
    verdicts = [one.finding.verdict for one in examined]
    return next((verdicts.index(wanted) for wanted in _COUNTED if wanted in verdicts), 0)
