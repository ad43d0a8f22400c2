"""How Cognito is called: clients made once, errors and outages made ours, and repeats where they are safe."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from cognitui.cognito.aws_transport import AwsTransport
from cognitui.cognito.bounds import Bounds, not_counted, within
from cognitui.cognito.client import make_client, make_identity_client, make_signed_client, make_token_service_client
from cognitui.cognito.credentials import signing_session
from cognitui.cognito.faults import Fault, error_of
from cognitui.cognito.outages import IDENTITY_POOLS, TOKEN_SERVICE, USER_POOLS, outage_of, unreadable
from cognitui.cognito.repeats import Repeats
from cognitui.cognito.replies import date_of
from cognitui.cognito.server_clocks import HearDate, no_date
from cognitui.model.endpoints import foreign_endpoint
from cognitui.model.errors import AwsCredentialsUnusable, CognituiError
from cognitui.model.profile import Profile, identity_region

if TYPE_CHECKING:
    from mypy_boto3_cognito_identity import CognitoIdentityClient
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_sts import STSClient

_UNREADABLE = (ValueError, TypeError, AttributeError, KeyError, RecursionError)

Call = Callable[["CognitoIdentityProviderClient"], Mapping[str, object]]
"""One operation of a botocore client."""

IdentityCall = Callable[["CognitoIdentityClient"], Mapping[str, object]]
"""One operation of a client of identity pools."""

TokenServiceCall = Callable[["STSClient"], Mapping[str, object]]
"""One operation of a client of STS."""


class Caller:
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
        """Takes the clock (seconds since the epoch), how to wait, and who hears the Date header of each.

        `jitter` returns 0 to 1. `bounds` are those of a call and of its repeats together.
        """
        self.clock = clock
        self._hear_date = hear_date
        self.sleep = sleep
        self._repeats = Repeats(sleep, jitter)
        self.transport = AwsTransport(bounds)
        self._guard = threading.Lock()
        self._clients: dict[tuple[str, str, str], CognitoIdentityProviderClient] = {}
        self._making: dict[tuple[str, str, str], threading.Lock] = {}
        self._identity_clients: dict[tuple[str, str], CognitoIdentityClient] = {}

    def warm_up(self, profile: Profile) -> None:
        """Makes the client for a profile, which loads boto3 and its model of Cognito (200 ms)."""
        self._client(profile, "")

    def call(
        self, profile: Profile, operation: Call, *, repeat: bool = True, signed: bool = False
    ) -> Mapping[str, object]:
        """Returns what an operation answers.

        Args:
            profile: Whose pool, endpoint and IAM credentials.
            operation: What is called.
            repeat: False where a second call could do harm: a refresh token may be good for one use.
            signed: True for an admin's call, signed with the profile's `aws_profile`.

        Raises:
            Refused: Cognito said no.
            Unreachable: No network, or no proper answer.
            AwsCredentialsUnusable: There are no IAM credentials to sign with.
        """
        signer = (profile.fields.aws_profile or "default") if signed else ""
        # Its time begins with the first request: a tool may ask a person before there are credentials.
        with self.in_time():
            client = self._client(profile, signer)
        try:
            with self.in_time():
                return self._repeats.of(
                    lambda: self._answer(lambda: operation(client), profile, USER_POOLS), repeat=repeat
                )
        except AwsCredentialsUnusable:
            # A client keeps the credentials that it was made with: renewed ones take another.
            self._drop_client(profile, signer)
            raise

    def call_identity_pool(self, profile: Profile, operation: IdentityCall) -> Mapping[str, object]:
        """Returns what an operation of the profile's identity pool answers; raises as `call` does."""
        client = self._identity_client(profile)
        with self.in_time():
            return self._repeats.of(lambda: self._answer(lambda: operation(client), profile, IDENTITY_POOLS))

    def call_token_service(self, profile: Profile, operation: TokenServiceCall) -> Mapping[str, object]:
        """Returns what an operation of STS answers, signed with the profile's `aws_profile`; raises as `call` does."""
        aws_profile = profile.fields.aws_profile or "default"
        endpoint = foreign_endpoint(profile)
        with self.in_time():
            client = make_token_service_client(profile.region, endpoint, aws_profile, self.transport)
        with self.in_time():
            return self._repeats.of(lambda: self._answer(lambda: operation(client), profile, TOKEN_SERVICE))

    def require_credentials(self, aws_profile: str) -> None:
        """Looks for the IAM credentials of an AWS profile, and raises, as `signing_session` does."""
        with self.in_time():
            signing_session(aws_profile, self.transport)

    def in_time(self) -> AbstractContextManager[None]:
        """Lets all calls inside share the time of one."""
        return within(self.transport.bounds.total)

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
                    make_signed_client(region, endpoint, aws_profile, self.transport)
                    if aws_profile
                    else make_client(region, endpoint, self.transport)
                )
                self._clients[place] = client
            return client

    def _drop_client(self, profile: Profile, aws_profile: str) -> None:
        self._clients.pop((profile.region, profile.fields.endpoint_url or "", aws_profile), None)

    def _identity_client(self, profile: Profile) -> CognitoIdentityClient:
        # An emulator is all services at one address; AWS's own (FIPS, say) is that of user pools alone.
        place = identity_region(profile), foreign_endpoint(profile)
        with self._guard:
            client = self._identity_clients.get(place)
            if client is None:
                client = self._identity_clients[place] = make_identity_client(*place, self.transport)
            return client


@contextmanager
def _held(making: threading.Lock) -> Iterator[None]:
    """A tool may ask a person for credentials: those who need the same ones wait, and nobody else does."""
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
    return error_of(Fault(str(said.get("Code", "")), str(said.get("Message", "")), status), profile)
