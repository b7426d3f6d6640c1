"""How each operation of the registry is asked for, rightly: a table that the tests of all routes walk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, NamedTuple

import httpx
import msgspec

from chargehand.contracts.operations import OPERATIONS, Operation
from chargehand.contracts.principal import Role
from tests.surfaces.engine import Engine
from tests.surfaces.proposals import ALLOWED, offset_write

ROLES: tuple[Role, ...] = ("viewer", "operator", "approver", "admin", "agent")


class Ask(NamedTuple):
    """A request: what stands in the path, the query and the body."""

    path: Mapping[str, str] = MappingProxyType({})
    query: str = ""
    body: Any = None


class World:
    """An engine on which a principal of every role exists, so that tokenless calls are viewer and operator only.

    Attributes:
        engine: the engine.
        tokens: a token by role.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.tokens: dict[Role, str] = {role: self.add(role, role) for role in ROLES}

    def add(self, name: str, role: Role, **given: Any) -> str:
        """Add a principal and return its token."""
        answer = self.engine.post("/v1/principals", {"name": name, "role": role}, **given)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["token"])

    def bearer(self, role: Role) -> dict[str, str]:
        """Headers of a call by a principal of a role."""
        return {"authorization": f"Bearer {self.tokens[role]}"}

    def submit(self, proposal: dict[str, Any]) -> dict[str, Any]:
        """Submit as the agent; returns the verdict."""
        answer = self.engine.post("/v1/proposals", proposal, headers=self.bearer("agent"))
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def allowed(self) -> dict[str, str]:
        """The path of a fresh allowed decision."""
        return {"id": self.submit(ALLOWED)["id"]}

    def approval(self) -> dict[str, str]:
        """The path of a fresh pending approval."""
        return {"id": self.submit(offset_write())["approval_id"]}

    def quarantine(self) -> dict[str, str]:
        """The path of a fresh entry of the quarantine list."""
        answer = self.engine.post("/v1/quarantines", QUARANTINE, headers=self.bearer("operator"))
        assert answer.status_code == 201, answer.text
        return {"id": answer.json()["id"]}

    def program(self) -> dict[str, str]:
        """The path of a stored program."""
        answer = self.engine.post("/v1/programs", PROGRAM, headers=self.bearer("operator"))
        assert answer.status_code == 201, answer.text
        return {"id": answer.json()["sha256"]}

    def permitted(self) -> Ask:
        """A fresh decision with its permit, held by the agent."""
        path = self.allowed()
        permit = self.engine.post(f"/v1/decisions/{path['id']}/permit", headers=self.bearer("agent")).json()["permit"]
        return Ask(path, body={"permit": permit})

    def revocable(self) -> Ask:
        """A principal that nobody will miss."""
        name = f"extra-{self.engine.head()}"
        self.add(name, "viewer", headers=self.bearer("admin"))
        return Ask({"id": f"human:{name}"})

    def newcomer(self) -> Ask:
        """A principal that does not exist yet."""
        return Ask(body={"name": f"new-{self.engine.head()}", "role": "viewer"})


MACHINE = {"id": "CNC-001"}
PROGRAM = {"name": "slot.ngc", "text": "%\nG21 G90 G54\nM30\n%\n"}
QUARANTINE = {"reason": "a test", "expires_at": "2099-01-01T00:00:00Z", "tool": "NOBODY-HAS-IT"}
"""An entry that bars nothing of what other tests do."""
RIGHTLY: dict[str, Callable[[World], Ask]] = {
    "proposal.submit": lambda _: Ask(body=ALLOWED),
    "proposal.list": lambda _: Ask(query="limit=2"),
    "proposal.show": lambda world: Ask({"id": world.submit(ALLOWED)["proposal_id"]}),
    "decision.list": lambda _: Ask(query="limit=2"),
    "decision.show": lambda world: Ask(world.allowed()),
    "decision.explain": lambda world: Ask(world.allowed()),
    "decision.rejudge": lambda world: Ask(world.allowed()),
    "decision.permit": lambda world: Ask(world.allowed()),
    "decision.execute": lambda world: world.permitted(),
    "approval.list": lambda _: Ask(query="limit=2"),
    "approval.show": lambda world: Ask(world.approval()),
    "approval.decide": lambda world: Ask(world.approval(), body={"decision": "deny", "reason": "a test"}),
    "machine.list": lambda _: Ask(),
    "machine.show": lambda _: Ask(MACHINE),
    "machine.limits": lambda _: Ask(MACHINE),
    "tool.list": lambda _: Ask(query="limit=2"),
    "material.list": lambda _: Ask(query="limit=2"),
    "machine.telemetry": lambda _: Ask(MACHINE, query="limit=2&after=0"),
    "program.put": lambda _: Ask(body=PROGRAM),
    "program.list": lambda _: Ask(query="limit=2"),
    "program.show": lambda world: Ask(world.program()),
    "quarantine.open": lambda _: Ask(body=QUARANTINE),
    "quarantine.list": lambda _: Ask(query="limit=2"),
    "quarantine.show": lambda world: Ask(world.quarantine()),
    "quarantine.override": lambda world: Ask(world.quarantine(), body={"reason": "a test"}),
    "policy.list": lambda _: Ask(),
    "policy.show": lambda _: Ask({"name": "shop-floor"}),
    "reason.list": lambda _: Ask(),
    "reason.show": lambda _: Ask({"code": "MACH.SPEED_ABOVE_MAX"}),
    "ledger.checkpoint": lambda _: Ask(),
    "ledger.proof": lambda _: Ask(query="seq=1"),
    "ledger.consistency": lambda _: Ask(query="first=1"),
    "ledger.verify": lambda _: Ask(),
    "ledger.export": lambda _: Ask(),
    "principal.add": lambda world: world.newcomer(),
    "principal.list": lambda _: Ask(query="limit=2"),
    "principal.revoke": lambda world: world.revocable(),
    "session.create": lambda world: Ask(body={"token": world.tokens["viewer"]}),
    "session.show": lambda _: Ask(),
    "session.delete": lambda _: Ask(),
    "event.stream": lambda _: Ask(query="after=0"),
    "system.health": lambda _: Ask(),
    "system.version": lambda _: Ask(),
}
assert RIGHTLY.keys() == OPERATIONS.keys(), f"no way to ask: {RIGHTLY.keys() ^ OPERATIONS.keys()}"

NOTHING = Ask({"id": "none", "name": "none", "code": "NONE"})
"""What is asked where only the door is tested: the right shape, about things that do not exist."""


def able(operation: Operation) -> Role:
    """A role that may call an operation."""
    return "agent" if "agent" in operation.roles else "admin"


@contextmanager
def asked(engine: Engine, operation: Operation, ask: Ask, **given: Any) -> Iterator[httpx.Response]:
    """An answer. Its headers have come; its body may be endless."""
    path = operation.path.format(**ask.path) if "{" in operation.path else operation.path
    url = path + (f"?{ask.query}" if ask.query else "")
    headers = {"content-type": "application/json"} if operation.input is not None else {}
    headers |= given.pop("headers", {})
    content = msgspec.json.encode(ask.body) if operation.input is not None else None
    method = given.pop("method", operation.method)
    with engine.http.stream(method, url, headers=headers, content=content, **given) as response:
        yield response


def answer(engine: Engine, operation: Operation, ask: Ask, **given: Any) -> httpx.Response:
    """An answer with its body, as far as it has an end."""
    with asked(engine, operation, ask, **given) as response:
        if not response.headers.get("content-type", "").startswith("text/event-stream"):
            response.read()
        return response


def by_name(name: str) -> Operation:
    """An operation."""
    return OPERATIONS[name]
