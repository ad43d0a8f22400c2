"""`cognitui credential-process`: temporary AWS credentials, in the form that AWS's SDKs read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import click

from cognitui.cli.arguments import find_profile, profile_argument
from cognitui.cli.command_group import examples
from cognitui.cli.output import tell
from cognitui.cli.prompt import Person, person_at_terminal
from cognitui.cli.session import Session, pass_session
from cognitui.cli.signin import consent, obtain
from cognitui.model.aws import for_credential_process
from cognitui.model.errors import UsageError
from cognitui.model.profile import Profile
from cognitui.model.struct import replace
from cognitui.model.text import inert
from cognitui.model.token import TokenKind
from cognitui.tokens.aws_credentials import AwsCredentialsResult
from cognitui.tokens.request import TokenRequest

_ASKING = "COGNITUI_CREDENTIAL_PROCESS"
"""Names the profile whose credentials are being fetched, for programs that this one starts or configures."""


@examples("cognitui credential-process dev/alice")
@click.command("credential-process")
@profile_argument
@click.option("--no-input", is_flag=True, help="Ask nothing: end with code 3 where a person is needed.")
@click.option("--yes", is_flag=True, help="Agree beforehand where the environment is protected.")
@pass_session
def credential_process(session: Session, reference: str, no_input: bool, yes: bool) -> None:
    """Print AWS credentials of an identity pool, for AWS SDKs.

    In ~/.aws/config: credential_process = cognitui credential-process dev/alice. They are kept until fifteen minutes
    before their end. Without a terminal, as an SDK calls it, nothing is asked.
    """
    profile = find_profile(session, reference)
    question = f"Get AWS credentials of {inert(profile.id)}?"
    request = TokenRequest(profile, TokenKind.ID, consent=yes, no_input=no_input, question=question)
    with _asked_once(profile):
        given = _credentials(session, request, None if no_input else person_at_terminal())
    if given.warning:
        tell(f"Warning: {inert(given.warning)}")
    click.echo(for_credential_process(given.credentials))


def _credentials(session: Session, request: TokenRequest, person: Person | None) -> AwsCredentialsResult:
    aws = session.services.broker.aws
    agreed = consent(request, person)
    stored = aws.stored(request.profile, consent=agreed)
    if stored is not None:
        return stored
    return aws.get(obtain(session.services, replace(request, consent=agreed), person))


@contextmanager
def _asked_once(profile: Profile) -> Iterator[None]:
    """An admin's sign-in needs AWS credentials itself: where these come from this very command, it never ends."""
    if os.environ.get(_ASKING) == profile.id:
        raise UsageError(
            f"The AWS credentials that {inert(profile.id)} signs in with come from {inert(profile.id)} itself.",
            fix="Name another aws_profile in the profile: one with IAM credentials of its own.",
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
