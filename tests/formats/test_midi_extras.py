"""Lyrics, markers, pedal and bends of a file are in what is made of it, at their time."""

from dataclasses import replace

import mido
import pytest

from bridge.commands.generate_melody import MelodyOptions, read_melody
from models.artifact.manifest import ACCOMPANY
from models.formats.midi_read import read_score
from models.formats.midi_write import write_composition
from models.music.clip import Clip, Note, Track
from models.music.others import with_others
from models.techniques.accompany import melody_range

TPB = 480
WORDS = "Grüß Gott"


def at(beat: float, message):
    return beat, message


def control(number: int, value: int, channel: int = 2) -> mido.Message:
    return mido.Message("control_change", channel=channel, control=number, value=value)


def meta(kind: str, text: str) -> mido.MetaMessage:
    return mido.MetaMessage(kind, text=text.encode().decode("latin1"))


def track(*timed) -> mido.MidiTrack:
    out, now = mido.MidiTrack(), 0
    for beat, message in sorted(timed, key=lambda t: t[0]):
        tick = round(beat * TPB)
        out.append(message.copy(time=tick - now))
        now = tick
    return out


def song(channel: int = 2, pitches=(67, 69, 71, 72)):
    for beat, pitch in enumerate(pitches):
        yield at(beat, mido.Message("note_on", channel=channel, note=pitch, velocity=80))
        yield at(beat + 0.9, mido.Message("note_off", channel=channel, note=pitch))


def sung(*more):
    words = [at(b, meta("lyrics", w)) for b, w in enumerate((WORDS, "du", "schö-", "ne"))]
    bend = mido.Message("pitchwheel", channel=2, pitch=1000)
    pedal = [at(0.5, control(64, 127)), at(1.75, control(64, 0)), at(2.25, bend)]
    return track(at(0, control(7, 90)), *song(), *words, *pedal, *more)


def made(tmp_path, *tracks, form=1, **options):
    """Write the file, read its melody as `generate` does, and write it with one new track."""
    path = tmp_path / "song.mid"
    mido.MidiFile(type=form, ticks_per_beat=TPB, tracks=list(tracks)).save(path)
    melody = read_melody(path, MelodyOptions(**options), (ACCOMPANY,), melody_range)
    alto = Track("alto", Clip((Note(0.0, 4.0, 60),), 4.0), "alto", 52, 2)
    piece = melody.piece.with_accompaniment((replace(alto, channel=3),))
    write_composition(tmp_path / "out.mid", with_others(piece, melody.others))
    return mido.MidiFile(tmp_path / "out.mid"), melody.notices


def events(midi_track, *kinds) -> list[tuple[float, mido.Message | mido.MetaMessage]]:
    now, out = 0, []
    for message in midi_track:
        now += message.time
        if message.type in kinds:
            out.append((now / TPB, message))
    return out


def words(midi_track, kind: str = "lyrics") -> list[tuple[float, str]]:
    return [(b, m.text.encode("latin1").decode()) for b, m in events(midi_track, kind)]


def test_the_words_are_sung_where_they_were(tmp_path):
    out, _ = made(tmp_path, sung())
    assert words(out.tracks[1]) == [(0, WORDS), (1, "du"), (2, "schö-"), (3, "ne")]


def test_pedal_volume_and_bends_are_where_they_were_and_on_the_melodys_channel(tmp_path):
    out, notices = made(tmp_path, sung())
    controls = [(b, m.control, m.value) for b, m in events(out.tracks[1], "control_change")]
    assert controls == [(0, 7, 90), (0.5, 64, 127), (1.75, 64, 0)]
    assert [(b, m.pitch) for b, m in events(out.tracks[1], "pitchwheel")] == [(2.25, 1000)]
    channels = {m.channel for m in out.tracks[1] if not m.is_meta}
    assert channels == {2}
    assert not events(out.tracks[2], "control_change", "pitchwheel", "lyrics")
    assert not [n for n in notices if "left out" in n]


def test_markers_of_the_conductor_track_stay(tmp_path):
    conductor = track(at(0, meta("marker", "Verse")), at(2, meta("marker", "Chorus")))
    out, _ = made(tmp_path, conductor, sung())
    assert words(out.tracks[0], "marker") == [(0, "Verse"), (2, "Chorus")]


def test_the_words_of_a_karaoke_file_in_a_track_of_their_own_stay(tmp_path):
    lines = track(at(0, meta("text", "@KMIDI KARAOKE FILE")), at(1, meta("text", "La ")))
    out, _ = made(tmp_path, lines, sung())
    assert words(out.tracks[0], "text") == [(0, "@KMIDI KARAOKE FILE"), (1, "La ")]


def test_a_file_of_one_chunk_keeps_its_words_and_the_melodys_pedal(tmp_path):
    bass = list(song(0, (40, 43, 47, 48)))
    timed = [*bass, *song(), at(1, meta("lyrics", "du")), at(1, control(64, 127))]
    out, _ = made(tmp_path, track(*timed, at(2, control(64, 127, 0))), form=0)
    assert words(out.tracks[0]) == [(1, "du")]
    assert [b for b, _ in events(out.tracks[1], "control_change")] == [1.0]


def test_with_a_pick_up_they_move_with_the_notes(tmp_path):
    out, _ = made(tmp_path, sung(), pickup_beats=1.0)
    onsets = [b for b, m in events(out.tracks[1], "note_on") if m.velocity]
    assert onsets == [3.0, 4.0, 5.0, 6.0]
    assert [b for b, _ in words(out.tracks[1])][1:] == [4.0, 5.0, 6.0]
    assert [b for b, _ in events(out.tracks[1], "control_change")] == [0, 3.5, 4.75]


def test_other_tracks_that_are_kept_keep_theirs(tmp_path):
    bass = track(*song(0, (40, 43, 47, 48)), at(1, control(64, 127, 0)))
    out, _ = made(tmp_path, sung(), bass, keep_others=True)
    assert [b for b, _ in events(out.tracks[-1], "control_change")] == [1.0]


def test_a_change_of_instrument_in_the_middle_stays(tmp_path):
    violin, flute = (mido.Message("program_change", channel=2, program=p) for p in (40, 73))
    out, _ = made(tmp_path, track(at(0, violin), *song(), at(2, flute)))
    changes = events(out.tracks[1], "program_change")
    assert [(b, m.program) for b, m in changes] == [(0, 40), (2, 73)]


def test_what_cannot_be_kept_is_said(tmp_path):
    reset = mido.Message("sysex", data=(0x7E, 0x7F, 9, 1))
    _, notices = made(tmp_path, sung(at(0, reset)))
    assert "1 system exclusive message is left out" in notices
    strings = [m for c in range(4) for m in song(c, (60 + c, 62 + c, 64 + c, 65 + c))]
    _, notices = made(tmp_path, track(*strings, at(1, control(64, 127, 1))))
    assert [n for n in notices if "spread over the channels" in n]


@pytest.mark.parametrize("text", [b"\xff\xfe", b"caf\xe9", "日本".encode()])
def test_words_in_any_encoding_stay_byte_for_byte(tmp_path, text):
    message = mido.MetaMessage("lyrics", text=text.decode("latin1"))
    out, _ = made(tmp_path, sung(at(3.5, message)))
    assert events(out.tracks[1], "lyrics")[-1][1].text.encode("latin1") == text


def test_readers_that_learn_do_not_carry_them_along(tmp_path):
    path = tmp_path / "song.mid"
    mido.MidiFile(ticks_per_beat=TPB, tracks=[sung()]).save(path)
    assert read_score(path).tracks[0].extras == ()
