"""The shape of the package: what `lint-imports` does not see."""

from __future__ import annotations

from pathlib import Path

import cognitui

PACKAGE = Path(cognitui.__file__).parent

NEW_SUBJECTS = {
    "cli/commands/sessions.py": "the command sessions",
    "cognito/user_sessions.py": "calls about the sessions of users",
    "model/user_session.py": "a session of a user",
    "tui/widgets/session_rows.py": "the list of a user's sessions",
    "tui/dialogs/sign_out.py": "the sign-out, with the sessions of the user",
    "tokens/user_sessions.py": "the sessions of a profile's user",
    "cognito/machine_setup.py": "settings of AWS, certificates and proxies for calls without botocore",
    "cognito/client_secrets.py": "secrets of app clients in AWS",
    "cognito/client_token.py": "tokens of an app client itself without a domain",
    "cognito/secrets_manager.py": "values in AWS Secrets Manager",
    "doctor/client_secret.py": "the checks of a client secret",
    "model/authentication_level.py": "authentication levels of sign-ins: acr, amr and the age",
    "model/issuer.py": "the two names of a pool in its tokens",
    "model/secret_source.py": "where a secret comes from if not the keyring",
    "profiles/exchanges.py": "the profiles that a token exchange names",
    "tokens/client_secret.py": "client secrets that are read from a source",
    "tui/dialogs/step_up.py": "the choice of an authentication level",
    "tokens/secret_rotation.py": "the rotation of a client secret",
    "tokens/levels.py": "the authentication level that a token needs, and a step-up to it",
    "cognito/exchange.py": "token exchange at Cognito",
    "doctor/exchange.py": "the checks of a token exchange",
    "tokens/exchange.py": "the tokens that an exchange needs first",
}
"""Files for what 0.1.0 did not have, each with its subject: a new file needs a new subject."""


def test_at_most_200_files_outside_the_demo_besides_those_of_new_subjects() -> None:
    files = {path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py")}

    assert NEW_SUBJECTS.keys() <= files
    assert len({file for file in files - NEW_SUBJECTS.keys() if not file.startswith("demo/")}) <= 200


def test_no_module_is_loose_beside_the_packages() -> None:
    assert {path.stem for path in PACKAGE.glob("*.py")} == {"__init__", "__main__", "services"}


def test_every_folder_with_code_is_a_package() -> None:
    folders = {path.parent for path in PACKAGE.rglob("*.py")}

    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []
