"""`continuo install`: into another program's folder, whole or not at all, never over changes."""

import sys
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner
from paths import ROOT

from bridge.cli import main
from bridge.setup.hosts import HOSTS, Places
from bridge.setup.installer import InstallError, carry_out, plan, read_folder, source_folder

FILES = {"__init__.py": b"one\n", "music/song.py": b"two\n"}
NEWER = {"__init__.py": b"uno\n", "music/song.py": b"two\n", "music/more.py": b"tre\n"}


@pytest.fixture
def target(tmp_path):
    return tmp_path / "Remote Scripts" / "Continuo"


def install(files, target, version="0.1.0"):
    planned = plan(files, target)
    carry_out(planned, version)
    return planned


def run(*arguments):
    return CliRunner().invoke(main, ["install", *map(str, arguments)])


# -- what is written ---------------------------------------------------------------------------
def test_the_whole_folder_is_there_afterwards_and_nothing_beside_it(target):
    install(FILES, target)
    there = read_folder(target)
    assert FILES.items() <= there.items()
    assert there.keys() - FILES.keys() == {"continuo-files.json"}
    assert [path.name for path in target.parent.iterdir()] == ["Continuo"]


def test_a_second_time_there_is_nothing_to_do(target):
    install(FILES, target)
    assert plan(FILES, target).is_done


def test_an_older_version_is_brought_up_to_date_and_what_is_no_longer_ours_goes(target):
    install(NEWER, target)
    planned = install(FILES, target)
    assert planned.removed == ("music/more.py",)
    assert not planned.changed
    assert FILES.items() <= read_folder(target).items()
    assert not (target / "music/more.py").exists()


def test_what_python_has_compiled_from_the_older_version_does_not_stay(target):
    install(FILES, target)
    compiled = target / "__pycache__" / "__init__.cpython-311.pyc"
    compiled.parent.mkdir()
    compiled.write_bytes(b"old")
    install(NEWER, target)
    assert not compiled.parent.exists()


def test_a_file_that_somebody_changed_is_seen_and_a_file_of_his_own_stays(target):
    install(FILES, target)
    (target / "__init__.py").write_bytes(b"mine\n")
    (target / "port.txt").write_bytes(b"11030")
    planned = plan(NEWER, target)
    assert planned.changed == ("__init__.py",)
    assert planned.kept == ("port.txt",)
    carry_out(planned, "0.2.0")
    assert (target / "port.txt").read_bytes() == b"11030"
    assert (target / "__init__.py").read_bytes() == b"uno\n"


def test_a_folder_of_the_same_name_that_is_not_ours_counts_as_changed(target):
    target.mkdir(parents=True)
    (target / "__init__.py").write_bytes(b"somebody else's\n")
    assert plan(FILES, target).changed == ("__init__.py",)


def test_a_file_that_was_deleted_comes_back(target):
    install(FILES, target)
    (target / "__init__.py").unlink()
    planned = install(FILES, target)
    assert planned.written == ("__init__.py",)
    assert not planned.changed


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_to_a_clone_is_never_replaced(target, tmp_path):
    target.parent.mkdir(parents=True)
    (tmp_path / "clone").mkdir()
    target.symlink_to(tmp_path / "clone")
    with pytest.raises(InstallError, match="is a link to"):
        plan(FILES, target)


# -- what goes wrong ---------------------------------------------------------------------------
def test_an_installation_that_was_cut_off_is_taken_up_again(target):
    install(FILES, target)
    target.rename(target.with_name(".Continuo.old"))
    (target.parent / ".Continuo.new").mkdir()
    install(NEWER, target)
    assert NEWER.items() <= read_folder(target).items()
    assert [path.name for path in target.parent.iterdir()] == ["Continuo"]


def test_if_the_folder_cannot_be_replaced_the_old_one_is_there_still(target, monkeypatch):
    install(FILES, target)
    rename = Path.rename

    def refuse(self, to):
        if self.name == ".Continuo.new":
            raise PermissionError(13, "Permission denied")
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(InstallError, match="is the program running"):
        install(NEWER, target)
    assert FILES.items() <= read_folder(target).items()
    assert [path.name for path in target.parent.iterdir()] == ["Continuo"]


# -- where -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("host", "platform", "library", "expected"),
    [
        ("ableton", "darwin", "Music/Ableton/User Library", "Remote Scripts"),
        ("ableton", "win32", "Documents/Ableton/User Library", "Remote Scripts"),
        ("max", "darwin", "Documents/Max 8", "Library"),
        ("max", "win32", "Documents/Max 9", "Library"),
        ("reaper", "darwin", "Library/Application Support/REAPER", "Scripts"),
        ("reaper", "win32", "AppData/Roaming/REAPER", "Scripts"),
        ("reaper", "linux", ".config/REAPER", "Scripts"),
    ],
)
def test_each_program_has_its_folder_on_each_system(host, platform, library, expected, tmp_path):
    data = tmp_path / "AppData" / "Roaming"
    places = Places(platform, tmp_path, tmp_path / "Documents", data)
    with pytest.raises(InstallError, match=r"there is no folder .* --to DIR"):
        HOSTS[host].find(places)
    (tmp_path / library).mkdir(parents=True)
    assert HOSTS[host].find(places) == tmp_path / library / expected


@pytest.mark.parametrize("host", ["ableton", "max"])
def test_on_linux_those_that_do_not_run_there_are_not_looked_for(host, tmp_path):
    with pytest.raises(InstallError, match=r"does not run on Linux: .* --to DIR"):
        HOSTS[host].find(Places("linux", tmp_path, tmp_path, tmp_path))


@pytest.mark.parametrize("host", HOSTS)
def test_everything_that_is_to_be_installed_is_there(host):
    files = read_folder(source_folder(HOSTS[host].source))
    assert files
    assert not [path for path in files if path.endswith(".pyc")]


# -- the command -------------------------------------------------------------------------------
def test_the_script_for_live_is_put_in_place_as_a_package_that_live_finds(tmp_path):
    result = run("ableton", "--to", tmp_path)
    assert result.exit_code == 0, result.output
    assert (tmp_path / "Continuo" / "__init__.py").exists()
    assert "Control Surface: choose Continuo" in result.output
    assert str(tmp_path / "Continuo") in result.output
    assert "is up to date" in run("ableton", "--to", tmp_path).output


def test_a_dry_run_says_what_it_would_do_and_does_nothing(tmp_path):
    result = run("reaper", "--to", tmp_path, "--dry-run")
    assert "would be written" in result.output
    assert list(tmp_path.iterdir()) == []


def test_changes_are_named_and_only_overwritten_if_that_is_said(tmp_path):
    run("max", "--to", tmp_path)
    mine = tmp_path / "Continuo" / "continuo.maxpat"
    mine.write_text("mine")
    result = run("max", "--to", tmp_path)
    assert result.exit_code == 2
    assert "continuo.maxpat" in result.output
    assert "--force" in result.output
    assert mine.read_text() == "mine"
    assert run("max", "--to", tmp_path, "--force").exit_code == 0
    assert mine.read_text() != "mine"


def test_a_place_where_nothing_can_be_written_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("no folder")
    result = run("ableton", "--to", tmp_path / "file" / "below")
    assert result.exit_code == 2
    assert "cannot write" in result.output
    assert "written into" not in result.output


def test_the_folders_travel_in_the_package():
    root = ROOT
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    packages = project["tool"]["setuptools"]["packages"]
    for host in HOSTS.values():
        assert f"bridge.hosts.{host.source}" in packages
