"""IAM user of the tests; botocore signs the calls."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

from cognitui.demo.strict.wire import AMZ_JSON
from tests.unit.demo.strict.raw import USER_POOLS, Reply, send
from tests.unit.demo.strict.world import ALICE, World

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

KEY, KEY_SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
CONFIG = Config(retries={"total_max_attempts": 1}, read_timeout=5)


@dataclass(frozen=True)
class Admin:
    """An IAM user with an access key."""

    world: World
    boto: CognitoIdentityProviderClient

    def call(self, method: str, **parameters: object) -> dict[str, Any]:
        """Call a method of boto3 that is newer than its stubs."""
        answer: dict[str, Any] = getattr(self.boto, method)(**parameters)
        return answer

    def signed(
        self,
        secret: str = KEY_SECRET,
        *,
        key: str = KEY,
        token: str | None = None,
        service: str = "cognito-idp",
        region: str = "eu-west-1",
    ) -> AWSRequest:
        """Return AdminGetUser for Alice, signed."""
        body = json.dumps({"UserPoolId": self.world.pool.id, "Username": ALICE}).encode()
        headers = {"Content-Type": AMZ_JSON, "X-Amz-Target": f"{USER_POOLS}.AdminGetUser"}
        request = AWSRequest("POST", f"{self.world.server.url}/", headers, body)
        SigV4Auth(Credentials(key, secret, token), service, region).add_auth(request)
        return request

    def send(self, request: AWSRequest) -> Reply:
        return send(self.world.server, dict(request.headers.items()), request.body)
