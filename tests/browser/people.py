"""The people around an engine: who may propose, operate, approve, and how each gets into a browser."""

from __future__ import annotations

import re
from typing import Any

import httpx
from playwright.sync_api import BrowserContext

from chargehand.contracts.principal import Role
from tests.surfaces.engine import Engine, until

LOCAL = "local"
"""The person at the engine's machine, who signs in with the link that `chargehand up` prints."""
PEOPLE: dict[str, Role] = {
    "ada": "admin",
    "olga": "operator",
    "paul": "approver",
    "quinn": "approver",
    "vera": "viewer",
    "robot": "agent",
}


class People:
    """Everybody of `PEOPLE`, added to an engine. Because there is an agent, a browser without a session may only view
    and operate.

    Attributes:
        engine: the engine.
        tokens: a token by name.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.tokens: dict[str, str] = {}
        for name, role in PEOPLE.items():
            answer = engine.post("/v1/principals", {"name": name, "role": role})
            assert answer.status_code == 201, answer.text
            self.tokens[name] = answer.json()["token"]

    def bearer(self, name: str) -> dict[str, str]:
        """Headers of a call by somebody."""
        return {"authorization": f"Bearer {self.tokens[name]}"}

    def submit(self, proposal: dict[str, Any], name: str = "robot") -> dict[str, Any]:
        """Submit as somebody; returns the verdict."""
        return _made(self.engine.post("/v1/proposals", proposal, headers=self.bearer(name)))

    def decide(self, approval_id: str, decision: str, reason: str, name: str = "paul") -> httpx.Response:
        """Decide an approval as somebody."""
        body = {"decision": decision, "reason": reason}
        return self.engine.post(f"/v1/approvals/{approval_id}/decide", body, headers=self.bearer(name))

    def execute(self, verdict: dict[str, Any], name: str = "robot") -> dict[str, Any]:
        """Get the permit of a decision and carry it out; returns the outcome."""
        path, headers = f"/v1/decisions/{verdict['id']}", self.bearer(name)
        permit = _made(self.engine.post(f"{path}/permit", headers=headers))["permit"]
        return _made(self.engine.post(f"{path}/execute", {"permit": permit}, headers=headers))

    def sign_in(self, context: BrowserContext, name: str) -> None:
        """Give a browser the session of somebody: by their token, or by the printed link for the local person."""
        if name == LOCAL:
            sign_in_by_link(context, self.engine)
            return
        answer = context.request.post(f"{self.engine.url}/v1/session", data={"token": self.tokens[name]})
        assert answer.status == 201, answer.text()


def sign_in_by_link(context: BrowserContext, engine: Engine) -> None:
    """Follow the newest sign-in link that an engine has printed. It works once."""
    page = context.new_page()
    page.goto(printed_link(engine))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{engine.url}/")
    page.close()


def printed_link(engine: Engine, beside: str = "sign in") -> str:
    """The link that an engine has printed last; it follows its address a moment later."""

    def links() -> list[str]:
        return re.findall(rf"{beside}\s+(\S+/signin\?code=\S+)", engine.talk)

    until(links, "the engine prints how to sign in")
    return links()[-1]


def _made(answer: httpx.Response) -> dict[str, Any]:
    assert answer.is_success, answer.text
    found: dict[str, Any] = answer.json()
    return found
