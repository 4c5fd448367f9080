"""The sample melodies: whole bars, singable, of several meters, found by name."""

import itertools

import pytest
from click.testing import CliRunner
from paths import ROOT
from toy_models import save_held_chord

from bridge.cli import main
from bridge.demo.samples import SAMPLES, UnknownMelodyError, sample, sample_names
from models.formats.midi_read import read_score


@pytest.fixture
def make_melodies(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import make_melodies

    return make_melodies


def test_there_are_a_dozen_in_several_meters_and_with_pick_ups():
    scores = [read_score(path) for path in SAMPLES.glob("*.mid")]
    assert len(scores) >= 12
    assert {"4/4", "3/4", "6/8"} <= {str(score.meter.meter_at(0)) for score in scores}
    assert sum(score.tracks[0].clip.notes[0].start > 0 for score in scores) >= 4


def test_every_bar_is_full_and_the_files_are_those_of_the_script(make_melodies):
    for title, (meter, _, score) in make_melodies.SAMPLES.items():
        for number, bar in enumerate(score.split("|"), 1):
            beats = sum(float(token.partition(":")[2]) for token in bar.split())
            assert beats == pytest.approx(4 * meter[0] / meter[1], abs=0.001), (title, number)
        notes = read_score(sample(title)).tracks[0].clip.notes
        written = [(pitch, start) for start, _, pitch, _ in make_melodies.notes_of(score)]
        assert [n.pitch for n in notes] == [pitch for pitch, _ in written]
        assert [n.start for n in notes] == pytest.approx([s for _, s in written], abs=0.01)


@pytest.mark.parametrize("name", sample_names())
def test_a_melody_can_be_sung(name):
    pitches = [note.pitch for note in read_score(sample(name)).tracks[0].clip.notes]
    assert min(pitches) >= 60
    assert max(pitches) <= 81
    assert max(abs(a - b) for a, b in itertools.pairwise(pitches)) <= 12


def test_a_name_may_be_written_as_people_write_it():
    assert sample("Ode to Joy") == sample("ode-to-joy") == SAMPLES / "ode_to_joy.mid"
    with pytest.raises(UnknownMelodyError, match="greensleeves"):
        sample("green sleeves")


def test_generate_takes_a_melody_by_name(tmp_path, monkeypatch):
    model = save_held_chord(tmp_path / "models")
    monkeypatch.setenv("CONTINUO_MODELS", str(model.parent))
    out = tmp_path / "ode.mid"
    command = ["generate", "--melody", "ode to joy", "--model", model.stem, "--out", str(out)]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 0, result.output
    assert len(read_score(out).tracks) > 1
    assert "silent_night" in CliRunner().invoke(main, ["generate", "--melody", "list"]).output
    nothing = CliRunner().invoke(main, ["generate"])
    assert nothing.exit_code == 2
    assert "--melody list" in nothing.output


def test_a_model_of_ones_own_can_be_removed_and_a_shipped_one_cannot(tmp_path, monkeypatch):
    model = save_held_chord(tmp_path / "models")
    monkeypatch.setenv("CONTINUO_MODELS", str(model.parent))
    gone = CliRunner().invoke(main, ["models", "remove", model.stem])
    assert gone.exit_code == 0, gone.output
    assert not model.exists()
    for name, sentence in (("bach", "ships with Continuo"), ("nobody", "nobody")):
        refused = CliRunner().invoke(main, ["models", "remove", name])
        assert refused.exit_code == 2
        assert sentence in refused.output
