"""Errors of signed calls that belong to no profile of ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import pytest

from cognitui.cognito.admin_api import AdminCaller
from cognitui.cognito.transport import Transport
from cognitui.model.aws import AwsPlace
from cognitui.model.errors import CognituiError, PermissionMissing, Unreachable

PLACE = AwsPlace("admin", "eu-west-1")


class Failing:
    """Raises an error in the place of each call."""

    def __init__(self, error: CognituiError) -> None:
        self._error = error

    def call(self, *_args: object, **_options: object) -> Mapping[str, object]:
        raise self._error


def cause_of(error: CognituiError) -> str:
    caller = AdminCaller(cast(Transport, Failing(error)))
    with pytest.raises(type(error)) as caught:
        caller.call(PLACE, "ListUserPools", {})
    return caught.value.cause


def test_a_host_that_a_cause_begins_with_keeps_its_small_letters() -> None:
    cause = "cognito-idp.eu-west-1.amazonaws.com cannot be reached."

    assert cause_of(Unreachable(cause)) == cause


def test_the_rest_of_a_cause_that_named_our_profile_begins_a_sentence() -> None:
    assert cause_of(PermissionMissing("AWS/admin: the user may not list.")) == "The user may not list."
