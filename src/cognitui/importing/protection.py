"""Whether the environment of imported profiles is to be protected, where nobody says."""

from __future__ import annotations

from cognitui.importing.naming import speaks_of_production
from cognitui.model.frozen import Frozen
from cognitui.model.profile import ProfileBook
from cognitui.model.text import inert

_SHOWN = 60


class Protection(Frozen, frozen=True):
    """What speaks for it."""

    already: bool = False
    """The environment is protected, and an import leaves it so."""
    proposed: bool = False
    """Nobody has decided yet, and a name speaks of production."""
    why: str = ""
    """A sentence for people, inert; empty where there is nothing to say."""


def protection_for(book: ProfileBook, environment: str, pool_name: str = "", file_says: str = "") -> Protection:
    """Returns what to propose for an environment; one that is there was left open by somebody, and stays so.

    Args:
        book: What is there.
        environment: Its name.
        pool_name: The pool's name in AWS.
        file_says: Words of a file that say which environment the pool is of.
    """
    known, name = book.environment(environment), inert(environment, _SHOWN)
    if known is not None:
        if known.protected:
            return Protection(already=True, why=f"{name} is protected already.")
        count = len(book.by_environment[environment])
        others = f"its {count} profiles" if count > 1 else "its profile"
        return Protection(why=f"{name} is open now; a tick protects {others}, too." if count else "")
    if speaks_of_production(environment):
        return Protection(proposed=True, why=f"Ticked, as the name {name} speaks of production.")
    if speaks_of_production(pool_name):
        return Protection(proposed=True, why=f"Ticked, as the pool's name, {inert(pool_name, _SHOWN)}, does.")
    if speaks_of_production(file_says):
        return Protection(proposed=True, why="Ticked, as the file speaks of production.")
    return Protection()
