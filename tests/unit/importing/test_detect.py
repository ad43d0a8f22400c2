"""What is found in any format, and what is never imported."""

from __future__ import annotations

import base64
import json
from functools import cache
from pathlib import Path

import pytest

from cognitui.importing.detect import FoundPool
from cognitui.importing.from_file import found_in, found_in_text
from cognitui.importing.naming import environment_for, means_production, stages_in
from cognitui.model.errors import UsageError
from cognitui.model.profile import ProfileSet

POOL, OTHER_POOL = "eu-west-1_AbCdEf123", "us-east-1_ZyXwVu987"
CLIENT, OTHER = "1h57kf5cpq17m0eml12exampl0", "7d8ckn3u9ma5ttpexample00zz"
SECRET = "9drv7kalt3vq0ssexampleexample9drv7kalt3vq0ssexample"
NAMES = {"COGNITO_USER_POOL_ID": POOL, "COGNITO_CLIENT_ID": CLIENT, "COGNITO_CLIENT_SECRET": SECRET}


def pools(text: str, path: str = "") -> tuple[FoundPool, ...]:
    return found_in_text(text, path or "f", path).found.pools


def only(text: str, path: str = "") -> tuple[str, str, str]:
    (pool,) = pools(text, path)
    (client,) = pool.clients
    return pool.id, client.id, client.secret


def env(**values: str) -> str:
    return "".join(f"{name}={value}\n" for name, value in values.items())


ALL = (POOL, CLIENT, SECRET)


class TestIds:
    @pytest.mark.parametrize("length", [24, 25, 26])
    @pytest.mark.parametrize("name", ["COGNITO_APP_CLIENT", "user_pool_client", "AUTH_COGNITO_ID"])
    def test_an_id_has_24_to_26_characters(self, name: str, length: int) -> None:
        assert only(env(USER_POOL_ID=POOL, **{name: CLIENT[:length]}))[1] == CLIENT[:length]

    @pytest.mark.parametrize("length", [23, 27])
    def test_a_name_without_id_accepts_no_other_value(self, length: int) -> None:
        assert pools(env(USER_POOL_ID=POOL, COGNITO_APP_CLIENT=(CLIENT * 2)[:length]))[0].clients == ()

    @pytest.mark.parametrize(
        "issuer",
        [
            f"https://cognito-idp.eu-west-1.amazonaws.com/{POOL}",
            f"https://issuer-cognito-idp.eu-west-1.amazonaws.com/{POOL}/",
            f"https://cognito-idp.eu-west-1.amazonaws.com/{POOL}/.well-known/openid-configuration",
            f"arn:aws:cognito-idp:eu-west-1:123456789012:userpool/{POOL}",
        ],
    )
    def test_the_pool_is_found_in_arn_issuer_and_key_address(self, issuer: str) -> None:
        assert only(env(OIDC_ISSUER=issuer, CLIENT_ID=CLIENT))[0] == POOL


class TestStrangers:
    @pytest.mark.parametrize("name", ["ZOOM", "NOTION", "PLAID", "ACME", "GOOGLE", "STRAVA"])
    @pytest.mark.parametrize("value", ["abcDEF123", OTHER, OTHER[:24]])
    def test_the_client_of_another_service_never_wins(self, name: str, value: str) -> None:
        text = env(AUTH_COGNITO_ID=CLIENT, COGNITO_ISSUER=POOL, **{f"{name}_CLIENT_ID": value})

        assert only(text)[1] == CLIENT

    @pytest.mark.parametrize("name", ["ZOOM", "ACME"])
    def test_the_secret_of_another_service_is_neither_imported_nor_reported(self, name: str) -> None:
        own = {f"{name}_CLIENT_ID": "abcDEF123", f"{name}_CLIENT_SECRET": SECRET}
        (pool,) = pools(env(COGNITO_USER_POOL_ID=POOL, COGNITO_CLIENT_ID=CLIENT, **own))

        assert [client.secret for client in pool.clients] == [""]
        assert pool.loose_secrets == ()

    def test_a_client_that_shares_a_word_with_the_pool_belongs_to_it(self) -> None:
        text = env(ACME_USER_POOL_ID=POOL, ACME_CLIENT_ID=CLIENT, ACME_CLIENT_SECRET=SECRET)

        assert only(text) == ALL

    @pytest.mark.parametrize(
        "stack", ["IdentityStack", "GoogleStack", "KeycloakMigration", "slack-bot", "Auth0Replacement"]
    )
    def test_the_name_of_a_stack_says_nothing_about_its_client(self, stack: str) -> None:
        assert only(json.dumps({stack: {"UserPoolId": POOL, "ClientId": CLIENT, "ClientSecret": SECRET}})) == ALL

    def test_another_service_in_the_same_object_is_ignored(self) -> None:
        value = {
            "auth": {"userPoolId": POOL, "clientId": CLIENT, "google": {"clientId": OTHER, "clientSecret": SECRET}}
        }

        assert only(json.dumps(value)) == (POOL, CLIENT, "")

    def test_a_secret_is_imported_only_with_its_client(self) -> None:
        text = env(COGNITO_USER_POOL_ID=POOL, WEB_CLIENT_ID=CLIENT, BATCH_CLIENT_SECRET=SECRET)
        (pool,) = pools(text)

        assert [client.secret for client in pool.clients] == [""]
        assert pool.loose_secrets == ("BATCH_CLIENT_SECRET",)


TWO = {
    "stacks": {
        "A": {"UserPoolId": POOL, "UserPoolClientId": CLIENT, "ClientSecret": SECRET},
        "B": {"UserPoolId": OTHER_POOL, "UserPoolClientId": OTHER},
    },
    "tables": {
        "pool_ids": {"a": POOL, "b": OTHER_POOL},
        "client_ids": {"a": CLIENT, "b": OTHER},
        "client_secrets": {"a": SECRET},
    },
    "names": {
        "dev_user_pool_id": POOL,
        "qa_user_pool_id": OTHER_POOL,
        "dev_client_id": CLIENT,
        "qa_client_id": OTHER,
        "dev_client_secret": SECRET,
    },
    "ends": {
        "userPoolIdDev": POOL,
        "userPoolIdQa": OTHER_POOL,
        "clientIdDev": CLIENT,
        "clientIdQa": OTHER,
        "clientSecretDev": SECRET,
    },
    "list": [
        {"name": "one", "userPoolId": POOL, "clientId": CLIENT, "clientSecret": SECRET},
        {"name": "two", "userPoolId": OTHER_POOL, "clientId": OTHER},
    ],
    "ssm": {
        "Parameters": [
            {"Name": "/shop/a/cognito/user_pool_id", "Value": POOL},
            {"Name": "/shop/a/cognito/client_id", "Value": CLIENT},
            {"Name": "/shop/a/cognito/client_secret", "Value": SECRET},
            {"Name": "/shop/b/cognito/user_pool_id", "Value": OTHER_POOL},
            {"Name": "/shop/b/cognito/client_id", "Value": OTHER},
        ]
    },
}


@pytest.mark.parametrize("form", TWO)
def test_what_is_under_one_stack_prefix_or_object_belongs_together(form: str) -> None:
    found = {pool.id: [(client.id, client.secret) for client in pool.clients] for pool in pools(json.dumps(TWO[form]))}

    assert found == {POOL: [(CLIENT, SECRET)], OTHER_POOL: [(OTHER, "")]}


def test_prefixes_in_a_env_file_separate_pools() -> None:
    values = {"USER_POOL_ID": (POOL, OTHER_POOL), "CLIENT_ID": (CLIENT, OTHER), "DOMAIN": ("shop-a", "shop-b")}
    text = env(
        **{
            f"{stage}_COGNITO_{name}": both[at]
            for at, stage in enumerate(("DEV", "PROD"))
            for name, both in values.items()
        }
    )

    assert [([client.id for client in pool.clients], pool.domain) for pool in pools(text)] == [
        ([CLIENT], "https://shop-a.auth.eu-west-1.amazoncognito.com"),
        ([OTHER], "https://shop-b.auth.us-east-1.amazoncognito.com"),
    ]


def test_the_values_next_to_a_missing_pool_do_not_belong_to_another() -> None:
    value = {"A": {"UserPoolId": "<pool>", "UserPoolClientId": CLIENT}, "B": {"UserPoolId": POOL}}

    assert [pool.clients for pool in pools(json.dumps(value))] == [()]


def test_a_domain_of_another_region_does_not_belong_to_the_pool() -> None:
    assert pools(env(USER_POOL_ID=POOL, COGNITO_DOMAIN="https://x.auth.us-east-1.amazoncognito.com"))[0].domain == ""


def test_settings_near_no_client_belong_to_all() -> None:
    value = {"UserPoolId": POOL, "AppClientIDWeb": CLIENT, "AppClientID": OTHER, "AllowedOAuthScopes": ["openid"]}
    (pool,) = pools(json.dumps(value))

    assert [client.scopes for client in pool.clients] == [("openid",), ("openid",)]


def test_a_cdk_name_with_a_hash_can_be_that_of_a_client() -> None:
    stack = {"ExportsOutputRefUserPool6BA7E5F2296FD7236": POOL, "ExportsOutputRefUserPoolClient2F5918F7": CLIENT}

    assert only(json.dumps({"AuthStack": stack})) == (POOL, CLIENT, "")


def test_a_client_for_machines_beside_that_of_the_application_is_offered_with_its_secret() -> None:
    text = env(COGNITO_ISSUER=POOL, AUTH_COGNITO_ID=CLIENT, M2M_CLIENT_ID=OTHER, M2M_CLIENT_SECRET=SECRET)
    (pool,) = pools(text)

    assert [(client.id, client.secret) for client in pool.clients] == [(CLIENT, ""), (OTHER, SECRET)]


class TestProduction:
    @pytest.mark.parametrize(
        "text",
        [
            json.dumps({"AuthStack-prod": {"UserPoolId": POOL}}),
            json.dumps({"name": "shop production", "values": [{"key": "userPoolId", "value": POOL}]}),
            json.dumps({"Parameters": [{"Name": "/shop/prod/user_pool_id", "Value": POOL}]}),
            json.dumps(
                {"Stacks": [{"StackName": "shop-live", "Outputs": [{"OutputKey": "Pool", "OutputValue": POOL}]}]}
            ),
            env(STAGE="prod", USER_POOL_ID=POOL),
            env(NODE_ENV="production", USER_POOL_ID=POOL),
            env(USER_POOL_ID_PROD=POOL),
            env(USER_POOL_ID=POOL, COGNITO_DOMAIN="shop-prod"),
            f"[prod]\nuser_pool_id = {POOL}\n",
            f"const prod = {{ userPoolId: '{POOL}' }};\n",
        ],
        ids=range(10),
    )
    def test_production_is_recognised_in_the_file(self, text: str) -> None:
        (pool,) = pools(text)

        assert environment_for(ProfileSet(), pool.id, pool.environment) == "prod"
        assert means_production(pool.environment)

    def test_another_stack_does_not_make_a_pool_production(self) -> None:
        value = {"AuthStack-dev": {"UserPoolId": POOL}, "Api-prod": {"name": "prod", "stage": "prod"}}
        (pool,) = pools(json.dumps(value))

        assert not means_production(pool.environment)

    @pytest.mark.parametrize("name", ["production", "isProduction", "prod", "isProd"])
    @pytest.mark.parametrize(
        ("path", "form"),
        [
            ("environment.ts", "export const environment = {{ {name}: {flag}, cognito: {{ userPoolId: '{pool}' }} }};"),
            ("environment.ts", "export const environment = {{\n {name}: {flag} as boolean,\n userPoolId: '{pool}' }};"),
            ("f.json", '{{"{name}": {flag}, "auth": {{"userPoolId": "{pool}"}}}}'),
            ("f.yml", "{name}: {flag}\ncognito:\n  userPoolId: {pool}\n"),
            ("f.toml", "{name} = {flag}\n[cognito]\nuserPoolId = '{pool}'\n"),
            (".env", "{name}={flag}\nUSER_POOL_ID={pool}\n"),
        ],
    )
    def test_a_boolean_above_the_pool_that_says_production_is_believed_if_it_is_true(
        self, path: str, form: str, name: str
    ) -> None:
        message = [
            means_production(pools(form.format(name=name, flag=flag, pool=POOL), path)[0].environment)
            for flag in ("true", "false")
        ]

        assert message == [True, False]

    def test_the_boolean_of_another_object_says_nothing(self) -> None:
        value = {"payments": {"production": True}, "auth": {"userPoolId": POOL}}

        assert not means_production(pools(json.dumps(value))[0].environment)

    @pytest.mark.parametrize(
        ("name", "stages"),
        [
            ("non-prod", []),
            ("NotProduction", []),
            ("pre-prod", ["preprod"]),
            ("preprod", ["preprod"]),
            ("AuthStackProd2", ["prod"]),
            ("products", []),
            ("delivery", []),
        ],
    )
    def test_what_only_looks_like_production_does_not_count(self, name: str, stages: list[str]) -> None:
        assert stages_in(name) == stages


def pairs(name: str, value: str) -> list[dict[str, str]]:
    return [{name: key, value: text} for key, text in NAMES.items()]


class TestNamesAndValues:
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("name", "value"),
            ("Name", "Value"),
            ("key", "value"),
            ("Key", "Value"),
            ("OutputKey", "OutputValue"),
            ("ParameterKey", "ParameterValue"),
        ],
    )
    def test_a_list_of_them_is_read(self, name: str, value: str) -> None:
        assert only(json.dumps({"items": pairs(name, value)})) == ALL

    def test_a_task_definition_of_ecs_is_read_and_what_it_refers_to_is_not(self) -> None:
        arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:x"
        container = {
            "name": "web",
            "environment": pairs("name", "value")[:2],
            "secrets": [{"name": "COGNITO_CLIENT_SECRET", "valueFrom": arn}],
        }
        (pool,) = pools(json.dumps({"containerDefinitions": [container]}))

        assert [(client.id, client.secret) for client in pool.clients] == [(CLIENT, "")]
        assert len(pool.loose_secrets) == 1

    def test_disabled_variables_are_ignored(self) -> None:
        values = [*pairs("key", "value"), {"key": "clientId", "value": OTHER, "enabled": False}]

        assert only(json.dumps({"values": values})) == ALL

    def test_the_environment_of_docker_compose_is_read(self) -> None:
        lines = "\n".join(f"      - {name}={value}" for name, value in NAMES.items())

        assert only(f"services:\n  web:\n    environment:\n{lines}\n", "compose.yml") == ALL

    def test_a_secret_of_kubernetes_is_decoded(self) -> None:
        data = "\n".join(f"  {name}: {base64.b64encode(value.encode()).decode()}" for name, value in NAMES.items())

        assert only(f"apiVersion: v1\nkind: Secret\ndata:\n{data}\n", "secret.yaml") == ALL

    def test_of_a_state_of_terraform_only_the_outputs_are_read(self) -> None:
        state = {
            "version": 4,
            "terraform_version": "1.9.0",
            "outputs": {"user_pool_id": {"value": POOL, "type": "string"}},
            "resources": [{"instances": [{"attributes": {"client_id": CLIENT, "client_secret": SECRET}}]}],
        }

        assert pools(json.dumps(state))[0].clients == ()


class TestTextsInTexts:
    @pytest.mark.parametrize(
        "text",
        [
            json.dumps({"config": json.dumps(NAMES)}),
            json.dumps({"config": json.dumps(json.dumps(NAMES))}),
            f"CONFIG='{json.dumps(NAMES)}'\n",
            f"config: |\n  {json.dumps(NAMES)}\n",
            f"const config = JSON.parse('{json.dumps(NAMES)}');\nconst x = {{ c: '{json.dumps(NAMES)}' }};\n",
        ],
        ids=range(5),
    )
    def test_json_in_a_string_is_read(self, text: str) -> None:
        assert only(text) == ALL


SCRIPTS = {
    "typescript": """
        interface Config { userPoolId: string; clientId: string }
        export const config: Config = {
          userPoolId: "POOL", // of the shop
          clientId: 'CLIENT' as const,
          clientSecret: `SECRET`,
        } satisfies Config;
    """,
    "defaults": """
        export default {
          userPoolId: process.env.NEXT_PUBLIC_POOL ?? "POOL",
          clientId: import.meta.env.VITE_CLIENT || 'CLIENT',
          clientSecret: "SECRET",
        }
    """,
    "calls": """
        import { Amplify } from 'aws-amplify'
        Amplify.configure({ Auth: { Cognito: { userPoolId: 'POOL', userPoolClientId: 'CLIENT', clientSecret: 'SECRET',
          loginWith: { oauth: { redirectSignIn: [window.location.origin] } } } } })
    """,
    "constants": """
        const USER_POOL_ID = "POOL"
        const CLIENT_ID = "CLIENT"
        const CLIENT_SECRET = "SECRET"
        module.exports = { USER_POOL_ID, CLIENT_ID, re: /["']/g }
    """,
    "functions": """
        export function pool() {
          return new CognitoUserPool({ UserPoolId: "POOL", ClientId: "CLIENT", ClientSecret: "SECRET" });
        }
    """,
    "python_defaults": """
        USER_POOL_ID = os.environ.get("USER_POOL_ID", "POOL")
        CLIENT_ID = os.getenv('CLIENT_ID', 'CLIENT')
        CLIENT_SECRET = "SECRET"
    """,
    "python": """
        COGNITO = {
            "userPoolId": "POOL",  # it's the shop's
            "clientId": "CLIENT",
            "clientSecret": "SECRET",
        }
    """,
}


class TestScripts:
    @pytest.mark.parametrize("form", SCRIPTS)
    def test_the_values_of_a_script_are_read(self, form: str) -> None:
        text = SCRIPTS[form].replace('POOL"', f'{POOL}"').replace("'POOL'", f"'{POOL}'")
        text = (
            text.replace("'CLIENT'", f"'{CLIENT}'").replace('"CLIENT"', f'"{CLIENT}"').replace("SECRET`", f"{SECRET}`")
        )
        text = text.replace('"SECRET"', f'"{SECRET}"').replace("'SECRET'", f"'{SECRET}'")

        assert only(text, "config.py" if form.startswith("python") else "config.ts") == ALL

    @pytest.mark.parametrize(
        "code",
        [
            *('process.env["SECRET"]', "os.environ['SECRET']", "secrets()['SECRET']", "all[0]['SECRET']"),
            *('decrypt("SECRET")', 'pick(["SECRET"])', '"SECRET" + suffix', "ask('SECRET') || ''", "`SECRET${x}`"),
            *('isProd ? "SECRET" : "x"', '() => "SECRET"', "!'SECRET'", "SECRET"),
        ],
    )
    def test_a_string_in_code_is_not_the_value(self, code: str) -> None:
        code = code.replace("SECRET", SECRET)
        text = f"const c = {{ userPoolId: '{POOL}', clientId: '{CLIENT}', clientSecret: {code} }};\n"

        assert only(text, "a.ts") == (POOL, CLIENT, "")

    def test_two_objects_without_a_name_stay_separate(self) -> None:
        text = "\n".join(
            f"Amplify.configure({{ userPoolId: '{pool}', userPoolClientId: '{client}' }});"
            for pool, client in ((POOL, CLIENT), (OTHER_POOL, OTHER))
        )

        assert [(pool.id, pool.clients[0].id, len(pool.clients)) for pool in pools(text, "a.js")] == [
            (POOL, CLIENT, 1),
            (OTHER_POOL, OTHER, 1),
        ]


LINES = {
    "quotes": (".env", "{name}='{value}'"),
    "export": (".envrc", "export {name}={value}"),
    "blanks": (".env", "{name} = {value}   # of the shop"),
    "powershell": ("env.ps1", '$env:{name} = "{value}"'),
    "fish": ("env.fish", "set -gx {name} {value}"),
    "csh": ("env.csh", "setenv {name} {value}"),
    "cmd": ("env.bat", "set {name}={value}"),
    "dockerfile": ("Dockerfile", "ENV {name}={value}"),
    "properties": ("app.properties", "{name}={value}"),
    "colons": ("app.properties", "{name}: {value}"),
    "ini": ("app.ini", "{name} = {value}"),
    "toml": ("app.toml", '{name} = "{value}"'),
    "yaml": ("app.yml", "{name}: {value}"),
    "jsonc": ("app.json", '"{name}": "{value}", // of the shop'),
}


class TestFormats:
    @pytest.mark.parametrize("form", LINES)
    @pytest.mark.parametrize("named", [True, False])
    def test_the_same_values_are_found_in_each(self, form: str, named: bool) -> None:
        path, line = LINES[form]
        text = "\n".join(line.format(name=name, value=value) for name, value in NAMES.items())
        text = {"ini": f"; of the shop\n[auth]\n{text}", "toml": f"[auth]\n{text}", "jsonc": f"{{\n{text}\n}}"}.get(
            form, text
        )

        assert only(f"{text}\n", path if named else "") == ALL

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8"])
    @pytest.mark.parametrize("text", [json.dumps(NAMES, indent=2), env(**NAMES)], ids=["json", "env"])
    def test_an_encoding_is_recognised(self, tmp_path: Path, encoding: str, text: str) -> None:
        file = tmp_path / "settings"
        file.write_bytes(text.replace("\n", "\r\n").encode(encoding))

        assert found_in(file).found.pools[0].clients[0].secret == SECRET

    def test_references_within_the_file_are_resolved(self) -> None:
        text = f'REGION=eu-west-1\nID=AbCdEf123\nUSER_POOL_ID="${{REGION}}_$ID"\nCLIENT_ID={CLIENT}\n'

        assert only(text)[0] == POOL

    def test_a_reference_to_a_secret_is_not_resolved(self) -> None:
        text = f"{env(**NAMES)}COGNITO_DOMAIN=https://${{COGNITO_CLIENT_SECRET}}.example.com\n"

        assert SECRET not in repr(pools(text))

    def test_yaml_knows_anchors_and_merges(self) -> None:
        text = f"x: &x\n  userPoolId: {POOL}\n  clientId: {CLIENT}\nweb:\n  <<: *x\n  clientSecret: {SECRET}\n"

        assert only(text, "a.yml") == ALL

    def test_yaml_tags_run_nothing_and_a_reference_is_a_placeholder(self) -> None:
        text = (
            f"Outputs:\n  UserPoolId: {POOL}\n  ClientId: !Ref WebClient\n"
            "  Danger: !!python/object/apply:os.system ['exit 1']\n"
        )
        file = found_in_text(text, "f", "template.yml")

        assert file.found.pools[0].clients == ()
        assert list(file.notes()) == ["Outputs.ClientId contains a placeholder."]


class TestOpenValues:
    @pytest.mark.parametrize(
        "value",
        [
            *(
                "",
                "<your-client-id>",
                "REPLACE_ME",
                "xxxxxxxx",
                "${VAR}",
                "$VAR",
                "$(pass x)",
                "{{ vault }}",
                "CHANGE_ME",
            ),
            *("changeme", "your-client-id", "TODO", "...", "abcdefghijklmnopqrstuvwxyz", "x" * 26, "null", "%VAR%"),
        ],
    )
    def test_a_placeholder_is_reported_and_not_imported(self, value: str) -> None:
        text = json.dumps({"COGNITO_USER_POOL_ID": POOL, "COGNITO_CLIENT_ID": value, "COGNITO_CLIENT_SECRET": value})
        file = found_in_text(text, "f")

        assert file.found.pools[0].clients == ()
        state = "contains a placeholder" if value else "is empty"
        assert list(file.notes()) == [f"COGNITO_CLIENT_ID {state}.", f"COGNITO_CLIENT_SECRET {state}."]

    @pytest.mark.parametrize("value", ["us-east-1_XXXXXXXXX", "<region>_<id>", "us-east-1_EXAMPLE", ""])
    def test_a_missing_pool_is_reported(self, value: str) -> None:
        with pytest.raises(UsageError, match=r"f:1: COGNITO_USER_POOL_ID (is empty|contains a placeholder)"):
            pools(env(COGNITO_USER_POOL_ID=value, COGNITO_CLIENT_ID=CLIENT))


@cache
def hostile(size: int) -> tuple[str, ...]:
    """Return files of about that many characters that are costly to read, or look so."""
    return (
        "a: &a [x, x]\n"
        + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)),
        "A0=xxxxxxxxxx\n" + "".join(f"A{n + 1}=$A{n}$A{n}\n" for n in range(60)),
        json.dumps([f"eu-west-1_Pool{n}" for n in range(2000)]),
        json.dumps({f"client{n}": CLIENT for n in range(size // 33)}),
        '{"a":' * (size // 10),
        "[" * size,
        "a" * size,
        "'" * size,
        "- " * (size // 3),
        "{a:" * (size // 3),
        "/*" * (size * 2 // 5),
        "x=1;" * (size // 5),
        "<<: *a\n" * (size // 100),
        " " * size + "x",
        "/* */ " * (size // 10) + "x",
        'A="' + '\\"' * (size * 2 // 5),
        json.dumps({"p": POOL, **{f"a{n}": {"cognitoClientId": f"x{n}", "scope": "openid"} for n in range(450)}}),
    )


@pytest.mark.parametrize("number", range(17))
@pytest.mark.parametrize("path", ["", "a.json", "a.yml", "a.js", "a.toml", ".env"])
def test_a_hostile_file_ends_in_an_error_message(number: int, path: str) -> None:
    """A reader with quadratic cost would take hours for a file of any of these sizes."""
    size = 200_000 if path else 1_000_000
    with pytest.raises(UsageError):
        pools(hostile(size)[number], path)


def test_no_hostile_file_is_left_out() -> None:
    assert len(hostile(1_000)) == 17


EU_POOL = "eusc-de-east-1_AbCdEf123"


@pytest.mark.parametrize(
    ("pool", "domain", "found"),
    [
        ("us-gov-west-1_AbCdEf123", "shop", "https://shop.auth-fips.us-gov-west-1.amazoncognito.com"),
        ("cn-north-1_AbCdEf123", "shop", "https://shop.auth.cn-north-1.amazoncognito.com.cn"),
        (EU_POOL, "shop", "https://shop.auth.cognito-idp.eusc-de-east-1.on.amazonwebservices.eu"),
        (EU_POOL, "shop.auth.cognito-idp.eusc-de-east-1.on.amazonwebservices.eu", None),
        # The AWS suffix there is unknown, and a guess might be somebody's host.
        ("us-iso-east-1_AbCdEf123", "shop", ""),
    ],
)
def test_a_prefix_domain_is_in_the_partition_of_the_pool(pool: str, domain: str, found: str | None) -> None:
    expected = f"https://{domain}" if found is None else found

    assert pools(env(USER_POOL_ID=pool, COGNITO_DOMAIN=domain))[0].domain == expected


def test_a_pools_domain_is_known_in_every_partition_whatever_its_name() -> None:
    host = "shop.auth.cognito-idp.eusc-de-east-1.on.amazonwebservices.eu"

    assert pools(env(USER_POOL_ID=EU_POOL, LOGIN_HOST=host))[0].domain == f"https://{host}"
    assert pools(env(USER_POOL_ID=POOL, COGNITO_DOMAIN=host))[0].domain == ""
