"""Background work that may hang, such as a keyring or network call.

Textual's thread workers use asyncio's pool, and quitting waits for them. A call that hangs would block the terminal, so
such work runs on daemon threads, which end with the program.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

from textual._context import active_app

from cognitui.model.errors import NoKeyring
from cognitui.model.text import inert
from cognitui.services import Services

if TYPE_CHECKING:
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


def with_keyring_or_memory(services: Services, tell: Callable[[str], None], call: Callable[[], Result]) -> Result:
    """Return what `call` returns; without a keyring, call it again with secrets in memory.

    Args:
        services: The services.
        tell: Called once with the reason, on the calling thread.
        call: The call that uses the vault.
    """
    try:
        return call()
    except NoKeyring as error:
        services.use_memory()
        tell(f"{inert(error.cause)} Secrets are kept in memory until you quit.")
        return call()
