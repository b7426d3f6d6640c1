"""`chargehand up`: run an engine. The only command that runs one in the foreground."""

from __future__ import annotations

import io
import logging
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TextIO, cast

import structlog

from chargehand.config import Config, ConfigError, load_config

if TYPE_CHECKING:
    from chargehand.services import Services

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_CONFLICT = 5


def up(flags: dict[str, Any]) -> int:
    """Run an engine until it is told to stop; returns the exit code.

    Args:
        flags: fields of `Config`; absent or None means not given.
    """
    try:
        config = load_config(flags)
    except ConfigError as error:
        return _refused(error.code, str(error), "correct it and start again", EXIT_USAGE)
    _configure_log(config)
    from chargehand.auditor.defect import DefectiveFileError
    from chargehand.kernel.store import StoreError, StoreLockedError
    from chargehand.ledger.signing_key import KeyFileError
    from chargehand.server import PortError, serve

    try:
        serve(config, _announce)
    except PortError as error:
        return _refused(error.code, str(error), "choose another with --port, or --port 0 for a free one", EXIT_FAILED)
    except StoreLockedError as error:
        hint = "stop it, choose another folder with --data, or wait for it with --standby"
        return _refused(error.code, str(error), hint, EXIT_CONFLICT)
    except StoreError as error:
        return _refused(error.code, str(error), "nothing was started and nothing was changed", EXIT_FAILED)
    except (ConfigError, KeyFileError) as error:
        return _refused("ENG.CONFIG_INVALID", str(error), "correct it and start again", EXIT_USAGE)
    except DefectiveFileError as error:
        return _refused(error.code, str(error), "correct the file and start again", EXIT_USAGE)
    except KeyboardInterrupt:
        return 130
    return 0


def _announce(url: str, services: Services) -> None:
    """Say where the engine is and how to use it. The URL goes to stdout, alone on its line."""
    config = services.config
    print(url, flush=True)
    talk = [f"Chargehand {services.version} listens on {url}"]
    talk.append(f"  machines   {', '.join(machine.id for machine in services.fleet.machines()) or 'none'}")
    talk.append(f"  data       {config.data}" + (" and PostgreSQL" if config.store else ""))
    code = services.codes.make(services.ids.secret()[:16], services.clock.now_us())
    talk.append(f"  sign in    {url}/signin?code={code}  (once, within ten minutes)")
    if not config.loopback:
        talk.append("  warning    other machines can reach this address: every call needs a token")
    talk.append("  try        chargehand machine list  |  chargehand demo  |  Ctrl-C stops")
    print("\n".join(talk), file=sys.stderr, flush=True)


def _refused(code: str, what: str, hint: str, exit_code: int) -> int:
    print(f"{code}: {what}\n  {hint}", file=sys.stderr)
    return exit_code


def _configure_log(config: Config) -> None:
    renderer: Any = structlog.processors.JSONRenderer()
    if config.log == "console":
        # The default way to show an exception prints local variables, and some of them are secrets.
        renderer = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info if config.log == "json" else structlog.processors.StackInfoRenderer(),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(cast("TextIO", _Talk())),
    )


class _Talk(io.TextIOBase):
    """stderr, as a log may use it: a full disk or a closed pipe behind it loses lines and stops nobody's thread."""

    def write(self, text: str) -> int:
        with suppress(OSError):
            sys.stderr.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            sys.stderr.flush()
