"""What an account has, asked of a server that checks signatures, and what is reported if it refuses."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from cognitui.cognito.admin_api import AdminCaller, AwsDirectory, domain_url
from cognitui.cognito.provisioning import AwsProvisioning
from cognitui.cognito.transport import Transport
from cognitui.demo.strict.errors import drop
from cognitui.demo.strict.server import StrictServer
from cognitui.demo.strict.users import UserStatus
from cognitui.model.aws import AwsPlace
from cognitui.model.errors import (
    AwsCredentialsUnusable,
    PermissionMissing,
    PoolOrClientNotFound,
    ServiceFault,
    UsageError,
)
from cognitui.profiles.schema import endpoint_in

KEY, KEY_SECRET = "AKIAEXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


@pytest.fixture(autouse=True)
def aws_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An AWS set-up of the test's own, with nothing of the machine's."""
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("HOME", str(tmp_path))
    credentials = f"aws_access_key_id = {KEY}\naws_secret_access_key = {KEY_SECRET}\n"
    (tmp_path / "credentials").write_text(f"[default]\n{credentials}[admin]\n{credentials}")
    (tmp_path / "config").write_text("[default]\nregion = eu-west-1\n[profile admin]\nregion = us-east-1\n")
    return tmp_path


@pytest.fixture
def caller() -> AdminCaller:
    return AdminCaller(Transport(time.time, sleep=lambda _seconds: None))


@pytest.fixture
def directory(caller: AdminCaller) -> AwsDirectory:
    return AwsDirectory(caller, {})


@pytest.fixture
def place(strict: StrictServer) -> AwsPlace:
    strict.add_iam_user(KEY, KEY_SECRET)
    return AwsPlace("default", "eu-west-1", strict.url)


def test_profiles_and_regions_are_read_from_this_machine(directory: AwsDirectory, strict: StrictServer) -> None:
    assert directory.aws_profiles() == ("default", "admin")
    assert (directory.default_region("default"), directory.default_region("admin")) == ("eu-west-1", "us-east-1")
    assert directory.default_region("nobody") == ""
    assert {"eu-west-1", "us-gov-west-1"} <= set(directory.regions())
    assert not strict.journal.requests


def test_the_variable_of_other_sdks_says_the_region_first(caller: AdminCaller) -> None:
    assert AwsDirectory(caller, {"AWS_REGION": "ap-south-1"}).default_region("admin") == "ap-south-1"


def test_a_page_is_one_call_and_names_the_next(directory: AwsDirectory, strict: StrictServer, place: AwsPlace) -> None:
    pool = strict.add_pool()
    for number in range(130):
        strict.add_user(pool, f"user{number:03}@example.com", "Passw0rd!")

    first = directory.users(place, pool.id)
    assert (len(first.items), strict.journal.count("ListUsers")) == (60, 1)
    second = directory.users(place, pool.id, after=first.after)
    last = directory.users(place, pool.id, after=second.after)

    assert (len(second.items), len(last.items), last.after) == (60, 10, "")
    assert first.items[0].email == "user000@example.com"


def test_users_are_found_by_what_an_attribute_begins_with(
    directory: AwsDirectory, strict: StrictServer, place: AwsPlace
) -> None:
    pool = strict.add_pool()
    for name in ('an"d', "ann", "bob"):
        strict.add_user(pool, f"{name}@example.com", "Passw0rd!", username=name)

    assert [user.username for user in directory.users(place, pool.id, 'an"').items] == ['an"d']
    assert [user.username for user in directory.users(place, pool.id, "ann@", "email").items] == ["ann"]


IDENTITIES = [
    ('[{"userId":"1","providerName":"Google","providerType":"Google","primary":true}]', "Google"),
    ('[{"providerName":"Okta","primary":"false"},{"providerName":"Google","primary":"true"}]', "Google"),
    ('[{"providerName":"Okta"}]', "Okta"),
    ("[]", ""),
    ("{}", ""),
    ("not JSON", ""),
    ("[" * 100_000, ""),
]


@pytest.mark.parametrize(("identities", "provider"), IDENTITIES)
def test_a_federated_user_is_listed_with_their_identity_provider(
    directory: AwsDirectory, strict: StrictServer, place: AwsPlace, identities: str, provider: str
) -> None:
    pool = strict.add_pool()
    strict.add_user(
        pool,
        "ann@example.com",
        "",
        username="Google_1",
        status=UserStatus.EXTERNAL_PROVIDER,
        attributes={"identities": identities},
    )

    (user,) = directory.users(place, pool.id).items

    assert user.is_federated
    assert (user.username, user.email, user.identity_provider) == ("Google_1", "ann@example.com", provider)


def test_pools_and_clients_are_listed_and_described(
    directory: AwsDirectory, strict: StrictServer, place: AwsPlace
) -> None:
    pool = strict.add_pool(title="shop-dev", domain="shop", username_attributes=("email",))
    made = strict.add_client(
        pool,
        name="web",
        secret="s" * 30,
        flows=frozenset({"USER_SRP_AUTH"}),
        redirect_uris=("http://localhost:3000/cb",),
    )

    assert [(entry.id, entry.name) for entry in directory.pools(place).items] == [(pool.id, "shop-dev")]
    assert [(entry.id, entry.name) for entry in directory.clients(place, pool.id).items] == [(made.id, "web")]
    told = directory.client(place, pool.id, made.id)
    assert (told.secret, told.flows, told.grants) == ("s" * 30, ("USER_SRP_AUTH",), ("code",))
    assert told.callback_urls == ("http://localhost:3000/cb",)
    assert "s" * 30 not in repr(told)
    described = directory.pool(place, pool.id)
    assert (described.domain, described.signs_in_by) == (strict.url, ("email",))


@pytest.mark.parametrize(
    ("region", "pool", "domain"),
    [
        ("eu-west-1", {"Domain": "shop"}, "https://shop.auth.eu-west-1.amazoncognito.com"),
        ("us-gov-west-1", {"Domain": "shop"}, "https://shop.auth-fips.us-gov-west-1.amazoncognito.com"),
        (
            "eusc-de-east-1",
            {"Domain": "shop"},
            "https://shop.auth.cognito-idp.eusc-de-east-1.on.amazonwebservices.eu",
        ),
        ("eu-west-1", {"Domain": "shop", "CustomDomain": "login.example.com"}, "https://login.example.com"),
        ("eu-west-1", {}, ""),
    ],
)
def test_the_address_of_a_domain_is_that_of_its_partition(region: str, pool: dict[str, str], domain: str) -> None:
    assert domain_url(AwsPlace(region=region), f"{region}_AbCdEf123", pool) == domain


class TestWhatStandsInTheWayIsNamed:
    def test_a_permission_that_lacks(self, directory: AwsDirectory, strict: StrictServer, place: AwsPlace) -> None:
        strict.add_iam_user(KEY, KEY_SECRET, denied=frozenset({"ListUserPools"}))

        with pytest.raises(PermissionMissing) as caught:
            directory.pools(place)

        assert caught.value.cause.startswith("User: arn:aws:iam::")
        assert caught.value.fix == (
            "Have an AWS administrator allow cognito-idp:ListUserPools to the AWS profile default."
        )

    def test_no_credentials_at_all(self, directory: AwsDirectory, place: AwsPlace, aws_files: Path) -> None:
        (aws_files / "credentials").unlink()

        with pytest.raises(AwsCredentialsUnusable) as caught:
            directory.pools(place)

        assert caught.value.cause.startswith("The AWS profile default has no IAM credentials that can be used. ")
        assert f"AWS_SHARED_CREDENTIALS_FILE names {aws_files / 'credentials'}, which does not" in caught.value.cause
        assert "aws configure" in caught.value.fix

    def test_credentials_that_are_renewed_are_taken_at_the_next_call(
        self, directory: AwsDirectory, place: AwsPlace, aws_files: Path
    ) -> None:
        credentials = (aws_files / "credentials").read_text()
        (aws_files / "credentials").unlink()
        with pytest.raises(AwsCredentialsUnusable):
            directory.pools(place)

        (aws_files / "credentials").write_text(credentials)

        assert directory.pools(place).items == ()

    def test_files_of_aws_that_are_invalid(self, directory: AwsDirectory, aws_files: Path) -> None:
        (aws_files / "config").write_text("[default\n")

        with pytest.raises(UsageError, match=r"config is not in the form of AWS's files \(line 1\)"):
            directory.aws_profiles()

    def test_a_profile_of_the_environment_that_is_not_there(
        self, directory: AwsDirectory, place: AwsPlace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_PROFILE", "nobody")

        assert "default" in directory.aws_profiles()
        assert "eu-west-1" in directory.regions()
        assert directory.default_region("default") == ""
        with pytest.raises(AwsCredentialsUnusable, match="There is no AWS profile nobody"):
            directory.pools(place)

    def test_an_expired_sign_in_of_sso(self, directory: AwsDirectory, strict: StrictServer, aws_files: Path) -> None:
        (aws_files / "config").write_text(
            "[profile sso]\nsso_session = work\nsso_account_id = 123456789012\nsso_role_name = dev\n"
            "[sso-session work]\nsso_region = eu-west-1\nsso_start_url = https://example.com/start\n"
        )

        with pytest.raises(AwsCredentialsUnusable) as caught:
            directory.pools(AwsPlace("sso", "eu-west-1", strict.url))

        assert "expired" in caught.value.cause
        assert "aws sso login --profile sso" in caught.value.fix

    def test_a_profile_that_is_not_there(self, directory: AwsDirectory, strict: StrictServer) -> None:
        with pytest.raises(AwsCredentialsUnusable, match="There is no AWS profile nobody"):
            directory.pools(AwsPlace("nobody", "eu-west-1", strict.url))

    def test_keys_that_aws_does_not_know(self, directory: AwsDirectory, strict: StrictServer) -> None:
        with pytest.raises(AwsCredentialsUnusable, match="security token"):
            directory.pools(AwsPlace("default", "eu-west-1", strict.url))

    def test_a_pool_that_is_not_there(self, directory: AwsDirectory, place: AwsPlace) -> None:
        with pytest.raises(PoolOrClientNotFound, match="does not exist"):
            directory.clients(place, "eu-west-1_nowhere")


class TestProvisioning:
    def test_an_account_is_reported(self, caller: AdminCaller, place: AwsPlace) -> None:
        told = AwsProvisioning(caller).account(place)

        assert (told.id, told.arn) == ("123456789012", f"arn:aws:iam::123456789012:user/{KEY}")

    def test_keys_that_sts_does_not_know(self, caller: AdminCaller, strict: StrictServer) -> None:
        with pytest.raises(AwsCredentialsUnusable):
            AwsProvisioning(caller).account(AwsPlace("default", "eu-west-1", strict.url))

    def test_a_client_a_user_and_a_password_lead_to_one_who_signs_in(
        self, caller: AdminCaller, strict: StrictServer, place: AwsPlace
    ) -> None:
        pool = strict.add_pool()
        provisioning = AwsProvisioning(caller)

        made = provisioning.make_client(place, pool.id, "cognitui")
        assert not provisioning.has_user(place, pool.id, "ann")
        provisioning.make_user(place, pool.id, "ann", {"email": "ann@example.com"})
        provisioning.set_password(place, pool.id, "ann", "Longer-Passw0rd")

        assert (made.name, made.flows) == ("cognitui", ("REFRESH_TOKEN_AUTH", "USER_SRP_AUTH"))
        assert made.secret
        assert provisioning.has_user(place, pool.id, "ann")
        assert pool.users["ann"].status is UserStatus.CONFIRMED

    def test_what_makes_something_is_called_once(
        self, caller: AdminCaller, strict: StrictServer, place: AwsPlace
    ) -> None:
        pool = strict.add_pool()
        strict.errors.add("CreateUserPoolClient", drop(performed=True))

        with pytest.raises(ServiceFault):
            AwsProvisioning(caller).make_client(place, pool.id, "cognitui")

        assert strict.journal.count("CreateUserPoolClient") == 1


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, ""),
        ({"AWS_ENDPOINT_URL": "http://localhost:4566"}, "http://localhost:4566"),
        (
            {
                "AWS_ENDPOINT_URL": "http://localhost:1",
                "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": "https://cognito.example.com",
            },
            "https://cognito.example.com",
        ),
    ],
)
def test_an_emulator_is_found_by_the_variables_of_aws(environ: dict[str, str], expected: str) -> None:
    assert endpoint_in(environ) == expected


def test_an_emulator_that_is_neither_https_nor_here_is_refused() -> None:
    with pytest.raises(UsageError, match="AWS_ENDPOINT_URL is http and not on this machine"):
        endpoint_in({"AWS_ENDPOINT_URL": "http://emulator.example.com"})
