"""The regions to choose from, the likeliest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from cognitui.aws_ports import Directory
from cognitui.model.errors import ProfileFileError
from cognitui.ports import ProfileStore


def regions_of(profiles: ProfileStore) -> tuple[str, ...]:
    """Returns the regions of the profiles that are there, the most frequent first; none where the file is faulty."""
    try:
        known = profiles.load().profiles
    except ProfileFileError:
        # An import tells of it when it writes; the order of a list is no reason to stop.
        return ()
    return tuple(region for region, _ in Counter(profile.region for profile in known if profile.region).most_common())


def ordered_regions(directory: Directory, aws_profile: str, known: Sequence[str] = ()) -> tuple[tuple[str, str], ...]:
    """Returns all regions, each with what speaks for it: that of the AWS set-up first, then those of the profiles.

    Args:
        directory: Knows the regions, without a call.
        aws_profile: Whose set-up may name one.
        known: Those of the profiles; others than AWS's are left out.
    """
    usual, every = directory.default_region(aws_profile), directory.regions()
    notes = {usual: "of your AWS set-up"} if usual else {}
    for region in known:
        if region in every:
            notes.setdefault(region, "of your profiles")
    return (*notes.items(), *((region, "") for region in every if region not in notes))
