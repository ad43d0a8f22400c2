from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import pytest

from cognitui.cognito.client_secrets import ClientSecrets
from cognitui.cognito.transport import Transport
from cognitui.model.errors import CognituiError, PermissionMissing, ServiceFault
from cognitui.model.profile import Profile
from tests.unit.fakes import CLIENT, POOL, make_profile

ALICE = make_profile(aws_profile="admin")
CANARY = "canary0secret0of0the0web0client"


class FakeCalls:
    """Answers the calls in turn, and remembers them with the region of each."""

    def __init__(self, *answers: Mapping[str, object] | CognituiError) -> None:
        self.answers = list(answers)
        self.calls: list[tuple[str, dict[str, object]]] = []
        self.regions: list[str] = []
        self.repeats: list[bool] = []

    def call(
        self,
        profile: Profile,
        operation: str,
        parameters: Mapping[str, object],
        *,
        repeat: bool = True,
        signed: bool = False,
    ) -> Mapping[str, object]:
        assert signed
        self.calls.append((operation, dict(parameters)))
        self.regions.append(profile.region)
        self.repeats.append(repeat)
        answer = self.answers.pop(0)
        if isinstance(answer, CognituiError):
            raise answer
        return answer


def clients(calls: FakeCalls) -> ClientSecrets:
    return ClientSecrets(cast(Transport, calls))


def test_the_secrets_of_all_pages_come_the_oldest_first() -> None:
    newer = {"ClientSecretId": f"{CLIENT}--200", "ClientSecretCreateDate": 200.0}
    older = {"ClientSecretId": f"{CLIENT}--100", "ClientSecretCreateDate": 100.0}
    calls = FakeCalls({"ClientSecrets": [newer], "NextToken": "2"}, {"ClientSecrets": [older]})

    found = clients(calls).secrets(ALICE)

    assert [(entry.id, entry.created_at) for entry in found] == [(f"{CLIENT}--100", 100), (f"{CLIENT}--200", 200)]
    assert calls.calls[1] == (
        "ListUserPoolClientSecrets",
        {"UserPoolId": POOL, "ClientId": CLIENT, "NextToken": "2"},
    )


@pytest.mark.parametrize("listed", [None, "text", [], [{"ClientSecretCreateDate": 1}], ["text"]])
def test_a_list_without_secrets_is_empty(listed: object) -> None:
    assert clients(FakeCalls({"ClientSecrets": listed})).secrets(ALICE) == ()


def test_a_new_secret_is_never_asked_for_twice_and_hidden() -> None:
    calls = FakeCalls({"ClientSecretDescriptor": {"ClientSecretId": "web--1", "ClientSecretValue": CANARY}})

    new = clients(calls).add(ALICE)

    assert (new.id, new.value, calls.repeats) == ("web--1", CANARY, [False])
    assert CANARY not in repr(new)


@pytest.mark.parametrize("descriptor", [None, {}, {"ClientSecretId": "web--1"}, {"ClientSecretValue": CANARY}])
def test_an_answer_without_the_new_secret_says_that_there_may_be_one(descriptor: object) -> None:
    with pytest.raises(ServiceFault, match="although one was added") as caught:
        clients(FakeCalls({"ClientSecretDescriptor": descriptor})).add(ALICE)

    assert CANARY not in caught.value.cause


def test_a_missing_permission_is_named_by_its_operation() -> None:
    with pytest.raises(PermissionMissing, match="not authorized") as caught:
        clients(FakeCalls(PermissionMissing("dev/alice: not authorized."))).remove(ALICE, "web--1")

    assert "cognito-idp:DeleteUserPoolClientSecret to the AWS profile admin" in caught.value.fix


def test_a_pool_whose_name_may_not_be_seen_has_none() -> None:
    assert clients(FakeCalls(PermissionMissing("No."))).pool_name(ALICE) == ""
    assert clients(FakeCalls({"UserPool": {"Name": "shop-dev"}})).pool_name(ALICE) == "shop-dev"


def test_a_replica_is_asked_in_the_primary_region() -> None:
    calls = FakeCalls({"UserPoolClient": {"ClientName": "web"}})

    assert clients(calls).describe(make_profile(region="eu-central-1")).name == "web"
    assert calls.regions == ["eu-west-1"]
