"""Small files as people have them, each imported correctly."""

from __future__ import annotations

from pathlib import Path

import pytest

from cognitui.importing.detect import FoundPool
from cognitui.importing.from_file import client_of, discover_files, found_in, place_of, pool_of
from cognitui.importing.profiles import fields_for
from cognitui.model.aws import AwsPlace
from cognitui.model.errors import UsageError
from cognitui.model.profile import Flow
from tests.unit.cli.harness import printed_json, run
from tests.unit.fakes import services_with

CASES = Path(__file__).parent / "cases"

DEV, PROD = "us-east-1_Ab1cD2eF3", "eu-west-1_Zz9yX8wV7"
DEV_CLIENT, PROD_CLIENT = "4k2m8q1r7t5v3x9z0b6d8f2h4j", "3n5p7r9t1v3x5z7b9d1f3h5j7k"
OF_25 = "vbtk9mgqrnee6lgffq8qanqmi"
SECRET = "1abc2def3ghi4jkl5mno6pqr7stu8vwx9yz0abc1def2ghi3jkl"


def only_pool(case: str) -> FoundPool:
    (pool,) = found_in(CASES / case).found.pools
    return pool


@pytest.mark.parametrize(
    ("case", "client", "secret"),
    [
        ("01-client-id-of-25.env", OF_25, ""),
        ("01b-client-id-of-25-tf-output.json", OF_25, ""),
        ("02b-other-service-secret.env", DEV_CLIENT, ""),
        ("06-authjs-v5.env", DEV_CLIENT, SECRET),
        ("07-identity-stack.json", DEV_CLIENT, ""),
        ("08-describe-stacks.json", DEV_CLIENT, ""),
        ("08c-postman-environment.json", DEV_CLIENT, SECRET),
        ("09-tf-jsonencode.json", DEV_CLIENT, ""),
        ("10-envrc", DEV_CLIENT, ""),
        ("11-utf16-powershell.json", OF_25, SECRET),
        ("12b-application.yml", DEV_CLIENT, SECRET),
        ("12f-appsettings-comments.json", DEV_CLIENT, SECRET),
        ("15-mobile-redirect.json", DEV_CLIENT, ""),
    ],
)
def test_the_pool_its_client_and_the_secret_of_that_client_are_found(case: str, client: str, secret: str) -> None:
    pool = only_pool(case)

    assert pool.id == DEV
    assert [(found.id, found.secret) for found in pool.clients] == [(client, secret)]


def test_the_secret_of_another_service_is_neither_taken_nor_offered() -> None:
    assert only_pool("02b-other-service-secret.env").loose_secrets == ()


def test_of_two_stacks_each_has_what_is_its_own() -> None:
    dev, prod = found_in(CASES / "04-two-stacks.json").found.pools

    assert (dev.id, [client.id for client in dev.clients], dev.domain, dev.identity_pool_id) == (
        DEV,
        [DEV_CLIENT],
        "https://shop-dev.auth.us-east-1.amazoncognito.com",
        "us-east-1:11111111-2222-4333-8444-555555555555",
    )
    assert (prod.id, [client.id for client in prod.clients], prod.domain, prod.identity_pool_id) == (
        PROD,
        [PROD_CLIENT],
        "https://shop-prod.auth.eu-west-1.amazoncognito.com",
        "eu-west-1:11111111-2222-4333-8444-666666666666",
    )
    assert (prod.clients[0].scopes, prod.clients[0].callback_urls, prod.clients[0].grants) == ((), (), ())


def test_each_object_of_a_script_is_read() -> None:
    pools = found_in(CASES / "05-config.js").found.pools

    assert [(pool.id, pool.label, [client.id for client in pool.clients]) for pool in pools] == [
        (DEV, "dev.cognito.USER_POOL_ID", [DEV_CLIENT]),
        (PROD, "prod.cognito.USER_POOL_ID", [PROD_CLIENT]),
    ]
    assert [pool.identity_pool_id[-12:] for pool in pools] == ["555555555555", "666666666666"]


@pytest.mark.parametrize(
    ("case", "domain"),
    [
        ("08-describe-stacks.json", "https://shop-dev.auth.us-east-1.amazoncognito.com"),
        ("11-utf16-powershell.json", "https://shop-dev.auth.us-east-1.amazoncognito.com"),
        ("13-govcloud.env", "https://shop-gov.auth-fips.us-gov-west-1.amazoncognito.com"),
        ("15-mobile-redirect.json", "https://shop-dev.auth.us-east-1.amazoncognito.com"),
    ],
)
def test_the_domain_is_that_of_the_pools_partition(case: str, domain: str) -> None:
    assert only_pool(case).domain == domain


def test_the_lines_of_a_shell_file_that_set_nothing_are_skipped_with_a_note() -> None:
    assert list(found_in(CASES / "10-envrc").notes()) == ["Lines 1 and 2 were skipped: they set no variable."]


def test_an_empty_value_is_named_with_its_line() -> None:
    with pytest.raises(UsageError, match=r":1: NEXT_PUBLIC_COGNITO_USER_POOL_ID is empty\.") as caught:
        found_in(CASES / "10c-empty-values.env")

    assert "Enter the pool id there" in caught.value.fix


def test_the_scopes_of_a_spring_client_are_taken_and_its_template_of_an_address_is_not() -> None:
    (client,) = only_pool("12b-application.yml").clients

    assert (client.scopes, client.callback_urls) == (("openid", "email"), ())


def test_a_redirect_with_a_scheme_of_its_own_is_taken_over() -> None:
    pool = only_pool("15-mobile-redirect.json")

    fields = fields_for(place_of(pool), pool_of(pool), client_of(pool, pool.clients[0]), Flow.AUTHORIZATION_CODE)

    assert (fields.redirect_uri, fields.scopes) == ("myapp://callback/", ("email", "openid"))


class TestOnTheCommandLine:
    def test_production_inside_of_a_file_is_proposed_and_protected(self) -> None:
        services = services_with()

        result = run(services, "import", "file", str(CASES / "03-outputs.json"), "--user", "alice")

        assert result.exit_code == 0, result.stderr
        profile = services.profiles.profile_set.by_id["prod/alice"]
        assert profile.protected
        assert "prod is protected" in result.stderr

    def test_choosing_the_pool_narrows_the_rest(self) -> None:
        result = run(
            services_with(),
            *("import", "file", str(CASES / "04-two-stacks.json"), "--pool", PROD),
            *("--flow", "authorization_code", "--json"),
        )

        assert result.exit_code == 0, result.stderr
        (told,) = printed_json(result)
        assert told["client_id"] == PROD_CLIENT
        assert told["domain"] == "https://shop-prod.auth.eu-west-1.amazoncognito.com"
        assert told["identity_pool_id"] == "eu-west-1:11111111-2222-4333-8444-666666666666"
        assert (told["environment"], told["protected"], told["redirect_uri"]) == ("prod", True, None)
        assert not any(of_dev in result.output for of_dev in (DEV, DEV_CLIENT, "shop-dev", "555555555555"))

    def test_choosing_the_client_chooses_its_pool(self) -> None:
        services = services_with()

        run(services, "import", "file", str(CASES / "05-config.js"), "--client", PROD_CLIENT, "--user", "alice")

        assert services.profiles.profile_set.by_id["prod/alice"].user_pool_id == PROD

    def test_the_client_of_another_pool_is_refused(self) -> None:
        arguments = ("--pool", PROD, "--client", DEV_CLIENT, "--user", "alice")
        result = run(services_with(), "import", "file", str(CASES / "05-config.js"), *arguments)

        assert result.exit_code == 2
        assert f"belongs to the pool {DEV} in this file" in result.stderr

    def test_the_secret_goes_into_the_keyring(self) -> None:
        services = services_with()

        result = run(services, "import", "file", str(CASES / "06-authjs-v5.env"), "--user", "alice")

        assert list(services.vault.entries.values()) == [SECRET]
        assert SECRET not in result.output

    @pytest.mark.parametrize("name", ["amplify", "terraform", "env", "file"])
    def test_the_older_names_read_any_file_too(self, name: str) -> None:
        services = services_with()

        result = run(services, "import", name, str(CASES / "12b-application.yml"), "--user", "alice")

        assert result.exit_code == 0, result.stderr
        assert services.profiles.profile_set.by_id["dev/alice"].client_id == DEV_CLIENT

    def test_a_note_about_the_file_is_printed(self) -> None:
        result = run(services_with(), "import", "file", str(CASES / "10-envrc"), "--user", "alice")

        assert result.exit_code == 0
        assert "Lines 1 and 2 were skipped" in result.stderr

    def test_a_client_that_is_still_empty_is_named(self, tmp_path: Path) -> None:
        file = tmp_path / ".env"
        file.write_text(f"COGNITO_USER_POOL_ID={DEV}\nCOGNITO_CLIENT_ID=<your-client-id>\n")

        result = run(services_with(), "import", "file", str(file), "--user", "alice")

        assert result.exit_code == 2
        assert ".env:2: COGNITO_CLIENT_ID contains a placeholder." in result.stderr
        assert "<your" not in result.stderr


def test_the_place_of_a_pool_is_its_region() -> None:
    assert place_of(only_pool("13-govcloud.env")) == AwsPlace(region="us-gov-west-1")


def test_the_cases_are_offered_beside_the_terminal() -> None:
    offered = [row.text for row in discover_files(CASES).items]

    assert {"03-outputs.json", "01b-client-id-of-25-tf-output.json"} <= set(offered)
