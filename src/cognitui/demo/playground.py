"""The playground's server: a strict Cognito for as long as whoever started it holds the other end of standard input.

    python -m cognitui.demo.playground FOLDER

It writes JSON lines to standard output: first `Opened`, what there is, then a `Letter` for each code that it sends.
"""

from __future__ import annotations

import secrets
import sys
import threading
from collections.abc import Iterator

import msgspec

from cognitui.demo.guard import end_with_input
from cognitui.demo.playground_cast import PLAYERS, Player
from cognitui.demo.seed import new_password
from cognitui.demo.strict.outbox import Message
from cognitui.demo.strict.pools import Pool
from cognitui.demo.strict.server import StrictServer


class Place(msgspec.Struct, frozen=True):
    """Where a player signs in, and the secret that the vault is to hold."""

    name: str
    pool: str
    client: str
    password: str = ""

    def __repr__(self) -> str:
        """Without the password."""
        return f"Place({self.name!r})"


class AdminKey(msgspec.Struct, frozen=True):
    """The access key of the playground's IAM user; no other server knows it."""

    id: str
    secret: str

    def __repr__(self) -> str:
        """Without the secret."""
        return f"AdminKey({self.id!r})"


class Opened(msgspec.Struct, frozen=True):
    """The first line."""

    endpoint: str
    """`http://127.0.0.1:PORT`."""
    places: tuple[Place, ...]
    admin: AdminKey


class Letter(msgspec.Struct, frozen=True):
    """A line for each code."""

    medium: str
    """`EMAIL` or `SMS`."""
    to: str
    """An address or a number."""
    code: str


def main(folder: str) -> None:
    """Serves until standard input ends."""
    threading.Thread(target=end_with_input, args=(sys.stdin.fileno(), folder), daemon=True).start()
    with StrictServer() as server:
        server.outbox.listen(_write_letter)
        _write(Opened(server.url, tuple(_filled(server)), _with_admin(server)))
        threading.Event().wait()


def _filled(server: StrictServer) -> Iterator[Place]:
    """Makes the pools, the app clients and the users; every secret is new."""
    grounds = dict.fromkeys(player.ground for player in PLAYERS)
    pools = {ground: server.add_pool(**ground.settings) for ground in grounds}
    for player in PLAYERS:
        yield _placed(server, pools[player.ground], player)


def _with_admin(server: StrictServer) -> AdminKey:
    user = server.add_iam_user("AKIAPLAYGROUND", secrets.token_hex(20))
    return AdminKey(user.access_key_id, user.secret_access_key)


def _placed(server: StrictServer, pool: Pool, player: Player) -> Place:
    password = new_password()
    client = server.add_client(pool, **player.client)
    server.add_user(pool, player.username, password, attributes=player.attributes, **player.user)
    return Place(player.name, pool.id, client.id, password if player.saves_password else "")


def _write_letter(message: Message) -> None:
    _write(Letter(message.medium, message.destination, message.code))


def _write(line: msgspec.Struct) -> None:
    sys.stdout.write(msgspec.json.encode(line).decode() + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
