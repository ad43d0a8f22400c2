"""`cognitui demo`: everything against an embedded Cognito, without a trace in profiles or keyring."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from cognitui.broker import Got
from cognitui.cli.obtain import Wish, obtain
from cognitui.cli.output import print_table, tell
from cognitui.cli.session import Session, pass_session
from cognitui.cli.terminal import is_terminal
from cognitui.model.duration import countdown
from cognitui.model.errors import CognituiError, PersonNeeded
from cognitui.model.profile import Profile
from cognitui.model.text import inert
from cognitui.services import Options, Services, Wire

if TYPE_CHECKING:
    from cognitui.demo import DemoSet


@click.command
@pass_session
def demo(session: Session) -> None:
    """Try it all against an embedded Cognito.

    It starts an emulator on this machine, fills it with users, and opens the screen on profiles of its own; without a
    terminal it gets a token for each of them and prints a report. Your profiles and your keyring are not touched.
    """
    raise click.exceptions.Exit(run_demo(session.wire))


def run_demo(wire: Wire) -> int:
    """Runs the demo from its start to its end; returns the exit code."""
    # Starts an emulator: what it takes is loaded for the demo alone.
    from cognitui.demo import prepare

    with prepare(tell) as demo_set:
        services = services_of(demo_set, wire)
        if not (is_terminal(sys.stdin) and is_terminal(sys.stdout)):
            return report(services)
        # Textual costs 150 ms, and the report needs it not.
        from cognitui.tui.run import run_tui

        return run_tui(services)


def services_of(demo_set: DemoSet, wire: Wire) -> Services:
    """Returns services on the demo's own files, its secrets in memory."""
    services = wire(Options(profiles=demo_set.profiles, state=demo_set.state, vault="memory"))
    by_id = services.profiles.load().by_id
    for profile_id, kind, value in demo_set.secrets:
        services.broker.set_secret(by_id[profile_id], kind, value)
    return services


def report(services: Services) -> int:
    """Gets a token for each profile and prints what came of it; returns the exit code.

    A challenge is an outcome, too: nobody is there to answer it. A refusal is none: in the demo all sign-ins work.
    """
    failures: list[CognituiError] = []
    print_table(_rows(services, failures))
    for error in failures:
        tell(f"Error: {inert(error.cause)}")
    return failures[0].exit_code if failures else 0


def _rows(services: Services, failures: list[CognituiError]) -> Iterator[tuple[str, ...]]:
    yield "", "PROFILE", "FLOW", "OUTCOME", "ACCESS TOKEN", "SIGNATURE"
    for profile in services.profiles.load().profiles:
        try:
            # The demo's own environments: a protected one needs no yes.
            got = obtain(services, Wish(profile, agreed=True), person=None)
            yield _row(profile, "●", got.source.value, _left(services, got), _verified(services, got))
        except PersonNeeded as error:
            yield _row(profile, "◐", f"waits: {inert(error.title, 60)}", "-", "-")
        except CognituiError as error:
            failures.append(error)
            yield _row(profile, "✕", inert(error.title, 60), "-", "-")


def _row(profile: Profile, sign: str, *cells: str) -> tuple[str, ...]:
    return (sign, inert(profile.id, 60), profile.flow.value, *cells)


def _left(services: Services, got: Got) -> str:
    return f"{countdown(got.token.lifetime.remaining(services.clock()))} left"


def _verified(services: Services, got: Got) -> str:
    outcome = services.broker.verify(got.profile, got.token)
    return (
        f"verified {inert(outcome.algorithm, 20)}"
        if outcome.verified
        else f"not verified: {inert(outcome.reason, 200)}"
    )
