"""Signing in: web sessions, and the one-time link by which the person at the machine proves to be that person.

A session's secret lives in a cookie and is stored as a digest. One-time codes are derived from a secret file in the
data folder, so that only somebody who can read that folder can make one; each is valid for minutes and works once, also
across a restart of the engine: that it was used is durable before the session exists.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from pathlib import Path

from chargehand.contracts.problems import AuthError
from chargehand.kernel.canonical import sha256_text
from chargehand.kernel.clock import SECOND_US
from chargehand.kernel.writer import Command, Transaction

SESSION_LIFE_US = 12 * 3600 * SECOND_US
CODE_LIFE_US = 10 * 60 * SECOND_US
SECRET_FILE = "signin.secret"  # noqa: S105 - a file name
SECRET_BYTES = 32
LOCAL_PERSON = "human:local"


def open_session(principal: str) -> Command[tuple[str, int]]:
    """Command: begin a session and return `(secret, expires_us)`."""

    def command(transaction: Transaction) -> tuple[str, int]:
        secret = "chs_" + transaction.ids.secret()
        expires_us = transaction.now_us + SESSION_LIFE_US
        transaction.session.run("principal.forget_sessions", {"now_us": transaction.now_us})
        row = {"digest": sha256_text(secret.encode()), "principal": principal, "expires_us": expires_us}
        transaction.session.run("principal.put_session", row)
        return secret, expires_us

    return command


def close_session(secret: str) -> Command[None]:
    """Command: end a session. Harmless when it has ended."""

    def command(transaction: Transaction) -> None:
        transaction.session.run("principal.drop_session", {"digest": sha256_text(secret.encode())})

    return command


class OneTimeCodes:
    """Makes and checks one-time codes: `expiry.nonce.mac` over the folder's secret."""

    def __init__(self, secret: bytes) -> None:
        assert len(secret) == SECRET_BYTES
        self._secret = secret

    def make(self, nonce: str, now_us: int) -> str:
        """A fresh code. `nonce` is unpredictable text of letters and digits."""
        assert nonce.isalnum()
        head = f"{now_us + CODE_LIFE_US}.{nonce}"
        return f"{head}.{self._mac(head)}"

    def redeem(self, code: str) -> Command[tuple[str, int]]:
        """Command: use a code up and begin a session of the local person; returns `(secret, expires_us)`.

        Raises:
            AuthError: the code is not ours, has run out, or was used.
        """

        def command(transaction: Transaction) -> tuple[str, int]:
            nonce, until_us = self._opened(code, transaction.now_us)
            transaction.session.run("principal.forget_nonces", {"now_us": transaction.now_us})
            if not transaction.session.run("principal.spend_nonce", {"nonce": nonce, "until_us": until_us}):
                raise AuthError("AUTH.LINK_INVALID", "this sign-in link was used already")
            return open_session(LOCAL_PERSON)(transaction)

        return command

    def _opened(self, code: str, now_us: int) -> tuple[str, int]:
        """The nonce and the end of a code that is ours and has not run out."""
        head, _, mac = code.rpartition(".")
        expiry, _, nonce = head.partition(".")
        genuine = hmac.compare_digest(mac.encode(), self._mac(head).encode())
        if not genuine or not expiry.isdigit() or int(expiry) <= now_us:
            raise AuthError("AUTH.LINK_INVALID", "this sign-in link is not valid or has run out")
        return nonce, int(expiry)

    def _mac(self, head: str) -> str:
        return hmac.new(self._secret, head.encode(), hashlib.sha256).hexdigest()


def load_secret(keys: Path, fresh: bytes) -> bytes:
    """The folder's secret; made from `fresh` (32 bytes) where there is none. Readable by the owner only.

    Raises:
        ValueError: the file is damaged.
    """
    assert len(fresh) == SECRET_BYTES
    path = keys / SECRET_FILE
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        found = path.read_bytes().removesuffix(b"\n")
        if len(found) != 2 * SECRET_BYTES or not set(found) <= set(b"0123456789abcdef"):
            raise ValueError(f"{path.name} is damaged: remove it, and it is made anew") from None
        return bytes.fromhex(found.decode("ascii"))
    with os.fdopen(handle, "w") as file:
        file.write(fresh.hex() + "\n")
    return fresh
