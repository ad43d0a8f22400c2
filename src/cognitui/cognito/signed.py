"""Signed calls to AWS by botocore: clients made once, what an old boto3 lacks, and botocore's errors as ours."""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cognitui import __version__
from cognitui.cognito.connections import Bounds, HttpClient, Received, host_of, not_counted
from cognitui.cognito.credentials import ToolFailed, signing_session, why_unusable
from cognitui.cognito.error_mapping import (
    ErrorResponse,
    a_web_page,
    behind_a_proxy,
    broken_off,
    error_of,
    not_trusted,
    out_of_reach,
    silent,
    unreadable,
)
from cognitui.cognito.machine_setup import Bundle, bundle_of
from cognitui.cognito.responses import date_of
from cognitui.model.aws import DEFAULT_AWS_PROFILE, domain_of
from cognitui.model.errors import AwsCredentialsUnusable, Boto3TooOld, CognituiError, UsageError
from cognitui.model.profile import Profile, foreign_endpoint
from cognitui.model.text import inert

if TYPE_CHECKING:
    from boto3.session import Session as Boto3Session
    from botocore.awsrequest import AWSPreparedRequest, AWSResponse
    from botocore.client import BaseClient
    from botocore.session import Session

USER_POOLS = "cognito-idp"
"""The service, as its hosts and boto3 name it."""

SINCE: Mapping[str, str] = {
    **dict.fromkeys(("AddUserPoolClientSecret", "DeleteUserPoolClientSecret", "ListUserPoolClientSecrets"), "1.42.59"),
    "ListUserPoolReplicas": "1.43.19",
    **dict.fromkeys(("AdminListUserSessions", "AdminRevokeUserSession"), "1.44.1"),
}
"""The first version of boto3 with an operation.

Source: the service models in the releases of botocore, whose versions boto3 shares. What is not here is older than the
oldest boto3 that this project allows.
"""

_UNREADABLE = (ValueError, TypeError, AttributeError, KeyError, RecursionError)

_TALKATIVE = ("botocore.endpoint", "botocore.parsers", "botocore.hooks", "botocore.auth", "botocore.httpsession")
"""Loggers that print requests and answers at DEBUG: passwords and tokens among them."""

_received: ContextVar[Received | None] = ContextVar("received", default=None)
"""The last answer to a call in the JSON of AWS."""


class SignedCalls:
    """Makes signed calls, with one client for each service, Region, endpoint and AWS profile. Threads may share it."""

    def __init__(self, http: HttpClient, bounds: Bounds, hear_date: Callable[[str, str], None]) -> None:
        """Store the parts; `hear_date` receives the server's address, empty for AWS, and the Date of each answer."""
        self._sender = BotocoreHttp(http, bounds)
        self._hear_date = hear_date
        self._guard = threading.Lock()
        self._clients: dict[tuple[str, ...], BaseClient] = {}
        self._making: dict[tuple[str, ...], threading.Lock] = {}

    def warm_up(self) -> None:
        """Load boto3."""
        from importlib import import_module

        import_module("boto3")

    def require_credentials(self, aws_profile: str) -> None:
        """Look for the IAM credentials of an AWS profile, and raise as `signing_session` does."""
        signing_session(aws_profile, self._sender.serve)

    def client(self, profile: Profile, service: str) -> BaseClient:
        """Return the client for a profile; credentials are looked for when it is made.

        Raises:
            AwsCredentialsUnusable: There is no such AWS profile, or it has no credentials that can be fetched.
            Unreachable: The source of the credentials does not answer.
            UsageError: The Region or the AWS configuration of this machine cannot be used.
        """
        place = _place_of(profile, service)
        with self._guard:
            making = self._making.setdefault(place, threading.Lock())
        with _held(making):
            client = self._clients.get(place)
            if client is None:
                client = self._clients[place] = make_client(*place, self._sender)
            return client

    def drop_client(self, profile: Profile, service: str) -> None:
        """Forget a client: it keeps the credentials that it was made with, and renewed ones take another."""
        self._clients.pop(_place_of(profile, service), None)

    def ask(
        self, client: BaseClient, profile: Profile, operation: str, parameters: Mapping[str, object]
    ) -> Mapping[str, object]:
        """Return what an operation answers, and `ResponseMetadata` as botocore has it.

        The members are those that came: botocore would drop the ones that its own version does not know.

        Raises:
            Boto3TooOld: boto3 does not know the operation or a parameter.
            CognituiError: Any of those in the table, or of those for answers that did not come.
        """
        from botocore import xform_name
        from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
        from botocore.parsers import ResponseParserError

        service = client.meta.service_model.service_name
        _require_known(client, service, operation, parameters)
        _received.set(None)
        try:
            answer: Mapping[str, object] = getattr(client, xform_name(operation))(**parameters)
        except ClientError as error:
            # A wrong clock may be what it was refused for.
            self._hear_date(foreign_endpoint(profile), date_of(error.response))
            raise _error_of(error, profile) from None
        except (BotoCoreError, HTTPClientError, OSError) as error:
            # OSError: credentials are renewed on the way, and the tool that `credential_process` names may be gone.
            raise outage_of(error, profile, service) from None
        except (ResponseParserError, *_UNREADABLE):
            # What botocore's parsers raise for an answer that is not in Cognito's form; its text may echo the answer.
            raise unreadable(_host(profile, service)) from None
        self._hear_date(foreign_endpoint(profile), date_of(answer))
        return _whole(answer, _received.get())


def make_client(service: str, region: str, endpoint_url: str, aws_profile: str, sender: BotocoreHttp) -> BaseClient:
    """Return a client that signs with the IAM credentials of a profile in ~/.aws.

    It repeats nothing and gives up in time.

    Args:
        service: Its name in boto3: `cognito-idp`, `sts`.
        region: The Region to ask; empty for that of the AWS profile.
        endpoint_url: An emulator's address; empty for AWS's own.
        aws_profile: Its name; `default` also means the credentials of the environment or the machine.
        sender: What sends its requests, and those for credentials.

    Raises:
        AwsCredentialsUnusable: There is no such profile, or it has no credentials that can be fetched.
        UsageError: The region or the AWS configuration of this machine cannot be used.
    """
    # Costs 130 ms with its model of Cognito.
    import boto3
    from botocore.config import Config

    _keep_quiet()
    # Before the client is made: botocore would look for them then, and its errors would be taken for the region's.
    found = signing_session(aws_profile, sender.serve)
    config = Config(
        # A repeat that the caller does not know of could create something twice.
        retries={"total_max_attempts": 1},
        # AWS_ENDPOINT_URL would send passwords to a server that the profile does not name.
        ignore_configured_endpoint_urls=True,  # type: ignore[call-arg]  # the stubs lack it
        user_agent_extra=f"cognitui/{__version__}",
        # The connections find the proxy: one of the environment that is no address has its own sentence there.
        proxies={},
    )
    with _as_usage_error(region):
        session: Boto3Session = boto3.Session(botocore_session=found)
        made: BaseClient = session.client(  # type: ignore[call-overload]  # the stubs want a literal
            service, region_name=region or None, endpoint_url=endpoint_url or None, verify=True, config=config
        )
        return made


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


def _place_of(profile: Profile, service: str) -> tuple[str, str, str, str]:
    # An emulator is all services at one address; AWS's own (FIPS, say) is only that of user pools.
    endpoint = (profile.fields.endpoint_url or "") if service == USER_POOLS else foreign_endpoint(profile)
    return service, profile.region, endpoint, profile.fields.aws_profile or DEFAULT_AWS_PROFILE


@contextmanager
def _held(making: threading.Lock) -> Iterator[None]:
    """Hold a lock, without counting the wait: a tool may ask the user for the same credentials."""
    with not_counted():
        making.acquire()
    try:
        yield
    finally:
        making.release()


def _require_known(client: BaseClient, service: str, operation: str, parameters: Mapping[str, object]) -> None:
    model = client.meta.service_model
    if operation not in model.operation_names:
        raise too_old(service, operation)
    known = model.operation_model(operation).input_shape
    for name in parameters:
        if known is not None and name not in known.members:
            raise too_old(service, operation, name)


def too_old(service: str, operation: str, parameter: str = "") -> Boto3TooOld:
    """Return the error for an operation, or a parameter of it, that the installed boto3 does not know."""
    from boto3 import __version__ as installed

    what = f"the parameter {parameter} of {operation}" if parameter else operation
    since = "" if parameter else SINCE.get(operation, "")
    came = f", which came with boto3 {since}" if since else ""
    return Boto3TooOld(f"The installed boto3 {installed} does not know {what} of {service}{came}.")


def _whole(answer: Mapping[str, object], received: Received | None) -> Mapping[str, object]:
    if received is None or not received.body:
        return answer
    # An object, as `_check` has seen.
    came: dict[str, object] = json.loads(received.body)
    return {**came, "ResponseMetadata": answer.get("ResponseMetadata", {})}


class BotocoreHttp:
    """Sends what botocore has prepared and signed. Threads may share it."""

    def __init__(self, http: HttpClient, bounds: Bounds) -> None:
        """Store the connections, and how long and how large an answer may be."""
        self._http = http
        self._bounds = bounds

    def serve(self, session: Session, aws_profile: str = "") -> None:
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
        received = self._http.send(request.method, request.url, headers, sent, bounds=self._bounds, bundle=bundle)
        is_json = "X-Amz-Target" in headers
        _check(received, host_of(urlsplit(request.url)), is_json=is_json)
        _received.set(received if is_json else None)
        return AWSResponse(request.url, received.status, received.headers, _Whole(received.body))  # type: ignore[arg-type]


class _Whole:
    """A body that was read, as botocore reads one."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self) -> Iterator[bytes]:
        yield self._body


def _check(received: Received, host: str, *, is_json: bool) -> None:
    """Refuse a success without a JSON object: botocore treats any other text as an empty object."""
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


def _error_of(error: object, profile: Profile) -> CognituiError:
    response = getattr(error, "response", {})
    said = response.get("Error", {})
    status = int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    return error_of(ErrorResponse(str(said.get("Code", "")), str(said.get("Message", "")), status), profile)


def outage_of(error: Exception, profile: Profile, service: str = USER_POOLS) -> CognituiError:
    """Return the error for one of botocore's own; none of its text is used, as it may echo the request."""
    from botocore import exceptions

    host = _host(profile, service)
    own = bool(foreign_endpoint(profile))
    match error:
        case exceptions.ProxyConnectionError():
            return behind_a_proxy(host)
        case exceptions.SSLError():
            return not_trusted(host)
        case exceptions.ConnectTimeoutError() | exceptions.EndpointConnectionError():
            return out_of_reach(host, own=own)
        case exceptions.ReadTimeoutError():
            return silent(host, own=own)
        case exceptions.ConnectionClosedError():
            return broken_off(host)
        case (
            exceptions.NoCredentialsError()
            | exceptions.PartialCredentialsError()
            | exceptions.CredentialRetrievalError()
            | exceptions.SSOError()
            | exceptions.MissingDependencyException()
            | exceptions.TokenRetrievalError()
            | exceptions.ConfigParseError()
            | ToolFailed()
        ):
            return _unusable_credentials(profile, error)
        case exceptions.ParamValidationError():
            return UsageError(
                f"{inert(profile.id)} has a value that Cognito cannot take.",
                fix="Check username, client id and secrets: none may be empty or of a wrong form.",
            )
        case exceptions.HTTPClientError():
            return out_of_reach(host, own=own)
    if any(kind.__name__ == "LoginError" for kind in type(error).__mro__):
        # By name: it came with botocore 1.41.3.
        return _unusable_credentials(profile, error)
    return UsageError(
        f"{inert(profile.id)}: the AWS setup of this machine is in the way ({type(error).__name__}).",
        fix="Check the region of the profile and the files in ~/.aws.",
    )


def _unusable_credentials(profile: Profile, error: Exception) -> CognituiError:
    name = profile.fields.aws_profile or DEFAULT_AWS_PROFILE
    what, fix = why_unusable(error, name)
    return AwsCredentialsUnusable(f"{inert(profile.id)}: the AWS profile {inert(name, 60)} {what}.", fix=fix)


def _host(profile: Profile, service: str) -> str:
    if url := profile.fields.endpoint_url:
        return inert(urlsplit(url).netloc)
    return f"{service}.{inert(profile.region)}.{domain_of(profile.region)}"


def _keep_quiet() -> None:
    for name in _TALKATIVE:
        logger = logging.getLogger(name)
        if _hides_debug not in logger.filters:
            logger.addFilter(_hides_debug)


def _hides_debug(record: logging.LogRecord) -> bool:
    return record.levelno > logging.DEBUG
