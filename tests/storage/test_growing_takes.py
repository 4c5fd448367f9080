"""A take that is saved while it is being played: one file that grows, whole at every moment."""

import json
from dataclasses import replace
from datetime import datetime

import pytest

from bridge.reports import NoticeReport, SavedReport
from bridge.storage import take_store
from bridge.storage.take_list import list_takes
from bridge.storage.take_store import FileTakeStore, close_broken_takes, load_take, save_take
from models.formats.midi_read import read_score
from models.music.clip import Clip, Composition, Note, Track

NOON = datetime(2030, 1, 2, 12, 0, 5)
SLOT = 3


def bars(count: int) -> Composition:
    notes = tuple(Note(float(b), 1.0, 60) for b in range(4 * count))
    about = {"model": "bach", "seed": 7, "id": "take-3"}
    return Composition(Track("melody", Clip(notes, 4.0 * count)), provenance=about)


@pytest.fixture
def reports():
    return []


@pytest.fixture
def keeper(tmp_path, reports, monkeypatch):
    monkeypatch.setattr(take_store, "GROWING_SHARE", 1e9)  # it never rests
    return FileTakeStore(tmp_path, reports.append, lambda: NOON)


def test_it_is_one_file_from_the_first_bars_on_and_told_when_it_is_over(keeper, reports, tmp_path):
    for count in (1, 2, 3):
        keeper.grow(SLOT, lambda count=count: bars(count))
    keeper.save(bars(4), SLOT)
    keeper.close()
    (path,) = tmp_path.glob("*.mid")
    assert reports == [SavedReport(str(path), "take-3")]
    assert load_take(path) == bars(4)
    assert len(read_score(path).tracks[0].clip.notes) == 16


def test_a_crash_leaves_what_was_played_up_to_the_last_bars(keeper, tmp_path):
    keeper.grow(SLOT, lambda: bars(8))
    keeper.close()
    (path,) = tmp_path.glob("*.mid")
    assert load_take(path) == bars(8)
    assert list_takes(tmp_path)[0].bars == 8


def test_after_a_crash_the_next_start_says_which_take_was_cut_off(keeper, reports, tmp_path):
    keeper.grow(SLOT, lambda: bars(8))
    keeper.close()
    FileTakeStore(tmp_path, reports.append).close()
    (notice,) = reports
    assert isinstance(notice, NoticeReport)
    assert "cut off" in notice.text
    (path,) = tmp_path.glob("*.json")
    assert "growing" not in json.loads(path.read_text())
    assert close_broken_takes(tmp_path) == []


def test_a_verdict_stays_while_the_take_grows(keeper, tmp_path):
    keeper.grow(SLOT, lambda: bars(1))
    keeper.judge("take-3", "kept")
    keeper.grow(SLOT, lambda: bars(2))
    keeper.save(bars(3), SLOT)
    keeper.close()
    assert [(take.verdict, take.bars) for take in list_takes(tmp_path)] == [("kept", 3)]


def test_a_take_too_long_to_be_written_each_time_is_whole_at_the_end(tmp_path, reports):
    keeper = FileTakeStore(tmp_path, reports.append, lambda: NOON)
    for count in range(1, 40):
        keeper.grow(SLOT, lambda count=count: bars(count))
    keeper.close()  # though nobody ended it
    (path,) = tmp_path.glob("*.mid")
    assert load_take(path) == bars(39)


def test_a_take_saved_again_in_its_slot_takes_the_place_of_the_first(keeper, reports, tmp_path):
    keeper.save(bars(1), SLOT)
    keeper.save(bars(2), SLOT)
    keeper.save(bars(3), SLOT + 1)
    keeper.close()
    assert [take.bars for take in list_takes(tmp_path)] == [3, 2]
    assert len({report.path for report in reports}) == len(reports) == 2


def test_a_melody_kept_alone_becomes_the_take_that_was_made_of_it(keeper, tmp_path):
    alone = replace(bars(1), provenance={"id": "take-3", "model": None})
    keeper.save(alone, SLOT)
    keeper.save(bars(1), SLOT)
    keeper.close()
    assert [path.name for path in sorted(tmp_path.iterdir())] == [
        "20300102-120005-000-bach.json",
        "20300102-120005-000-bach.mid",
    ]


def test_a_full_disk_leaves_what_was_there_before(tmp_path, reports, monkeypatch):
    path = save_take(tmp_path, bars(1), NOON)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(Exception, match="no space left"):
        save_take(tmp_path, bars(2), NOON, path)
    assert load_take(path) == bars(1)
