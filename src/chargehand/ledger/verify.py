"""Verify an exported ledger with nothing but Python: `python verify.py EXPORT [--checkpoint NOTE ...] [--key KEY]`.

This file stands alone on purpose. It imports only the standard library and nothing of the engine whose work it judges,
so that you can read it in one sitting, carry it to another machine and trust the answer as far as you trust this page.

What it proves: every line holds the bytes that were recorded, in the order they were recorded, none added and none
missing up to the signed size. Payload and salt give the digest in the envelope (SHA-256); the envelopes give the leaves
of a Merkle tree (RFC 9162); the tree gives the root; and the root carries the log's signature (Ed25519, RFC 8032).

What it cannot prove: that a log was not cut at its end, unless you hold an earlier checkpoint and pass it
(`--checkpoint`); and who owns the key, unless you know it from elsewhere and pass it (`--key`). A payload that was
erased together with its salt leaves its envelope provable and its content unknown; such events are counted.

Exit status: 0 everything verifies, 1 something does not, 2 the command cannot be carried out.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

LINE_BYTES_MAX = 1 << 20
FINDINGS_MAX = 100

HEADER_FIELDS = ["schema_version", "origin", "public_key", "size", "checkpoint"]
ENVELOPE_START = b'{"envelope":{'
DATA_START = b',"data":'
SALT_START = b',"salt":'
LINE_END = re.compile(rb',"salt":(?:null|"([0-9a-f]{32})"),"leaf_hash":"([0-9A-Za-z+/]{43}=)"\}\n')
"""A salt has 16 bytes always: the digest covers salt and payload in one piece, so nothing may move between the two."""

decode_pairs = json.JSONDecoder(object_pairs_hook=list).raw_decode
"""JSON with objects as lists of pairs, so that a name that comes twice is seen, and the place where it ends."""


class UnverifiedError(Exception):
    """Something does not verify: a stable code, and what was expected and found."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


class Finding(NamedTuple):
    """Something that does not verify; `seq` is the event, if it is about one."""

    code: str
    seq: int | None
    detail: str


class Report(NamedTuple):
    """The answer. `anchored_size` is the largest given checkpoint that the export was found to continue."""

    schema_version: int
    ok: bool
    size: int
    root: str
    anchored_size: int
    findings: list[Finding]
    erased: int


# --- The export, from its first line to its last ---------------------------------------------------------------------


def verify_export(file: BinaryIO, notes: Sequence[bytes] = (), pinned: str | None = None) -> Report:
    """Verify an open export against checkpoints that were kept elsewhere; without a pinned key, under its own."""
    examination = Examination()
    try:
        header = read_header(file.readline(LINE_BYTES_MAX))
        key = parse_key(pinned or header["public_key"])
    except UnverifiedError as error:
        examination.find(error.code, None, str(error))
        return examination.report()
    if pinned and pinned != header["public_key"]:
        examination.find("LEDG.SIGNATURE_INVALID", None, "the export names another key than the one given")
    promised = examination.open_note(header["checkpoint"].encode(), key, "the export's checkpoint")
    if promised and (promised.origin, promised.size) != (header["origin"], header["size"]):
        examination.find("LEDG.EXPORT_INVALID", None, "the header and its checkpoint name different logs or sizes")
    kept = [examination.open_note(note, key, f"checkpoint {number}") for number, note in enumerate(notes, start=1)]
    if examination.walk(file, [note for note in kept if note]):
        examination.settle(header["size"], promised)
    return examination.report()


class Examination:
    """One walk over an export: the tree so far, and what was found."""

    def __init__(self) -> None:
        self.tree = Tree()
        self.findings: list[Finding] = []
        self.erased = 0
        self.anchored_size = 0
        self.last_seq = 0

    def walk(self, file: BinaryIO, kept: Sequence[Checkpoint]) -> bool:
        """Check every event line, and the root at every kept checkpoint; False if it gave up."""
        waiting = sorted(kept, key=lambda note: -note.size)
        lines = iter(lambda: file.readline(LINE_BYTES_MAX), b"")
        for number, line in enumerate(lines, start=2):
            while waiting and waiting[-1].size == self.tree.size:
                self.compare(waiting.pop())
            try:
                self.take(line)
            except UnverifiedError as error:
                self.find(error.code, None, f"line {number}: {error}")
            if len(self.findings) >= FINDINGS_MAX:
                self.find("LEDG.EXPORT_INVALID", None, f"line {number} was the last one read: this is no ledger")
                return False
        for note in reversed(waiting):
            self.compare(note)
        return True

    def take(self, line: bytes) -> None:
        """Check one event and make it a leaf."""
        event = read_event(line)
        self.tree.add(event.leaf_hash)
        self.erased += event.erased
        expected, self.last_seq = self.last_seq + 1, event.seq
        if event.seq != expected:
            self.find("LEDG.SEQ_GAP", event.seq, f"event {event.seq} stands where event {expected} belongs")
        if event.fault:
            self.find("LEDG.RECORD_CHANGED", event.seq, event.fault)

    def compare(self, note: Checkpoint) -> None:
        """Hold the tree as it is now against a kept checkpoint."""
        if note.size > self.tree.size:
            self.find("LEDG.TRUNCATED", None, f"a checkpoint counts {note.size} events, {self.tree.size} are here")
        elif note.root != self.tree.root():
            self.find("LEDG.NOT_CONSISTENT", None, f"the first {note.size} events are not those of a checkpoint")
        else:
            self.anchored_size = note.size

    def settle(self, size: int, promised: Checkpoint | None) -> None:
        """Hold the whole against the header and its checkpoint."""
        if self.tree.size != size:
            code = "LEDG.TRUNCATED" if self.tree.size < size else "LEDG.EXPORT_INVALID"
            self.find(code, None, f"the header counts {size} events, {self.tree.size} are here")
        if promised and promised.root != self.tree.root():
            self.find("LEDG.ROOT_MISMATCH", None, "the events do not give the root that was signed")

    def open_note(self, note: bytes, key: Key, whence: str) -> Checkpoint | None:
        """A checkpoint whose signature verifies; otherwise a finding."""
        try:
            return verify_note(note, key)
        except UnverifiedError as error:
            self.find(error.code, None, f"{whence}: {error}")
            return None

    def find(self, code: str, seq: int | None, detail: str) -> None:
        """Remember what does not verify."""
        self.findings.append(Finding(code, seq, detail))

    def report(self) -> Report:
        """The answer."""
        root = base64.b64encode(self.tree.root()).decode()
        return Report(1, not self.findings, self.tree.size, root, self.anchored_size, self.findings, self.erased)


def read_header(line: bytes) -> dict[str, Any]:
    """The first line: five fields in their order, in their only spelling."""
    try:
        text = line.decode()
        header = json.loads(text)
    except (ValueError, RecursionError):
        raise UnverifiedError("LEDG.EXPORT_INVALID", "the first line is not the header of an export") from None
    if not isinstance(header, dict) or list(header) != HEADER_FIELDS:
        raise UnverifiedError("LEDG.EXPORT_INVALID", f"the header does not hold exactly {', '.join(HEADER_FIELDS)}")
    types = [type(value) for value in header.values()]
    if types != [int, str, str, int, str] or header["schema_version"] != 1 or header["size"] < 0:
        raise UnverifiedError("LEDG.EXPORT_INVALID", "this is not the header of an export of version 1")
    if json.dumps(header, separators=(",", ":"), ensure_ascii=False) + "\n" != text:
        raise UnverifiedError("LEDG.EXPORT_INVALID", "the header is not in its canonical spelling")
    return header


class Event(NamedTuple):
    """One event line: its position, its computed leaf, and what is wrong with it, if anything."""

    seq: int
    leaf_hash: bytes
    erased: bool
    fault: str


def read_event(line: bytes) -> Event:
    """Check an event line by itself.

    The parts are cut out of the bytes, because only the recorded bytes have the recorded hashes. The cuts are safe:
    within a JSON string every quote follows a backslash, so the first `,"data":` ends the envelope, which is flat, and
    the last `,"salt":` begins the fixed tail.
    """
    envelope_end, data_end = line.find(DATA_START), line.rfind(SALT_START)
    tail = LINE_END.fullmatch(line, data_end) if data_end > envelope_end > 0 else None
    if not tail or not line.startswith(ENVELOPE_START):
        raise UnverifiedError("LEDG.EXPORT_INVALID", "this is not an event line")
    envelope = line[len(ENVELOPE_START) - 1 : envelope_end]
    data = line[envelope_end + len(DATA_START) : data_end]
    salt = bytes.fromhex(tail[1].decode()) if tail[1] else None
    attributes = read_envelope(envelope)
    leaf = hashlib.sha256(b"\x00" + envelope).digest()
    fault = ""
    if base64.b64encode(leaf) != tail[2]:
        fault = "the envelope does not give the recorded leaf hash"
    elif salt is None:
        fault = "" if data == b"null" else "a payload without its salt"
    elif attributes.get("datadigest") != "sha256:" + hashlib.sha256(salt + data).hexdigest():
        fault = "the payload and its salt do not give the recorded digest"
    return Event(attributes["seq"], leaf, salt is None, fault)


def read_envelope(envelope: bytes) -> dict[str, Any]:
    """The attributes of an envelope, whose names stand in order and once each: it has one reading only."""
    try:
        text = envelope.decode()
        pairs, end = decode_pairs(text)
    except (ValueError, RecursionError):
        raise UnverifiedError("LEDG.EXPORT_INVALID", "the envelope is not JSON") from None
    attributes = dict(pairs)
    if end != len(text) or list(attributes) != sorted(attributes) or len(attributes) != len(pairs):
        raise UnverifiedError("LEDG.EXPORT_INVALID", "the envelope is not canonical JSON")
    if type(attributes.get("seq")) is not int:
        raise UnverifiedError("LEDG.EXPORT_INVALID", "the envelope has no position")
    return attributes


# --- The Merkle tree (RFC 9162, section 2.1) -------------------------------------------------------------------------


class Tree:
    """The roots of the complete subtrees that the leaves so far split into, largest first."""

    def __init__(self) -> None:
        self.size = 0
        self.peaks: list[bytes] = []

    def add(self, node: bytes) -> None:
        """Append a leaf hash; two subtrees of one size become one of the next."""
        full = self.size
        while full & 1:
            node = join(self.peaks.pop(), node)
            full >>= 1
        self.peaks.append(node)
        self.size += 1

    def root(self) -> bytes:
        """The root hash; that of nothing is the hash of nothing."""
        if not self.peaks:
            return hashlib.sha256(b"").digest()
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = join(peak, root)
        return root


def join(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node. Its prefix 1 and the leaf's prefix 0 keep either from passing as the other."""
    return hashlib.sha256(b"\x01" + left + right).digest()


# --- Signed checkpoints (C2SP tlog-checkpoint and signed-note) -------------------------------------------------------


class Key(NamedTuple):
    """A verifier key."""

    name: str
    hash: bytes
    public: bytes


class Checkpoint(NamedTuple):
    """What a checkpoint promises: the log of this origin had this root at this size."""

    origin: str
    size: int
    root: bytes


def parse_key(text: str) -> Key:
    """The key of `name+hash+base64(0x01 key)`; the hash is SHA-256 of name, newline, 0x01, key, cut to 4 bytes."""
    name, _, tail = text.partition("+")
    data = decoded(tail[9:], 33) or b""
    key_hash = hashlib.sha256(name.encode("utf-8", "surrogateescape") + b"\n" + data).digest()[:4]
    if not name or data[:1] != b"\x01" or tail[:9] != key_hash.hex() + "+":
        raise UnverifiedError("LEDG.SIGNATURE_INVALID", f"not an Ed25519 verifier key: {text[:100]!a}")
    return Key(name, key_hash, data[1:])


def verify_note(note: bytes, key: Key) -> Checkpoint:
    """What a checkpoint promises, once this key has been seen to sign it."""
    body, blank, signatures = note.rpartition(b"\n\n")
    try:
        origin, size, root_text = body.decode().split("\n")[:3]
        lines = signatures.decode().split("\n")
    except ValueError:
        raise UnverifiedError("LEDG.CHECKPOINT_INVALID", "not a checkpoint") from None
    root = decoded(root_text, 32)
    if not blank or not origin or root is None or not re.fullmatch("0|[1-9][0-9]{0,18}", size) or lines.pop():
        raise UnverifiedError("LEDG.CHECKPOINT_INVALID", "not a checkpoint")
    for line in lines:
        dash, _, rest = line.partition(" ")
        name, _, signature_text = rest.partition(" ")
        signature = decoded(signature_text, 68)
        if dash != "\u2014":
            raise UnverifiedError("LEDG.CHECKPOINT_INVALID", "not a signature line")
        if name != key.name or signature is None or signature[:4] != key.hash:
            continue
        if origin == key.name and ed25519_verify(key.public, body + b"\n", signature[4:]):
            return Checkpoint(origin, int(size), root)
        raise UnverifiedError("LEDG.SIGNATURE_INVALID", f"the signature of {name!a} does not verify")
    raise UnverifiedError("LEDG.SIGNATURE_INVALID", f"not signed by {key.name!a} with the key {key.hash.hex()}")


def decoded(text: str, size: int) -> bytes | None:
    """Base64 of exactly so many bytes in its only canonical spelling; None if it is not that."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if len(data) == size and base64.b64encode(data).decode() == text else None


# --- Ed25519 (RFC 8032, section 5.1) ---------------------------------------------------------------------------------
#
# The curve is -x^2 + y^2 = 1 + d x^2 y^2 over the integers modulo P. A point is kept as (X, Y, Z, T) with x = X/Z,
# y = Y/Z and x y = T/Z, so that adding needs no division. Nothing here is secret, so nothing needs constant time.

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
NEUTRAL = (0, 1, 1, 0)


def ed25519_verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` (R, then S) is by `public` over `message`: R must be the encoding of S B - k A."""
    if len(public) != 32 or len(signature) != 64:
        return False
    point = decompress(public)
    s = int.from_bytes(signature[32:], "little")
    if point is None or s >= ORDER:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    x, y, z, t = point
    return compress(add(multiply(s, BASE), multiply(k, (P - x, y, z, P - t)))) == signature[:32]


def add(a: Sequence[int], b: Sequence[int]) -> tuple[int, int, int, int]:
    """The sum of two points, equal ones included."""
    less = (a[1] - a[0]) * (b[1] - b[0]) % P
    more = (a[1] + a[0]) * (b[1] + b[0]) % P
    cross = 2 * D * a[3] * b[3] % P
    scale = 2 * a[2] * b[2] % P
    e, f, g, h = more - less, scale - cross, scale + cross, more + less
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(factor: int, point: Sequence[int]) -> Sequence[int]:
    """The point added to itself so many times."""
    product: Sequence[int] = NEUTRAL
    while factor:
        if factor & 1:
            product = add(product, point)
        point = add(point, point)
        factor >>= 1
    return product


def compress(point: Sequence[int]) -> bytes:
    """32 bytes: y, and the lowest bit of x in the highest place."""
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def decompress(encoded: bytes) -> Sequence[int] | None:
    """The point that these 32 bytes encode; None if there is none."""
    number = int.from_bytes(encoded, "little")
    y, sign = number & (1 << 255) - 1, number >> 255
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * ROOT_OF_MINUS_ONE % P
    if x * x % P != square or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE: Sequence[int] = decompress((4 * pow(5, P - 2, P) % P).to_bytes(32, "little")) or NEUTRAL


# --- The command -----------------------------------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    parser = argparse.ArgumentParser(prog="verify.py", description="Verify an exported ledger, offline.")
    parser.add_argument("export", metavar="EXPORT", help="the exported ledger, a .jsonl file")
    parser.add_argument("--checkpoint", metavar="NOTE", action="append", default=[], help="a checkpoint you have kept")
    parser.add_argument("--key", metavar="KEY", help="the log's verifier key as you know it: name+hash+key")
    parser.add_argument("--json", action="store_true", help="answer with one JSON object")
    options = parser.parse_args(arguments)
    try:
        if options.key:
            parse_key(options.key)
        notes = [Path(path).read_bytes() for path in options.checkpoint]
        with Path(options.export).open("rb") as file:
            report = verify_export(file, notes, options.key)
    except (OSError, UnverifiedError) as error:
        print(f"verify.py: {error}", file=sys.stderr)
        return 2
    if options.json:
        print(json.dumps({**report._asdict(), "findings": [finding._asdict() for finding in report.findings]}))
    else:
        print("\n".join(described(report, pinned=bool(options.key))))
    return 0 if report.ok else 1


def described(report: Report, pinned: bool) -> list[str]:
    """The answer for a reader, with what it does not say."""
    lines = [f"{finding.code}  {finding.detail}" for finding in report.findings]
    lines += [f"events   {report.size}, of which {report.erased} with an erased payload", f"root     {report.root}"]
    if report.erased:
        lines.append("note     an export cannot tell who erased a payload, or whether rightly: ask the engine")
    if not pinned:
        lines.append("note     the key is the one that the export names; pass --key to hold it against one you know")
    if report.anchored_size:
        lines.append(f"note     continues your checkpoint of {report.anchored_size} events; a cut above it is not seen")
    else:
        lines.append("note     no earlier checkpoint was given, so a cut at the end of the log cannot be seen")
    return [*lines, "OK" if report.ok else f"NOT OK: {len(report.findings)} findings"]


if __name__ == "__main__":
    sys.exit(main())
