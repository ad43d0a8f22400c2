"""`cognitui credential-process`: temporary AWS credentials in the format that AWS SDKs read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import click

from cognitui.cli.arguments import find_profile, no_input_option, profile_argument, yes_option
from cognitui.cli.command_group import examples
from cognitui.cli.output import print_message
from cognitui.cli.prompt import Prompter, terminal_prompter
from cognitui.cli.session import Session, pass_session
from cognitui.cli.signin import consent, get_token
from cognitui.model.aws import for_credential_process
from cognitui.model.errors import UsageError
from cognitui.model.profile import Profile
from cognitui.model.struct import replace
from cognitui.model.text import inert
from cognitui.model.token import TokenKind
from cognitui.tokens.aws_credentials import AwsCredentialsResult
from cognitui.tokens.request import TokenRequest

_ASKING = "COGNITUI_CREDENTIAL_PROCESS"
"""Environment variable with the profile whose credentials are being fetched, for child processes."""


@examples("cognitui credential-process dev/alice")
@click.command("credential-process")
@profile_argument
@no_input_option
@yes_option
@pass_session
def credential_process(session: Session, reference: str, no_input: bool, yes: bool) -> None:
    """Print AWS credentials of an identity pool, for AWS SDKs.

    In ~/.aws/config: credential_process = cognitui credential-process dev/alice. They are cached until 15 minutes
    before they expire. Without a terminal, as when an SDK calls it, it never prompts.
    """
    profile = find_profile(session, reference)
    question = f"Get AWS credentials of {inert(profile.id)}?"
    request = TokenRequest(profile, TokenKind.ID, consent=yes, no_input=no_input, question=question)
    with _asked_once(profile):
        given = _credentials(session, request, None if no_input else terminal_prompter())
    if given.warning:
        print_message(f"Warning: {inert(given.warning)}")
    click.echo(for_credential_process(given.credentials))


def _credentials(session: Session, request: TokenRequest, prompter: Prompter | None) -> AwsCredentialsResult:
    aws = session.services.broker.aws
    agreed = consent(request, prompter)
    stored = aws.stored(request.profile, consent=agreed)
    if stored is not None:
        return stored
    return aws.get(get_token(session.services, replace(request, consent=agreed), prompter))


@contextmanager
def _asked_once(profile: Profile) -> Iterator[None]:
    """Raise UsageError if an admin sign-in needs AWS credentials that come from this very command."""
    if os.environ.get(_ASKING) == profile.id:
        raise UsageError(
            f"The AWS credentials that {inert(profile.id)} signs in with come from {inert(profile.id)} itself.",
            fix="Set aws_profile in the profile to one with its own IAM credentials.",
        )
    before = os.environ.get(_ASKING)
    os.environ[_ASKING] = profile.id
    try:
        yield
    finally:
        if before is None:
            del os.environ[_ASKING]
        else:
            os.environ[_ASKING] = before
