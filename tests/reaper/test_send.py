"""The REAPER script sends an item as the melody, and its answer is inserted below it."""

import pytest
from reaper_rig import LUAS, Reaper, same_notes, saved, take
from system_programs import need_program

from bridge.storage.melody_inbox import parse_melody_file
from models.music.clip import Clip, Note


@pytest.fixture(params=LUAS, ids=["reaper-7", "reaper-6"])
def reaper(request, tmp_path) -> Reaper:
    need_program(request.param)
    folder = tmp_path / "takes"
    folder.mkdir()
    return Reaper(request.param, folder)


def sent(reaper: Reaper):
    [path] = (reaper.takes / "inbox").iterdir()
    return parse_melody_file(path.read_text()), path


def test_the_selected_item_is_sent_note_by_note(reaper):
    reaper("""
        stub.tempos = { { quarter = 0, bpm = 97.5 } }
        local item = stub.add_item("Lead", 8, 16, { { 64, 2, 1, 90 }, { 60, 0, 1.5, 100 },
          { 61, 1, 1, 80, muted = true }, { 67, 7, 4, 70 }, { 70, 9, 1, 70 } })
        stub.selected = item
        start(send) stub.run(1)
    """)
    melody, path = sent(reaper)
    assert path.name == f"{melody.id}.melody"
    assert melody.id.startswith("reaper-")
    assert melody.bpm == pytest.approx(97.5)
    assert melody.clip == Clip((Note(0, 1.5, 60, 100), Note(2, 1, 64, 90), Note(7, 1, 67, 70)), 8.0)


def test_an_item_with_a_pick_up_is_sent_from_bar_line_to_bar_line(reaper):
    reaper("""
        stub.numerator = 3
        stub.selected = stub.add_item("Lead", 5, 11, { { 60, 0, 1, 100 }, { 62, 1, 4, 100 } })
        start(send) stub.run(1)
    """)
    melody, _ = sent(reaper)
    assert melody.clip == Clip((Note(2, 1, 60, 100), Note(3, 4, 62, 100)), 9.0)


def test_a_looped_item_is_sent_as_often_as_it_is_heard(reaper):
    reaper("""
        local item = stub.add_item("Lead", 0, 8, { { 60, 0, 1, 100 }, { 62, 3, 1, 100 } })
        item.source_length = 4
        stub.selected = item
        start(send) stub.run(1)
    """)
    melody, _ = sent(reaper)
    assert [(n.start, n.pitch) for n in melody.clip.notes] == [(0, 60), (3, 62), (4, 60), (7, 62)]


def test_a_loop_that_is_played_twice_as_fast_is_sent_as_it_is_heard(reaper):
    reaper("""
        local item = stub.add_item("Lead", 0, 4, { { 60, 0, 1, 100 }, { 62, 3, 1, 100 } })
        item.source_length, item.take.rate = 4, 2
        stub.selected = item
        start(send) stub.run(1)
    """)
    melody, _ = sent(reaper)
    heard = [(n.start, n.duration, n.pitch) for n in melody.clip.notes]
    assert heard == [(0, 0.5, 60), (1.5, 0.5, 62), (2, 0.5, 60), (3.5, 0.5, 62)]


@pytest.mark.parametrize(
    "selected",
    [
        "",
        "stub.selected = stub.add_item('Lead', 0, 4, {})",
        "stub.selected = stub.add_item('A', 0, 4, {}) stub.selected.take.is_audio = true",
        "stub.selected = stub.add_item('A', 0, 4, {}) stub.selected.take = nil",
    ],
    ids=["nothing", "empty", "audio", "no-take"],
)
def test_what_is_no_melody_is_told_and_not_sent(reaper, selected):
    project = reaper(f"{selected} start(send) assert(stub.run(1) == 0) stub.tracks = {{}}")
    assert not (reaper.takes / "inbox").exists()
    assert len(project.messages) == 1


@pytest.mark.parametrize("also", ["", "start(kept)", "start(every)"])
def test_the_answer_is_inserted_below_the_melody_without_the_melody_again(reaper, also):
    answer = saved(reaper.takes, take("ID"), verdict="")
    text = answer.with_suffix(".json").read_text()
    (reaper.takes / "answer").write_text(text)
    answer.with_suffix(".json").unlink()
    project = reaper(f"""
        {also}
        stub.selected = stub.add_item("Lead", 12, 20, {{ {{ 60, 0, 1, 100 }} }})
        start(send)
        stub.run(0.3)
        local id = io.popen("ls '" .. takes .. "/inbox'"):read("l"):gsub("%.melody$", "")
        sh("sed 's/\\"ID\\"/\\"" .. id .. "\\"/' '" .. takes .. "/answer' > '{answer}.j'")
        sh("mv '{answer}.j' '{answer.with_suffix(".json")}'")
        local scripts = stub.run(2)
        assert(scripts == {1 if also else 0}, "it ends with the answer")
    """)
    assert project.names == ["Lead", "Alto", "Tenor", "Bass"]
    [item] = project.items("Bass")
    same_notes(item, take().tracks[3], 12.0)
    assert project.messages == []


def test_no_answer_is_told_and_the_melody_taken_back(reaper):
    project = reaper("""
        stub.selected = stub.add_item("Lead", 0, 4, { { 60, 0, 1, 100 } })
        start(send)
        assert(stub.run(30) == 0)
    """)
    [message] = project.messages
    assert "Is `continuo play` running" in message
    assert list((reaper.takes / "inbox").iterdir()) == []


def test_a_refusal_is_shown_in_reaper(reaper):
    project = reaper("""
        stub.selected = stub.add_item("Lead", 0, 4, { { 60, 0, 1, 100 } })
        start(send)
        local name = io.popen("ls '" .. takes .. "/inbox'"):read("l"):gsub("%.melody$", ".error")
        sh("echo 'it has no length' > '" .. takes .. "/inbox/" .. name .. "'")
        assert(stub.run(2) == 0)
    """)
    assert project.messages == ["Continuo: it has no length "]
