"""The key file: made once, for its owner only, refused when it is damaged or open to others."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from chargehand.kernel.ids import SeededIds, SystemIds
from chargehand.ledger.signing_key import KeyFileError, KeyTextError, Signer, VerifierKey, open_signer

NAME = "ledger.example/engine-7"


def test_a_verifier_key_of_the_signed_note_format_is_read_and_written() -> None:
    # The example of the format's Go implementation, golang.org/x/mod/sumdb/note.
    text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    key = VerifierKey.parse(text)
    assert (key.name, key.hash.hex(), key.text) == ("PeterNeumann", "c74f20a3", text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name+00000000",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeuman+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T",
        "PeterNeumann+c74f20a3+AhpC2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+\u00c4Rpc",
    ],
)
def test_what_is_not_a_verifier_key_is_refused(text: str) -> None:
    with pytest.raises(KeyTextError):
        VerifierKey.parse(text)


def test_a_key_accepts_its_own_signature_and_no_other() -> None:
    signer, other = Signer(NAME, bytes(32)), Signer(NAME, bytes([1] * 32))
    assert signer.key.accepts(signer.sign("text"), "text")
    assert not signer.key.accepts(signer.sign("text"), "texts")
    assert not other.key.accepts(signer.sign("text"), "text")


def test_a_name_that_would_break_the_format_is_refused() -> None:
    for name in ("", "two words", "a+b", "line\nbreak"):
        with pytest.raises(AssertionError, match="key name"):
            Signer(name, bytes(32))


def test_the_file_is_made_once_with_mode_0600_and_then_read(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "ledger.ed25519"
    made = open_signer(path, NAME, SeededIds(3))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["ledger.ed25519"]
    again = open_signer(path, "another.name", SystemIds())
    assert again.key.text == made.key.text
    assert path.read_text() == made.secret_text() + "\n"


def test_two_engines_get_two_keys(tmp_path: Path) -> None:
    ids = SystemIds()
    first, second = (open_signer(tmp_path / name, NAME, ids) for name in ("a", "b"))
    assert first.key.text != second.key.text


def test_the_slower_of_two_makers_uses_the_faster_ones_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "ledger.ed25519"
    winner = open_signer(path, NAME, SeededIds(1))
    # Planted: the slower one looked before the winner's file was there.
    monkeypatch.setattr(Path, "exists", lambda self: False)
    assert open_signer(path, NAME, SeededIds(2)).key.text == winner.key.text
    assert [entry.name for entry in tmp_path.iterdir()] == ["ledger.ed25519"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o610, 0o644, 0o777])
def test_a_key_that_others_may_use_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "ledger.ed25519"
    open_signer(path, NAME, SeededIds(3))
    path.chmod(mode)
    with pytest.raises(KeyFileError, match="chmod 600") as caught:
        open_signer(path, NAME, SeededIds(3))
    assert caught.value.code == "LEDG.KEY_UNUSABLE"


def test_a_damaged_key_is_refused_and_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "ledger.ed25519"
    line = open_signer(path, NAME, SeededIds(3)).secret_text()
    seed_at = len(line) - 10
    for damaged in (
        "",
        "\n",
        line[:-1],
        line[20:],
        line.replace("engine-7", "engine-8"),
        f"{line}\n{line}",
        "\x00\xff",
    ):
        path.write_text(damaged)
        with pytest.raises(KeyFileError, match="damaged"):
            open_signer(path, NAME, SeededIds(3))
        assert path.read_text() == damaged
    bent = line[:seed_at] + ("A" if line[seed_at] != "A" else "B") + line[seed_at + 1 :]
    path.write_text(bent)
    with pytest.raises(KeyFileError, match="damaged"):
        open_signer(path, NAME, SeededIds(3))
