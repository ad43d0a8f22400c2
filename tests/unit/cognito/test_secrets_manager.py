from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import pytest

from cognitui.cognito.secrets_manager import SecretsManager
from cognitui.cognito.transport import RequestEvents, Transport
from cognitui.model.errors import (
    CognituiError,
    PermissionMissing,
    PoolOrClientNotFound,
    Refused,
    SecretSourceUnusable,
    Throttled,
    UsageError,
)
from cognitui.model.profile import Profile
from cognitui.model.secret_source import source_of
from tests.unit.fakes import make_profile

ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:web-AbCdEf"
BY_NAME, BY_ARN = source_of("secretsmanager:shop/web#secret"), source_of(f"secretsmanager:{ARN}")
CANARY = "canary0secret0of0the0web0client"
VARIABLE = "AWS_ENDPOINT_URL_SECRETS_MANAGER"


class FakeService:
    """Answers one call, and remembers it with whose profile it is made."""

    def __init__(self, answer: Mapping[str, object] | CognituiError) -> None:
        self.answer = answer
        self.calls: list[tuple[str, str, Mapping[str, object]]] = []
        self.callers: list[Profile] = []

    def call_service(
        self, profile: Profile, service: str, operation: str, parameters: Mapping[str, object]
    ) -> Mapping[str, object]:
        self.callers.append(profile)
        self.calls.append((service, operation, parameters))
        if isinstance(self.answer, CognituiError):
            raise self.answer
        return self.answer


def manager(service: FakeService, environ: Mapping[str, str] | None = None, **how: object) -> SecretsManager:
    return SecretsManager(cast(Transport, service), environ or {}, **how)  # type: ignore[arg-type]  # by name


def answering(answer: Mapping[str, object] | CognituiError | None = None) -> FakeService:
    return FakeService({"SecretString": CANARY} if answer is None else answer)


def test_the_value_is_read_by_name_in_the_region_of_the_profile() -> None:
    service, profile = answering(), make_profile(aws_profile="admin")

    assert manager(service).read(profile, BY_NAME) == CANARY
    assert service.calls == [("secretsmanager", "GetSecretValue", {"SecretId": "shop/web"})]
    (caller,) = service.callers
    assert (caller.region, caller.fields.aws_profile, caller.fields.endpoint_url) == ("eu-west-1", "admin", None)


def test_an_arn_is_read_in_its_own_region() -> None:
    service = answering()

    manager(service).read(make_profile(), BY_ARN)

    assert service.calls[0][2] == {"SecretId": ARN}
    assert service.callers[0].region == "us-east-1"


@pytest.mark.parametrize(
    ("endpoint", "variable", "expected"),
    [
        ("http://localhost:4566", "", "http://localhost:4566"),
        ("", "http://127.0.0.1:4566", "http://127.0.0.1:4566"),
        ("http://localhost:9229", "https://secrets.example", "https://secrets.example"),
        ("https://cognito.example", "", None),
        ("https://cognito-idp-fips.eu-west-1.amazonaws.com", "", None),
        ("", "", None),
    ],
)
def test_an_emulator_on_this_machine_has_both_and_another_server_gets_no_signed_call(
    endpoint: str, variable: str, expected: str | None
) -> None:
    service = answering()

    manager(service, {VARIABLE: variable}).read(make_profile(endpoint_url=endpoint or None), BY_NAME)

    assert service.callers[0].fields.endpoint_url == expected


@pytest.mark.parametrize("variable", ["http://secrets.example", "localhost:4566", "https://me:c4n4ry@secrets.example"])
def test_a_variable_with_another_address_is_an_error_that_does_not_repeat_it(variable: str) -> None:
    service = answering()

    with pytest.raises(UsageError, match=VARIABLE) as caught:
        manager(service, {VARIABLE: variable}).read(make_profile(), BY_NAME)

    assert service.calls == []
    assert "c4n4ry" not in caught.value.cause


def test_a_binary_value_is_an_error_that_does_not_repeat_it() -> None:
    with pytest.raises(SecretSourceUnusable, match="the secret shop/web in Secrets Manager has no text") as caught:
        manager(answering({"SecretBinary": CANARY.encode()})).read(make_profile(), BY_NAME)

    assert CANARY not in caught.value.cause
    assert "SecretString" in caught.value.fix


def test_a_missing_secret_says_where_it_was_looked_for_and_what_else_to_do() -> None:
    refusal = PoolOrClientNotFound("dev/alice: Secrets Manager can't find the specified secret.")

    with pytest.raises(SecretSourceUnusable, match=r"does not exist in us-east-1\. Secrets Manager can't") as caught:
        manager(answering(refusal)).read(make_profile(), BY_ARN)

    assert "cognitui secret set dev/alice client-secret" in caught.value.fix
    assert caught.value.exit_code == 2


def test_a_missing_permission_names_the_action_and_the_aws_profile() -> None:
    refusal = PermissionMissing("dev/alice: User is not authorized to perform: secretsmanager:GetSecretValue.")

    with pytest.raises(PermissionMissing) as caught:
        manager(answering(refusal)).read(make_profile(aws_profile="reader"), BY_NAME)

    assert "allow secretsmanager:GetSecretValue for it to the AWS profile reader" in caught.value.fix


def test_a_deleted_or_encrypted_secret_is_reported_in_the_words_of_aws() -> None:
    refusal = Refused("dev/alice: You can't perform this operation because the secret was marked for deletion.")

    with pytest.raises(SecretSourceUnusable, match=r"cannot be read\. You can't perform") as caught:
        manager(answering(refusal)).read(make_profile(), BY_NAME)

    assert "kms:Decrypt" in caught.value.fix


def test_a_throttled_call_stays_one() -> None:
    with pytest.raises(Throttled):
        manager(answering(Throttled("Too many requests."))).read(make_profile(), BY_NAME)


def test_the_log_names_the_secret_and_never_its_value() -> None:
    lines: list[str] = []

    manager(answering(), events=RequestEvents(log=lines.append)).read(make_profile(), BY_NAME)

    assert lines == ["value of the secret shop/web in Secrets Manager of dev/alice at AWS"]
