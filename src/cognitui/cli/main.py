"""The command itself: the options before every command, and the screen where there is none."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from cognitui import __version__
from cognitui.cli.arguments import complete_environment
from cognitui.cli.command_group import Program
from cognitui.cli.output import tell
from cognitui.cli.session import PROFILES, VAULT, Session
from cognitui.model.errors import UsageError
from cognitui.services import Options


@click.group(
    cls=Program,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option("--profiles", metavar="FILE", type=PROFILES, help="Use this profile file.")
@click.option(
    "--vault",
    type=VAULT,
    help="Where secrets lie: the OS keyring (default), or memory for this run alone.",
)
@click.option(
    "--env",
    "environment",
    metavar="E",
    default="",
    shell_complete=complete_environment,
    help="The environment to show, or of a bare name.",
)
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.pass_context
def cognitui(ctx: click.Context, profiles: Path | None, vault: str | None, environment: str) -> None:
    """Manage Amazon Cognito sign-in profiles and their tokens.

    Without a command it opens the screen. ID is ENVIRONMENT/NAME; a bare name will do where it is unique. Results
    go to stdout, and words for people to stderr.
    """
    for_command = ctx.invoked_subcommand is not None
    options = Options(profiles=profiles, vault=vault or "", for_command=for_command, warn=tell)
    session = Session(ctx.obj, options, environment)
    ctx.obj = session
    if not for_command:
        ctx.exit(open_screen(session))


def open_screen(session: Session) -> int:
    """Opens the screen, and the demo where a person chose it there; returns the exit code.

    Raises:
        UsageError: This is no terminal.
    """
    # Costs 1 ms, which a prompt need not wait for.
    from cognitui.cli.prompt import is_terminal

    if not (is_terminal(sys.stdin) and is_terminal(sys.stdout)):
        raise UsageError(
            "The screen needs a terminal, and this is none.",
            fix="Use a command, such as cognitui list or cognitui token ID; cognitui --help names them all.",
        )
    # Textual costs 150 ms, and no command needs it.
    from cognitui.tui.run import run_tui

    code = run_tui(session.services, environment=session.environment)
    from cognitui.tui.controllers.program import TRY_DEMO

    if code != TRY_DEMO:
        return code
    from cognitui.cli.commands.demo import run_demo

    return run_demo(session.wire)
