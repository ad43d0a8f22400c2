from __future__ import annotations

import json

import pytest

from cognitui.model.errors import SecretSourceUnusable
from cognitui.model.secret_source import SecretSource, client_secret_in, source_error, source_of

ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:cognito/web-AbCdEf"
POOL, CLIENT = "eu-west-1_AbCdEf123", "1h57kf5cpq17m0eml12example"
CANARY = "canary0secret0of0the0web0client"
COGNITOS = {"userPoolId": POOL, "userPoolClientId": CLIENT, "clientSecretValue": CANARY}


def read(text: str, source: str = f"secretsmanager:{ARN}") -> str:
    return client_secret_in(text, source_of(source), POOL, CLIENT)


@pytest.mark.parametrize(
    "text",
    [
        "secretsmanager:shop/web",
        "secretsmanager:shop/web#client.secret",
        f"secretsmanager:{ARN}",
        f"secretsmanager:{ARN}#clientSecretValue",
        f"secretsmanager:{ARN.replace('arn:aws:', 'arn:aws-us-gov:')}",
    ],
)
def test_a_source_is_read_and_shown_as_it_was_written(text: str) -> None:
    assert source_error(text) is None
    assert str(source_of(text)) == text


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("shop/web", "begin with secretsmanager:"),
        ("vault:shop/web", "begin with secretsmanager:"),
        ("SECRETSMANAGER:shop/web", "begin with secretsmanager:"),
        ("secretsmanager:", "no name"),
        ("secretsmanager:shop web", "no name"),
        ("secretsmanager:shop/web#", "no key"),
        ("secretsmanager:arn:aws:ssm:eu-west-1:123456789012:parameter/web", "no ARN"),
        ("secretsmanager:arn:aws:secretsmanager:eu-west-1:12:secret:web", "no ARN"),
    ],
)
def test_an_invalid_source_is_an_error_that_repeats_nothing(text: str, what: str) -> None:
    error = source_error(text)

    assert error is not None
    assert what in error[0]
    assert "shop" not in "".join(error)


def test_an_arn_contains_its_region_and_a_name_does_not() -> None:
    assert source_of(f"secretsmanager:{ARN}#key").region == "eu-west-1"
    assert source_of("secretsmanager:shop/web").region == ""


def test_a_plain_value_is_the_secret() -> None:
    assert read(f"{CANARY}\n", "secretsmanager:shop/web") == CANARY


def test_the_object_that_cognito_stores_needs_no_key() -> None:
    assert read(json.dumps(COGNITOS)) == CANARY


def test_a_key_leads_to_the_secret_also_inside_another_object() -> None:
    text = json.dumps({"client": {"secret": CANARY}, "client.id": "x"})

    assert read(text, "secretsmanager:shop/web#client.secret") == CANARY


def test_a_key_that_contains_a_dot_comes_before_a_path() -> None:
    text = json.dumps({"client.secret": CANARY, "client": {"secret": "another"}})

    assert read(text, "secretsmanager:shop/web#client.secret") == CANARY


@pytest.mark.parametrize("source", [f"secretsmanager:{ARN}", f"secretsmanager:{ARN}#clientSecretValue"])
def test_the_secret_of_another_app_client_is_refused_by_name(source: str) -> None:
    with pytest.raises(SecretSourceUnusable, match="belongs to the app client 5other0client") as caught:
        read(json.dumps({**COGNITOS, "userPoolClientId": "5other0client"}), source)

    assert CLIENT in caught.value.cause
    assert CANARY not in caught.value.cause


@pytest.mark.parametrize(
    ("text", "source", "what"),
    [
        (CANARY, "secretsmanager:shop/web#secret", "is not JSON"),
        (f'["{CANARY}"]', "secretsmanager:shop/web#secret", "is not a JSON object"),
        ("{" + CANARY, "secretsmanager:shop/web", "is not JSON"),
        (json.dumps({"secret": CANARY}), "secretsmanager:shop/web", "does not say which key"),
        (json.dumps({"secret": CANARY}), "secretsmanager:shop/web#other", "no text under the key other"),
        (json.dumps({"secret": {"value": CANARY}}), "secretsmanager:shop/web#secret", "no text under the key secret"),
        (" \n", "secretsmanager:shop/web", "is empty"),
        (json.dumps({"secret": ""}), "secretsmanager:shop/web#secret", "is empty"),
        (f"secret: {CANARY}", "secretsmanager:shop/web", "spaces or line breaks"),
    ],
)
def test_a_value_of_another_form_is_an_error_that_never_repeats_it(text: str, source: str, what: str) -> None:
    with pytest.raises(SecretSourceUnusable, match=what) as caught:
        read(text, source)

    assert "shop/web" in caught.value.cause
    assert CANARY not in caught.value.cause + caught.value.fix
    assert caught.value.fix
    assert caught.value.__context__ is None


def test_a_secret_without_a_key_has_none_in_its_text() -> None:
    assert SecretSource("secretsmanager", "shop/web").shown == "the secret shop/web in Secrets Manager"
