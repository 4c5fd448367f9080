"""From the item selected in REAPER to its accompaniment on tracks, through the real bridge."""

import pytest
from osc_play import continuo_play
from reaper_rig import LUAS, Project, Reaper
from system_programs import need_program

from models.formats.midi_read import read_score

pytestmark = pytest.mark.ports

# REAPER's time is simulated, the bridge's is not: five steps of .1 s make a look.
SEND = """
local notes = {}
for i, pitch in ipairs { 67, 69, 71, 74, 72, 71, 69, 67 } do notes[i] = { pitch, i - 1, 1, 90 } end
stub.cursor = 99
stub.tempos = { { quarter = 0, bpm = 97.5 } }
stub.selected = stub.add_item("Lead", 8, 16, notes)
start(send)
for _ = 1, 190 do
  if stub.run(0.1) == 0 then break end
  sh("sleep 0.05")
end
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    need_program(*LUAS[:1])
    return tmp_path_factory.mktemp("reaper")


@pytest.fixture(scope="module")
def project(folder) -> Project:
    with continuo_play(folder, "--seed", "3"):
        return Reaper(LUAS[0], folder / "takes")(SEND)


def test_the_voices_are_on_tracks_below_the_melody(project):
    assert project.messages == []
    assert project.names == ["Lead", "Alto", "Tenor", "Bass"]
    for name in project.names[1:]:
        [item] = project.items(name)
        assert (item.begin, item.end) == (8.0, 16.0)
        assert item.title.startswith("bach reaper-")
        assert item.title.endswith(", 97.5 bpm")  # the song's tempo, not Continuo's own


def test_they_are_the_notes_of_the_take(project, folder):
    [path] = (folder / "takes").glob("*.mid")
    for track in read_score(path).tracks[1:]:
        [item] = project.items(track.name)
        inserted = [(pitch, begin - 8.0, length) for pitch, begin, length, *_ in item.notes]
        expected = sorted((n.start, n.pitch, n.duration) for n in track.clip.notes)
        assert sorted((b, p, d) for p, b, d in inserted) == [
            pytest.approx(note, abs=2e-3) for note in expected
        ]


def test_the_inbox_is_empty_again(project, folder):
    assert list((folder / "takes" / "inbox").iterdir()) == []
