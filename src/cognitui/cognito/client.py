"""botocore clients: unsigned ones for Cognito's user-side calls, signed ones for an admin's."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cognitui import __version__
from cognitui.cognito.credentials import signing_session
from cognitui.model.endpoint import is_loopback
from cognitui.model.errors import UsageError
from cognitui.model.text import inert

if TYPE_CHECKING:
    from boto3.session import Session
    from botocore.config import Config
    from mypy_boto3_cognito_identity import CognitoIdentityClient
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_sts import STSClient

_CONNECT_TIMEOUT = 5
_READ_TIMEOUT = 10

_TALKATIVE = ("botocore.endpoint", "botocore.parsers", "botocore.hooks", "botocore.auth", "botocore.httpsession")
"""Loggers that print requests and answers at DEBUG: passwords and tokens among them."""


def make_client(region: str, endpoint_url: str) -> CognitoIdentityProviderClient:
    """Returns a client that signs nothing, repeats nothing and gives up in time.

    The calls of a sign-in carry no AWS signature, and without one botocore looks for no credentials, which on a
    machine that has none would ask a metadata service for seconds.

    Args:
        region: Where the pool is.
        endpoint_url: An emulator's address; empty for AWS's own.

    Raises:
        UsageError: The region or the AWS configuration of this machine cannot be used.
    """
    # Costs 130 ms with its model of Cognito.
    from botocore import UNSIGNED

    with _told(region):
        return _session().client(
            "cognito-idp",
            region_name=region or None,
            endpoint_url=endpoint_url or None,
            config=_config(endpoint_url, UNSIGNED),
        )


def make_identity_client(region: str, endpoint_url: str) -> CognitoIdentityClient:
    """Returns a client of identity pools like that of `make_client`: their calls for users carry no signature, too."""
    from botocore import UNSIGNED

    with _told(region):
        return _session().client(
            "cognito-identity",
            region_name=region or None,
            endpoint_url=endpoint_url or None,
            config=_config(endpoint_url, UNSIGNED),
        )


def make_signed_client(region: str, endpoint_url: str, aws_profile: str) -> CognitoIdentityProviderClient:
    """Returns a client that signs with the IAM credentials of a profile in ~/.aws.

    Args:
        region: Where the pool is.
        endpoint_url: An emulator's address; empty for AWS's own.
        aws_profile: Its name; `default` also means the credentials of the environment or the machine.

    Raises:
        AwsCredentialsUnusable: There is no such profile, or it has no credentials that can be fetched.
        UsageError: The region or the AWS configuration of this machine cannot be used.
    """
    with _signing(region, aws_profile) as session:
        return session.client(
            "cognito-idp",
            region_name=region or None,
            endpoint_url=endpoint_url or None,
            config=_config(endpoint_url, None),
        )


def make_token_service_client(region: str, endpoint_url: str, aws_profile: str) -> STSClient:
    """Returns a client of STS, which tells whose the IAM credentials are; see `make_signed_client`."""
    with _signing(region, aws_profile) as session:
        return session.client(
            "sts",
            region_name=region or None,
            endpoint_url=endpoint_url or None,
            config=_config(endpoint_url, None),
        )


@contextmanager
def _signing(region: str, aws_profile: str) -> Iterator[Session]:
    import boto3

    # Before the client is made: botocore would look for them then, and its errors would be taken for the region's.
    found = signing_session(aws_profile)
    with _told(region):
        yield boto3.Session(botocore_session=found)


def _config(endpoint_url: str, signature: object) -> Config:
    from botocore.config import Config

    _keep_quiet()
    return Config(
        signature_version=signature,  # type: ignore[arg-type]  # UNSIGNED is no text
        connect_timeout=_CONNECT_TIMEOUT,
        read_timeout=_READ_TIMEOUT,
        # A repeat that the caller does not know of could use a refresh token twice.
        retries={"total_max_attempts": 1},
        # AWS_ENDPOINT_URL would send passwords where the profile does not say.
        ignore_configured_endpoint_urls=True,  # type: ignore[call-arg]  # the stubs lack it
        user_agent_extra=f"cognitui/{__version__}",
        # What listens on this machine is not behind a proxy, whatever the environment forgot to say.
        proxies={} if is_loopback(urlsplit(endpoint_url).hostname or "") else None,
    )


@contextmanager
def _told(region: str) -> Iterator[None]:
    """Turns what botocore raises where it can make no client into a sentence."""
    from botocore.exceptions import BotoCoreError

    try:
        yield
    except (BotoCoreError, ValueError) as error:
        raise UsageError(
            f"No client for the region {inert(region) or '(none)'} can be made ({type(error).__name__}).",
            fix="Check region and endpoint_url of the profile, and the files in ~/.aws.",
        ) from None


def _session() -> Session:
    import boto3
    import botocore.session
    from botocore.exceptions import ProfileNotFound

    session = botocore.session.get_session()
    try:
        session.get_scoped_config()
    except ProfileNotFound:
        # AWS_PROFILE names credentials, which these calls do not need: it must not stand in their way.
        session = botocore.session.Session(session_vars={"profile": (None, None, None, None)})
    return boto3.Session(botocore_session=session)


def _keep_quiet() -> None:
    for name in _TALKATIVE:
        logger = logging.getLogger(name)
        if _hides_debug not in logger.filters:
            logger.addFilter(_hides_debug)


def _hides_debug(record: logging.LogRecord) -> bool:
    return record.levelno > logging.DEBUG
