"""The `cognitui` command: its options, and the TUI if no command is given."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from cognitui import __version__
from cognitui.cli.arguments import complete_environment
from cognitui.cli.command_group import Program
from cognitui.cli.output import print_message
from cognitui.cli.session import PROFILES, VAULT, Session, setting_errors
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
    help="Where secrets are stored: the OS keyring (default), or memory for this run only.",
)
@click.option(
    "--env",
    "environment",
    metavar="E",
    default="",
    shell_complete=complete_environment,
    help="The environment to show, and to look up a bare name in.",
)
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.pass_context
def cognitui(ctx: click.Context, profiles: Path | None, vault: str | None, environment: str) -> None:
    """Manage Amazon Cognito sign-in profiles and their tokens.

    Without a command it opens the TUI. ID is ENVIRONMENT/NAME; the name is enough if it is unique. Results go to
    stdout, messages to stderr.
    """
    for_command = ctx.invoked_subcommand is not None
    options = Options(
        profiles=profiles,
        vault=vault or "",
        for_command=for_command,
        warn=print_message,
        settings_rules=setting_errors,
    )
    session = Session(ctx.obj, options, environment)
    ctx.obj = session
    if not for_command:
        ctx.exit(open_tui(session))


def open_tui(session: Session) -> int:
    """Run the TUI, and then the demo if the user asked for it there; return the exit code.

    Raises:
        UsageError: Standard input or output is not a terminal.
    """
    # Takes 1 ms, which a shell prompt needn't wait for.
    from cognitui.cli.prompt import is_terminal

    if not (is_terminal(sys.stdin) and is_terminal(sys.stdout)):
        raise UsageError(
            "The TUI needs a terminal, and this is not one.",
            fix="Use a command, such as cognitui list or cognitui token ID; cognitui --help lists them all.",
        )
    # Textual takes 150 ms, and no command needs it.
    from cognitui.tui import run_tui

    code = run_tui(session.services, environment=session.environment)
    from cognitui.tui.controllers.program import TRY_DEMO

    if code != TRY_DEMO:
        return code
    from cognitui.cli.commands.demo import run_demo

    return run_demo(session.wire)
