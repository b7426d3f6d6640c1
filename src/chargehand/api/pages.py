"""What a browser sees without the web control centre: a status page, the sign-in page, and the contracts.

No script runs here, and nothing comes from anywhere else. The sign-in page posts the one-time code instead of acting
on a GET, so that a link preview cannot use it up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from chargehand.api import answer, cookie
from chargehand.api.call import authenticate, check_origin, read_body
from chargehand.api.failures import as_problem
from chargehand.contracts.asyncapi import asyncapi
from chargehand.contracts.openapi import openapi
from chargehand.contracts.problems import RequestError
from chargehand.contracts.schemas import documents
from chargehand.kernel.canonical import record_bytes

if TYPE_CHECKING:
    from chargehand.services import Services

STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid #8886; }
code { font: .9em ui-monospace, monospace; }
.sim { border: 1px solid currentColor; border-radius: .3rem; padding: 0 .3rem; font-size: .8em; }
"""
_HEAD = '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
FORM_BYTES_MAX = 4_096


def page_routes(services: Services) -> list[BaseRoute]:
    """Routes for people and for generators."""

    async def status(request: Request) -> Response:
        await authenticate(services, request, ("viewer",))
        return HTMLResponse(_status_page(services))

    async def sign_in(request: Request) -> Response:
        return HTMLResponse(_sign_in_page(request.query_params.get("code", "")))

    async def signed_in(request: Request) -> Response:
        check_origin(services, request)
        body = await read_body(request.stream(), FORM_BYTES_MAX)
        code = parse_qs(body.data.decode("ascii", "replace")).get("code", [""])[0]
        secret, _expires_us = await asyncio.wrap_future(services.writer.submit(services.codes.redeem(code)))
        response = RedirectResponse("/", 303)
        cookie.give(response, request, secret)
        return response

    async def schema(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in schemas:
            raise RequestError("REQ.NOT_FOUND", f"no such schema: {name!r}")
        return Response(schemas[name], media_type="application/schema+json")

    schemas = {name: record_bytes(document) for name, document in documents().items()}
    contracts = {"/openapi.json": record_bytes(openapi()), "/asyncapi.json": record_bytes(asyncapi())}

    def document(path: str) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(_request: Request) -> Response:
            return answer.raw(contracts[path])

        return endpoint

    async def style(_request: Request) -> Response:
        return Response(STYLE, media_type="text/css")

    return [
        Route("/", _guarded(status), methods=["GET"]),
        Route("/signin", _guarded(sign_in), methods=["GET"]),
        Route("/signin", _guarded(signed_in), methods=["POST"]),
        Route("/style.css", style, methods=["GET"]),
        Route("/schemas/{name}", _guarded(schema), methods=["GET"]),
        *(Route(path, document(path), methods=["GET"]) for path in contracts),
    ]


def _guarded(page: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            return await page(request)
        except Exception as error:  # noqa: BLE001 - every failure leaves as a problem with a code
            return answer.problem(as_problem(error), request.scope["chargehand.request_id"], request.url.path)

    return endpoint


def _status_page(services: Services) -> str:
    rows = "".join(
        f"<tr><td>{escape(machine.id)}<td>{escape(machine.name)}<td>{machine.connection}"
        f'<td><span class="sim">{machine.source}</span>'
        f'<td><a href="/v1/machines/{escape(machine.id)}">state</a>'
        for machine in services.fleet.machines()
    )
    return (
        f'{_HEAD}<title>Chargehand</title><link rel="stylesheet" href="/style.css"><h1>Chargehand</h1>'
        f"<p>Version {escape(services.version)}, {services.store.dialect}. "
        "The engine serves its API; reload for the present state.</p>"
        f"<table><tr><th>Machine<th>Name<th>Connection<th>Source<th>{rows}</table>"
        '<p><a href="/v1/decisions">decisions</a> · <a href="/v1/approvals">approvals</a> · '
        '<a href="/v1/reason-codes">reason codes</a> · <a href="/openapi.json">OpenAPI</a> · '
        f'<a href="/asyncapi.json">AsyncAPI</a></p><p>{_without_ui(services)}</p>'
    )


def _without_ui(services: Services) -> str:
    if services.config.skip_ui:
        return "The web control centre is switched off: start again without <code>CHARGEHAND_SKIP_UI</code> to get it."
    return "The web control centre is not built: in a checkout, <code>make run</code> builds and serves it."


def _sign_in_page(code: str) -> str:
    return (
        f'{_HEAD}<title>Sign in · Chargehand</title><link rel="stylesheet" href="/style.css"><h1>Sign in</h1>'
        "<p>This link works once. It makes this browser the person at this machine.</p>"
        f'<form method="post" action="/signin"><input type="hidden" name="code" value="{escape(code, quote=True)}">'
        "<button>Sign in</button></form>"
    )
