"""What the vault holds once a sign-in has replaced a secret, and whether the next run signs in with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

import pytest

from cognitui.cli.signin import get_token
from cognitui.cognito.user_pool_api import UserPoolApi
from cognitui.demo.strict import errors
from cognitui.demo.strict.server import StrictServer
from cognitui.model.challenge import INSTEAD, Challenge, RememberedDevice
from cognitui.model.profile import Profile
from cognitui.model.secret import SecretKind
from cognitui.model.struct import replace
from cognitui.services import Services
from cognitui.tokens.request import TokenPolicy, TokenRequest, TokenResult
from tests.integration.flow_cases import CASES, SECRET, Case, one_column
from tests.integration.flow_cells import iam_credentials, stored
from tests.integration.flow_world import NEW_PASSWORD, PASSWORD, World, a_server, a_world, api_of, sign_in_of
from tests.unit.cli.harness import Answering, run
from tests.unit.fakes import FakeServices, services_with

Offered = tuple[StrictServer, UserPoolApi]

SETS_A_PASSWORD = [
    case for case in CASES if "NEW_PASSWORD_REQUIRED" in case.challenge or case.challenge == "password reset required"
]
SETS_AN_APP_UP = [case for case in CASES if "MFA_SETUP" in case.challenge and case.totp]
BY_ROW = {case.row: case for case in CASES}
TEMPORARY = [BY_ROW[f"{flow} · NEW_PASSWORD_REQUIRED"] for flow in ("USER_SRP_AUTH", "USER_PASSWORD_AUTH")]
DEAD_SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
DEAD_DEVICE = RememberedDevice("eu-west-1_00000000-0000-0000-0000-000000000000", "-group", "no password")


@pytest.fixture(scope="module")
def offered() -> Iterator[Offered]:
    """One server for all cases, each of which makes a pool of its own."""
    with a_server() as server, iam_credentials():
        yield server, api_of(server)
    assert not server.crashes, "\n".join(server.crashes)


class Keyring:
    """What one run leaves in the vault for the next."""

    def __init__(self, offered: Offered, case: Case, name: str = "", secret: str = "") -> None:
        server, api = offered
        self.world: World = a_world(server, case, name or one_column(case)[0], secret)
        self._signin = sign_in_of(server, api, self.world.profile)
        self._services = stored(self.world, self._signin)
        self.known: dict[str, str] = {}
        """What the user types if the world's own answer is no longer right."""

    def put(self, kind: SecretKind, value: str) -> None:
        self._services.vault.entries[self.world.profile.secret_name(kind)] = value

    def take(self, kind: SecretKind) -> str | None:
        return self._services.vault.entries.pop(self.world.profile.secret_name(kind), None)

    def holds(self, kind: SecretKind) -> str | None:
        return self._services.vault.entries.get(self.world.profile.secret_name(kind))

    def run(self) -> FakeServices:
        """Another run of the program, which knows what the vault and the list hold and nothing else."""
        before = self._services
        return services_with(
            self.world.profile, signin=self._signin, vault=before.vault, index=before.index, clock=before.clock
        )

    def sign_in(self, *, keep: bool = True, ask: bool = False, instead: str = "") -> list[str]:
        """Sign in in a run of its own; returns what was asked."""
        self.world.begin()
        broker = self.run().broker
        asked: list[str] = []
        step = broker.get(self.world.profile, policy=TokenPolicy.SIGN_IN, ask=ask)
        instead = instead or self.world.case.instead
        for _ in range(8):
            if isinstance(step, TokenResult):
                return asked
            if instead in [choice.value for choice in step.instead] and not step.sent_to:
                step, instead = broker.answer(step, {INSTEAD: instead}, keep=False), ""
                continue
            asked.append(step.needs)
            step = broker.answer(step, self.answers(step), keep=keep)
        raise AssertionError(f"asked without end: {asked}")

    def make(self, trouble: str) -> None:
        """Let the next answer meet trouble."""
        if trouble == "the session is over":
            self.world.server.clock.advance(200)
        else:
            self.world.server.errors.add("RespondToAuthChallenge", errors.drop(performed=True))

    def answers(self, step: Challenge) -> Mapping[str, str]:
        shown = " ".join((step.title, step.message, *(value for _, value in step.shown)))
        return {
            prompt.name: self.known.get(prompt.label) or self.world.answer(prompt.label, shown)
            for prompt in step.prompts
        }


def with_admin(world: World) -> Profile:
    """Return the world's profile with IAM credentials that may act for its user."""
    return replace(world.profile, own=replace(world.profile.own, aws_profile="default"))


@pytest.mark.parametrize("case", SETS_A_PASSWORD, ids=lambda case: case.row)
def test_a_new_password_that_is_kept_signs_in_the_next_time(offered: Offered, case: Case) -> None:
    keyring = Keyring(offered, case)

    keyring.sign_in(keep=True)

    assert keyring.holds(SecretKind.PASSWORD) == NEW_PASSWORD
    assert not [needs for needs in keyring.sign_in() if "password" in needs]


@pytest.mark.parametrize("case", SETS_A_PASSWORD, ids=lambda case: case.row)
def test_a_password_that_was_replaced_is_removed_if_the_new_one_is_not_kept(offered: Offered, case: Case) -> None:
    keyring = Keyring(offered, case)

    keyring.sign_in(keep=False)

    assert keyring.holds(SecretKind.PASSWORD) is None
    keyring.known["password"] = NEW_PASSWORD
    assert "password" in keyring.sign_in()


@pytest.mark.parametrize("keep", [True, False])
def test_a_forgotten_password_is_replaced_in_the_vault_as_well(offered: Offered, keep: bool) -> None:
    keyring = Keyring(offered, BY_ROW["USER_SRP_AUTH · none"])

    keyring.sign_in(keep=keep, ask=True, instead="forgot")

    assert keyring.holds(SecretKind.PASSWORD) == (NEW_PASSWORD if keep else None)
    keyring.known["password"] = NEW_PASSWORD
    assert keyring.sign_in() == ([] if keep else ["password"])


@pytest.mark.parametrize("keep", [True, False])
def test_a_typed_password_takes_the_place_of_one_that_was_refused(offered: Offered, keep: bool) -> None:
    keyring = Keyring(offered, BY_ROW["USER_SRP_AUTH · none"])
    keyring.put(SecretKind.PASSWORD, "0ld!Passw0rd")

    keyring.sign_in(keep=keep, ask=True)

    assert keyring.holds(SecretKind.PASSWORD) == (PASSWORD if keep else None)
    assert keyring.sign_in() == ([] if keep else ["password"])


def test_a_present_password_that_an_admin_made_permanent_stays_in_the_vault(offered: Offered) -> None:
    keyring = Keyring(offered, TEMPORARY[0])
    keyring.world.profile = with_admin(keyring.world)

    keyring.sign_in(keep=False, instead="as-admin")

    assert keyring.holds(SecretKind.PASSWORD) == PASSWORD
    assert keyring.sign_in() == []


def test_a_password_to_be_kept_is_kept_though_another_was_typed_before_it_was_made_permanent(offered: Offered) -> None:
    keyring = Keyring(offered, TEMPORARY[0])
    keyring.take(SecretKind.PASSWORD)
    keyring.world.profile = with_admin(keyring.world)
    broker = keyring.run().broker

    step = broker.get(keyring.world.profile, policy=TokenPolicy.SIGN_IN)
    assert isinstance(step, Challenge)
    step = broker.answer(step, keyring.answers(step), keep=True)
    assert isinstance(step, Challenge)
    step = broker.answer(step, {"NEW_PASSWORD": NEW_PASSWORD, INSTEAD: "as-admin"}, keep=False)
    assert isinstance(step, Challenge)
    broker.answer(step, {}, keep=False)

    assert keyring.holds(SecretKind.PASSWORD) == PASSWORD
    assert keyring.sign_in() == []


@pytest.mark.parametrize("case", SETS_AN_APP_UP, ids=lambda case: case.row)
def test_the_seed_of_a_new_app_takes_the_place_of_one_of_no_use(offered: Offered, case: Case) -> None:
    keyring = Keyring(offered, case)
    keyring.put(SecretKind.TOTP, DEAD_SEED)

    keyring.sign_in(keep=True)

    seed = keyring.world.user.software_token
    assert seed is not None
    assert keyring.holds(SecretKind.TOTP) == seed.seed
    assert "code" not in keyring.sign_in()


@pytest.mark.parametrize("case", SETS_AN_APP_UP, ids=lambda case: case.row)
def test_a_seed_that_was_replaced_is_removed_if_the_new_one_is_not_kept(offered: Offered, case: Case) -> None:
    keyring = Keyring(offered, case)
    keyring.put(SecretKind.TOTP, DEAD_SEED)

    keyring.sign_in(keep=False)

    assert keyring.holds(SecretKind.TOTP) is None


@pytest.mark.parametrize("keep", [True, False])
@pytest.mark.parametrize("case", TEMPORARY, ids=lambda case: case.row)
@pytest.mark.parametrize("trouble", ["the answer is lost", "the session is over"])
def test_a_new_password_is_kept_or_the_old_one_removed_whatever_happens_on_the_way(
    offered: Offered, case: Case, keep: bool, trouble: str
) -> None:
    keyring = Keyring(offered, case)
    broker = keyring.run().broker
    asked = broker.get(keyring.world.profile, policy=TokenPolicy.SIGN_IN)
    assert isinstance(asked, Challenge)
    keyring.make(trouble)

    assert isinstance(broker.answer(asked, keyring.answers(asked), keep=keep), TokenResult)

    assert keyring.holds(SecretKind.PASSWORD) == (NEW_PASSWORD if keep else None)


@pytest.mark.parametrize("keep", [True, False])
def test_the_seed_of_an_app_is_kept_or_the_old_one_removed_though_the_answer_is_lost(
    offered: Offered, keep: bool
) -> None:
    keyring = Keyring(offered, BY_ROW["USER_SRP_AUTH · MFA_SETUP"])
    keyring.put(SecretKind.TOTP, DEAD_SEED)
    broker = keyring.run().broker
    asked = broker.get(keyring.world.profile, policy=TokenPolicy.SIGN_IN)
    assert isinstance(asked, Challenge)
    seed = asked.offered[SecretKind.TOTP]
    keyring.make("the answer is lost")

    assert isinstance(broker.answer(asked, keyring.answers(asked), keep=keep), TokenResult)

    assert keyring.holds(SecretKind.TOTP) == (seed if keep else None)


def test_a_new_password_is_kept_though_what_follows_fails(offered: Offered) -> None:
    keyring = Keyring(offered, BY_ROW["USER_SRP_AUTH · password reset required"])
    broker = keyring.run().broker
    asked = broker.get(keyring.world.profile, policy=TokenPolicy.SIGN_IN)
    assert isinstance(asked, Challenge)
    asked = broker.answer(asked, {INSTEAD: "resend"})
    assert isinstance(asked, Challenge)
    keyring.world.server.errors.add("InitiateAuth", *[errors.drop()] * 6)

    again = broker.answer(asked, keyring.answers(asked), keep=True)

    keyring.world.server.errors.clear()
    assert isinstance(again, Challenge)
    assert "The new password of" in again.message
    assert keyring.holds(SecretKind.PASSWORD) == NEW_PASSWORD
    assert keyring.sign_in() == []


def test_a_device_takes_the_place_of_one_that_the_pool_has_forgotten(offered: Offered) -> None:
    case = next(case for case in CASES if case.twice and case.flow == "USER_SRP_AUTH")
    keyring = Keyring(offered, case)
    keyring.put(SecretKind.DEVICE, DEAD_DEVICE.pack())

    keyring.sign_in(keep=False)

    assert keyring.holds(SecretKind.DEVICE) not in (None, DEAD_DEVICE.pack())
    assert keyring.sign_in() == []


@pytest.mark.parametrize("keep", [True, False])
@pytest.mark.parametrize("row", ["USER_SRP_AUTH · none", "client_credentials · none"])
def test_a_typed_client_secret_is_kept_or_asked_for_again(offered: Offered, row: str, keep: bool) -> None:
    keyring = Keyring(offered, BY_ROW[row], secret=SECRET)
    keyring.take(SecretKind.CLIENT_SECRET)

    assert keyring.sign_in(keep=keep) == ["client secret"]

    assert keyring.holds(SecretKind.CLIENT_SECRET) == (SECRET if keep else None)
    assert keyring.sign_in(keep=keep) == ([] if keep else ["client secret"])


@pytest.mark.parametrize(("keeps", "held"), [("y", NEW_PASSWORD), ("n", None)])
@pytest.mark.parametrize("case", TEMPORARY, ids=lambda case: case.row)
def test_the_command_line_keeps_a_new_password_or_removes_the_old_one(
    offered: Offered, case: Case, keeps: str, held: str | None
) -> None:
    keyring = Keyring(offered, case)
    person = Answering(NEW_PASSWORD, NEW_PASSWORD, keeps)

    get_token(cast(Services, keyring.run()), TokenRequest(keyring.world.profile, policy=TokenPolicy.SIGN_IN), person)

    assert keyring.holds(SecretKind.PASSWORD) == held
    next_run = run(keyring.run(), "login", "dev/alice", "--no-input")
    assert next_run.exit_code == (0 if held else 3), next_run.stderr


def test_the_command_line_asks_about_a_new_password_though_the_temporary_one_is_not_kept(offered: Offered) -> None:
    keyring = Keyring(offered, TEMPORARY[0])
    keyring.take(SecretKind.PASSWORD)
    person = Answering(PASSWORD, "n", NEW_PASSWORD, NEW_PASSWORD, "y")

    get_token(cast(Services, keyring.run()), TokenRequest(keyring.world.profile, policy=TokenPolicy.SIGN_IN), person)

    assert keyring.holds(SecretKind.PASSWORD) == NEW_PASSWORD


def test_the_command_line_says_that_the_old_password_was_removed(offered: Offered) -> None:
    keyring = Keyring(offered, TEMPORARY[0])
    person = Answering(NEW_PASSWORD, NEW_PASSWORD, "n")

    got = get_token(
        cast(Services, keyring.run()), TokenRequest(keyring.world.profile, policy=TokenPolicy.SIGN_IN), person
    )

    assert got.warning == "The stored password no longer works and was removed."
