"""Who is calling, and whether they may. A caller learns no more than it needs to act."""

from __future__ import annotations

from functools import partial

from chargehand.contracts.codes.record import Example, ReasonCode

_auth = partial(ReasonCode, family="AUTH", severity="block", retry="after_change", owner="operator")

CODES = (
    _auth(
        code="AUTH.TOKEN_MISSING",
        wire_id=6200,
        title="A token is needed",
        caller_text="Send `Authorization: Bearer` with your token, or sign in.",
        operator_text="Tokenless calls are refused here; give the caller a token with `chargehand principal add`.",
        remedies=("supply",),
        positive=Example(when="A call without a token where tokens are mandatory."),
        negative=Example(when="A call with a token."),
    ),
    _auth(
        code="AUTH.TOKEN_INVALID",
        wire_id=6201,
        title="The token is not valid",
        caller_text="Use the token that was printed when the principal was added.",
        operator_text="Somebody shows a token that this engine never issued.",
        remedies=("supply",),
        positive=Example(when="An invented token."),
        negative=Example(when="An issued token."),
    ),
    _auth(
        code="AUTH.ROLE_MISSING",
        wire_id=6202,
        params={"observed": "string", "limit": "string"},
        title="The caller does not have the role",
        caller_text="Ask somebody who has one of the roles that `limit` names.",
        operator_text="Every operation states the roles that may call it.",
        positive=Example(when="An agent decides on an approval."),
        negative=Example(when="An approver does."),
    ),
    _auth(
        code="AUTH.ORIGIN_REFUSED",
        wire_id=6203,
        severity="critical",
        params={"observed": "string"},
        title="The page comes from another origin",
        caller_text="Open the page from the engine's own address.",
        operator_text="A web page of another site tried to call the engine.",
        positive=Example(when="A browser sends the origin of another site."),
        negative=Example(when="The engine's own origin."),
    ),
    _auth(
        code="AUTH.HOST_REFUSED",
        wire_id=6204,
        severity="critical",
        params={"observed": "string"},
        title="The host name is not this engine's",
        caller_text="Use the address that the engine printed.",
        operator_text="A foreign name resolves to this engine; that is how a web page reaches into a local network.",
        positive=Example(when="A Host header that is neither loopback nor configured."),
        negative=Example(when="The configured host."),
    ),
    _auth(
        code="AUTH.SESSION_EXPIRED",
        wire_id=6205,
        title="The session has ended",
        caller_text="Sign in again.",
        operator_text="Sessions end by time or by signing out.",
        positive=Example(when="A cookie after the session's end."),
        negative=Example(when="A cookie within it."),
    ),
    _auth(
        code="AUTH.PRINCIPAL_REVOKED",
        wire_id=6206,
        title="The principal was revoked",
        caller_text="Stop: this token will not work again.",
        operator_text="`chargehand principal list` says when.",
        retry="never",
        positive=Example(when="A token of a revoked principal."),
        negative=Example(when="A token of an active one."),
    ),
    _auth(
        code="AUTH.LINK_INVALID",
        wire_id=6207,
        title="The sign-in link is used up or wrong",
        caller_text="Ask for a new link with `chargehand login`.",
        operator_text="A link works once and for a short time.",
        positive=Example(when="The link is opened a second time."),
        negative=Example(when="The first time."),
    ),
    _auth(
        code="AUTH.PRINCIPAL_EXISTS",
        wire_id=6208,
        params={"observed": "string"},
        title="The name is taken",
        caller_text="Choose another name.",
        operator_text="Names are never reused, so that the log stays readable.",
        remedies=("supply",),
        positive=Example(when="A principal of that name exists, or existed."),
        negative=Example(when="A new name."),
    ),
    _auth(
        code="AUTH.PRINCIPAL_UNKNOWN",
        wire_id=6209,
        params={"observed": "string"},
        title="No such principal",
        caller_text="Name a principal of `GET /v1/principals`.",
        operator_text="The id is misspelt.",
        remedies=("choose",),
        positive=Example(when="A misspelt id is revoked."),
        negative=Example(when="A listed id."),
    ),
)
