"""The shape of the package: what `lint-imports` does not see."""

from __future__ import annotations

from pathlib import Path

import cognitui

PACKAGE = Path(cognitui.__file__).parent

NEW_SUBJECTS = {
    "cognito/machine_setup.py": "settings of AWS, certificates and proxies for calls without botocore",
    "cognito/secrets_manager.py": "values in AWS Secrets Manager",
    "model/authentication_level.py": "authentication levels of sign-ins: acr, amr and the age",
    "model/secret_source.py": "where a secret comes from if not the keyring",
    "profiles/exchanges.py": "the profiles that a token exchange names",
    "tokens/client_secret.py": "client secrets that are read from a source",
    "tui/dialogs/step_up.py": "the choice of an authentication level",
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
