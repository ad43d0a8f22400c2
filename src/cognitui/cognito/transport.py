"""Transport of the calls to Cognito: unsigned ones as JSON over HTTPS, signed ones by botocore; repeats and clocks."""

from __future__ import annotations

import json
import os
import random
import re
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from cognitui import __version__
from cognitui.cognito.connections import Bounds, HttpClient, Received, within
from cognitui.cognito.error_mapping import ErrorResponse, a_web_page, error_of, unreadable
from cognitui.cognito.machine_setup import is_set, usual_region
from cognitui.cognito.responses import date_of
from cognitui.model.aws import host_of_service, is_aws
from cognitui.model.duration import length
from cognitui.model.errors import AwsCredentialsUnusable, CognituiError, ServiceFault, Throttled, UsageError
from cognitui.model.profile import Flow, Profile, foreign_endpoint, foreign_server, identity_region
from cognitui.model.text import inert

if TYPE_CHECKING:
    from cognitui.cognito.signed import SignedCalls

USER_POOLS = "cognito-idp"
IDENTITY_POOLS = "cognito-identity"
"""The services, as their hosts are named."""

_TARGETS = {USER_POOLS: "AWSCognitoIdentityProviderService", IDENTITY_POOLS: "AWSCognitoIdentityService"}
"""The services, as their calls name them: `targetPrefix` in botocore's service models."""

_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
"""RFC 1123: a part of a host's name. Any other text in the place of a Region could lead to another host."""

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
    """Makes the calls. Threads may share it.

    Calls of users and of app clients carry no signature: they are JSON over HTTPS, with the proxies, certificates and
    bounds of `HttpClient`, and need neither boto3 nor botocore. Admin's calls are signed by botocore.
    """

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
        self._bounds = bounds or Bounds()
        self._http = HttpClient()
        self._addresses: dict[tuple[str, str], str] = {}
        self._guard = threading.Lock()
        self._signed_calls: SignedCalls | None = None

    def warm_up(self, profile: Profile) -> None:
        """Load what a first call of a profile's sign-in needs, which is boto3 if it is signed (200 ms)."""
        if profile.flow is Flow.ADMIN_USER_PASSWORD_AUTH:
            # Its client would look for credentials, for which a tool may ask the user.
            self._signed.warm_up()
        else:
            self._http.warm_up(self._address(profile, USER_POOLS))

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

        A time in it is a number (seconds since the epoch); `moment_of` reads the forms of emulators, too.

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
            Boto3TooOld: The installed boto3 does not know a signed operation.
        """
        if signed:
            return self.call_service(profile, USER_POOLS, operation, parameters, repeat=repeat)
        return self._unsigned(profile, USER_POOLS, operation, parameters, repeat=repeat)

    def call_identity_pool(
        self, profile: Profile, operation: str, parameters: Mapping[str, object]
    ) -> Mapping[str, object]:
        """Return what an operation of the profile's identity pool answers, unsigned; raises as `call` does."""
        return self._unsigned(profile, IDENTITY_POOLS, operation, parameters)

    def call_service(
        self,
        profile: Profile,
        service: str,
        operation: str,
        parameters: Mapping[str, object],
        *,
        repeat: bool = True,
    ) -> Mapping[str, object]:
        """Return what a signed operation of any service of AWS answers; raises as `call` does.

        It is signed with the profile's `aws_profile`. `service` is its name in boto3: `sts`.
        """
        signed = self._signed
        # Its time begins with the first request: a tool may ask the user before there are credentials.
        with self.in_time():
            client = signed.client(profile, service)
        try:
            with self.in_time():
                return self._repeats.of(lambda: signed.ask(client, profile, operation, parameters), repeat=repeat)
        except AwsCredentialsUnusable:
            signed.drop_client(profile, service)
            raise

    def require_credentials(self, aws_profile: str) -> None:
        """Look for the IAM credentials of an AWS profile, and raise as `signing_session` does."""
        with self.in_time():
            self._signed.require_credentials(aws_profile)

    def in_time(self) -> AbstractContextManager[None]:
        """Let all calls inside share the time of one."""
        return within(self._bounds.total)

    @property
    def _signed(self) -> SignedCalls:
        # boto3 comes with the first client.
        from cognitui.cognito.signed import SignedCalls

        with self._guard:
            if self._signed_calls is None:
                self._signed_calls = SignedCalls(self._http, self._bounds, self._hear_date)
            return self._signed_calls

    def _unsigned(
        self,
        profile: Profile,
        service: str,
        operation: str,
        parameters: Mapping[str, object],
        *,
        repeat: bool = True,
    ) -> Mapping[str, object]:
        address = self._address(profile, service)
        headers = {
            "Content-Type": "application/x-amz-json-1.1",
            "User-Agent": f"cognitui/{__version__}",
            "X-Amz-Target": f"{_TARGETS[service]}.{operation}",
        }
        body = json.dumps(parameters).encode("ascii")

        def ask() -> Mapping[str, object]:
            received = self._http.send("POST", address, headers, body, bounds=self._bounds)
            if not received.is_web_page:
                # Of a refusal, too: a wrong clock may be what it was refused for. A page's clock is that of a proxy.
                self._hear_date(foreign_endpoint(profile), received.headers.get("Date", ""))
            return _answer_in(received, address, profile)

        with self.in_time():
            return self._repeats.of(ask, repeat=repeat)

    def _address(self, profile: Profile, service: str) -> str:
        # An emulator is all services at one address; AWS's own (FIPS, say) is only that of user pools.
        url = (profile.fields.endpoint_url or "") if service == USER_POOLS else foreign_endpoint(profile)
        if url:
            return url if urlsplit(url).path else f"{url}/"
        region = profile.region if service == USER_POOLS else identity_region(profile)
        known = self._addresses.get((service, region))
        if known is None:
            known = self._addresses[service, region] = _address_at_aws(service, region)
        return known


def _address_at_aws(service: str, region: str) -> str:
    """Return the address of a service, by the switches for FIPS and dual-stack endpoints as botocore reads them."""
    environ = os.environ
    region = region or usual_region(environ)
    if not _LABEL.fullmatch(region):
        raise UsageError(
            f"The Region {inert(region, 60) or '(none)'} cannot be asked: Cognito has no host there.",
            fix="Check region and user_pool_id of the profile; the first part of the pool's id is its Region.",
        )
    host = host_of_service(
        service,
        region,
        fips=is_set("use_fips_endpoint", "AWS_USE_FIPS_ENDPOINT", environ),
        dual_stack=is_set("use_dualstack_endpoint", "AWS_USE_DUALSTACK_ENDPOINT", environ),
    )
    return f"https://{host}/"


def _answer_in(received: Received, address: str, profile: Profile) -> Mapping[str, object]:
    """Return the members of an answer; raise the error for any other.

    Source: the JSON 1.1 protocol of AWS, as botocore's JSONParser reads it.
    """
    if received.status < 400 and received.is_web_page:
        raise a_web_page(_host(address), received.status)
    if received.status >= 300:
        raise error_of(_error_in(received), profile)
    try:
        answer = json.loads(received.body or b"{}")
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        raise unreadable(_host(address))
    return {**answer, "ResponseMetadata": {"HTTPHeaders": {"date": received.headers.get("Date", "")}}}


def _error_in(received: Received) -> ErrorResponse:
    """Return the error of an answer; its code is the HTTP status if Cognito does not name one: a page of a gateway."""
    try:
        body = json.loads(received.body)
    except (ValueError, RecursionError):
        body = None
    said: Mapping[str, object] = body if isinstance(body, dict) else {}
    # `com.amazonaws.cognito…#NotAuthorizedException` or `NotAuthorizedException:http://…` in some answers of AWS.
    code = str(said.get("__type") or received.headers.get("x-amzn-ErrorType") or "")
    name = code.partition(":")[0].rpartition("#")[2] or str(received.status)
    return ErrorResponse(name, str(said.get("message") or said.get("Message") or ""), received.status)


def _host(address: str) -> str:
    return inert(urlsplit(address).netloc.rpartition("@")[2], 200)


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
        self._names = {"": "AWS"}

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
        is_new = server not in self._names
        if is_new:
            self._names[server] = inert(server)
        if self._log is not None:
            # An id has no characters to escape (`ID_PATTERN`), and `what` is a text of ours.
            self._log(f"{what} of {profile.id} at {self._names[server]}")
        if is_new and self._warn is not None:
            self._warn(f"{profile.id} signs in at {self._names[server]}, which is not AWS.")


class Repeats:
    """Repeats a call after the service was busy or failed."""

    def __init__(
        self,
        sleep: Callable[[float], None],
        jitter: Callable[[], float],
        after: tuple[type[CognituiError], ...] = (Throttled, ServiceFault),
    ) -> None:
        self._sleep = sleep
        self._jitter = jitter
        self._after = after

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
            except self._after:
                if attempt == attempts:
                    raise
                # AWS, "Exponential backoff and jitter": full jitter spreads callers that were refused together.
                self._sleep(min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**attempt) * self._jitter())
        raise AssertionError("the last attempt returns or raises")


def repeated(
    fetch: Callable[[str], bytes],
    *,
    sleep: Callable[[float], None] = time.sleep,
    jitter: Callable[[], float] = random.random,
) -> Callable[[str], bytes]:
    """Return `fetch` with repeats after HTTP 429, as AWS limits how often keys are fetched.

    All attempts share the time of one call.
    """
    repeats = Repeats(sleep, jitter, (Throttled,))

    def fetch_again(url: str) -> bytes:
        with within(Bounds().total):
            return repeats.of(lambda: fetch(url))

    return fetch_again


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
