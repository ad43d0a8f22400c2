"""The wizard through an AWS account."""

from __future__ import annotations

from cognitui.importing.from_aws import AwsWizard, Row, advance, listing_of, regions_of, secret_of
from cognitui.importing.naming import Login
from cognitui.model.aws import ClientDetails, ClientEntry, PoolDetails, PoolEntry, UserEntry
from cognitui.model.errors import PermissionMissing, ProfileFileError
from cognitui.model.profile import Flow, ProfileSet
from tests.unit.fake_directory import CLIENT_ID, CLIENT_SECRET, POOL_ID, FakeDirectory
from tests.unit.fakes import FakeProfileStore, make_book, make_profile

AT_CLIENTS = AwsWizard(aws_profile="default", region="eu-west-1", pool=PoolDetails(POOL_ID, "shop-dev"))


def rows(wizard: AwsWizard, directory: FakeDirectory, letters: str = "") -> tuple[Row, ...]:
    return listing_of(wizard, directory).fetch(letters, "").items


def test_each_choice_leads_to_the_next_list() -> None:
    directory, wizard, asked = FakeDirectory(), AwsWizard(), []
    while not wizard.complete:
        listing = listing_of(wizard, directory)
        asked.append(listing.what)
        wizard = advance(wizard, [listing.fetch("", "").items[0].choice], directory)

    assert asked == ["AWS profile", "region", "user pool", "app client", "user"]
    assert wizard.words == ("default", "eu-west-1", "shop-dev", "web")
    assert (wizard.logins, wizard.names) == ((Login("alice"),), ("alice",))


def test_the_region_of_the_aws_configuration_comes_first_and_only_once() -> None:
    found = [row.text for row in rows(AwsWizard(aws_profile="default"), FakeDirectory())]

    assert found == ["eu-west-1", "eu-central-1", "us-east-1"]


def test_the_regions_of_the_profiles_come_next_and_before_all_others() -> None:
    listing = listing_of(AwsWizard(aws_profile="default"), FakeDirectory(region=""), lambda: ["us-east-1", "local"])

    assert [(row.text, row.note) for row in listing.fetch("", "").items] == [
        ("us-east-1", "in your profiles"),
        ("eu-central-1", ""),
        ("eu-west-1", ""),
    ]


def test_the_most_frequent_region_of_the_profiles_comes_first() -> None:
    pools = ("us-east-1_One", "eu-west-1_Two", "eu-west-1_Six")
    profiles = [make_profile(f"dev/user{number}", user_pool_id=pool) for number, pool in enumerate(pools)]

    assert regions_of(FakeProfileStore(make_book(*profiles))) == ("eu-west-1", "us-east-1")


def test_an_invalid_file_has_no_regions_and_stops_nothing() -> None:
    class Faulty(FakeProfileStore):
        def load(self) -> ProfileSet:
            raise ProfileFileError("It is not TOML.")

    assert regions_of(Faulty()) == ()


def test_the_secret_of_a_client_is_not_held_while_the_user_decides() -> None:
    directory = FakeDirectory()

    wizard = advance(AT_CLIENTS, [ClientEntry(CLIENT_ID, "web")], directory)

    assert wizard.client is not None
    assert (wizard.client.secret, wizard.has_secret) == ("", True)
    assert secret_of(wizard, directory) == CLIENT_SECRET


def test_a_client_without_a_secret_is_not_asked_for_one() -> None:
    directory = FakeDirectory(client_details={POOL_ID: [ClientDetails(CLIENT_ID, "web")]})
    wizard = advance(AT_CLIENTS, [ClientEntry(CLIENT_ID, "web")], directory)
    calls = len(directory.asked)

    assert secret_of(wizard, directory) == ""
    assert len(directory.asked) == calls


def test_a_pool_that_may_not_be_described_is_no_obstacle() -> None:
    directory = FakeDirectory(faults={"pool": PermissionMissing("Not authorized.")})
    wizard = AwsWizard(aws_profile="default", region="eu-west-1")

    assert advance(wizard, [PoolEntry(POOL_ID, "shop-dev")], directory).pool == PoolDetails(POOL_ID, "shop-dev")


def test_users_are_searched_for_by_what_the_pool_signs_in_by() -> None:
    directory = FakeDirectory(user_entries=[UserEntry("5f2c", "ann@example.com"), UserEntry("6a1b", "bob@example.com")])
    client = ClientDetails(CLIENT_ID, flows=("USER_SRP_AUTH",))
    wizard = AwsWizard("", "default", "eu-west-1", PoolDetails(POOL_ID, signs_in_by=("email",)), client)

    assert [row.text for row in rows(wizard, directory, "bo")] == ["bob@example.com"]


GOOGLE = UserEntry("Google_1", "ann@example.com", status="EXTERNAL_PROVIDER", identity_provider="Google")
OKTA = UserEntry("Okta_2", "ann@example.com", status="EXTERNAL_PROVIDER", identity_provider="Okta")
BOTH_WAYS = ClientDetails(CLIENT_ID, "web", flows=("USER_SRP_AUTH",), grants=("code",))
WITH_DOMAIN = PoolDetails(POOL_ID, "shop-dev", "https://shop.auth.eu-west-1.amazoncognito.com")


def test_each_user_signs_in_by_the_attribute_of_the_pool() -> None:
    wizard = AwsWizard("", "default", "eu-west-1", WITH_DOMAIN, BOTH_WAYS, users=(UserEntry("bob"), GOOGLE))

    bob, ann = wizard.drafts("dev", wizard.names)

    assert wizard.ways == ("USER_SRP_AUTH", "authorization_code (Google)")
    assert (bob.flow, bob.fields.identity_provider) == (Flow.USER_SRP_AUTH, None)
    assert (ann.flow, ann.fields.identity_provider) == (Flow.AUTHORIZATION_CODE, "Google")


def test_two_users_of_one_address_have_names_of_their_own() -> None:
    wizard = AwsWizard("", "default", "eu-west-1", WITH_DOMAIN, BOTH_WAYS, users=(GOOGLE, OKTA))

    assert wizard.names == ("ann@example.com-Google", "ann@example.com-Okta")


def test_a_federated_user_is_marked_in_the_list() -> None:
    directory = FakeDirectory(user_entries=[GOOGLE])
    wizard = AwsWizard("", "default", "eu-west-1", WITH_DOMAIN, BOTH_WAYS)

    (row,) = rows(wizard, directory)

    assert (row.text, row.note) == ("ann@example.com", "EXTERNAL_PROVIDER  Google")


REPLICATED = PoolEntry(POOL_ID, "shop-dev", ("eu-west-1", "eu-central-1"))


def test_a_replicated_pool_is_listed_with_its_other_region() -> None:
    directory = FakeDirectory()
    wizard = AwsWizard(aws_profile="default", region="eu-west-1")
    directory.replicas = {POOL_ID: ("eu-central-1",)}

    assert next(iter(listing_of(wizard, directory).fetch("", "").items)).note == f"{POOL_ID}  also in eu-central-1"


def test_a_pool_that_was_chosen_knows_its_other_regions() -> None:
    wizard = AwsWizard(aws_profile="default", region="eu-west-1")
    pool = advance(wizard, [REPLICATED], FakeDirectory()).pool

    assert pool is not None
    assert pool.replica_regions == ("eu-central-1",)
