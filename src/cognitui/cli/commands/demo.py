"""`cognitui demo`: everything against an embedded Cognito, without touching profiles or keyring."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from cognitui.cli.output import print_error, print_message, print_table
from cognitui.cli.prompt import is_terminal
from cognitui.cli.session import Session, pass_session, setting_errors
from cognitui.cli.signin import get_token
from cognitui.model.duration import length
from cognitui.model.errors import ChallengePending, CognituiError, PersonNeeded, Refused, VerificationFailed
from cognitui.model.profile import Profile
from cognitui.model.text import inert
from cognitui.services import Options, Services, Wire
from cognitui.tokens.request import TokenRequest

if TYPE_CHECKING:
    from cognitui.demo import DemoSet


@click.command
@pass_session
def demo(session: Session) -> None:
    """Try everything against an embedded Cognito.

    It starts a Cognito on this machine, adds users, and opens the TUI with demo profiles. Without a terminal it gets a
    token for each profile and prints a report. Your profiles, your keyring and your AWS setup are not touched.
    """
    raise click.exceptions.Exit(run_demo(session.wire))


def run_demo(wire: Wire) -> int:
    """Run the demo, and return the exit code."""
    from cognitui.demo import do_nothing, prepare

    shows_tui = is_terminal(sys.stdin) and is_terminal(sys.stdout)
    with (
        prepare(print_message, load=_load_tui if shows_tui else do_nothing) as demo_set,
        environment(demo_set.environ),
    ):
        services = services_of(demo_set, wire)
        if not shows_tui:
            return report(services)
        from cognitui.tui import run_tui

        return run_tui(services)


def _load_tui() -> None:
    # Textual takes 150 ms, and the report doesn't need it.
    from cognitui.tui import load

    load()


def services_of(demo_set: DemoSet, wire: Wire) -> Services:
    """Return services for the demo's files, with its secrets in memory."""
    services = wire(
        Options(
            profiles=demo_set.profiles,
            state=demo_set.state,
            vault="memory",
            news=demo_set.on_code,
            own_server=True,
            settings_rules=setting_errors,
        )
    )
    by_id = services.profiles.load().by_id
    for profile_id, kind, value in demo_set.secrets:
        services.broker.set_secret(by_id[profile_id], kind, value)
    return services


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables of this process, where botocore and urllib3 read them, instead of all AWS variables."""
    before = {name: value for name, value in os.environ.items() if name in variables or name.startswith("AWS_")}
    for name in before:
        del os.environ[name]
    os.environ.update(variables)
    try:
        yield
    finally:
        for name in variables:
            os.environ.pop(name, None)
        os.environ.update(before)


def report(services: Services) -> int:
    """Get a token for each profile and print the outcomes; return the exit code.

    Required input and a refusal by Cognito are part of the demo. Any other failure is an error.
    """
    services.listen(print_message, print_message)
    failures: list[CognituiError] = []
    print_table(_rows(services, failures))
    for error in failures:
        print_error(error)
    return failures[0].exit_code if failures else 0


def _rows(services: Services, failures: list[CognituiError]) -> Iterator[tuple[str, ...]]:
    yield "", "PROFILE", "FLOW", "OUTCOME", "ACCESS TOKEN", "SIGNATURE"
    for profile in services.profiles.load().profiles:
        try:
            cells = _outcome(services, profile)
        except ChallengePending as error:
            cells = ("◐", f"waits for {inert(error.challenge.needs, 60)}", "-", "-")
        except CognituiError as error:
            cells = ("✕", inert(error.title, 60), "-", "-")
            if not isinstance(error, (PersonNeeded, Refused)) or isinstance(error, VerificationFailed):
                failures.append(error)
        sign, *rest = cells
        yield (sign, inert(profile.id, 60), profile.flow.value, *rest)


def _outcome(services: Services, profile: Profile) -> tuple[str, str, str, str]:
    """Return sign, source, time left and verification; the demo's protected environment needs no confirmation."""
    got = get_token(services, TokenRequest(profile, consent=True), prompter=None)
    verification = services.broker.verify(got.profile, got.token)
    if not verification.verified:
        raise VerificationFailed(f"The token of {profile.id} is not verified: {inert(verification.reason, 200)}")
    left = length(got.token.lifetime.remaining(services.clock()))
    return "●", got.source.value, f"{left} left", f"verified {inert(verification.algorithm, 20)}"
