"""`chargehand login`: a one-time link that signs a browser in as the person at this machine."""

from __future__ import annotations

from chargehand.cli import failure, screen
from chargehand.cli.options import DEFAULT, Options


def login(*, options: Options = DEFAULT) -> None:
    """Print a one-time link that signs a browser in. Whoever can read the data folder can make one."""
    from chargehand.cli import local
    from chargehand.config import client_settings

    folder = options.data or client_settings().data
    try:
        link = local.sign_in_link(folder)
    except OSError as error:
        raise failure.Refusal(
            "AUTH.LINK_INVALID",
            f"the keys of {folder} cannot be read: {error.strerror}",
            "Run this as the user that runs the engine.",
        ) from error
    if link is None:
        raise failure.Refusal(
            "ENG.UNREACHABLE",
            f"no engine runs on {folder}",
            "Start it with `chargehand up`, or name its folder with --data.",
            failure.UNREACHABLE,
        )
    if options.json:
        screen.json_record({"link": link})
    else:
        screen.line(link)
        screen.note("Open it in a browser on this machine, within ten minutes. It works once.")
