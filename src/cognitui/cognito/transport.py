"""Transport of the calls to AWS: clients made once, errors and outages as ours, safe repeats, and server clocks."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from cognitui.cognito import error_mapping
from cognitui.cognito.client import make_client, make_identity_client, make_service_client, make_signed_client
from cognitui.cognito.connections import Bounds, not_counted, within
from cognitui.cognito.credentials import ToolFailed, signing_session, why_unusable
from cognitui.cognito.error_mapping import (
    ErrorResponse,
    behind_a_proxy,
    broken_off,
    error_of,
    not_trusted,
    out_of_reach,
    silent,
)
from cognitui.cognito.http import BotocoreHttp
from cognitui.model.aws import DEFAULT_AWS_PROFILE, domain_of, is_aws
from cognitui.model.duration import length
from cognitui.model.errors import AwsCredentialsUnusable, CognituiError, ServiceFault, Throttled, UsageError
from cognitui.model.profile import Profile, foreign_endpoint, foreign_server, identity_region
from cognitui.model.text import inert

if TYPE_CHECKING:
    from mypy_boto3_cognito_identity import CognitoIdentityClient
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient


USER_POOLS = "cognito-idp"
IDENTITY_POOLS = "cognito-identity"
"""The services, as their hosts are named."""


_UNREADABLE = (ValueError, TypeError, AttributeError, KeyError, RecursionError)

Result = TypeVar("Result")

HearDate = Callable[[str, str], None]
"""Receives the server's address, empty for AWS, and the Date header of each answer."""

_LEAST_SKEW = 2.0
"""Seconds: the Date header has whole seconds, and the answer took a while."""

_AWS = ""
"""All servers of AWS have one clock; an emulator's, in a virtual machine that slept, may be another."""

_SKEW_TO_REPORT = 60.0
"""Seconds; a smaller skew does no harm."""


def no_date(_url: str, _date: str) -> None:
    """Receive nothing."""


_ATTEMPTS = 3
_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 2.0


class Transport:
    """Makes the calls, with one botocore client for each region, endpoint and IAM profile. Threads may share it."""

    def __init__(
        self,
        clock: Callable[[], float],
        *,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
        hear_date: HearDate = no_date,
        bounds: Bounds | None = None,
    ) -> None:
        """Store the parts.

        `jitter` returns 0 to 1. `bounds` are those of a call and of its repeats together.
        """
        self.clock = clock
        self._hear_date = hear_date
        self.sleep = sleep
        self._repeats = Repeats(sleep, jitter)
        self.http = BotocoreHttp(bounds)
        self._guard = threading.Lock()
        self._clients: dict[tuple[str, str, str], CognitoIdentityProviderClient] = {}
        self._making: dict[tuple[str, str, str], threading.Lock] = {}
        self._identity_clients: dict[tuple[str, str], CognitoIdentityClient] = {}

    def warm_up(self, profile: Profile) -> None:
        """Make the client for a profile, which loads boto3 and its model of Cognito (200 ms)."""
        self._client(profile, "")

    def call(
        self,
        profile: Profile,
        operation: str,
        parameters: Mapping[str, object],
        *,
        repeat: bool = True,
        signed: bool = False,
    ) -> Mapping[str, object]:
        """Return what an operation answers: its members, and `ResponseMetadata` as botocore has it, for `skew_of`.

        A time in it is a number (seconds since the epoch) or, if the call is signed, a datetime: `moment_of` reads
        both.

        Args:
            profile: Whose pool, endpoint and IAM credentials.
            operation: Its name in the API reference: `GetUser`.
            parameters: Its parameters by their names there: `AccessToken`.
            repeat: False if a second call could do harm: a refresh token may be good for one use.
            signed: True for an admin's call, signed with the profile's `aws_profile`.

        Raises:
            Refused: Cognito refused.
            Unreachable: No network, or no proper answer.
            AwsCredentialsUnusable: There are no IAM credentials to sign with.
        """
        signer = (profile.fields.aws_profile or "default") if signed else ""
        # Its time begins with the first request: a tool may ask the user before there are credentials.
        with self.in_time():
            client = self._client(profile, signer)
        try:
            with self.in_time():
                return self._repeats.of(
                    lambda: self._answer(lambda: _called(client, operation, parameters), profile, USER_POOLS),
                    repeat=repeat,
                )
        except AwsCredentialsUnusable:
            # A client keeps the credentials that it was made with: renewed ones take another.
            self._drop_client(profile, signer)
            raise

    def call_identity_pool(
        self, profile: Profile, operation: str, parameters: Mapping[str, object]
    ) -> Mapping[str, object]:
        """Return what an operation of the profile's identity pool answers; raises as `call` does."""
        client = self._identity_client(profile)
        with self.in_time():
            return self._repeats.of(
                lambda: self._answer(lambda: _called(client, operation, parameters), profile, IDENTITY_POOLS)
            )

    def call_service(
        self, profile: Profile, service: str, operation: str, parameters: Mapping[str, object]
    ) -> Mapping[str, object]:
        """Return what an operation of another service of AWS answers; raises as `call` does.

        It is signed with the profile's `aws_profile`. `service` is its name in boto3: `sts`.
        """
        aws_profile = profile.fields.aws_profile or "default"
        endpoint = foreign_endpoint(profile)
        with self.in_time():
            client = make_service_client(service, profile.region, endpoint, aws_profile, self.http)
        with self.in_time():
            return self._repeats.of(
                lambda: self._answer(lambda: _called(client, operation, parameters), profile, service)
            )

    def require_credentials(self, aws_profile: str) -> None:
        """Look for the IAM credentials of an AWS profile, and raises, as `signing_session` does."""
        with self.in_time():
            signing_session(aws_profile, self.http)

    def in_time(self) -> AbstractContextManager[None]:
        """Let all calls inside share the time of one."""
        return within(self.http.bounds.total)

    def _answer(
        self, operation: Callable[[], Mapping[str, object]], profile: Profile, service: str
    ) -> Mapping[str, object]:
        from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
        from botocore.parsers import ResponseParserError

        try:
            answer = operation()
        except ClientError as error:
            # A wrong clock may be what it was refused for.
            self._hear_date(foreign_endpoint(profile), date_of(error.response))
            raise _error_of(error, profile) from None
        except (BotoCoreError, HTTPClientError, OSError) as error:
            # OSError: credentials are renewed on the way, and the tool that `credential_process` names may be gone.
            raise outage_of(error, profile, service) from None
        except (ResponseParserError, *_UNREADABLE):
            # What botocore's parsers raise for an answer that is not in Cognito's form; its text may echo the answer.
            raise unreadable(profile, service) from None
        self._hear_date(foreign_endpoint(profile), date_of(answer))
        return answer

    def _client(self, profile: Profile, aws_profile: str) -> CognitoIdentityProviderClient:
        place = region, endpoint, _ = profile.region, profile.fields.endpoint_url or "", aws_profile
        with self._guard:
            making = self._making.setdefault(place, threading.Lock())
        with _held(making):
            client = self._clients.get(place)
            if client is None:
                client = (
                    make_signed_client(region, endpoint, aws_profile, self.http)
                    if aws_profile
                    else make_client(region, endpoint, self.http)
                )
                self._clients[place] = client
            return client

    def _drop_client(self, profile: Profile, aws_profile: str) -> None:
        self._clients.pop((profile.region, profile.fields.endpoint_url or "", aws_profile), None)

    def _identity_client(self, profile: Profile) -> CognitoIdentityClient:
        # An emulator is all services at one address; AWS's own (FIPS, say) is only that of user pools.
        place = identity_region(profile), foreign_endpoint(profile)
        with self._guard:
            client = self._identity_clients.get(place)
            if client is None:
                client = self._identity_clients[place] = make_identity_client(*place, self.http)
            return client


def _called(client: object, operation: str, parameters: Mapping[str, object]) -> Mapping[str, object]:
    from botocore import xform_name

    answer: Mapping[str, object] = getattr(client, xform_name(operation))(**parameters)
    return answer


@contextmanager
def _held(making: threading.Lock) -> Iterator[None]:
    """Hold a lock, without counting the wait: a tool may ask the user for the same credentials."""
    with not_counted():
        making.acquire()
    try:
        yield
    finally:
        making.release()


def _error_of(error: object, profile: Profile) -> CognituiError:
    response = getattr(error, "response", {})
    said = response.get("Error", {})
    status = int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    return error_of(ErrorResponse(str(said.get("Code", "")), str(said.get("Message", "")), status), profile)


class RequestEvents:
    """Called by the providers before each request; a run has one."""

    def __init__(self, *, warn: Callable[[str], None] | None = None, log: Callable[[str], None] | None = None) -> None:
        """Store the listeners.

        Args:
            warn: Receives a warning once per run and server that is not AWS's; None for no warnings.
            log: Receives what is requested for which profile; never a secret or an answer.
        """
        self._warn = warn
        self._log = log
        self._warned: set[str] = set()

    def before(self, profile: Profile, what: str, *, with_token: bool = False) -> None:
        """Report a request.

        Args:
            profile: Whose request.
            what: "sign-in", "refresh".
            with_token: Whether a token is sent: that goes to the endpoint even if the sign-in was at the domain.
        """
        server = foreign_server(profile)
        if with_token:
            server = foreign_endpoint(profile) or server
        if self._log is not None:
            self._log(inert(f"{what} of {profile.id} at {server or 'AWS'}"))
        if server and self._warn is not None and server not in self._warned:
            self._warned.add(server)
            self._warn(f"{inert(profile.id)} signs in at {inert(server)}, which is not AWS.")


class Repeats:
    """Repeats a call after the service was busy or failed."""

    def __init__(self, sleep: Callable[[float], None], jitter: Callable[[], float]) -> None:
        self._sleep = sleep
        self._jitter = jitter

    def of(self, ask: Callable[[], Result], *, repeat: bool = True) -> Result:
        """Return what `ask` returns, after at most three attempts; raises what the last one raises.

        Args:
            ask: The call.
            repeat: False if a second call could do harm: a refresh token or a code may be good for one use.
        """
        attempts = _ATTEMPTS if repeat else 1
        for attempt in range(1, attempts + 1):
            try:
                return ask()
            except (Throttled, ServiceFault):
                if attempt == attempts:
                    raise
                # AWS, "Exponential backoff and jitter": full jitter spreads callers that were refused together.
                self._sleep(min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**attempt) * self._jitter())
        raise AssertionError("the last attempt returns or raises")


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


def unreadable(profile: Profile, service: str = USER_POOLS) -> CognituiError:
    """Return the error for an answer that is not in Cognito's form: a page of a proxy, or one cut off."""
    return error_mapping.unreadable(_host(profile, service))


def _unusable_credentials(profile: Profile, error: Exception) -> CognituiError:
    name = profile.fields.aws_profile or DEFAULT_AWS_PROFILE
    what, fix = why_unusable(error, name)
    return AwsCredentialsUnusable(f"{inert(profile.id)}: the AWS profile {inert(name, 60)} {what}.", fix=fix)


def _host(profile: Profile, service: str) -> str:
    url = profile.fields.endpoint_url
    if url:
        return inert(urlsplit(url).netloc)
    region = profile.region if service == USER_POOLS else identity_region(profile)
    return f"{service}.{inert(region)}.{domain_of(region)}"


class ServerClocks:
    """This machine's clock, corrected by the last answer of each server; uncorrected before the first one."""

    def __init__(self, clock: Callable[[], float], notify: Callable[[str], None]) -> None:
        self._clock = clock
        self._notify = notify
        self._skews: dict[str, float] = {}
        self._notified: set[str] = set()

    def now_at(self, url: str) -> float:
        """Return the seconds since the epoch as the server of an address counts them; empty is AWS."""
        return self._clock() + self._skews.get(_server(url), 0.0)

    def hear(self, url: str, date: str) -> None:
        """Take the Date header of an answer that has just come; `HearDate`. One that is missing changes nothing."""
        if not date:
            return
        server, skew = _server(url), skew_by(date, self._clock())
        self._skews[server] = skew
        if abs(skew) > _SKEW_TO_REPORT and server not in self._notified:
            self._notified.add(server)
            self._notify(_wrong_by(skew, server))


def skew_of(raw: Mapping[str, object], now: float) -> float:
    """Return the seconds that the server's clock is ahead of ours, by the Date header; 0 if it has none."""
    return skew_by(date_of(raw), now)


def date_of(raw: Mapping[str, object]) -> str:
    """Return the Date header of an answer as botocore keeps it, or an empty text."""
    metadata = raw.get("ResponseMetadata")
    headers = metadata.get("HTTPHeaders") if isinstance(metadata, Mapping) else None
    return str(headers.get("date") or "") if isinstance(headers, Mapping) else ""


def skew_by(date: str, now: float) -> float:
    """Return the seconds that the server's clock is ahead of ours, by a Date header; 0 if it is not a date."""
    try:
        date_there = parsedate_to_datetime(date)
        # RFC 5322: -0000 is UTC, too; Python returns a time without a zone, which it would take for this machine's.
        skew = (date_there if date_there.tzinfo else date_there.replace(tzinfo=UTC)).timestamp() - now
    except (ValueError, OverflowError):
        return 0.0
    return skew if abs(skew) > _LEAST_SKEW else 0.0


def _wrong_by(skew: float, server: str) -> str:
    amount = length(abs(skew))
    direction = "behind" if skew > 0 else "ahead of"
    clock = f"This computer's clock is {amount} {direction}"
    if server == _AWS:
        return f"{clock} Cognito's. cognitui allows for it; your programs may not."
    return f"{clock} that of {inert(server, 100)}. cognitui allows for it; your programs may not."


def _server(url: str) -> str:
    return _AWS if not url or is_aws(url) else urlsplit(url).netloc
