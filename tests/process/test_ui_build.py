"""The control centre is built when its sources have changed, and only then; a build that fails changes nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.process.planted_web import Planted
from tools import ui_build

BUILD = "run build"
INSTALL = "ci --ignore-scripts --no-audit --no-fund"
_real_node_of_package = ui_build.node_of_package


def page(planted: Planted) -> str:
    """The page that is built."""
    return (planted.built / "index.html").read_text("utf-8")


def test_first_build_installs_and_builds(planted: Planted, capsys: pytest.CaptureFixture[str]) -> None:
    planted.put_node()
    assert not ui_build.is_current(planted.root)
    assert ui_build.build(planted.root, planted.environment)
    assert planted.asked() == [INSTALL, BUILD]
    assert page(planted) == "<!doctype html>first\n"
    assert (planted.built / ui_build.MARK).read_text() == ui_build.sources_digest(planted.root)
    assert "building the web control centre" in capsys.readouterr().err


def test_unchanged_sources_are_never_built_again(planted: Planted, capsys: pytest.CaptureFixture[str]) -> None:
    planted.put_node()
    ui_build.build(planted.root, planted.environment)
    capsys.readouterr()
    for path in (planted.root / ui_build.SOURCES).rglob("*"):
        os.utime(path, (1, 1))
    assert not ui_build.build(planted.root, planted.environment)
    assert planted.asked() == [INSTALL, BUILD]
    assert capsys.readouterr() == ("", "")


def change(planted: Planted) -> None:
    planted.write("src/main.ts", "second\n")


def add(planted: Planted) -> None:
    planted.write("src/fleet/tile.ts", "")


def remove(planted: Planted) -> None:
    (planted.root / "web/index.html").unlink()


def rename(planted: Planted) -> None:
    (planted.root / "web/index.html").rename(planted.root / "web/index.htm")


def swap(planted: Planted) -> None:
    planted.write("index.html", "fund=false\n")
    planted.write(".npmrc", "<!doctype html>\n")


def settle(planted: Planted) -> None:
    planted.write(".npmrc", "fund=true\n")


@pytest.mark.parametrize("edit", [change, add, remove, rename, swap, settle])
def test_changed_sources_are_built_again_though_files_are_there(
    planted: Planted, edit: Callable[[Planted], None]
) -> None:
    planted.put_node()
    ui_build.build(planted.root, planted.environment)
    edit(planted)
    assert not ui_build.is_current(planted.root)
    assert ui_build.build(planted.root, planted.environment)
    assert planted.asked().count(BUILD) == 2
    assert page(planted).removeprefix("<!doctype html>") == (planted.root / "web/src/main.ts").read_text()


@pytest.mark.parametrize("path", ["node_modules/x/index.js", "dist/index.html", ".main.ts.swp", ".cache/x"])
def test_what_is_no_source_counts_for_nothing(planted: Planted, path: str) -> None:
    before = ui_build.sources_digest(planted.root)
    planted.write(path, "x")
    assert ui_build.sources_digest(planted.root) == before


@pytest.mark.parametrize("lost", ["index.html", ui_build.MARK])
def test_half_of_a_control_centre_is_none(planted: Planted, lost: str) -> None:
    planted.put_node()
    ui_build.build(planted.root, planted.environment)
    (planted.built / lost).unlink()
    assert ui_build.build(planted.root, planted.environment)
    assert (planted.built / lost).is_file()


def test_old_assets_do_not_stay(planted: Planted) -> None:
    planted.put_node()
    ui_build.build(planted.root, planted.environment)
    (planted.built / "assets" / "index-Old1.js").write_text("old", "utf-8")
    change(planted)
    ui_build.build(planted.root, planted.environment)
    assert [path.name for path in (planted.built / "assets").iterdir()] == ["index-Ab12.js"]


def test_failed_build_leaves_the_old_one_and_says_what_failed(
    planted: Planted, capsys: pytest.CaptureFixture[str]
) -> None:
    planted.put_node()
    ui_build.build(planted.root, planted.environment)
    planted.write("src/main.ts", "broken\n")
    assert ui_build.main([], planted.root, planted.environment) == 1
    told = capsys.readouterr().err
    assert "`npm run build` ended with 7; see it: cd web && npm run build; CHARGEHAND_SKIP_UI=1" in told
    assert told.rstrip().endswith("main.ts:1: that is broken")
    assert "line 50\n" not in told, "the last lines alone"
    assert page(planted) == "<!doctype html>first\n"
    assert [path.name for path in planted.built.parent.iterdir()] == ["ui"], "nothing half-made stays"
    assert not ui_build.is_current(planted.root), "it is tried again the next time"


def test_build_that_leaves_no_page_has_failed(planted: Planted) -> None:
    planted.put_node()
    ui_build.build(planted.root, planted.environment)
    planted.write("src/main.ts", "empty\n")
    with pytest.raises(ui_build.UiBuildError, match=r"left no index\.html"):
        ui_build.build(planted.root, planted.environment)
    assert page(planted) == "<!doctype html>first\n"


def test_swap_that_fails_leaves_the_old_one(planted: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    planted.put_node()
    ui_build.build(planted.root, planted.environment)
    change(planted)
    renamed = Path.rename

    def refusing(self: Path, target: Path) -> Path:
        if self.name == "new":
            raise OSError("planted")
        return renamed(self, target)

    monkeypatch.setattr(Path, "rename", refusing)
    with pytest.raises(OSError, match="planted"):
        ui_build.build(planted.root, planted.environment)
    assert page(planted) == "<!doctype html>first\n"


def test_source_written_while_it_is_built_is_built_the_next_time(planted: Planted) -> None:
    planted.put_node()
    planted.write("src/main.ts", "meanwhile\n")
    ui_build.build(planted.root, planted.environment)
    assert not ui_build.is_current(planted.root)
    ui_build.build(planted.root, planted.environment)
    assert page(planted) == "<!doctype html>written while it was built"


def test_packages_are_installed_when_the_lock_has_changed_and_only_then(planted: Planted) -> None:
    planted.put_node()
    ui_build.build(planted.root, planted.environment)
    change(planted)
    ui_build.build(planted.root, planted.environment)
    assert planted.asked() == [INSTALL, BUILD, BUILD]
    planted.write("package-lock.json", '{"lockfileVersion": 3}\n')
    ui_build.build(planted.root, planted.environment)
    assert planted.asked() == [INSTALL, BUILD, BUILD, INSTALL, BUILD]
    shutil.rmtree(planted.root / "web/node_modules")
    assert ui_build.packages(planted.root, planted.environment)


def test_no_node_anywhere_is_an_error_of_its_own(planted: Planted, capsys: pytest.CaptureFixture[str]) -> None:
    assert ui_build.main([], planted.root, planted.environment) == 3
    told = capsys.readouterr().err
    for words in ("needs Node ^20.19 or >=22.12 with npm", ui_build.NODE_PACKAGE, "CHARGEHAND_SKIP_UI=1"):
        assert words in told
    assert not planted.built.exists()


@pytest.mark.parametrize("version", ["v20.19.0", "v20.20.2", "v22.12.0", "v24.0.1", "v100.1.0"])
def test_good_node_is_taken(planted: Planted, version: str) -> None:
    planted.put_node(version)
    assert ui_build.node_on_path(planted.environment) is not None


@pytest.mark.parametrize("version", ["v18.20.8", "v20.18.3", "v21.7.0", "v22.11.0", "v2.22.0", "22", "", "nonsense"])
def test_node_that_vite_does_not_take_is_left_alone(planted: Planted, version: str) -> None:
    planted.put_node(version)
    assert ui_build.node_on_path(planted.environment) is None
    assert ui_build.main([], planted.root, planted.environment) == 3


def test_node_without_npm_is_none(planted: Planted) -> None:
    planted.put_node()
    (Path(planted.environment["PATH"]) / "npm").unlink()
    assert ui_build.node_on_path(planted.environment) is None


@pytest.mark.skipif(os.name != "posix", reason="the package has its programs elsewhere there")
def test_node_of_the_package_builds_and_stands_first_on_the_path(
    planted: Planted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted.put_node("v18.0.0")
    programs = planted.put_package(tmp_path / "site")
    monkeypatch.syspath_prepend(tmp_path / "site")
    monkeypatch.setattr(ui_build, "node_of_package", _real_node_of_package)
    assert ui_build.build(planted.root, planted.environment)
    assert planted.asked() == [INSTALL, BUILD]
    assert [path.partition(os.pathsep)[0] for path in planted.paths()] == [str(programs)] * 2


def test_skipping_needs_nothing_and_touches_nothing(planted: Planted, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ([], ["--run", "check"]):
        assert ui_build.main(arguments, planted.root, {**planted.environment, ui_build.SKIP: "1"}) == 0
        assert "CHARGEHAND_SKIP_UI is set" in capsys.readouterr().err
    assert not planted.built.exists()


@pytest.mark.parametrize(("text", "skip"), [("1", True), ("true", True), ("", False), ("0", False), ("False", False)])
def test_what_counts_as_skipping(text: str, skip: bool) -> None:
    assert ui_build.skipped({ui_build.SKIP: text}) is skip


def test_scripts_are_run_with_their_packages_installed(planted: Planted) -> None:
    planted.put_node()
    assert ui_build.main(["--run", "generate", "--", "--check"], planted.root, planted.environment) == 0
    assert planted.asked() == [INSTALL, "run generate -- --check"]
    planted.write("src/main.ts", "broken\n")
    assert ui_build.main(["--run", "check"], planted.root, planted.environment | {"OUT": str(planted.built)}) == 1


@pytest.mark.parametrize("arguments", [["--run"], ["--nonsense"], ["build"]])
def test_wrong_call(planted: Planted, arguments: list[str]) -> None:
    assert ui_build.main(arguments, planted.root, planted.environment) == 2


def test_checkout_without_sources_is_told_so(planted: Planted) -> None:
    shutil.rmtree(planted.root / "web")
    with pytest.raises(ui_build.UiBuildError, match="there is no web/"):
        ui_build.build(planted.root, planted.environment)
