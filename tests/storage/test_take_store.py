import json
import os
import threading
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from patience import PATIENCE_SECONDS

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
    store = FileTakeStore(blocked, reports.append, lambda: NOON, others=())
    store.save(TAKE)
    store.close()
    notice, lost = reports
    assert notice.kind == lost.kind == "error"
    assert "1 take lost" in lost.text
    assert str(blocked) in notice.text
    assert "--takes" in notice.text
    blocked.unlink()
    again = FileTakeStore(blocked, reports.append, lambda: NOON)
    again.save(TAKE)
    again.close()
    assert isinstance(reports[-1], SavedReport)


@pytest.fixture
def full_disk(monkeypatch):
    """The disk of `full_disk.folder` has no room while `full_disk.is_full`."""
    real, disk = Path.replace, SimpleNamespace(is_full=True, folder=None)

    def replace_if_there_is_room(path, target):
        if disk.is_full and disk.folder in Path(target).parents:
            raise OSError(28, "No space left on device")
        return real(path, target)

    monkeypatch.setattr(Path, "replace", replace_if_there_is_room)
    return disk


def test_a_full_disk_is_said_once_and_leaves_no_half_file(tmp_path, reports, full_disk):
    full_disk.folder = tmp_path
    store = FileTakeStore(tmp_path, reports.append, lambda: NOON, others=())
    store.save(TAKE)
    store.save(TAKE)
    store.close()
    notice, lost = reports
    assert "no space left" in notice.text
    assert "2 takes lost" in lost.text
    assert list(tmp_path.iterdir()) == []


def test_takes_are_saved_in_their_order_when_there_is_room_again(tmp_path, reports, full_disk):
    full_disk.folder = tmp_path
    times = iter([NOON, NOON.replace(second=9), NOON.replace(second=20)])
    store = FileTakeStore(tmp_path, reports.append, lambda: next(times), others=())
    store.save(called("a"))
    store.save(called("b"))
    store.judge("b", "kept")
    store.judge("a", "dropped")
    store.judge("a", "kept")
    wait_for_all(store)
    full_disk.is_full = False
    store.save(called("c"))
    store.close()
    first, *saved, said = reports
    assert "kept in memory" in first.text
    assert [report.take_id for report in saved] == ["a", "b", "c"]
    assert [verdict(report) for report in saved] == ["kept", "kept", None]
    # They are called after the time at which they were played.
    assert [Path(report.path).name[9:15] for report in saved] == ["120005", "120009", "120020"]
    assert said.kind == "info"


def test_a_disk_that_has_room_again_is_noticed_without_another_take(
    tmp_path, reports, full_disk, monkeypatch
):
    monkeypatch.setattr(take_store, "RETRY_SECONDS", 0.01)
    full_disk.folder = tmp_path
    is_saved = threading.Event()

    def report(said):
        reports.append(said)
        if isinstance(said, SavedReport):
            is_saved.set()

    store = FileTakeStore(tmp_path, report, lambda: NOON, others=())
    store.save(TAKE)
    wait_for_all(store)
    full_disk.is_full = False
    assert is_saved.wait(PATIENCE_SECONDS)
    store.close()
    assert load_take(Path(reports[1].path)) == TAKE


def test_what_never_got_room_is_saved_elsewhere_at_the_end(tmp_path, reports, full_disk):
    full_disk.folder = tmp_path / "full"
    places = (tmp_path / "full" / "too", tmp_path / "free")
    store = FileTakeStore(full_disk.folder, reports.append, lambda: NOON, others=places)
    for take_id in ("a", "b"):
        store.save(called(take_id))
    store.close()
    _, first, second, said = reports
    assert load_take(Path(first.path)) == called("a")
    assert load_take(Path(second.path)) == called("b")
    assert said.kind == "warning"
    assert str(places[1]) in said.text


def test_of_a_take_that_grows_on_a_full_disk_the_last_state_is_saved(tmp_path, reports, full_disk):
    full_disk.folder = tmp_path
    store = FileTakeStore(tmp_path, reports.append, lambda: NOON, others=())
    store.grow(1, lambda: TAKE)
    store.grow(1, lambda: TAKE)
    wait_for_all(store)
    full_disk.is_full = False
    longer = called("whole")
    store.save(longer, slot=1)
    store.close()
    (take,) = tmp_path.glob("*.mid")
    assert load_take(take) == longer


def wait_for_all(store):
    """Return when the thread has done what it was asked so far."""
    done = threading.Event()
    store._jobs.put(done.set)
    assert done.wait(PATIENCE_SECONDS)


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
