"""The IAM credentials of a profile in ~/.aws, and what is told where they cannot be had."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cognitui.model.directory import DEFAULT_AWS_PROFILE
from cognitui.model.errors import AwsCredentialsUnusable
from cognitui.model.text import inert

if TYPE_CHECKING:
    from botocore.session import Session

_OF_A_TOOL = (OSError, ValueError, TypeError, AttributeError)
"""botocore runs the tool of `credential_process` and reads what it prints without errors of its own for either."""


def signing_session(aws_profile: str) -> Session:
    """Returns a session whose credentials were found; whether they still hold, the first call tells.

    botocore looks where the set-up of the machine says: it may run the tool of `credential_process`, ask STS or SSO
    for those of a role, and, where nothing else has any, ask the metadata service of EC2 or ECS. That may block for
    seconds.

    Args:
        aws_profile: Its name; `default` also means the credentials of the environment or the machine.

    Raises:
        AwsCredentialsUnusable: There is no such profile, it has none, or they cannot be fetched.
    """
    from botocore.exceptions import BotoCoreError, ProfileNotFound
    from botocore.session import Session

    session = Session(profile=None if aws_profile == DEFAULT_AWS_PROFILE else aws_profile)
    try:
        found = session.get_credentials()
    except ProfileNotFound as error:
        # The default ones may be those of a profile that AWS_PROFILE names.
        raise _no_profile(inert(str(error.kwargs.get("profile") or aws_profile), 60)) from None
    except (BotoCoreError, *_OF_A_TOOL) as error:
        # Their texts may hold what the tool printed.
        raise AwsCredentialsUnusable(
            f"The IAM credentials of the AWS profile {inert(aws_profile, 60)} cannot be fetched"
            f" ({type(error).__name__}).",
            fix="Check the files in ~/.aws; a tool that credential_process names there must be installed and print"
            " JSON.",
        ) from None
    if found is None:
        raise _no_credentials(inert(aws_profile, 60))
    return session


def _no_profile(name: str) -> AwsCredentialsUnusable:
    return AwsCredentialsUnusable(
        f"There is no AWS profile {name} on this machine.",
        fix=f"Check the name (aws_profile, --aws-profile), or run: aws configure --profile {name}.",
    )


def _no_credentials(name: str) -> AwsCredentialsUnusable:
    return AwsCredentialsUnusable(
        f"The AWS profile {name} has no IAM credentials that can be used.",
        fix=f"Sign in (aws sso login --profile {name}), run aws configure, or name another AWS profile.",
    )
