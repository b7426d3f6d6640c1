"""The configuration's part for the web control centre: where it comes from, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from chargehand.config import ConfigError, load_config


def built(folder: Path) -> Path:
    folder.mkdir()
    (folder / "index.html").write_text("<!doctype html>", "utf-8")
    return folder


def test_packaged_control_centre_unless_told_otherwise(tmp_path: Path) -> None:
    config = load_config({"data": tmp_path}, {})
    assert (config.skip_ui, config.ui) == (False, None)


@pytest.mark.parametrize(("text", "skip"), [("1", True), ("true", True), ("0", False), ("false", False), ("", False)])
def test_environment_switches_it_off(tmp_path: Path, text: str, skip: bool) -> None:
    assert load_config({"data": tmp_path}, {"CHARGEHAND_SKIP_UI": text}).skip_ui is skip


def test_switch_that_cannot_be_meant_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="skip_ui"):
        load_config({"data": tmp_path}, {"CHARGEHAND_SKIP_UI": "perhaps"})


def test_folder_for_development(tmp_path: Path) -> None:
    folder = built(tmp_path / "ui")
    assert load_config({"data": tmp_path}, {"CHARGEHAND_UI": str(folder)}).ui == folder


@pytest.mark.parametrize("name", ["none", "."])
def test_folder_without_a_page_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match=r"no index\.html"):
        load_config({"data": tmp_path}, {"CHARGEHAND_UI": str(tmp_path / name)})
