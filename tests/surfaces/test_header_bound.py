"""Headers are bounded for everybody, known or not, before anything of a request is looked at."""

from __future__ import annotations

import msgspec
import pytest
from websockets.exceptions import InvalidStatus

from chargehand.api.app import HEADER_BYTES_MAX
from tests.surfaces.engine import Engine
from tests.surfaces.reading import receive, web_socket


def padding(size: int) -> dict[str, str]:
    """Headers of so many bytes together."""
    count = size // 1_000
    found = {f"x-{number:06d}": "a" * 992 for number in range(count)}
    return {**found, "x-rest-ed": "a" * (size - 1_000 * count)}


@pytest.mark.parametrize("path", ["/v1/health", "/v1/proposals", "/nothing"])
def test_headers_beyond_the_bound_are_refused(engine: Engine, path: str) -> None:
    answer = engine.get(path, headers=padding(HEADER_BYTES_MAX))
    assert (answer.status_code, answer.json()["code"]) == (413, "REQ.TOO_LARGE")
    assert answer.headers["x-request-id"].startswith("req_")
    assert engine.get("/v1/health").status_code == 200


def test_headers_within_the_bound_are_taken(engine: Engine) -> None:
    assert engine.get("/v1/health", headers=padding(HEADER_BYTES_MAX - 1_000)).status_code == 200


def test_handshake_beyond_the_bound_is_refused(engine: Engine) -> None:
    with (
        pytest.raises(InvalidStatus) as refused,
        web_socket(engine, "/ws/telemetry", additional_headers=padding(HEADER_BYTES_MAX)),
    ):
        pass
    assert refused.value.response.status_code == 413
    assert msgspec.json.decode(refused.value.response.body or b"")["code"] == "REQ.TOO_LARGE"
    with web_socket(engine, "/ws/telemetry", additional_headers=padding(HEADER_BYTES_MAX // 2)) as socket:
        assert receive(socket)
