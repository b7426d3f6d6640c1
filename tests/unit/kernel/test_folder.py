"""The data folder: one engine at a time, across processes, and never mistaken for an empty one."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from chargehand.kernel.folder import LOCK_FILE, DataFolder, Holder, is_held, read_holder
from chargehand.kernel.store import StoreLockedError

TRY = """
import sys
from pathlib import Path
from chargehand.kernel.folder import DataFolder
from chargehand.kernel.store import StoreLockedError
folder = DataFolder(Path(sys.argv[1]))
folder.prepare()
try:
    folder.lock()
except StoreLockedError as error:
    print("refused", error)
else:
    print("held")
"""


def elsewhere(path: Path) -> str:
    """What another process gets that wants the folder; its lock ends with it."""
    ran = subprocess.run([sys.executable, "-c", TRY, str(path)], capture_output=True, text=True, check=True, timeout=60)
    return ran.stdout.strip()


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    made = DataFolder(tmp_path / "data")
    made.prepare()
    return made


def test_it_is_made_for_its_owner_only(folder: DataFolder) -> None:
    for path in (folder.path, folder.keys):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
    folder.prepare()


def test_another_process_is_refused_and_told_by_whom(folder: DataFolder) -> None:
    folder.lock()
    folder.tell(Holder(pid=os.getpid(), url="http://127.0.0.1:8765"))
    said = elsewhere(folder.path)
    assert said.startswith("refused another engine holds 'data'")
    assert f"process {os.getpid()}, http://127.0.0.1:8765" in said
    assert is_held(folder.path)
    folder.release()
    assert elsewhere(folder.path) == "held"


def test_a_second_one_in_this_process_is_refused_too(folder: DataFolder) -> None:
    folder.lock()
    with pytest.raises(StoreLockedError, match="not listening yet"):
        DataFolder(folder.path).lock()
    assert StoreLockedError.code == "ENG.STORE_LOCKED"
    folder.release()


def test_the_lock_of_a_process_that_has_died_is_free(folder: DataFolder) -> None:
    assert elsewhere(folder.path) == "held"
    assert read_holder(folder.path) is not None
    assert not is_held(folder.path)
    folder.lock()
    folder.release()


def test_release_is_safe_to_call_twice_and_lets_go(folder: DataFolder) -> None:
    folder.lock()
    folder.release()
    folder.release()
    assert read_holder(folder.path) is None
    assert not is_held(folder.path)
    folder.lock()
    folder.release()


def test_the_lock_file_says_who_holds_it(folder: DataFolder) -> None:
    assert read_holder(folder.path) is None
    assert not is_held(folder.path)
    folder.lock()
    assert read_holder(folder.path) == Holder(pid=os.getpid())
    folder.tell(Holder(pid=os.getpid(), url="http://[::1]:1"))
    assert read_holder(folder.path) == Holder(pid=os.getpid(), url="http://[::1]:1")
    folder.release()


def test_a_damaged_lock_file_names_nobody(folder: DataFolder) -> None:
    (folder.path / LOCK_FILE).write_bytes(b'{"pid":')
    assert read_holder(folder.path) is None


def test_a_folder_in_use_is_remembered(folder: DataFolder) -> None:
    assert not folder.was_used()
    folder.mark_used()
    folder.mark_used()
    assert folder.was_used()
    assert DataFolder(folder.path).was_used()


def test_its_files_have_names(folder: DataFolder) -> None:
    assert {folder.database.name, folder.telemetry.name, folder.keys.name} == {"chargehand.db", "telemetry.db", "keys"}
