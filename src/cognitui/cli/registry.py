"""The registry of commands: where each one is written, and what the help says of it.

The summaries stand here, so that `--help` need not import the commands.
"""

from __future__ import annotations

from msgspec import Struct


class Entry(Struct, frozen=True):
    """One command."""

    name: str
    place: str
    """`module:attribute`, imported when the command is run."""
    summary: str


class Section(Struct, frozen=True):
    """Commands that belong together in the help."""

    title: str
    entries: tuple[Entry, ...]


SECTIONS = (
    Section(
        "Tokens",
        (
            Entry("list", "cognitui.cli.commands.list:list_profiles", "List profiles with the state of their tokens."),
            Entry(
                "status",
                "cognitui.cli.commands.status:status",
                "Tell the state of a profile, or count all, for a prompt.",
            ),
            Entry("token", "cognitui.cli.commands.token:token", "Print a valid token, signing in where it must."),
            Entry(
                "exec",
                "cognitui.cli.commands.exec:execute",
                "Run a command with a profile's tokens in its environment.",
            ),
            Entry("login", "cognitui.cli.commands.login:login", "Sign in anew, from the start."),
            Entry("logout", "cognitui.cli.commands.logout:logout", "Sign out: here, at Cognito, or everywhere."),
            Entry(
                "credential-process",
                "cognitui.cli.commands.credential_process:credential_process",
                "Print AWS credentials of an identity pool, for AWS SDKs.",
            ),
            Entry("diff", "cognitui.cli.commands.diff:diff", "Compare the claims of two tokens."),
            Entry(
                "decode",
                "cognitui.cli.commands.decode:decode_token",
                "Show what a token says, and whether it is genuine.",
            ),
        ),
    ),
    Section(
        "Profiles and secrets",
        (
            Entry("profile", "cognitui.cli.commands.profile:profile", "Add, show, edit, rename and remove profiles."),
            Entry(
                "secret", "cognitui.cli.commands.secret:secret", "Set, remove and check passwords and client secrets."
            ),
            Entry(
                "export",
                "cognitui.cli.commands.export:export_profiles",
                "Write chosen profiles as a file without secrets, to be included.",
            ),
        ),
    ),
    Section(
        "From AWS",
        (
            Entry(
                "import",
                "cognitui.cli.commands.import_:import_profiles",
                "Write profiles from AWS, or from a file of any format.",
            ),
            Entry(
                "provision",
                "cognitui.cli.commands.provision:provision",
                "Make an app client, a user and a password in AWS, and their profile.",
            ),
        ),
    ),
    Section(
        "The program",
        (
            Entry("demo", "cognitui.cli.commands.demo:demo", "Try it all against an embedded Cognito."),
            Entry(
                "doctor",
                "cognitui.cli.commands.doctor:doctor",
                "Find out what is wrong, with the set-up or with a profile.",
            ),
            Entry(
                "completion",
                "cognitui.cli.commands.completion:completion",
                "Print the script that completes in bash, zsh or fish.",
            ),
            Entry("locate", "cognitui.cli.commands.locate:locate", "Print the files and folders that are used."),
        ),
    ),
)

EXAMPLES = """\
cognitui                                     open the screen
cognitui list --env dev                      what is still valid
cognitui token dev/alice                     an access token, and nothing else
cognitui token dev/alice --as curl           ready to paste
cognitui exec dev/alice -- npm run e2e       with COGNITO_ACCESS_TOKEN set
eval "$(cognitui token dev/alice --as env)"  as COGNITO_ACCESS_TOKEN
pbpaste | cognitui decode --verify           whose is it, and is it genuine
cognitui secret set dev/alice password       asks, and shows nothing"""

EXIT_CODES = (
    ("0", "done"),
    ("1", "a fault of ours"),
    ("2", "wrong usage, or a faulty profile file"),
    ("3", "a person is needed: a challenge, a missing secret, a yes; nobody can be asked, or it was a no"),
    ("4", "Cognito refused"),
    ("5", "Cognito is unreachable, or asks to slow down"),
    ("6", "the secret store failed"),
    ("126, 127", "exec: the command cannot be run, or is not there"),
    ("130", "ended by ctrl+c"),
)

ENVIRONMENT = (
    ("COGNITUI_PROFILES", "the profile file, where --profiles does not say"),
    ("COGNITUI_VAULT", "keyring or memory, where --vault does not say"),
    ("PYTHON_KEYRING_BACKEND", "the keyring's backend, as keyring documents it"),
    ("AWS_CA_BUNDLE, HTTPS_PROXY", "are honoured for every connection"),
)
