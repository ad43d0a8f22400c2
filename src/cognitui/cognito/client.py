"""botocore clients: unsigned ones for Cognito's user-side calls, signed ones for an admin's."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cognitui import __version__
from cognitui.cognito.aws_config import Bundle, bare_session, bundle_of, configured
from cognitui.cognito.connections import Bounds
from cognitui.cognito.credentials import signing_session
from cognitui.cognito.http import HttpClient, Received, a_web_page, host_of, unreadable
from cognitui.model.errors import UsageError
from cognitui.model.text import inert

if TYPE_CHECKING:
    from boto3.session import Session
    from botocore.awsrequest import AWSPreparedRequest, AWSResponse
    from botocore.config import Config
    from botocore.session import Session as BotocoreSession
    from mypy_boto3_cognito_identity import CognitoIdentityClient
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_sts import STSClient


class BotocoreHttp:
    """Sends what botocore has prepared and signed. Threads may share it.

    Attributes:
        bounds: How long and how large an answer may be.
    """

    def __init__(self, bounds: Bounds | None = None) -> None:
        """Take the bounds; the usual ones if they are not given."""
        self.bounds = bounds or Bounds()
        self._http = HttpClient()

    def serve(self, session: BotocoreSession, aws_profile: str = "") -> None:
        """Send the requests of all clients of a session.

        Args:
            session: A session that has made no client yet.
            aws_profile: Whose `ca_bundle` in AWS's configuration file counts.
        """
        bundle = bundle_of(os.environ, aws_profile)

        def send(request: AWSPreparedRequest, **_: object) -> AWSResponse:
            return self._send(request, bundle)

        # botocore, `Endpoint`: the answer that a handler of before-send returns is taken for the server's.
        session.register("before-send", send)  # type: ignore[arg-type]  # the stubs know no handler that returns

    def _send(self, request: AWSPreparedRequest, bundle: Bundle) -> AWSResponse:
        from botocore.awsrequest import AWSResponse

        body = request.body
        assert body is None or isinstance(body, str | bytes | bytearray), "no operation here sends a file"
        sent = body.encode() if isinstance(body, str) else bytes(body or b"")
        headers = {name: _text(value) for name, value in request.headers.items()}
        received = self._http.send(request.method, request.url, headers, sent, bounds=self.bounds, bundle=bundle)
        _check(received, host_of(urlsplit(request.url)), is_json="X-Amz-Target" in headers)
        return AWSResponse(request.url, received.status, received.headers, _Whole(received.body))  # type: ignore[arg-type]


class _Whole:
    """A body that was read, as botocore reads one."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self) -> Iterator[bytes]:
        yield self._body


def _check(received: Received, host: str, *, is_json: bool) -> None:
    """Refuse an answer that says it is a success and is none: botocore takes any text for an empty object."""
    if received.status >= 400:
        return
    if received.is_web_page:
        raise a_web_page(host, received.status)
    if is_json and received.body and not _is_object(received.body):
        raise unreadable(host)


def _is_object(body: bytes) -> bool:
    try:
        return isinstance(json.loads(body), dict)
    except (ValueError, RecursionError):
        return False


def _text(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


_TALKATIVE = ("botocore.endpoint", "botocore.parsers", "botocore.hooks", "botocore.auth", "botocore.httpsession")
"""Loggers that print requests and answers at DEBUG: passwords and tokens among them."""


def make_client(region: str, endpoint_url: str, http: BotocoreHttp) -> CognitoIdentityProviderClient:
    """Returns a client that signs nothing, repeats nothing and gives up in time.

    The calls of a sign-in carry no AWS signature, and without one botocore looks for no credentials, which on a
    machine that has none would ask a metadata service for seconds. Nothing in ~/.aws can stop them: only `ca_bundle`,
    `use_fips_endpoint` and `use_dualstack_endpoint` are read there, if they can be.

    Args:
        region: Where the pool is.
        endpoint_url: An emulator's address; empty for AWS's own.
        http: What sends its requests.

    Raises:
        UsageError: The region or the AWS configuration of this machine cannot be used.
    """
    region = region or _usual_region()
    with _told(region):
        return _session(http).client(
            "cognito-idp",
            region_name=region or None,
            endpoint_url=endpoint_url or None,
            verify=True,
            config=_unsigned(endpoint_url),
        )


def make_identity_client(region: str, endpoint_url: str, http: BotocoreHttp) -> CognitoIdentityClient:
    """Returns a client of identity pools like that of `make_client`: their calls for users carry no signature, too."""
    region = region or _usual_region()
    with _told(region):
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
    """Returns a client that signs with the IAM credentials of a profile in ~/.aws.

    Args:
        region: Where the pool is.
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


def make_token_service_client(region: str, endpoint_url: str, aws_profile: str, http: BotocoreHttp) -> STSClient:
    """Returns a client of STS, which tells whose the IAM credentials are; see `make_signed_client`."""
    with _signing(region, aws_profile, http) as session:
        return session.client(
            "sts",
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
    with _told(region):
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
        # AWS_ENDPOINT_URL would send passwords where the profile does not say.
        ignore_configured_endpoint_urls=True,  # type: ignore[call-arg]  # the stubs lack it
        user_agent_extra=f"cognitui/{__version__}",
        # The transport finds the proxy: one of the environment that is no address has its own sentence there.
        proxies={},
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
