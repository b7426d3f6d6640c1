"""Finding the engine: `--url`, `--data`, `CHARGEHAND_URL`, the running engine of the data folder, the usual address.

`--data` names a folder: the engine that runs on it is asked, and if none does, the folder is opened in this process by
the same code. It refuses `--url` together with `--data`, since they may mean two engines.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from chargehand.cli import failure
from chargehand.cli.options import Options

if TYPE_CHECKING:
    from chargehand.sdk import Client


@contextmanager
def connected(options: Options) -> Iterator[Client]:
    """A client of the engine that the options and the environment name.

    Raises:
        Refusal: they contradict each other.
        ClientError: an address or token that cannot be used.
    """
    from chargehand.cli import local
    from chargehand.config import client_settings
    from chargehand.sdk import DEFAULT_URL, Client

    if options.url is not None and options.data is not None:
        raise failure.Refusal(
            "REQ.PARAMETER_INVALID", "--url and --data may name two engines", "Give one of them.", failure.USAGE
        )
    settings = client_settings()
    token = options.token or settings.token
    url = options.url
    if url is None and options.data is not None:
        url = local.running_url(options.data)
        if url is None:
            with local.open_client(options.data, token) as client:
                yield client
            return
    url = url or settings.url or local.running_url(settings.data) or DEFAULT_URL
    with Client(url, token=token, sleep=_wait) as client:
        yield client


def _wait(seconds: float) -> None:
    print(f"the stream was cut; again in {seconds:.2g} s", file=sys.stderr)
    time.sleep(seconds)
