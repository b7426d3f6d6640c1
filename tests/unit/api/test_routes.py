"""The application and the registry are one: a path per operation, and nothing that is in only one of them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from starlette.routing import Route, WebSocketRoute

from chargehand.api.app import Api
from chargehand.api.routes import approvals
from chargehand.contracts.operations import OPERATIONS, STREAMS
from chargehand.services import Services


def api() -> Api:
    return Api(cast("Services", SimpleNamespace(config=SimpleNamespace(skip_ui=True, ui=None))))


def routes() -> list[Any]:
    return list(api()._inner.routes)


def test_every_operation_has_its_route() -> None:
    found = {route.name: (route.path, route.methods) for route in routes() if isinstance(route, Route)}
    for name, operation in OPERATIONS.items():
        path, methods = found[name]
        assert path == operation.path
        assert methods is not None
        assert operation.method in methods


def test_every_stream_has_its_route() -> None:
    found = {route.name: route.path for route in routes() if isinstance(route, WebSocketRoute)}
    assert found == {name: stream.path for name, stream in STREAMS.items()}


def test_an_operation_without_a_handler_stops_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(approvals.HANDLERS, "approval.decide")
    with pytest.raises(AssertionError, match=r"approval\.decide"):
        api()


def test_a_handler_without_an_operation_stops_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(approvals.HANDLERS, "approval.forge", approvals.decide)
    with pytest.raises(AssertionError, match=r"approval\.forge"):
        api()
