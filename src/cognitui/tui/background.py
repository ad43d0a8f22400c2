"""Background work that may hang, such as a keyring or network call, and the reading of the profile files.

Textual's thread workers use asyncio's pool, and quitting waits for them. A call that hangs would block the terminal, so
such work runs on daemon threads, which end with the program.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

from msgspec import Struct

from cognitui.model.errors import NoKeyring
from cognitui.model.preferences import NO_PREFERENCES
from cognitui.model.profile import FileStamp, ProfileSet
from cognitui.model.text import inert
from cognitui.model.token import Expiries
from cognitui.services import Services

if TYPE_CHECKING:
    from textual.app import App
    from textual.dom import DOMNode
    from textual.worker import Worker


Result = TypeVar("Result")
Given = ParamSpec("Given")


def in_worker(
    host: DOMNode,
    group: str,
    call: Callable[Given, Coroutine[Any, Any, Result]],
    *given: Given.args,
    **named: Given.kwargs,
) -> Worker[Result]:
    """Begin a worker. It is given no coroutine: if its worker never began, Python would warn on the terminal."""
    work = cast("Callable[[], Coroutine[None, None, Result]]", partial(call, *given, **named))
    worker: Worker[Result] = host.run_worker(work, group=group)
    return worker


def in_only_worker(
    host: DOMNode,
    group: str,
    call: Callable[Given, Coroutine[Any, Any, Result]],
    *given: Given.args,
    **named: Given.kwargs,
) -> Worker[Result]:
    """Begin a worker after cancelling all others of its group."""
    host.workers.cancel_group(host, group)
    return in_worker(host, group, call, *given, **named)


async def in_background(work: Callable[[], Result], name: str = "work") -> Result:
    """Return what `work` returns, and raise what it raises; a cancelled thread runs to its end."""
    # Not above: the profiles are read before Textual is imported.
    from textual._context import active_app

    loop = asyncio.get_running_loop()
    app = active_app.get(None)
    future: asyncio.Future[Result] = loop.create_future()

    def deliver(result: Result | None, error: BaseException | None) -> None:
        note_end = getattr(app, "note_end_of_call", None)
        if note_end is not None:
            note_end()
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]  # None is a Result here

    def run() -> None:
        try:
            outcome: tuple[Result | None, BaseException | None] = (work(), None)
        except BaseException as error:  # noqa: BLE001 (raised again when it is awaited)
            outcome = (None, error)
        try:
            loop.call_soon_threadsafe(deliver, *outcome)
        except RuntimeError:
            return  # the screen was closed in between: nobody waits any more

    threading.Thread(target=run, name=f"cognitui-{name}", daemon=True).start()
    return await future


def with_keyring_or_memory(services: Services, warn: Callable[[str], None], call: Callable[[], Result]) -> Result:
    """Return what `call` returns; without a keyring, call it again with secrets in memory.

    Args:
        services: The services.
        warn: Called once with the reason, on the calling thread.
        call: The call that uses the vault.
    """
    try:
        return call()
    except NoKeyring as error:
        services.use_memory()
        warn(f"{inert(error.cause)} Secrets are kept in memory until you quit.")
        return call()


def no_keyring_warning(app: App[Any]) -> Callable[[str], None]:
    """Return what shows in an app why secrets are kept in memory, for `with_keyring_or_memory`."""
    return partial(app.notify, title="No keyring", severity="warning", timeout=15, markup=False)


Stamp = tuple[FileStamp, ...]
"""Stamps of the profile file and its includes; they change when another program writes one of them."""


class Reading(Struct, frozen=True):
    """The content of the files."""

    book: ProfileSet
    expiries: Mapping[str, Expiries]
    stamp: Stamp
    """The stamps from before the reading, so that a write in between counts as a change."""


class ProfileReader:
    """Reads once before the screen exists, so that both load in parallel, and later on demand."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._book: ProfileSet | None = None
        self._first: Reading | None = None
        self._error: Exception | None = None
        self._thread: threading.Thread | None = None
        self._beginning = threading.Lock()
        self.preferences = NO_PREFERENCES
        """The preferences, once `wait` has returned."""

    def begin(self) -> None:
        """Start the first reading on its own thread, once."""
        with self._beginning:
            if self._thread is None:
                self._thread = threading.Thread(target=self._read_first, name="cognitui-profiles", daemon=True)
                self._thread.start()

    def ready(self) -> Reading | None:
        """Return the first reading if it has finished, or None."""
        return self._first

    def wait(self) -> None:
        """Wait for the end of the first reading, whatever its result."""
        self.begin()
        assert self._thread is not None
        self._thread.join()

    def first(self) -> Reading:
        """Return the first reading, waiting for it; raises its error."""
        self.wait()
        if self._error is not None:
            raise self._error
        assert self._first is not None
        return self._first

    def again(self) -> Reading:
        """Read the files again.

        Raises:
            ProfileFileError: The file as a whole cannot be read.
        """
        book = self._services.profiles.load()
        self._book = book
        return Reading(book, self._services.broker.expiries(), book.stamps)

    def stamp(self) -> Stamp:
        """Return a value that changes when another program writes one of the files that were read last."""
        return self._services.profiles.stamps(self._book)

    def _read_first(self) -> None:
        try:
            self.preferences = self._services.preferences.read()
            self._first = self.again()
        except Exception as error:  # noqa: BLE001 (raised again when the reading is asked for)
            self._error = error
