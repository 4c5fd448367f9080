"""Files with more notes than anybody plays are refused before they are read to their end."""

import mido
import pytest

from models.formats import midi_bytes
from models.formats.midi_bytes import MidiFileError
from models.formats.midi_read import read_score


def save(path, *counts):
    file = mido.MidiFile()
    for count in counts:
        track = mido.MidiTrack()
        for _ in range(count):
            track += [mido.Message("note_on", note=60), mido.Message("note_off", note=60, time=10)]
        file.tracks.append(track)
    file.save(path)
    return path


def test_a_file_may_have_as_many_notes_as_are_allowed(tmp_path):
    (track,) = read_score(save(tmp_path / "a.mid", 50), 50).tracks
    assert len(track.clip.notes) == 50


@pytest.mark.parametrize("counts", [(51,), (30, 21)])
def test_one_more_is_refused_in_a_sentence_with_the_limit(tmp_path, counts):
    with pytest.raises(MidiFileError, match=r"a\.mid: it has more than 50 notes"):
        read_score(save(tmp_path / "a.mid", *counts), 50)


def test_it_is_not_read_to_its_end(tmp_path, monkeypatch):
    monkeypatch.setattr(midi_bytes, "_EVENTS_A_LOOK", 10)
    path = save(tmp_path / "a.mid", 1000)
    reader = midi_bytes.TrackReader(path.read_bytes(), 22, path.stat().st_size, 50)
    with pytest.raises(midi_bytes.TooManyNotesError):
        reader.events()
    assert reader.position < 1000
