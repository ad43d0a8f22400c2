"""A run of every command against the strict server, in a home of its own, with a keyring that is a dict."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import pytest
from click.testing import CliRunner, Result

from cognitui.demo.strict.user_sessions import Caller
from tests.contract.keyring_backend import BrokenKeyring, RecordingKeyring
from tests.contract.program import Options, Services, StrictServer, command, remember_something, wire
from tests.contract.shapes import shape

PASSWORD = "Canary-Passw0rd!"
SECRET = "canary9drv7kalt3vq0ssexample"
KEY, KEY_SECRET = "AKIAEXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
ALICE = "alice@example.com"

_FOREIGN = ("AWS_", "COGNITUI_", "COGNITO_", "XDG_", "PYTHON_KEYRING")


class Journey:
    """Runs commands, and keeps the shapes of their JSON and their exit codes."""

    def __init__(self, server: StrictServer, home: Path, patch: pytest.MonkeyPatch) -> None:
        self.server = server
        self.home = home
        self.json: dict[str, list[object]] = {}
        self.codes: dict[str, int] = {}
        self.variables_of_exec: list[str] = []
        self._patch = patch
        self._placeholders: dict[str, str] = {}
        RecordingKeyring.entries.clear()
        RecordingKeyring.seen.clear()
        for name in [name for name in os.environ if name.startswith(_FOREIGN)]:
            patch.delenv(name)
        for name, value in self._environ().items():
            patch.setenv(name, value)

    def travel(self) -> None:
        """Run all that the contract speaks of."""
        self._prepare_server()
        self._set_up()
        self._without_tokens()
        self._with_tokens()
        self._files()
        self._aws()
        self._refusals()
        self._leave()

    def shapes(self) -> Mapping[str, Mapping[str, str]]:
        """Return the shape of the JSON of each command."""
        return {name: shape(printed) for name, printed in sorted(self.json.items())}

    def keyring_entries(self) -> list[str]:
        """Return the entries that were ever written, with placeholders for what differs from run to run."""
        return sorted({f"{service}: {self._anonymous(account)}" for service, account in RecordingKeyring.seen})

    def written_files(self) -> list[str]:
        """Return the files that the program has left, with placeholders for what differs from run to run."""
        left = (path for root in ("config", "state") for path in (self.home / root).rglob("*") if path.is_file())
        # Whether a lock stays behind depends on the system.
        kept = (path for path in left if path.suffix != ".lock")
        return sorted({self._anonymous(path.relative_to(self.home).as_posix()) for path in kept})

    def shapes_of_files(self) -> Mapping[str, Mapping[str, str]]:
        """Return the shape of each JSON file that the program has left."""
        return {path.name: shape([json.loads(path.read_text())]) for path in sorted(self.home.rglob("state/**/*.json"))}

    def _environ(self) -> dict[str, str]:
        return {
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home / "config"),
            "XDG_STATE_HOME": str(self.home / "state"),
            "PYTHON_KEYRING_BACKEND": f"{RecordingKeyring.__module__}.{RecordingKeyring.__qualname__}",
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": KEY_SECRET,
            "AWS_REGION": "eu-west-1",
            "AWS_ENDPOINT_URL": self.server.url,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def _prepare_server(self) -> None:
        self.server.add_iam_user(KEY, KEY_SECRET)
        pool = self.server.add_pool(title="shop-dev")
        pool.session_tracking.enabled = True
        client = self.server.add_client(pool, name="web", secret=SECRET)
        self.server.add_user(pool, ALICE, PASSWORD)
        identities = self.server.add_identity_pool(pool, client)
        self.ids = {
            "--user-pool-id": pool.id,
            "--client-id": client.id,
            "--identity-pool-id": identities.id,
            "--endpoint-url": self.server.url,
        }
        self._placeholders = {pool.id: "<pool>", client.id: "<client>", identities.id: "<identity pool>"}

    def _set_up(self) -> None:
        keys = [word for pair in self.ids.items() for word in pair]
        self.do("profile add", "dev/alice", "--username", ALICE, *keys, "--json")
        self.do("profile add", "dev/bob", "--username", "bob", "--tag", "qa", *keys, "--json")
        self.do("profile edit", "dev/bob", "--notes", "second", "--unset", "tags", "--json")
        self.do("profile rename", "dev/bob", "dev/robert", "--json")
        with (self.home / "config" / "cognitui" / "profiles.toml").open("a") as file:
            file.write('[environments.dev.profiles.alice.expect]\ntoken_use = "access"\nmin_valid = "30s"\n')
        self.do("profile show", "dev/alice", "--json")
        self.do("profile show", "dev/robert", "--json")
        self.do("secret set", "dev/alice", "password", "--json", typed=PASSWORD)
        self.do("secret set", "dev/alice", "client-secret", "--json", typed=SECRET)
        self.do("secret set", "dev/robert", "totp", "--json", typed="JBSWY3DPEHPK3PXP")
        self.do("secret check", "dev/alice", "--json")

    def _without_tokens(self) -> None:
        self.do("list", "--json")
        self.do("status", "dev/alice", "--json", name="status ID")
        self.do("status", "--json")
        settings = self.home / "config" / "cognitui" / "config.toml"
        settings.write_text('colour = "red"\n')  # a finding with a fix
        settings.chmod(0o600)
        self.do("doctor", "--json", code=None)
        settings.unlink()

    def _with_tokens(self) -> None:
        self.do("login", "dev/alice", "--no-input", "--json")
        self.do("token", "dev/alice", "--json")
        self.do("token", "dev/alice", "--type", "refresh", "--as", "json", name="token")
        for form in ("postman", "insomnia"):
            self.do("token", "dev/alice", "--as", form, name=f"token --as {form}")
        self.do("list", "--json")
        self.do("status", "dev/alice", "--json", name="status ID")
        for template in (
            "{sign} {id} {environment} {name} {state} {left} {until}",
            "{environment} {total} {live} {none} {valid} {expiring} {expired}",
        ):
            self.do("status", *(["dev/alice"] if "{id}" in template else []), "--format", template, name="")
        access = self.do("token", "dev/alice", name="").stdout.strip()
        ident = self.do("token", "dev/alice", "--type", "id", name="").stdout.strip()
        self.do("decode", access, "--json")
        self.do("decode", "-", "--verify", "--expect", "dev/alice", "--json", typed=access, code=None)
        self.do("decode", "-", "--json", typed=f'{{"a": "{access}", "b": "{ident}"}}', name="decode of several")
        self.do("diff", "dev/alice:access", "dev/alice:id", "--json")
        self.do("doctor", "dev/alice", "--json", code=None)
        self.do("credential-process", "dev/alice")
        self.do("exec", "dev/alice", "--", "true", name="")
        self.server.pretend_caller(Caller("iOS, Safari", "203.0.113.7", "Dublin", "Ireland"))
        self.do("login", "dev/alice", "--no-input", "--json")
        listed = json.loads(self.do("sessions", "dev/alice", "--json").stdout)
        other = next(session["session_id"] for session in listed if not session["current"])
        self.do("logout", "dev/alice", "--session", other, "--json", name="logout --session")

    def _files(self) -> None:
        self.do("export", "dev/alice", "--json")
        self.do("export", "dev/alice", "-o", str(self.home / "team.toml"), "--json")
        self.do("locate", "--json")
        remember_something(wire(Options()))
        found = self.home / "amplify.json"
        found.write_text(json.dumps({"userPoolId": "eu-west-1_AbCdEf123", "userPoolClientId": "1h57kf5cpq17m0eml12ex"}))
        words = (str(found), "--user", "carol", "--env", "shop", "--json")
        self.do("import file", *words, "--dry-run", name="import file")
        self.do("import file", *words, name="import file")

    def _aws(self) -> None:
        named = ("--pool", "shop-dev", "--client", "web", "--user", ALICE, "--env", "aws", "--json")
        self.do("import aws", *named, "--dry-run")
        self.do("import aws", *named)
        made = ("--pool", "shop-dev", "--user", "dave", "--env", "aws", "--yes", "--json")
        self.do("provision", *made, "--dry-run")
        self.do("provision", *made, typed=PASSWORD)

    def _leave(self) -> None:
        self.do("logout", "dev/alice", "--revoke", "--json")
        self.do("logout", "dev/alice", "--json")
        self.do("secret rm", "dev/robert", "totp", "--json")
        self.do("secret rm", "dev/alice", "device", "--json", name="secret rm device")
        self.do("profile rm", "dev/robert", "--yes", "--forget", "--json")

    def _refusals(self) -> None:
        keys = [word for pair in self.ids.items() for word in pair]
        self.end("an unknown command", "nonsense")
        self.end("an unknown option", "list", "--nonsense")
        self.end("an unknown profile", "token", "dev/nobody")
        self.end("a text that is no token", "decode", "nonsense")
        self.do("profile add", "dev/wrong", "--username", "wrong@example.com", *keys, name="")
        self.end("a missing password", "token", "dev/wrong", "--no-input")
        self.do("secret set", "dev/wrong", "password", typed="Wrong-Passw0rd!", name="")
        self.end("a wrong password", "token", "dev/wrong", "--no-input")
        nowhere = ["http://127.0.0.1:9" if word == self.server.url else word for word in keys]
        self.do("profile add", "dev/nowhere", "--username", "nowhere", *nowhere, name="")
        self.do("secret set", "dev/nowhere", "password", typed=PASSWORD, name="")
        self.end("an endpoint that does not answer", "token", "dev/nowhere", "--no-input")
        self.end("a removal without consent", "profile", "rm", "dev/nowhere")
        self.end("a vault that does not exist", "list", environ={"COGNITUI_VAULT": "nonsense"})
        broken = f"{BrokenKeyring.__module__}.{BrokenKeyring.__qualname__}"
        self.end("a keyring that fails", "secret", "check", "dev/alice", environ={"PYTHON_KEYRING_BACKEND": broken})
        invalid = self.home / "invalid.toml"
        invalid.write_text("version = ")
        invalid.chmod(0o600)
        self.end("a profile file that is not TOML", "--profiles", str(invalid), "token", "dev/alice")
        self.end("a good end", "list")

    def do(self, words: str, *args: str, typed: str = "", name: str | None = None, code: int | None = 0) -> Result:
        """Run a command that ends well; its JSON is kept under `name`, by default the command; none if empty."""
        result = self._run([*words.split(), *args], typed)
        if code is not None:
            assert result.exit_code == code, f"cognitui {words}: {result.output}"
        if name is None or name:
            self.json.setdefault(name or words, []).append(json.loads(result.stdout))
        return result

    def end(self, case: str, *args: str, environ: Mapping[str, str] | None = None) -> None:
        """Run a command for its exit code."""
        with self._patch.context() as patch:
            for variable, value in (environ or {}).items():
                patch.setenv(variable, value)
            self.codes[case] = self._run(args, "").exit_code

    def _run(self, args: Sequence[str], typed: str) -> Result:
        return CliRunner().invoke(command, list(args), obj=self._wire, input=typed)

    def _wire(self, options: Options) -> Services:
        return cast(Services, _Staying(wire(options), self))

    def _anonymous(self, text: str) -> str:
        for known, placeholder in self._placeholders.items():
            text = text.replace(known, placeholder)
        # What digests are made of is held by the names of fixed profiles.
        text = re.sub(r"\b[0-9a-f]{16,64}\b", "<digest>", text.replace(self.server.url, "<endpoint>"))
        return re.sub(r"\b[0-9a-z]{26}\b", "<client>", text)


class _Staying:
    """The program's services, except that `exec` notes the variables and does not replace the process."""

    def __init__(self, services: Services, journey: Journey) -> None:
        self._services = services
        self._journey = journey

    def __getattr__(self, name: str) -> Any:
        return getattr(self._services, name)

    def become(self, _command: Sequence[str], environ: Mapping[str, str]) -> int:
        self._journey.variables_of_exec = sorted(set(environ) - set(os.environ))
        return 0
