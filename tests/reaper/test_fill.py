"""What the time selection is around in the selected item is sent to be filled."""

import pytest
from osc_play import continuo_play
from reaper_rig import LUAS, Reaper
from system_programs import need_program
from toy_models import save_toys

from bridge.storage.melody_inbox import parse_melody_file

# At 120 bpm a quarter note is half a second: the item goes from quarter 8 to 16.
ITEM = """
    stub.selected = stub.add_item("Lead", 8, 16,
      { { 60, 0, 1, 90 }, { 45, 1, 1, 90 }, { 46, 5, 1, 90 }, { 62, 7, 1, 90 } })
"""


@pytest.fixture(params=LUAS, ids=["reaper-7", "reaper-6"])
def reaper(request, tmp_path) -> Reaper:
    need_program(request.param)
    (tmp_path / "takes").mkdir()
    return Reaper(request.param, tmp_path / "takes")


@pytest.mark.parametrize(
    ("selection", "beats"), [("5.5, 7", (3, 6)), ("0, 6", (0, 4)), ("7, 99", (6, 8))]
)
def test_the_beats_of_the_selection_that_lie_on_the_item_are_sent(reaper, selection, beats):
    reaper(f"{ITEM} stub.time_selection = {{ {selection} }} start(fill) stub.run(1)")
    [path] = (reaper.takes / "inbox").iterdir()
    melody = parse_melody_file(path.read_text())
    assert melody.fill == beats
    assert len(melody.clip.notes) == 4


@pytest.mark.parametrize("selection", ["3, 3", "0, 2", "9, 12"])
def test_without_a_selection_over_the_item_nothing_is_sent_and_that_is_said(reaper, selection):
    project = reaper(
        f"{ITEM} stub.time_selection = {{ {selection} }} start(fill) assert(stub.run(1) == 0)"
    )
    assert not (reaper.takes / "inbox").exists()
    assert len(project.messages) == 1
    assert "selection" in project.messages[0] or "select" in project.messages[0]


WAIT = """
for _ = 1, 190 do
  if stub.run(0.1) == 0 then break end
  sh("sleep 0.05")
end
"""


@pytest.fixture(scope="module", params=["mender", "goeson", "heldchord"])
def filled(request, tmp_path_factory):
    """The project after a fill and a send, through the real Continuo with a small model."""
    need_program(LUAS[0])
    folder = tmp_path_factory.mktemp("reaper")
    save_toys(folder / "models")
    with continuo_play(folder, "--model", request.param, "--extension", "1"):
        reaper = Reaper(LUAS[0], folder / "takes")
        project = reaper(f"""
            {ITEM} stub.time_selection = {{ 6, 7 }} start(fill) {WAIT} start(send) {WAIT}
        """)
    return request.param, project


@pytest.mark.ports
def test_a_hole_is_filled_and_an_item_edited_extended_or_accompanied(filled):
    model, project = filled
    lead = [(60, 0), (45, 1), (46, 5), (62, 7)]
    found = {
        name: [[(pitch, begin - 8) for pitch, begin, *_ in item.notes] for item in items]
        for name, items in project.tracks
    }
    assert project.messages == []
    assert len(project.undo) == 2
    assert found.pop("Lead") == [lead]
    if model == "mender":
        hole = [(60, 0), (45, 1), (58, 5), (62, 7)]
        assert found == {"edited": [hole, [(60, 0), (57, 1), (58, 5), (62, 7)]]}
    elif model == "goeson":
        hole = [(60, 0), (45, 1), (45, 4), (45, 5), (62, 7)]
        longer = [*lead, *((62, beat) for beat in range(8, 12))]
        assert found == {"filled": [hole], "extended": [longer]}
    else:
        assert found["bass"] == [[(48, 4)], [(48, 0), (48, 4)]]


@pytest.mark.ports
def test_a_chain_is_put_beside_the_item(tmp_path):
    need_program(LUAS[0])
    save_toys(tmp_path / "models")
    chain = ("--model", "mender", "--then", "heldchord", "--then", "goeson", "--extension", "1")
    with continuo_play(tmp_path, *chain):
        project = Reaper(LUAS[0], tmp_path / "takes")(f"{ITEM} start(send) {WAIT}")
    found = {
        name: [(pitch, begin - 8) for item in items for pitch, begin, *_ in item.notes]
        for name, items in project.tracks
    }
    assert project.messages == []
    assert found["extended"] == [
        *((60, 0), (57, 1), (58, 5), (62, 7)),
        *((62, beat) for beat in range(8, 12)),
    ]
    assert found["bass"] == [(48, 0), (48, 4)]
