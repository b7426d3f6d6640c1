"""Checkpoints: their exact text, and that nothing but the right signature makes one count."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.ledger import checkpoint
from chargehand.ledger.signing_key import Signer, VerifierKey

NAME = "ledger.example/engine-7"
SIGNER = Signer(NAME, bytes(range(32)))
ROOT = bytes(range(100, 132))
NOTE = checkpoint.sign(SIGNER, 14, ROOT)


def signed(text: str, *signers: Signer) -> str:
    """Any text, signed as a note."""
    lines = [
        f"\u2014 {signer.name} {base64.b64encode(signer.key.hash + signer.sign(text)).decode()}\n" for signer in signers
    ]
    return text + "\n" + "".join(lines)


def test_the_text_is_origin_size_root_an_empty_line_and_the_signature() -> None:
    lines = NOTE.split("\n")
    assert lines[:4] == [NAME, "14", base64.b64encode(ROOT).decode(), ""]
    assert lines[4].startswith(f"\u2014 {NAME} ")
    assert lines[5:] == [""]
    assert base64.b64decode(lines[4].split(" ")[2])[:4] == SIGNER.key.hash


def test_what_was_signed_is_what_is_read() -> None:
    assert checkpoint.verify(NOTE, SIGNER.key) == (NAME, 14, ROOT)
    assert checkpoint.parse(NOTE) == checkpoint.Statement(NAME, 14, ROOT)
    assert checkpoint.sign(SIGNER, 14, ROOT) == NOTE


def test_the_published_example_of_a_signed_note_verifies() -> None:
    # The example of golang.org/x/mod/sumdb/note, an implementation by the format's authors.
    key = VerifierKey.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    signature = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    assert base64.b64decode(signature)[:4] == key.hash
    assert key.accepts(base64.b64decode(signature)[4:], text)


def test_an_unsigned_checkpoint_is_refused() -> None:
    for note in (NOTE.split("\u2014")[0], NOTE.split("\n\n")[0] + "\n\n\n"):
        with pytest.raises(checkpoint.CheckpointError):
            checkpoint.verify(note, SIGNER.key)


def test_a_checkpoint_that_only_a_stranger_signed_is_refused() -> None:
    stranger = Signer("stranger.example", bytes(32))
    namesake = Signer(NAME, bytes(32))
    text = NOTE.split("\n\n")[0] + "\n"
    for note in (signed(text, stranger), signed(text, namesake), signed(text)):
        with pytest.raises(checkpoint.CheckpointError):
            checkpoint.verify(note, SIGNER.key)
    with pytest.raises(checkpoint.SignatureError, match="not signed by a known key"):
        checkpoint.verify(NOTE)


def test_a_known_key_of_another_name_cannot_speak_for_the_log() -> None:
    stranger = Signer("stranger.example", bytes(32))
    note = signed(NOTE.split("\n\n")[0] + "\n", stranger)
    with pytest.raises(checkpoint.SignatureError) as caught:
        checkpoint.verify(note, SIGNER.key, stranger.key)
    assert caught.value.code == "LEDG.SIGNATURE_INVALID"


def test_further_signatures_and_extension_lines_are_passed_over() -> None:
    stranger = Signer("stranger.example", bytes(32))
    text = NOTE.split("\n\n")[0] + "\nextension line\n"
    note = signed(text, stranger, SIGNER)
    assert checkpoint.verify(note, SIGNER.key).size == 14
    cosigned = NOTE + "\u2014 witness.example " + base64.b64encode(bytes(76)).decode() + "\n"
    assert checkpoint.verify(cosigned, SIGNER.key).size == 14


def test_a_wrong_signature_beside_a_right_one_is_refused() -> None:
    wrong = base64.b64encode(SIGNER.key.hash + bytes(64)).decode()
    with pytest.raises(checkpoint.SignatureError, match="does not verify"):
        checkpoint.verify(f"{NOTE}\u2014 {NAME} {wrong}\n", SIGNER.key)


@pytest.mark.parametrize("mask", [0x01, 0x20, 0x80])
def test_every_changed_byte_is_refused(mask: int) -> None:
    raw = NOTE.encode()
    for at in range(len(raw)):
        bent = raw[:at] + bytes([raw[at] ^ mask]) + raw[at + 1 :]
        with pytest.raises(checkpoint.CheckpointError):
            checkpoint.verify(bent.decode("utf-8", "replace"), SIGNER.key)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "\n\n",
        f"{NAME}\n14\n",
        f"\n14\n{base64.b64encode(ROOT).decode()}\n",
        f"{NAME}\n014\n{base64.b64encode(ROOT).decode()}\n",
        f"{NAME}\n-1\n{base64.b64encode(ROOT).decode()}\n",
        f"{NAME}\n\u0661\n{base64.b64encode(ROOT).decode()}\n",
        f"{NAME}\n{10**30}\n{base64.b64encode(ROOT).decode()}\n",
        f"{NAME}\n14\n{base64.b64encode(ROOT[:31]).decode()}\n",
        f"{NAME}\n14\n{base64.b64encode(ROOT).decode()[:-2]}5=\n",
        f"{NAME}\n14\n{base64.b64encode(ROOT).decode()}\n\nafter an empty line\n",
        f"{NAME}\r\n14\n{base64.b64encode(ROOT).decode()}\n",
        f"{NAME}\n14\n{base64.b64encode(ROOT).decode()}\n" + "x" * checkpoint.NOTE_CHARS_MAX + "\n",
    ],
)
def test_a_signed_text_that_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(checkpoint.CheckpointError) as caught:
        checkpoint.verify(signed(text, SIGNER), SIGNER.key)
    assert caught.value.code == "LEDG.CHECKPOINT_INVALID"


@given(st.text(max_size=300))
def test_any_text_is_refused_with_a_code(text: str) -> None:
    with pytest.raises(checkpoint.CheckpointError):
        checkpoint.verify(text, SIGNER.key)
