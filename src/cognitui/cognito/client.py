"""botocore clients: unsigned ones for calls of users, signed ones for calls of admins."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cognitui import __version__
from cognitui.cognito.credentials import bare_session, configured, signing_session
from cognitui.cognito.http import BotocoreHttp
from cognitui.model.errors import UsageError
from cognitui.model.text import inert

if TYPE_CHECKING:
    from boto3.session import Session
    from botocore.config import Config
    from mypy_boto3_cognito_identity import CognitoIdentityClient
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

_TALKATIVE = ("botocore.endpoint", "botocore.parsers", "botocore.hooks", "botocore.auth", "botocore.httpsession")
"""Loggers that print requests and answers at DEBUG: passwords and tokens among them."""


def make_client(region: str, endpoint_url: str, http: BotocoreHttp) -> CognitoIdentityProviderClient:
    """Return a client that signs nothing, repeats nothing and gives up in time.

    The calls of a sign-in carry no AWS signature, and without one botocore looks for no credentials, which on a
    machine that has none would ask a metadata service for seconds. Nothing in ~/.aws can stop them: only `ca_bundle`,
    `use_fips_endpoint` and `use_dualstack_endpoint` are read there, if they can be.

    Args:
        region: The Region of the pool.
        endpoint_url: An emulator's address; empty for AWS's own.
        http: What sends its requests.

    Raises:
        UsageError: The region or the AWS configuration of this machine cannot be used.
    """
    region = region or _usual_region()
    with _as_usage_error(region):
        return _session(http).client(
            "cognito-idp",
            region_name=region or None,
            endpoint_url=endpoint_url or None,
            verify=True,
            config=_unsigned(endpoint_url),
        )


def make_identity_client(region: str, endpoint_url: str, http: BotocoreHttp) -> CognitoIdentityClient:
    """Return a client of identity pools like that of `make_client`: their calls for users carry no signature, too."""
    region = region or _usual_region()
    with _as_usage_error(region):
        return _session(http).client(
            "cognito-identity",
            region_name=region or None,
            endpoint_url=endpoint_url or None,
            verify=True,
            config=_unsigned(endpoint_url),
        )


def make_signed_client(
    region: str, endpoint_url: str, aws_profile: str, http: BotocoreHttp
) -> CognitoIdentityProviderClient:
    """Return a client that signs with the IAM credentials of a profile in ~/.aws.

    Args:
        region: The Region of the pool.
        endpoint_url: An emulator's address; empty for AWS's own.
        aws_profile: Its name; `default` also means the credentials of the environment or the machine.
        http: What sends its requests, and those for credentials.

    Raises:
        AwsCredentialsUnusable: There is no such profile, or it has no credentials that can be fetched.
        UsageError: The region or the AWS configuration of this machine cannot be used.
    """
    with _signing(region, aws_profile, http) as session:
        return session.client(
            "cognito-idp",
            region_name=region or None,
            endpoint_url=endpoint_url or None,
            verify=True,
            config=_config(),
        )


def make_service_client(service: str, region: str, endpoint_url: str, aws_profile: str, http: BotocoreHttp) -> object:
    """Return a client of another service, such as `sts`; see `make_signed_client`."""
    with _signing(region, aws_profile, http) as session:
        return session.client(  # type: ignore[call-overload]  # the stubs want a literal
            service,
            region_name=region or None,
            endpoint_url=endpoint_url or None,
            verify=True,
            config=_config(),
        )


@contextmanager
def _signing(region: str, aws_profile: str, http: BotocoreHttp) -> Iterator[Session]:
    import boto3

    # Before the client is made: botocore would look for them then, and its errors would be taken for the region's.
    found = signing_session(aws_profile, http)
    with _as_usage_error(region):
        yield boto3.Session(botocore_session=found)


def _unsigned(endpoint_url: str) -> Config:
    # Costs 130 ms with its model of Cognito.
    from botocore import UNSIGNED
    from botocore.config import Config

    # botocore refuses both beside an address that is given.
    by_aws = not endpoint_url
    return _config().merge(
        Config(
            signature_version=UNSIGNED,
            use_fips_endpoint=by_aws and _is_set("use_fips_endpoint", "AWS_USE_FIPS_ENDPOINT"),
            use_dualstack_endpoint=by_aws and _is_set("use_dualstack_endpoint", "AWS_USE_DUALSTACK_ENDPOINT"),
        )
    )


def _usual_region() -> str:
    return os.environ.get("AWS_DEFAULT_REGION") or configured("region", os.environ)


def _is_set(setting: str, variable: str) -> bool:
    value = os.environ.get(variable) or configured(setting, os.environ)
    return value.lower() == "true"


def _config() -> Config:
    from botocore.config import Config

    _keep_quiet()
    return Config(
        # A repeat that the caller does not know of could use a refresh token twice.
        retries={"total_max_attempts": 1},
        # AWS_ENDPOINT_URL would send passwords to a server that the profile does not name.
        ignore_configured_endpoint_urls=True,  # type: ignore[call-arg]  # the stubs lack it
        user_agent_extra=f"cognitui/{__version__}",
        # The transport finds the proxy: one of the environment that is no address has its own sentence there.
        proxies={},
    )


@contextmanager
def _as_usage_error(region: str) -> Iterator[None]:
    """Turn what botocore raises if it cannot make a client into a UsageError."""
    from botocore.exceptions import BotoCoreError

    try:
        yield
    except (BotoCoreError, ValueError) as error:
        raise UsageError(
            f"No client for the region {inert(region) or '(none)'} can be made ({type(error).__name__}).",
            fix="Check region and endpoint_url of the profile, and the files in ~/.aws.",
        ) from None


def _session(http: BotocoreHttp) -> Session:
    import boto3

    session = bare_session()
    http.serve(session)
    return boto3.Session(botocore_session=session)


def _keep_quiet() -> None:
    for name in _TALKATIVE:
        logger = logging.getLogger(name)
        if _hides_debug not in logger.filters:
            logger.addFilter(_hides_debug)


def _hides_debug(record: logging.LogRecord) -> bool:
    return record.levelno > logging.DEBUG
