"""The verifier's own Ed25519 against RFC 8032's vectors, and against the library that signs, on good and bad input."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from chargehand.ledger import verify

# RFC 8032, section 7.1: secret key, public key, message, signature.
VECTORS = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    (
        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ),
]
FIELD_PRIME = 2**255 - 19
GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493


def little(number: int) -> bytes:
    return number.to_bytes(32, "little")


def library_accepts(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@pytest.mark.parametrize(("secret", "public", "message", "signature"), VECTORS)
def test_the_vectors_of_the_standard_verify(secret: str, public: str, message: str, signature: str) -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret))
    assert private.public_key().public_bytes_raw().hex() == public
    assert private.sign(bytes.fromhex(message)).hex() == signature
    assert verify.ed25519_verify(bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature))


@pytest.mark.parametrize("at", range(64))
def test_every_changed_byte_of_a_signature_is_refused(at: int) -> None:
    public, message, signature = (bytes.fromhex(text) for text in VECTORS[2][1:])
    bent = signature[:at] + bytes([signature[at] ^ 1]) + signature[at + 1 :]
    assert not verify.ed25519_verify(public, message, bent)


def test_another_message_or_key_is_refused() -> None:
    public, message, signature = (bytes.fromhex(text) for text in VECTORS[2][1:])
    assert not verify.ed25519_verify(public, message + b"\0", signature)
    assert not verify.ed25519_verify(bytes.fromhex(VECTORS[1][1]), message, signature)


def test_a_second_spelling_of_a_signature_is_refused() -> None:
    public, message, signature = (bytes.fromhex(text) for text in VECTORS[2][1:])
    s = int.from_bytes(signature[32:], "little")
    assert not verify.ed25519_verify(public, message, signature[:32] + little(s + GROUP_ORDER))


@pytest.mark.parametrize("size", [0, 31, 33, 63, 65])
def test_input_of_a_wrong_length_is_refused(size: int) -> None:
    public, message, signature = (bytes.fromhex(text) for text in VECTORS[2][1:])
    assert not verify.ed25519_verify(public, message, (signature + bytes(9))[:size])
    assert not verify.ed25519_verify((public + bytes(40))[:size], message, signature)


def test_encodings_of_no_point_are_refused() -> None:
    assert verify.decompress(little(FIELD_PRIME + 1)) is None  # y not reduced
    assert verify.decompress(little(1 | 1 << 255)) is None  # x = 0 with a sign
    assert verify.decompress(little(2)) is None  # x squared has no root
    assert verify.decompress(little(1)) == (0, 1, 1, 0)


def test_the_base_point_has_the_order_of_the_group() -> None:
    assert verify.compress(verify.multiply(GROUP_ORDER, verify.BASE)) == little(1)
    assert verify.compress(verify.BASE).hex() == "58" + "66" * 31


@settings(max_examples=60, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=60), st.integers(0, 95), st.integers(0, 255))
def test_it_agrees_with_the_signing_library(seed: bytes, message: bytes, at: int, mask: int) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    both = bytearray(private.public_key().public_bytes_raw() + private.sign(message))
    both[at] ^= mask
    public, signature = bytes(both[:32]), bytes(both[32:])
    assert verify.ed25519_verify(public, message, signature) == library_accepts(public, message, signature)
