"""A melody in a file that swings gets a band that swings as it does."""

import pytest
from click.testing import CliRunner

from bridge.cli import main
from models.formats.midi_read import read_score
from models.formats.midi_write import write_composition
from models.music.clip import Clip, Composition, Note, Track
from models.music.tempo import Meter, MeterMap

SCALE = (67, 71, 74, 72, 71, 69, 67, 62)
BEATS = 32


def blues(half: float) -> Clip:
    places = [b + place for b in range(BEATS) for place in (0.0, half)]
    return Clip(tuple(Note(p, 0.3, SCALE[i % 8]) for i, p in enumerate(places)), float(BEATS))


@pytest.fixture
def halves(tmp_path):
    """Where in their beats a band's pitched parts strike between the beats; and the melody."""

    def played(half: float, *given: str):
        tune = Composition(Track("melody", blues(half)), meter=MeterMap.constant(Meter(4, 4)))
        write_composition(tmp_path / "tune.mid", tune)
        out = tmp_path / "out.mid"
        asked = ["generate", str(tmp_path / "tune.mid"), "--model", "rock-band", "--out", str(out)]
        result = CliRunner().invoke(main, [*asked, "--set", "humanise=0", *given])
        assert result.exit_code == 0, result.output
        whole = read_score(out).composition(0)
        clips = [t.clip for t in whole.accompaniment if not t.is_drum]
        struck = {round(n.start % 1, 2) for clip in clips for n in clip.notes}
        return {place for place in struck if 0.4 < place < 0.75}, whole.melody.clip

    return played


@pytest.mark.parametrize(("half", "heard"), [(0.5, 0.5), (2 / 3, 0.67), (0.6, 0.6)])
def test_the_half_beats_fall_where_the_melody_has_them(halves, half, heard):
    found, melody = halves(half)
    assert {p for p in found if p != 0.75} == {heard}
    assert [n.start % 1 for n in melody.notes[:2]] == pytest.approx([0.0, half], abs=0.003)


def test_a_swing_that_was_set_is_played_whatever_the_melody_does(halves):
    found, _ = halves(2 / 3, "--set", "swing=0")
    assert found == {0.5}
