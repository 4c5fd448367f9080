"""`continuo takes` from the outside."""

import json
from datetime import datetime

import pytest
from click.testing import CliRunner

from bridge.cli import main
from bridge.storage.take_store import save_take
from models.music.clip import Clip, Composition, Note, Track


def take(number):
    notes = Clip((Note(0, 1, 60 + number),), 4)
    provenance = {"id": f"tune-{number}", "model": "bach", "seed": number}
    voices = (Track("Alto", notes, "alto", 52, 1),)
    return Composition(Track("melody", notes), voices, provenance=provenance)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for number in (1, 2, 3):
        save_take(tmp_path / "takes", take(number), datetime(2026, 1, 1, 12, 0, number))
    return tmp_path / "takes"


def takes(folder, *options):
    return CliRunner().invoke(main, ["takes", *options, "--takes", str(folder)])


def test_the_newest_take_comes_first(folder):
    lines = takes(folder, "list").output.splitlines()
    assert "bach seed 3, 1 bar, 120 bpm" in lines[0]
    assert lines[0].split()[0] == "1"
    assert lines[-1] == f"Takes lie in {folder}"


def test_a_melody_that_has_a_name_is_listed_by_it(folder):
    path = next(folder.glob("20260101-120003*.json"))
    path.write_text(json.dumps({**json.loads(path.read_text()), "title": "Ode to joy"}))
    lines = takes(folder, "list").output.splitlines()
    assert lines[0].endswith("120 bpm  “Ode to joy”")
    assert "“" not in lines[1]


def test_takes_alone_is_the_list(folder, monkeypatch):
    monkeypatch.setattr("bridge.commands.takes.default_folder", lambda: folder)
    result = CliRunner().invoke(main, ["takes"])
    assert result.exit_code == 0
    assert result.output == takes(folder, "list").output


@pytest.mark.parametrize("name", ["2", "tune-2", "20260101-120002"])
def test_a_take_is_found_by_number_id_and_file(folder, name):
    assert takes(folder, "keep", name).exit_code == 0
    said = json.loads(takes(folder, "list", "--json").output)
    assert [t["verdict"] for t in said["takes"]] == ["", "kept", ""]


def test_dropped_takes_are_not_listed_and_not_lost(folder):
    assert takes(folder, "drop").exit_code == 0
    listed = takes(folder, "list").output
    assert "seed 3" not in listed
    assert "1 more" in listed
    assert "(dropped)" in takes(folder, "list", "--all").output


def test_a_take_is_rendered(folder, tmp_path):
    result = takes(folder, "render", "3", "--out", "first.ogg")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "first.ogg").stat().st_size > 1000


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("9", "numbered 1 (the newest) to 3"),
        ("waltz", "no take is called"),
        ("202601", "3 takes fit"),
    ],
)
def test_a_take_that_is_not_there_is_refused_in_a_sentence(folder, name, sentence):
    result = takes(folder, "keep", name)
    assert result.exit_code == 2
    assert sentence in result.output


def test_without_takes_each_command_says_so(tmp_path):
    assert "No takes yet" in takes(tmp_path, "list").output
    assert takes(tmp_path, "keep").exit_code == 2
    assert "no takes yet" in takes(tmp_path / "none", "open").output


def test_a_file_that_is_no_take_is_passed_over(folder):
    (folder / "other.json").write_text("{}")
    (folder / "broken.json").write_text("{")
    assert len(json.loads(takes(folder, "list", "--json").output)["takes"]) == 3
