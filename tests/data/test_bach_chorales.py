import importlib
import sys
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from midi_folders import line

from bridge.cli import main
from models.data import bach_chorales
from models.data.bach_chorales import BachError, write_chorales
from models.data.music21_score import EngravedError, composition
from models.data.prepare import prepare
from models.formats.midi_read import read_score


class Fake(SimpleNamespace):
    """As much of a music21 object as is asked for."""

    def flatten(self):
        return SimpleNamespace(notes=self.sounds)

    def getElementsByClass(self, name):  # noqa: N802 - music21's name
        return self.measures if name == "Measure" else self.keys

    def recurse(self):
        return self


def note(offset, length, *pitches, tie=None):
    return SimpleNamespace(
        offset=offset,
        duration=SimpleNamespace(quarterLength=length),
        pitches=[SimpleNamespace(midi=p) for p in pitches],
        tie=SimpleNamespace(type=tie) if tie else None,
    )


def measure(offset, length, meter=None):
    signature = SimpleNamespace(numerator=meter[0], denominator=meter[1]) if meter else None
    duration = SimpleNamespace(quarterLength=length)
    return SimpleNamespace(offset=offset, duration=duration, timeSignature=signature)


def part(name, sounds, measures, sharps=0):
    keys = [SimpleNamespace(sharps=sharps, mode="minor")]
    return Fake(partName=name, id=name, sounds=sounds, measures=measures, keys=keys)


MEASURES = [measure(0, 1, (4, 4)), measure(1, 4), measure(5, 3), measure(8, 1), measure(9, 2)]


def chorale(names="SATB", tune=0, measures=MEASURES):
    """A chorale of eleven beats, with a pick-up and a bar printed in two parts."""
    parts = []
    for i, name in enumerate(names):
        sounds = [note(n.start, 1.0, n.pitch) for n in line(f"{tune} {i}", 72 - 7 * i, 11).notes]
        parts.append(part(name, sounds, measures, sharps=1))
    return SimpleNamespace(parts=parts, metadata=None)


def test_a_pickup_is_silence_at_the_start_of_the_first_bar():
    found = composition(chorale(), "BWV 1")
    assert found.melody.clip.notes[0].start == 3.0
    assert found.meter.changes == ((0.0, found.meter.meter_at(0)),)
    assert found.meter.bars(found.length) == 4
    assert found.provenance == {"title": "BWV 1", "pickup": 1.0, "keys": ((0.0, "Em"),)}
    assert [t.name for t in found.tracks] == ["Soprano", "Alto", "Tenor", "Bass"]


def test_a_bar_of_another_length_has_a_meter_of_its_own():
    measures = [measure(0, 4, (4, 4)), measure(4, 3), measure(7, 4)]
    found = composition(chorale(measures=measures), "x")
    assert [(b, str(m)) for b, m in found.meter.changes] == [
        (0.0, "4/4"),
        (4.0, "3/4"),
        (7.0, "4/4"),
    ]


def test_tied_notes_are_one_repeated_notes_two_and_grace_notes_none():
    score = chorale(measures=[measure(0, 4, (4, 4)), measure(4, 4)])
    score.parts[0].sounds = [
        note(0, 2.0, 72),
        note(2, 2.0, 72, tie="start"),
        note(4, 0.0, 74),
        note(4, 1.0, 72, tie="stop"),
        note(5, 3.0, 67, 71),
    ]
    found = composition(score, "x").melody.clip.notes
    assert [(n.start, n.duration, n.pitch) for n in found] == [
        (0.0, 2.0, 72),
        (2.0, 3.0, 72),
        (5.0, 3.0, 71),
    ]


def test_singers_are_found_among_instruments():
    found = composition(chorale(["Horn 2", "Soprano", "Alto", "Tenor", "Bass"]), "x")
    assert len(found.tracks) == 4
    with pytest.raises(EngravedError, match="2 parts"):
        composition(chorale(["Violin", "Cello"]), "x")


@pytest.fixture
def corpus(monkeypatch, tmp_path):
    """A corpus of six chorales, two of them the same, and a sonata; counts what is parsed."""
    scores = {f"bwv{i}.6": chorale(tune=min(i, 5)) for i in range(1, 7)}
    scores["bwv999"] = chorale("VC")
    parsed = []

    def parse(path, forceSource):  # noqa: N803 - music21's name
        name = path.rpartition("/")[2].removesuffix(".mxl")
        parsed.append(name)
        return scores[name]

    fakes = {
        "music21": SimpleNamespace(__version__="10"),
        "music21.corpus": SimpleNamespace(
            getComposer=lambda who: [tmp_path / f"{n}.mxl" for n in scores]
        ),
        "music21.converter": SimpleNamespace(parse=parse),
    }
    monkeypatch.setattr(
        bach_chorales, "importlib", SimpleNamespace(import_module=lambda name: fakes[name])
    )
    return parsed


def test_the_chorales_become_a_folder_to_train_on(corpus, tmp_path):
    out = tmp_path / "bach"
    done = write_chorales(out, 0.5, lambda read, files: None)
    assert done.train + done.valid == 5
    assert (out / "left_out.tsv").read_text().splitlines()[1:] == [
        "bwv6.6\tthe same music as bwv5.6",
        "bwv999\t2 parts, not four voices",
    ]
    assert "public domain" in (out / "README.md").read_text()
    index = (out / "index.tsv").read_text().splitlines()[1:]
    assert {row.split("\t")[0] for row in index} == {
        p.relative_to(out).as_posix() for p in out.rglob("*.mid")
    }
    assert read_score(next(out.rglob("bwv1.6.mid"))).tempo.bpm_at(0) == pytest.approx(80)
    prepared = prepare(out)
    assert [t.name for t in prepared.tracks] == ["Alto", "Tenor", "Bass"]
    assert (len(prepared.train), len(prepared.valid)) == (done.train, done.valid)


def test_a_run_that_was_stopped_goes_on_where_it_was(corpus, tmp_path):
    class StopError(Exception):
        pass

    def stop(read, files):
        if read == 3:
            raise StopError

    with pytest.raises(StopError):
        write_chorales(tmp_path / "bach", 0.5, stop)
    assert corpus == ["bwv1.6", "bwv2.6", "bwv3.6"]
    index = tmp_path / "bach" / "index.tsv"
    index.write_text(index.read_text() + "train/bwv4.6.m")  # cut off while it was written
    done = write_chorales(tmp_path / "bach", 0.5, lambda read, files: None)
    assert done.train + done.valid == 5
    assert len(corpus) == len(set(corpus)) == 7


def test_files_of_others_are_not_mixed_with_the_chorales(corpus, tmp_path):
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(BachError, match="other files in it"):
        write_chorales(tmp_path, 0.5, lambda read, files: None)
    with pytest.raises(BachError, match="is a file"):
        write_chorales(tmp_path / "mine.txt", 0.5, lambda read, files: None)


def test_without_music21_it_is_said_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "music21", None)
    monkeypatch.delitem(sys.modules, "music21.corpus", raising=False)
    result = CliRunner().invoke(main, ["dataset", "bach", "--out", str(tmp_path / "bach")])
    assert result.exit_code == 2
    assert "pip install 'continuo[datasets]'" in result.stderr
    assert not (tmp_path / "bach").exists()
    importlib.invalidate_caches()
