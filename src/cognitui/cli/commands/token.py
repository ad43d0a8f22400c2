"""`cognitui token`: prints a valid token and nothing else."""

from __future__ import annotations

import click

from cognitui.cli.arguments import (
    find_profile,
    json_option,
    level_of,
    no_input_option,
    profile_argument,
    seconds_of,
    yes_option,
)
from cognitui.cli.command_group import examples
from cognitui.cli.output import print_message
from cognitui.cli.prompt import terminal_prompter
from cognitui.cli.session import Session, pass_session
from cognitui.cli.signin import get_token
from cognitui.model.text import inert
from cognitui.model.token import TokenKind
from cognitui.model.token_formats import TokenFormat, formatted, what_is_missing
from cognitui.tokens.request import TokenPolicy, TokenRequest


@examples(
    """
    cognitui token dev/alice
    cognitui token alice --type id --as bearer
    eval "$(cognitui token dev/alice --as env)"
    cognitui token dev/alice --min-valid 10m --no-input
    cognitui token dev/alice --acr 3
    """
)
@click.command
@profile_argument
@click.option(
    "--type",
    "kind",
    type=click.Choice([kind.value for kind in TokenKind]),
    default="access",
    show_default=True,
    help="Which token.",
)
@click.option(
    "--as",
    "form",
    type=click.Choice([form.value for form in TokenFormat]),
    metavar="FORM",
    help=f"Output format: {', '.join(TokenFormat)}. The default is raw.",
)
@click.option(
    "--min-valid",
    metavar="DURATION",
    callback=seconds_of,
    help="How long it must stay valid: 30s, 5m, 1h. Default: 60s or a tenth of its lifetime, whichever is less.",
)
@click.option(
    "--acr",
    "level",
    metavar="LEVEL",
    callback=level_of,
    help="The authentication level that it needs: 2, loa:2, or the pool's own name. Only what is missing is asked for.",
)
@click.option("--fresh", is_flag=True, help="Get a new token even if the cached one is still valid.")
@no_input_option
@yes_option
@json_option("The same as --as json: profile, type, token and expires_at.")
@pass_session
def token(
    session: Session,
    reference: str,
    kind: str,
    form: str | None,
    min_valid: int | None,
    level: str | None,
    fresh: bool,
    no_input: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Print a valid token, signing in if necessary.

    A cached token that stays valid long enough is printed as it is. Otherwise it is refreshed. If that is not possible,
    the profile signs in with its stored secrets and prompts for what is missing.

    With --acr, a token of that level or a higher one is printed as it is. Otherwise the sign-in steps up.
    """
    if as_json and form not in (None, TokenFormat.JSON):
        raise click.UsageError(f"--json and --as {form} exclude each other.")
    written = TokenFormat.JSON if as_json else TokenFormat.named(form or "raw")
    profile = find_profile(session, reference)
    request = TokenRequest(
        profile=profile.wanting(level) if level else profile,
        kind=TokenKind(kind),
        min_valid=min_valid,
        policy=TokenPolicy.REFRESH if fresh else TokenPolicy.CACHED,
        consent=yes,
        no_input=no_input,
    )
    got = get_token(session.services, request, None if no_input else terminal_prompter())
    if got.warning:
        print_message(f"Warning: {inert(got.warning)}")
    if missing := what_is_missing(got.profile, written):
        print_message(missing)
    click.echo(formatted(got.profile, got.token, written))
