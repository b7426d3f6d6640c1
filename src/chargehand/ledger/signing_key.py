"""The key that signs checkpoints, its public side, and the file that keeps it.

Both sides are text: `name+hash+base64(0x01 key)` for the verifier key that is published, and the same behind
`PRIVATE+KEY+` for the file. The file is made once, by its owner, for its owner: a key that others can read is refused,
because whoever reads it can sign any history.

Sources: C2SP signed-note (https://c2sp.org/signed-note), RFC 8032 (Ed25519).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import re
import stat
import tempfile
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from chargehand.kernel.ids import IdSource

ALGORITHM = b"\x01"
"""Ed25519, in the table of the signed-note format."""
_KEY_BYTES = 32
_LINE_CHARS_MAX = 4096
_NAME = re.compile(r"[^\s+\x00-\x1f\x7f]+")
_PRIVATE = "PRIVATE+KEY+"


class KeyTextError(ValueError):
    """A text that is not a key of its kind."""

    code = "LEDG.CHECKPOINT_INVALID"


class KeyFileError(Exception):
    """The signing key cannot be used: its file is damaged, or others can read it. Nothing is signed."""

    code = "LEDG.KEY_UNUSABLE"


class VerifierKey:
    """A public key with its name.

    Attributes:
        name: name of the signer; a log signs with its origin.
        hash: first four bytes of SHA-256 over name, newline, 0x01 and key. It finds a key, it proves nothing.
        text: the key as it is published.
    """

    def __init__(self, name: str, public: bytes) -> None:
        self.name = name
        self.hash = _key_hash(name, public)
        self.text = _key_text(name, public, public)
        self._key = Ed25519PublicKey.from_public_bytes(public)

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """The key of its text.

        Raises:
            KeyTextError: it is not an Ed25519 verifier key, or its hash does not fit.
        """
        key = cls(*_parts(text))
        if key.text != text:
            raise KeyTextError(f"the hash of this verifier key does not fit it: {text!r}")
        return key

    def accepts(self, signature: bytes, text: str) -> bool:
        """Whether this key signed that text."""
        try:
            self._key.verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


class Signer:
    """A signing key with its name.

    Attributes:
        name: name of the signer, the origin of its log.
        key: the public side.
    """

    def __init__(self, name: str, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.name = name
        self.key = VerifierKey(name, self._key.public_key().public_bytes_raw())

    def sign(self, text: str) -> bytes:
        """The 64 bytes of an Ed25519 signature. The same text gives the same bytes."""
        return self._key.sign(text.encode())

    def secret_text(self) -> str:
        """The line of the key file."""
        public = self._key.public_key().public_bytes_raw()
        return _PRIVATE + _key_text(self.name, public, self._key.private_bytes_raw())


def open_signer(path: Path, name: str, ids: IdSource) -> Signer:
    """The signing key of this file, made with this name if the file does not exist. An existing key keeps its name.

    Raises:
        KeyFileError: the file is damaged, or its mode is wider than 0600.
    """
    if not path.exists():
        _create(path, Signer(name, bytes.fromhex(ids.secret())))
    with path.open(encoding="utf-8", errors="replace") as file:
        mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
        if os.name == "posix" and mode & 0o077:
            raise KeyFileError(f"others may use the signing key {path.name!r} (mode {mode:04o}): chmod 600 it")
        line = file.read(_LINE_CHARS_MAX).removesuffix("\n")
    damaged = f"the signing key {path.name!r} is damaged: restore it from a backup"
    if not line.startswith(_PRIVATE):
        raise KeyFileError(damaged)
    try:
        signer = Signer(*_parts(line.removeprefix(_PRIVATE)))
    except KeyTextError:
        raise KeyFileError(damaged) from None
    if signer.secret_text() != line:
        raise KeyFileError(damaged)
    return signer


def _create(path: Path, signer: Signer) -> None:
    """Write the key, mode 0600, such that no reader ever sees half of it and of two writers one wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(signer.secret_text() + "\n")
            file.flush()
            os.fsync(handle)
        # A link refuses to replace what stands there; a rename would replace another process's key.
        os.link(temporary, path)
    except FileExistsError:
        return
    finally:
        Path(temporary).unlink()
    if os.name != "posix":
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _key_hash(name: str, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + ALGORITHM + public).digest()[:4]


def _key_text(name: str, public: bytes, key: bytes) -> str:
    assert _NAME.fullmatch(name), f"a key name has no spaces and no plus sign: {name!r}"
    return f"{name}+{_key_hash(name, public).hex()}+{base64.b64encode(ALGORITHM + key).decode()}"


def _parts(text: str) -> tuple[str, bytes]:
    """Name and key bytes of `name+hash+base64(0x01 key)`; the caller compares the hash."""
    name, _, tail = text.partition("+")
    try:
        data = base64.b64decode(tail.partition("+")[2], validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if not _NAME.fullmatch(name) or len(data) != 1 + _KEY_BYTES or data[:1] != ALGORITHM:
        raise KeyTextError(f"not an Ed25519 key: {text[:80]!r}")
    return name, data[1:]
