"""`cognitui token`: a valid token on stdout, and nothing else."""

from __future__ import annotations

import click

from cognitui.cli.arguments import find_profile, json_option, profile_argument, seconds_of
from cognitui.cli.command_group import examples
from cognitui.cli.output import tell
from cognitui.cli.prompt import person_at_terminal
from cognitui.cli.session import Session, pass_session
from cognitui.cli.signin import obtain
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
    help="Which of the three.",
)
@click.option(
    "--as",
    "form",
    type=click.Choice([form.value for form in TokenFormat]),
    metavar="FORM",
    help=f"The form it is printed in: {', '.join(TokenFormat)}. By default raw.",
)
@click.option(
    "--min-valid",
    metavar="DURATION",
    callback=seconds_of,
    help="How long it must stay valid: 30s, 5m, 1h. By default 60s or a tenth of its life, the smaller.",
)
@click.option("--fresh", is_flag=True, help="Get a new one, also where the stored one is still valid.")
@click.option("--no-input", is_flag=True, help="Ask nothing: end with code 3 where a person is needed.")
@click.option("--yes", is_flag=True, help="Agree beforehand where the environment is protected.")
@json_option("The same as --as json: profile, type, token and expires_at.")
@pass_session
def token(
    session: Session,
    reference: str,
    kind: str,
    form: str | None,
    min_valid: int | None,
    fresh: bool,
    no_input: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Print a valid token, signing in where it must.

    A stored token that stays valid long enough is printed as it is; else it is refreshed; else the profile signs in
    with its stored secrets, and asks in the terminal for what is missing.
    """
    if as_json and form not in (None, TokenFormat.JSON):
        raise click.UsageError(f"--json and --as {form} exclude each other.")
    written = TokenFormat.JSON if as_json else TokenFormat(form or "raw")
    request = TokenRequest(
        profile=find_profile(session, reference),
        kind=TokenKind(kind),
        min_valid=min_valid,
        policy=TokenPolicy.REFRESH if fresh else TokenPolicy.CACHED,
        consent=yes,
        no_input=no_input,
    )
    got = obtain(session.services, request, None if no_input else person_at_terminal())
    if got.warning:
        tell(f"Warning: {inert(got.warning)}")
    if missing := what_is_missing(got.profile, written):
        tell(missing)
    click.echo(formatted(got.profile, got.token, written))
