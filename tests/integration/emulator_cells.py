"""What the cells say: how cognitui fares on an emulator, found out by trying it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import TYPE_CHECKING, cast
from urllib.parse import urlencode, urljoin

import urllib3

from cognitui.cognito.api import CognitoApi
from cognitui.cognito.by_flow import SignInByFlow
from cognitui.cognito.exam import PoolExam
from cognitui.cognito.http import fetch_https, look
from cognitui.cognito.jwks import TokenVerifier
from cognitui.cognito.oauth import ADDRESS, OAuthSignIn
from cognitui.cognito.signin import CognitoSignIn
from cognitui.cognito.token_endpoint import TokenEndpoint
from cognitui.demo.directory import REGION, Directory, RegisteredClient
from cognitui.model.claims import username_of
from cognitui.model.errors import CognituiError, ServiceFault
from cognitui.model.finding import Verdict
from cognitui.model.profile import DEFAULT_REDIRECT_URI, Environment, Flow, Profile, ProfileFields
from cognitui.model.signin import Challenge, GivenSecrets, SignedIn
from cognitui.model.token import TokenSet
from tests.integration.emulator_cases import Case, Trial
from tests.integration.flow_cells import iam_credentials
from tests.unit.fakes import make_doctor_of_profile

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp.literals import ExplicitAuthFlowsTypeType

USERNAME = "alice@example.com"
PASSWORD = "Passw0rd!"
NEW_PASSWORD = "Str0nger!pass"
READ = "orders/read"
_MOST_QUESTIONS = 4
