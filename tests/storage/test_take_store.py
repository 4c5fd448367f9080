import json
import os
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from bridge.reports import NoticeReport, SavedReport
from bridge.storage import midi_map_file, take_store
from bridge.storage.take_store import FileTakeStore, TakeError, default_folder, load_take, save_take
from models.formats.midi_read import read_score
from models.music.clip import Clip, Composition, Note, Track
from models.music.tempo import Meter, MeterMap, TempoMap

NOON = datetime(2030, 1, 2, 12, 0, 5)
TAKE = Composition(
    Track("Melody", Clip((Note(0.0, 1.0, 67, 90), Note(1.3, 0.61, 69, 70)), 6.0)),
    (Track("bass", Clip((Note(0.0, 3.0, 48, 70),), 6.0), "bass", 32, 3),),
    TempoMap.constant(96.5),
    MeterMap.constant(Meter(3, 4)),
    provenance={"model": "bach", "seed": 7, "controls": {"temperature": 0.9}},
)


@pytest.fixture
def reports():
    return []


@pytest.fixture
def store(tmp_path, reports):
    return FileTakeStore(tmp_path / "my" / "takes", reports.append, lambda: NOON)


def test_a_take_lies_on_disk_as_midi_and_json_and_its_place_is_told(store, reports, tmp_path):
    store.save(TAKE)
    store.close()
    path = tmp_path / "my" / "takes" / "20300102-120005-000-bach.mid"
    assert reports == [SavedReport(str(path))]
    assert sorted(p.name for p in path.parent.iterdir()) == [path.stem + ".json", path.name]
    assert [track.name for track in read_score(path).tracks] == ["Melody", "bass"]


def test_a_take_is_read_back_to_the_last_digit(tmp_path):
    path = save_take(tmp_path, TAKE, NOON)
    assert load_take(path) == TAKE
    assert load_take(path.with_suffix(".json")) == TAKE


def test_the_json_says_how_the_take_was_made(tmp_path):
    data = json.loads(save_take(tmp_path, TAKE, NOON).with_suffix(".json").read_text())
    assert data["model"] == "bach"
    assert data["seed"] == 7
    assert data["controls"] == {"temperature": 0.9}
    assert (data["bpm"], data["meter"], data["bars"]) == (96.5, "3/4", 2)
    assert data["midi"] == "20300102-120005-000-bach.mid"


def test_takes_of_one_second_sort_in_the_order_they_were_played(store, reports):
    for _ in range(12):
        store.save(TAKE)
    store.close()
    paths = [report.path for report in reports]
    assert len(set(paths)) == 12
    assert paths == sorted(paths)


def test_a_melody_without_accompaniment_is_kept_too(tmp_path):
    take = Composition(TAKE.melody)
    path = save_take(tmp_path, take, NOON)
    assert path.name == "20300102-120005-000-melody.mid"
    assert load_take(path) == take


def test_a_folder_that_cannot_be_written_is_reported_and_later_takes_are_saved(tmp_path, reports):
    blocked = tmp_path / "takes"
    blocked.write_text("a file where the folder should be")
    store = FileTakeStore(blocked, reports.append, lambda: NOON)
    store.save(TAKE)
    store.close()
    (notice,) = reports
    assert notice.kind == "error"
    assert str(blocked) in notice.text
    assert "--takes" in notice.text
    blocked.unlink()
    again = FileTakeStore(blocked, reports.append, lambda: NOON)
    again.save(TAKE)
    again.close()
    assert isinstance(reports[-1], SavedReport)


def test_a_full_disk_is_said_and_leaves_no_half_file(tmp_path, reports, monkeypatch):
    store = FileTakeStore(tmp_path, reports.append, lambda: NOON)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    store.save(TAKE)
    store.close()
    (notice,) = reports
    assert isinstance(notice, NoticeReport)
    assert "no space left" in notice.text
    assert list(tmp_path.iterdir()) == []


def test_a_take_that_cannot_be_written_does_not_stop_the_others(tmp_path, reports):
    before_zero = Composition(Track("Melody", Clip((Note(-1.0, 1.0, 60),), 4.0)))
    store = FileTakeStore(tmp_path, reports.append, lambda: NOON)
    store.save(before_zero)
    store.save(TAKE)
    store.close()
    assert [type(report) for report in reports] == [NoticeReport, SavedReport]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 2}', '{"format": 1}', "nonsense"])
def test_a_file_that_is_no_take_is_refused_in_a_sentence(tmp_path, text):
    path = tmp_path / "other.json"
    path.write_text(text)
    with pytest.raises(TakeError, match=r"other.json is not a take"):
        load_take(path)


def test_a_take_that_is_not_there_is_refused_in_a_sentence(tmp_path):
    with pytest.raises(TakeError, match="no such file"):
        load_take(tmp_path / "none.mid")


def test_takes_go_to_the_users_data_folder():
    assert default_folder().parts[-2:] == ("continuo", "takes") or os.name == "nt"


# -- judging -----------------------------------------------------------------------------------
def called(take_id):
    return replace(TAKE, provenance={**TAKE.provenance, "id": take_id})


def verdict(report):
    return json.loads(Path(report.path).with_suffix(".json").read_text()).get("verdict")


def test_a_saved_take_says_by_which_id_it_was_asked_for(store, reports):
    store.save(called("tune"))
    store.save(TAKE)
    store.close()
    assert [report.take_id for report in reports] == ["tune", ""]


def test_kept_or_dropped_stands_beside_the_take_which_stays(store, reports):
    for take_id in ("a", "b", "c"):
        store.save(called(take_id))
    store.judge("a", "kept")
    store.judge("b", "dropped")
    store.close()
    assert [verdict(report) for report in reports] == ["kept", "dropped", None]
    assert load_take(Path(reports[1].path)) == called("b")


def test_one_may_think_again(store, reports):
    store.save(called("a"))
    store.judge("a", "dropped")
    store.judge("a", "kept")
    store.close()
    assert [verdict(report) for report in reports] == ["kept"]


def test_a_verdict_on_an_id_made_twice_is_on_the_newer(store, reports):
    store.save(called("a"))
    store.save(called("a"))
    store.judge("a", "kept")
    store.close()
    assert [verdict(report) for report in reports] == [None, "kept"]


@pytest.mark.parametrize("take_id", ["b", "", "../a", "20300102-120005-000-bach"])
def test_a_verdict_on_a_take_that_nobody_made_is_answered(store, reports, take_id):
    store.save(called("a"))
    store.judge(take_id, "kept")
    store.close()
    assert reports[1].kind == "warning"
    assert repr(take_id) in reports[1].text


def test_an_id_never_becomes_part_of_a_path(store, reports, tmp_path):
    for take_id in ("../../out", "/tmp/out", "a\0b", "x" * 5000, "\udcff"):
        store.save(called(take_id))
        store.judge(take_id, "kept")
    store.close()
    assert [verdict(report) for report in reports] == ["kept"] * 5
    assert {Path(report.path).parent for report in reports} == {tmp_path / "my" / "takes"}
    assert [p.name for p in tmp_path.iterdir()] == ["my"]


def test_a_take_that_was_deleted_meanwhile_is_said_and_the_next_is_judged(
    tmp_path, reports, monkeypatch
):
    paths = iter([tmp_path / "deleted.mid"])
    real = take_store.save_take
    monkeypatch.setattr(take_store, "save_take", lambda *args: next(paths, None) or real(*args))
    store = FileTakeStore(tmp_path, reports.append, lambda: NOON)
    for take_id in ("a", "b"):
        store.save(called(take_id))
        store.judge(take_id, "kept")
    store.close()
    saved, notice, other = reports
    assert (saved.take_id, notice.kind) == ("a", "error")
    assert "no such file" in notice.text
    assert verdict(other) == "kept"


def test_a_night_of_takes_does_not_fill_the_memory(store, reports, monkeypatch):
    monkeypatch.setattr(take_store, "MOST_REMEMBERED", 3)
    for take_id in "abcd":
        store.save(called(take_id))
    store.judge("a", "kept")
    store.judge("b", "kept")
    store.close()
    assert [type(report) for report in reports] == [SavedReport] * 4 + [NoticeReport]
    assert verdict(reports[1]) == "kept"


# -- what buttons do ---------------------------------------------------------------------------
def test_what_a_button_learnt_is_saved_in_the_same_thread(tmp_path, reports):
    path = tmp_path / "config" / "map.json"
    store = FileTakeStore(tmp_path / "takes", reports.append, cc_file=path)
    store.remember({"keep": (50, None)})
    store.remember({"keep": (51, None)})
    store.close()
    assert reports == []
    assert midi_map_file.load(path).mapping == {"keep": (51, None)}


def test_a_map_that_cannot_be_saved_is_said_and_takes_are_saved_all_the_same(tmp_path, reports):
    (tmp_path / "config").write_text("a file where the folder should be")
    store = FileTakeStore(tmp_path, reports.append, lambda: NOON, tmp_path / "config" / "map.json")
    store.remember({"keep": (50, None)})
    store.save(TAKE)
    store.close()
    notice, saved = reports
    assert notice.kind == "error"
    assert "the control changes are not saved" in notice.text
    assert isinstance(saved, SavedReport)
