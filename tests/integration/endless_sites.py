"""Servers on this machine that send an answer byte by byte, or never come to its end."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from itertools import chain, repeat

_STEP = 0.02
"""Seconds between two pieces of one that drips: well within the time-out of a single read."""

_MOST = 200_000
"""Pieces, so that a client that would read for ever only fails its test."""

Answer = Callable[[], Iterator[bytes]]

_OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\n"
_LENGTH = b"Content-Length: 100000000\r\n\r\n"
_CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
_GZIP = b"Content-Encoding: gzip\r\n"


def _bytes_of(data: bytes) -> Iterator[bytes]:
    return (data[at : at + 1] for at in range(len(data)))


ENDLESS: dict[str, Answer] = {
    "status line": lambda: chain([b"HTTP/1.1 200 "], repeat(b"O")),
    "header": lambda: chain([_OK, b"X-More: "], repeat(b"m")),
    "headers": lambda: chain([_OK], repeat(b"X-More: more\r\n")),
    "interim answers": lambda: repeat(b"HTTP/1.1 100 Continue\r\n\r\n"),
    "json": lambda: chain([_OK, _LENGTH, b'{"more": "'], repeat(b"m")),
    "chunked": lambda: chain([_OK, _CHUNKED], repeat(b"1\r\nm\r\n")),
    "chunk size": lambda: chain([_OK, _CHUNKED], repeat(b"0")),
    "trailers": lambda: chain([_OK, _CHUNKED, b"2\r\n{}\r\n0\r\n"], repeat(b"X-More: more\r\n")),
    "until it closes": lambda: chain([_OK, b"Connection: close\r\n\r\n"], repeat(b" ")),
    "gzip": lambda: chain([_OK, _GZIP, _LENGTH], repeat(gzip.compress(b"{" * 100_000))),
}
"""Answers without an end, by what has none."""


def handshake() -> Iterator[bytes]:
    """Return a record of TLS that is announced as 16 KB."""
    return chain([b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc"], repeat(b"\x03"))


class EndlessSite:
    """Sends one of those answers to every client, slowly or as fast as it is read."""

    def __init__(self, answer: Answer, *, drips: bool) -> None:
        self._answer = answer
        self._drips = drips
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.settimeout(0.05)
        self.ended = threading.Event()
        self.asked = 0
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.threads = [threading.Thread(target=self._listen)]
        self.threads[0].start()

    def end(self) -> None:
        self.ended.set()
        for thread in self.threads:
            thread.join()
        self._listening.close()

    def _listen(self) -> None:
        while not self.ended.is_set():
            try:
                asking, _ = self._listening.accept()
            except TimeoutError:
                continue
            self.asked += 1
            thread = threading.Thread(target=self._serve, args=(asking,))
            thread.start()
            self.threads.append(thread)

    def _serve(self, asking: socket.socket) -> None:
        with asking:
            asking.settimeout(5)
            try:
                asking.recv(65_536)
                for _, piece in zip(range(_MOST), self._pieces(), strict=False):
                    asking.sendall(piece)
                    if self.ended.wait(_STEP) if self._drips else self.ended.is_set():
                        return
            except OSError:
                return  # the client has hung up

    def _pieces(self) -> Iterator[bytes]:
        pieces = self._answer()
        return chain.from_iterable(map(_bytes_of, pieces)) if self._drips else _in_blocks(pieces)


def _in_blocks(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes, many at a time: quick to read."""
    while block := b"".join(piece for _, piece in zip(range(1000), pieces, strict=False)):
        yield block
