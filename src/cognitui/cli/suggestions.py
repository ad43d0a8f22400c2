"""Which command may have been meant by a word that is none."""

from __future__ import annotations

from collections.abc import Sequence

from cognitui.model.near import nearest

_BEGUN = 3
"""Letters that tell what somebody has in mind."""

_OTHER_WORDS = {
    "rm": ("remove", "delete", "del", "unset"),
    "add": ("new", "create"),
    "show": ("get", "cat", "view", "describe"),
    "rename": ("mv", "move"),
    "edit": ("change", "update", "modify"),
    "set": ("store", "save"),
    "check": ("test", "verify"),
    "list": ("ls",),
    "login": ("signin", "sign-in"),
    "logout": ("signout", "sign-out"),
    "exec": ("run",),
}
"""What other programs call the same."""


def meant(word: str, known: Sequence[str]) -> str:
    """Returns the known commands that a word may have meant, as `a` or `a or b`; empty for none.

    They are what other programs call so, else those that begin like it, else the one that a slip of the fingers
    makes of it.
    """
    word = word.lower()
    same = [name for name in known if word in _OTHER_WORDS.get(name, ())]
    begun = [name for name in known if len(word) >= _BEGUN and name.startswith(word)]
    return " or ".join(same or begun or nearest(word, known)[:1])
