"""`cognitui exec`: a command with the tokens of a profile in its environment."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

import click

from cognitui.cli.arguments import (
    complete_file,
    find_profile,
    no_input_option,
    profile_argument,
    seconds_of,
    yes_option,
)
from cognitui.cli.command_group import examples
from cognitui.cli.output import print_message
from cognitui.cli.prompt import Prompter, terminal_prompter
from cognitui.cli.session import Session, pass_session
from cognitui.cli.signin import get_token
from cognitui.model.duration import iso_utc
from cognitui.model.errors import NotInThisPool
from cognitui.model.profile import Flow, Profile
from cognitui.model.struct import replace
from cognitui.model.text import inert
from cognitui.model.token import Token, TokenKind
from cognitui.tokens.request import TokenRequest

ACCESS_TOKEN = "COGNITO_ACCESS_TOKEN"
ID_TOKEN = "COGNITO_ID_TOKEN"
PROFILE = "COGNITO_PROFILE"
EXPIRES_AT = "COGNITO_EXPIRES_AT"

_HOW = "Write the command after two dashes: cognitui exec ID -- COMMAND ..."


class _Executing(click.Command):
    """A command that doesn't parse what follows `--`, which is the command to run.

    Without the dashes, a `--yes` of that command would count as confirmation.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own, dashes, others = _parted(args)
        rest = super().parse_args(ctx, own)
        if not ctx.resilient_parsing and (ctx.params.get("command") or not dashes or not others):
            # The arguments are not repeated, as they may contain a pasted secret.
            raise click.UsageError(_HOW, ctx=ctx)
        ctx.params["command"] = tuple(others)
        return rest


def _parted(args: list[str]) -> tuple[list[str], bool, list[str]]:
    if "--" not in args:
        return args, False, []
    place = args.index("--")
    return args[:place], True, args[place + 1 :]


@examples(
    """
    cognitui exec dev/alice -- npm run e2e
    cognitui exec dev/alice --min-valid 30m -- pytest tests/api
    cognitui exec prod/alice --yes -- ./smoke-test.sh
    """
)
@click.command("exec", cls=_Executing, options_metavar="[OPTIONS]")
@profile_argument
@click.argument("command", metavar="-- COMMAND ...", nargs=-1, type=click.UNPROCESSED, shell_complete=complete_file)
@click.option(
    "--min-valid",
    metavar="DURATION",
    callback=seconds_of,
    help="How long they must stay valid: 30s, 5m, 1h. Default: 60s or a tenth of their lifetime, whichever is less.",
)
@no_input_option
@yes_option
@pass_session
def execute(
    session: Session, reference: str, command: tuple[str, ...], min_valid: int | None, no_input: bool, yes: bool
) -> None:
    """Run a command with a profile's tokens in its environment.

    It sets COGNITO_ACCESS_TOKEN, COGNITO_ID_TOKEN (if the flow returns one), COGNITO_PROFILE and COGNITO_EXPIRES_AT
    (when the first of the tokens expires, ISO 8601 in UTC). The command replaces cognitui, so signals and exit code are
    its own. 127 means that there is no such command, 126 that it cannot be run. The tokens are not refreshed while it
    runs.
    """
    profile = find_profile(session, reference)
    question = f"Run {inert(command[0], 60)} with the tokens of {inert(profile.id)}?"
    request = TokenRequest(profile, min_valid=min_valid, consent=yes, no_input=no_input, question=question)
    tokens = _tokens(session, request, None if no_input else terminal_prompter())
    sys.stdout.flush()
    code = session.services.become(command, environment(os.environ, profile, tokens))
    raise click.exceptions.Exit(code)


def environment(environ: Mapping[str, str], profile: Profile, tokens: tuple[Token, ...]) -> Mapping[str, str]:
    """Return an environment with the tokens of a profile, and without those of any other."""
    own = {ACCESS_TOKEN, ID_TOKEN, PROFILE, EXPIRES_AT}
    kept = {name: value for name, value in environ.items() if name not in own}
    variables = {TokenKind.ACCESS: ACCESS_TOKEN, TokenKind.ID: ID_TOKEN}
    ends = iso_utc(min(token.lifetime.expires_at for token in tokens))
    return {
        **kept,
        **{variables[token.kind]: token.value for token in tokens},
        PROFILE: profile.id,
        **({EXPIRES_AT: ends} if ends else {}),
    }


def _tokens(session: Session, request: TokenRequest, prompter: Prompter | None) -> tuple[Token, ...]:
    """Return the access token, and the ID token if there is one."""
    got = get_token(session.services, request, prompter)
    warnings, tokens = [got.warning], [got.token]
    if _brings_id_token(request.profile):
        try:
            second = get_token(session.services, replace(request, kind=TokenKind.ID, consent=True), prompter)
            warnings.append(second.warning)
            tokens.append(second.token)
        except NotInThisPool:
            pass  # the pool issues none for the app client's scopes
    for warning in dict.fromkeys(filter(None, warnings)):
        print_message(f"Warning: {inert(warning)}")
    return tuple(tokens)


def _brings_id_token(profile: Profile) -> bool:
    """Return whether a sign-in returns an ID token.

    OpenID Connect: none without the scope openid. A profile without scopes requests those of the app client.
    """
    scopes = profile.fields.scopes
    return TokenKind.ID in profile.kinds and (
        profile.flow is not Flow.AUTHORIZATION_CODE or not scopes or "openid" in scopes
    )
