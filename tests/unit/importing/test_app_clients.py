"""App client ids and their secrets: in doubt nothing is shown or imported."""

from __future__ import annotations

import pytest

from cognitui.importing.app_clients import clients_in, loose_secrets
from cognitui.importing.detect import FoundPool, find
from cognitui.importing.values import Entry, entries_of

CLIENT = "1h57kf5cpq17m0eml12exampl0"
OTHER = "7d8ckn3u9ma5ttpexample00zz"
SECRET = "9drv7kalt3vq0ssexampleexample9drv7kalt3vq0ssexample"
CANARY = "hunter2hunter2hunter2hunte"
"""A password that looks like a client id: 26 lower-case letters and digits."""


def entries(**values: str) -> list[Entry]:
    return [Entry((name,), value) for name, value in values.items()]


def ids(*found: Entry) -> list[str]:
    return [client.id for client in clients_in(found)]


def found_beside_a_pool(*values: Entry) -> FoundPool:
    (pool,) = find([Entry(("USER_POOL_ID",), "eu-west-1_AbCdEf123"), *values]).pools
    return pool


def secret_of(**values: str) -> str:
    (client,) = clients_in(entries(**values))
    return client.secret


class TestIds:
    @pytest.mark.parametrize(
        "name",
        [
            "CLIENT_ID",
            "COGNITO_CLIENT_ID",
            "VITE_WEB_CLIENT_ID",
            "APP_LEGACY_CLIENT_ID",
            "aws_user_pools_web_client_id",
            "userPoolWebClientId",
            "AppClientId",
            "AppClientIDWeb",
            "CLIENT_ID_WEB",
            "client_a_id",
            "cognito-client-id",
            "AMAZON_COGNITO_CLIENT_ID",
            "user_pool_client",
            "cognito_client",
            "web_client",
            "client",
            "MONKEY_CLIENT_ID",
        ],
    )
    def test_a_client_id_is_recognised_by_its_name(self, name: str) -> None:
        assert ids(Entry((name,), CLIENT)) == [CLIENT]

    @pytest.mark.parametrize(
        "path",
        [
            ("clients", "web"),
            ("clients", "web", "id"),
            ("client_ids", "web"),
            ("cognito_secrets", "client_id"),
            ("user_pool_clients", "a"),
        ],
    )
    def test_a_client_id_is_recognised_by_its_path(self, path: tuple[str, ...]) -> None:
        assert ids(Entry(path, CLIENT)) == [CLIENT]

    @pytest.mark.parametrize(
        "name",
        [
            "REDIS_CLIENT_PASSWORD",
            "COGNITO_CLIENT_PASSWORD",
            "COGNITO_CLIENT_PASSWD",
            "COGNITO_CLIENT_PWD",
            "COGNITO_CLIENT_PASS",
            "COGNITO_CLIENT_PASSPHRASE",
            "COGNITO_CLIENT_TOKEN",
            "COGNITO_CLIENT_SECRET",
            "COGNITO_CLIENT_SECRETS",
            "COGNITO_CLIENT_API_KEY",
            "COGNITO_CLIENT_KEY",
            "COGNITO_CLIENT_KEY2",
            "cognitoClientKey",
            "userpoolclientpassword",
            *(
                f"COGNITO_CLIENT_{word}"
                for word in ("HASH", "SALT", "SEED", "PIN", "CODE", "CERT", "DSN", "NAME", "URL")
            ),
            *("CLIENT_ID_SALT", "COGNITO_CLIENT_SESSION_ID", "CLIENT_ID_CODE"),
            "CLIENT_ID_TOKEN",
            "client_secret_id",
            "DB_CLIENT",
            "CLIENT_SESSION",
            "HTTP_CLIENT_STATE",
            "REDIS_CLIENT_ID",
            "GOOGLE_CLIENT_ID",
            "googleClientId",
            "AMAZON_CLIENT_ID",
            "STRIPE_CLIENT_ID",
            "AUTH0_CLIENT_ID",
        ],
    )
    def test_a_value_that_may_be_something_else_is_no_client_id(self, name: str) -> None:
        found = found_beside_a_pool(Entry((name,), CANARY))

        assert found.clients == ()
        assert CANARY not in repr(found)

    @pytest.mark.parametrize(
        "path",
        [
            ("client_secrets", "web"),
            ("cognito_passwords", "client"),
            ("client", "key"),
            ("clients", "redis"),
            ("user_pool_client", "tag"),
        ],
    )
    def test_a_secret_in_a_table_of_clients_is_no_client_id(self, path: tuple[str, ...]) -> None:
        assert ids(Entry(path, CANARY)) == []

    @pytest.mark.parametrize("name", ["cognito_client", "client_ids_web", "web_client"])
    @pytest.mark.parametrize("value", [CLIENT[:-3], f"{CLIENT}0", CLIENT.upper(), "my-app"])
    def test_a_name_without_id_requires_the_format_of_aws(self, name: str, value: str) -> None:
        assert ids(Entry((name,), value)) == []

    def test_the_id_of_an_emulator_may_be_anything(self) -> None:
        assert ids(Entry(("COGNITO_CLIENT_ID",), "local_client")) == ["local_client"]


class TestSecrets:
    @pytest.mark.parametrize(
        ("client", "secret"),
        [
            ("CLIENT_ID", "CLIENT_SECRET"),
            ("NEXT_PUBLIC_CLIENT_ID", "CLIENT_SECRET"),
            ("VITE_WEB_CLIENT_ID", "WEB_CLIENT_SECRET"),
            ("web_client_id", "web_client_secret"),
            ("user_pool_client_id", "user_pool_client_id_secret"),
            ("COGNITO_CLIENT_ID", "COGNITO_SECRET"),
            ("CLIENT_ID", "COGNITO_CLIENT_SECRET"),
            ("APP_CLIENT_ID", "USER_POOL_CLIENT_SECRET"),
            ("APP_CLIENT_ID", "AWS_CLIENT_SECRET"),
            ("APP_CLIENT_ID", "SHOP_COGNITO_SECRET"),
        ],
    )
    def test_a_secret_of_the_same_name_or_of_cognito_belongs_to_the_client(self, client: str, secret: str) -> None:
        assert secret_of(**{client: CLIENT, secret: SECRET}) == SECRET

    @pytest.mark.parametrize(
        "name", ["GOOGLE_CLIENT_SECRET", "STRIPE_CLIENT_SECRET", "COGNITO_GOOGLE_CLIENT_SECRET", "REDIS_CLIENT_SECRET"]
    )
    def test_the_secret_of_another_service_is_not_even_reported(self, name: str) -> None:
        known = entries(COGNITO_CLIENT_ID=CLIENT, **{name: SECRET})
        clients = clients_in(known)

        assert [client.secret for client in clients] == [""]
        assert loose_secrets(known, clients) == ()

    @pytest.mark.parametrize("name", ["ACME_CLIENT_SECRET", "CLIENT_SECRET"])
    def test_a_secret_of_another_name_is_reported_and_not_imported(self, name: str) -> None:
        known = entries(COGNITO_CLIENT_ID=CLIENT, **{name: SECRET})
        clients = clients_in(known)

        assert [client.secret for client in clients] == [""]
        assert loose_secrets(known, clients) == (name,)

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("COGNITO_SESSION_SECRET", SECRET),
            ("COGNITO_WEBHOOK_SECRET", SECRET),
            ("CLIENT_SECRET_NAME", SECRET),
            ("COGNITO_CLIENT_SECRET_ARN", "arn:aws:secretsmanager:eu-west-1:1:secret:x"),
            *(("COGNITO_CLIENT_SECRET", value) for value in ("${OTHER}", "$(pass x)", "{{ x }}", "arn:aws:x", "/x/y")),
        ],
    )
    def test_a_doubtful_secret_is_reported_and_not_imported(self, name: str, value: str) -> None:
        known = entries(COGNITO_CLIENT_ID=CLIENT, **{name: value})
        clients = clients_in(known)

        assert [client.secret for client in clients] == [""]
        assert loose_secrets(known, clients) == (name,)

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("CLIENT_SECRET_EXPIRES_IN", "3600"),
            ("COGNITO_CLIENT_HAS_SECRET", "true"),
            ("COGNITO_CLIENT_SECRET", "null"),
        ],
    )
    def test_a_setting_about_a_secret_is_not_even_reported(self, name: str, value: str) -> None:
        known = entries(COGNITO_CLIENT_ID=CLIENT, **{name: value})

        assert secret_of(COGNITO_CLIENT_ID=CLIENT, **{name: value}) == ""
        assert loose_secrets(known, clients_in(known)) == ()

    def test_another_secret_next_to_it_changes_nothing(self) -> None:
        own = {"COGNITO_CLIENT_ID": CLIENT, "COGNITO_CLIENT_SECRET": SECRET}

        assert secret_of(**own, GOOGLE_CLIENT_SECRET="x", ACME_CLIENT_SECRET="y") == SECRET

    def test_common_letters_in_the_name_do_not_assign_a_secret(self) -> None:
        known = entries(WEB_CLIENT_ID=CLIENT, BATCH_CLIENT_ID=OTHER, WORKER_CLIENT_SECRET=SECRET)

        assert [client.secret for client in clients_in(known)] == ["", ""]

    def test_two_secrets_of_the_same_name_belong_to_nobody(self) -> None:
        known = entries(COGNITO_CLIENT_ID=CLIENT, COGNITO_SECRET="a", COGNITO_CLIENT_SECRET="b")
        clients = clients_in(known)

        assert [client.secret for client in clients] == [""]
        assert loose_secrets(known, clients) == ("COGNITO_SECRET", "COGNITO_CLIENT_SECRET")

    def test_tables_of_ids_and_secrets_belong_together_by_their_keys(self) -> None:
        told = {"client_ids": {"web": CLIENT, "api": OTHER}, "client_secrets": {"web": SECRET, "api": SECRET[::-1]}}

        clients = clients_in(list(entries_of(told)))

        assert {client.id: client.secret for client in clients} == {CLIENT: SECRET, OTHER: SECRET[::-1]}


@pytest.mark.parametrize("value", [CANARY, f"https://localhost/?t={CANARY}", f"a/{CANARY}@b"])
def test_other_scopes_are_left_out(value: str) -> None:
    client = Entry(("CLIENT_ID",), CLIENT)
    found = found_beside_a_pool(client, Entry(("DB_SCOPE",), f"openid,orders/read {value}"))

    assert found.clients[0].scopes == ("openid", "orders/read")


class TestAddresses:
    @pytest.mark.parametrize(
        "name", ["COGNITO_DOMAIN", "HOSTED", "COGNITO_ENDPOINT", "AWS_ENDPOINT_URL", "OAUTH_DOMAIN", "REDIRECT_URI"]
    )
    @pytest.mark.parametrize(
        "url", [f"https://ann:{CANARY}@shop.auth.eu-west-1.amazoncognito.com", f"https://{CANARY}@localhost:4566"]
    )
    def test_an_address_with_a_password_is_left_out(self, name: str, url: str) -> None:
        assert CANARY not in repr(found_beside_a_pool(Entry((name,), url)))

    @pytest.mark.parametrize(
        "url",
        [
            "https://cognito-idp.eu-west-1.amazonaws.com",
            "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123",
            "https://cognito-idp.cn-north-1.amazonaws.com.cn/",
            f"http://localhost:4566/?token={CANARY}",
        ],
    )
    def test_the_usual_endpoint_or_an_invalid_one_is_not_written(self, url: str) -> None:
        assert found_beside_a_pool(Entry(("COGNITO_ENDPOINT",), url)).endpoint_url == ""

    @pytest.mark.parametrize(
        "url",
        [
            "http://localhost:4566",
            "https://cognito-idp-fips.us-west-2.amazonaws.com",
            "https://vpce-1.cognito-idp.eu-west-1.vpce.amazonaws.com",
        ],
    )
    def test_an_endpoint_that_was_chosen_is_kept(self, url: str) -> None:
        assert found_beside_a_pool(Entry(("COGNITO_ENDPOINT",), url)).endpoint_url == url

    def test_a_firebase_domain_does_not_belong_to_the_pool(self) -> None:
        assert found_beside_a_pool(Entry(("NEXT_PUBLIC_FIREBASE_AUTH_DOMAIN",), "shop.firebaseapp.com")).domain == ""
