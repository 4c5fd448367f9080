"""`continuo dataset arrange`, as the user calls it."""

from click.testing import CliRunner

from bridge.cli import main
from models.data.prepare import prepare
from models.formats.midi_write import write_composition
from models.music.clip import Clip, Composition, Note, Track


def lead_sheet():
    tune = Track("Melody", Clip(tuple(Note(float(i), 1.0, 60 + i % 7) for i in range(32))))
    named = [Note(4.0 * bar, 4.0, p) for bar in range(8) for p in (48, 52, 55)]
    return Composition(tune, (Track("Chords", Clip(tuple(named)), "chords", channel=1),))


def arrange(*arguments):
    return CliRunner().invoke(main, ["dataset", "arrange", *map(str, arguments)])


def test_lead_sheets_become_a_band_to_train_on(tmp_path):
    (tmp_path / "in").mkdir()
    write_composition(tmp_path / "in" / "tune.mid", lead_sheet())
    out = tmp_path / "out"
    done = arrange(tmp_path / "in", "--style", "pop-band", "--out", out)
    assert done.exit_code == 0, done.output
    assert "1 pieces, 0 files left out" in done.output
    assert {t.role for t in prepare(out).tracks} >= {"piano", "guitar", "bass", "drums"}


def test_a_folder_without_lead_sheets_is_said_in_a_sentence(tmp_path):
    (tmp_path / "in").mkdir()
    done = arrange(tmp_path / "in", "--style", "pop-band", "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert "has no MIDI files" in done.output
