"""Levels in managed login: acr_values and max_age at /oauth2/authorize."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlencode, urljoin

import pytest
import urllib3

from cognitui.demo.strict.pools import MfaConfiguration
from cognitui.demo.strict.tiers import Tier
from cognitui.demo.strict.users import SoftwareToken
from tests.strict.browser import Browser
from tests.unit.demo.strict.test_oauth import FORM, Program, claims, program, query
from tests.unit.demo.strict.world import ALICE, PASSWORD, World

THREE, FOUR = "urn:cognito:loa:3", "urn:cognito:loa:4"


@pytest.fixture
def shop(world: World) -> Program:
    world.server.clock.stop()
    world.pool.first_factors = ("PASSWORD", "EMAIL_OTP")
    return program(world)


def posted(url: str, **form: str) -> tuple[int, str, str]:
    """Return the status, the page, and where it leads."""
    answer = urllib3.request("POST", url, body=urlencode(form), headers={"Content-Type": FORM}, redirect=False)
    return answer.status, answer.data.decode(), answer.headers.get("Location", "")


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found, page
    return found[1]


def action(shop: Program, page: str) -> str:
    found = re.search(r'action="([^"]+)"', page)
    assert found, page
    return urljoin(shop.url(), unescape(found[1]))


def page_for_a_code(shop: Program, **changed: str) -> str:
    """Return the page after the password."""
    form = urllib3.request("GET", shop.url(**changed)).data.decode()
    status, page, _ = posted(action(shop, form), username=ALICE, password=PASSWORD)
    assert status == 200
    return page


def level(shop: Program, location: str) -> tuple[object, object]:
    found = claims(shop.exchange(query(location)["code"]).body["access_token"])
    return found.get("acr"), found.get("amr")


def test_a_level_leads_to_the_page_for_a_code(shop: Program) -> None:
    page = page_for_a_code(shop, acr_values=THREE)
    code = shop.world.server.outbox.last(shop.world.alice.username).code
    wrong = "000000" if code != "000000" else "000001"
    status, again, _ = posted(action(shop, page), pending=field(page, "pending"), code=wrong)
    assert (status, "Invalid code" in again) == (200, True)
    _, _, location = posted(action(shop, page), pending=field(page, "pending"), code=code)
    assert level(shop, location) == (THREE, ["pwd", "email_otp", "mfa"])


def test_an_app_is_asked_for_the_highest_level(shop: Program) -> None:
    shop.world.pool.mfa, shop.world.alice.software_token = MfaConfiguration.OPTIONAL, SoftwareToken()
    page = page_for_a_code(shop, acr_values=f"{FOUR} {THREE}")
    code = shop.world.alice.software_token.code(shop.world.server.now())
    _, _, location = posted(action(shop, page), pending=field(page, "pending"), code=code)
    assert level(shop, location)[0] == FOUR


@pytest.mark.parametrize("levels", ["gold", FOUR], ids=["unknown", "out of reach"])
def test_other_levels_are_passed_over(shop: Program, levels: str) -> None:
    location = Browser().log_in(shop.url(acr_values=levels), ALICE, PASSWORD)
    assert level(shop, location) == ("urn:cognito:loa:1", ["pwd"])


def test_a_small_plan_ignores_levels(shop: Program) -> None:
    shop.world.pool.tier = Tier.LITE
    location = Browser().log_in(shop.url(acr_values=THREE), ALICE, PASSWORD)
    assert level(shop, location) == (None, None)


def test_a_browser_that_is_logged_in_is_asked_only_for_the_code(shop: Program) -> None:
    browser = Browser()
    browser.log_in(shop.url(), ALICE, PASSWORD)
    assert browser.go(shop.url(acr_values=THREE)) == ""
    assert shop.world.server.outbox.last(shop.world.alice.username).code


def test_an_old_login_shows_the_form_again(shop: Program) -> None:
    browser = Browser()
    browser.log_in(shop.url(), ALICE, PASSWORD)
    before = int(shop.world.server.now())
    shop.world.server.clock.advance(60)
    fresh = browser.go(shop.url(max_age="60"))
    assert claims(shop.exchange(query(fresh)["code"]).body["access_token"])["auth_time"] == before
    shop.world.server.clock.advance(1)
    assert browser.go(shop.url(max_age="60")) == ""
    assert query(browser.go(shop.url(max_age="60", prompt="none")))["error"] == "login_required"


def test_an_age_is_a_number(shop: Program) -> None:
    location = urllib3.request("GET", shop.url(max_age="soon"), redirect=False).headers["Location"]
    assert query(location)["error"] == "invalid_request"
