"""Compositions as files: not one tick moves. mido, which reads in its own way, is the witness."""

from dataclasses import replace
from io import BytesIO

import mido
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.formats.midi_bytes import MidiFileError
from models.formats.midi_chunks import parse
from models.formats.midi_read import read_score
from models.formats.midi_write import to_bytes, write_composition
from models.formats.whole_file import FileWriteError
from models.music.clip import Clip, Composition, Note, Track
from models.music.tempo import Meter, MeterMap, TempoMap


# -- from file to composition to file ----------------------------------------------------------
@st.composite
def compositions(draw):
    """What a file can say: ticks throughout, and of one pitch first struck, first released."""
    tpb = draw(st.sampled_from([96, 120, 192, 480, 960, 15360, 1, 7, 32767]))
    tick = st.integers(0, 20 * tpb)
    tracks = []
    for number in range(draw(st.integers(1, 3))):
        found = []
        for pitch in draw(st.lists(st.integers(0, 127), min_size=1, max_size=3, unique=True)):
            count = draw(st.integers(1, 4))
            edges = sorted(draw(st.lists(tick, min_size=2 * count, max_size=2 * count)))
            starts, ends = edges[:count], edges[count:]
            if draw(st.booleans()):  # apart or touching, not overlapping
                starts, ends = edges[::2], edges[1::2]
            for a, b in zip(starts, ends, strict=True):
                found.append(Note(a / tpb, (b - a) / tpb, pitch, draw(st.integers(1, 127))))
        name = draw(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=5))
        channel = draw(st.integers(0, 15))
        role = "melody" if number == 0 else "drums" if channel == 9 else "part"
        program = draw(st.integers(0, 127))
        tracks.append(Track(name, Clip(tuple(found)), role, program, channel))
    beats = st.lists(tick.map(lambda t: t / tpb), max_size=3, unique=True)
    places = [[0.0, *sorted({*draw(beats)} - {0.0})] for _ in range(2)]
    bpm = st.integers(1, 0xFFFFFF).map(lambda us: 60_000_000 / us)
    meter = st.builds(Meter, st.integers(1, 64), st.sampled_from([1, 2, 4, 8, 16, 32, 64]))
    return Composition(
        tracks[0],
        tuple(tracks[1:]),
        TempoMap(tuple((b, draw(bpm)) for b in places[0])),
        MeterMap(tuple((b, draw(meter)) for b in places[1])),
        tpb,
    )


def ticks(composition):
    tpb = composition.ticks_per_beat
    return [
        sorted((round(n.start * tpb), round(n.duration * tpb), n.pitch, n.velocity) for n in t)
        for t in (track.clip.notes for track in composition.tracks)
    ]


@given(compositions())
def test_written_and_read_again_not_one_tick_has_moved(tmp_path_factory, composition):
    path = tmp_path_factory.getbasetemp() / "law.mid"
    write_composition(path, composition)
    back = read_score(path).composition(0)
    assert ticks(back) == ticks(composition)
    assert (back.tempo, back.meter) == (composition.tempo, composition.meter)
    assert back.ticks_per_beat == composition.ticks_per_beat
    for ours, theirs in zip(back.tracks, composition.tracks, strict=True):
        assert replace(ours, clip=Clip()) == replace(theirs, clip=Clip())
    path.write_bytes(to_bytes(back))
    assert read_score(path).composition(0) == back


@given(compositions())
def test_mido_reads_the_same_events_as_we_do(composition):
    data = to_bytes(composition)
    theirs = mido.MidiFile(file=BytesIO(data))
    for track, messages in zip(parse(data).tracks, theirs.tracks, strict=True):
        tick, expected = 0, []
        for message in messages:
            tick += message.time
            if not message.is_meta:
                expected.append((tick, *message.bytes()))
        ours = [(e.tick, e.status, *e.data) for e in track.events if e.status < 0xF0]
        assert ours == expected
        assert track.end_ticks == tick


def test_a_file_has_its_conductor_then_the_melody_then_the_rest_in_order(tmp_path):
    tune = Track("Tune", Clip((Note(0, 1, 72), Note(1, 1, 72)), 4), program=73)
    drums = Track("", Clip((Note(0, 0, 36),), 4), "drums", channel=9)
    song = Composition(tune, (drums,), TempoMap.constant(90), provenance={"title": "Für Elise"})
    path = tmp_path / "song.mid"
    write_composition(path, song)
    file = mido.MidiFile(path, charset="utf-8")
    assert (file.type, file.ticks_per_beat) == (1, 480)
    assert [track.name for track in file.tracks] == ["Für Elise", "Tune", "drums"]
    kinds = [[(m.type, m.time) for m in track] for track in file.tracks]
    setup = [("track_name", 0), ("program_change", 0)]
    assert kinds == [
        [("track_name", 0), ("time_signature", 0), ("set_tempo", 0), ("end_of_track", 1920)],
        # The first note is released before the same key is struck again.
        [
            *setup,
            *[("note_on", 0), ("note_off", 480), ("note_on", 0), ("note_off", 480)],
            ("end_of_track", 960),
        ],
        [*setup, ("note_on", 0), ("note_off", 0), ("end_of_track", 1920)],
    ]


def test_notes_that_touch_between_two_ticks_still_touch_when_written(tmp_path):
    third = 1 / 3 + 0.0007
    song = Composition(Track("a", Clip((Note(0, third, 60), Note(third, third, 60)), 4)))
    write_composition(tmp_path / "song.mid", song)
    first, second = read_score(tmp_path / "song.mid").tracks[0].clip.notes
    assert first.end == pytest.approx(second.start)


def test_the_slowest_tempo_a_file_can_say_stands_for_slower_ones(tmp_path):
    slow = Composition(Track("a", Clip((Note(0, 1, 60),), 4)), tempo=TempoMap.constant(1))
    write_composition(tmp_path / "song.mid", slow)
    assert read_score(tmp_path / "song.mid").tempo.bpm_at(0) == pytest.approx(3.576, abs=0.001)


# -- what cannot be written --------------------------------------------------------------------
SONG = Composition(Track("tune", Clip((Note(0, 1, 60),), 4)))


def test_a_file_is_replaced_whole_and_nothing_is_left_beside_it(tmp_path):
    path = tmp_path / f"{'long' * 62}.mid"
    path.write_bytes(b"old")
    write_composition(path, SONG)
    assert read_score(path).tracks[0].name == "tune"
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_cannot_be_written_is_named_and_nothing_is_left_there(tmp_path):
    with pytest.raises(FileWriteError, match=r"cannot write .*: no such file or directory"):
        write_composition(tmp_path / "none" / "song.mid", SONG)
    (tmp_path / "song.mid").mkdir()
    with pytest.raises(FileWriteError, match=r"cannot write .*song\.mid: is a directory"):
        write_composition(tmp_path / "song.mid", SONG)
    assert list(tmp_path.iterdir()) == [tmp_path / "song.mid"]


@pytest.mark.parametrize(
    ("song", "reason"),
    [
        (replace(SONG, ticks_per_beat=0), r"ticks_per_beat must be in range 1\.\.32767, got 0"),
        (replace(SONG, ticks_per_beat=40000), "ticks_per_beat"),
        (Composition(Track("a", Clip((Note(-1, 1, 60),), 4))), "a note at beat -1"),
    ],
)
def test_music_that_no_file_can_hold_is_refused_before_a_file_is_touched(tmp_path, song, reason):
    path = tmp_path / "song.mid"
    path.write_bytes(b"old")
    with pytest.raises(MidiFileError, match=reason):
        write_composition(path, song)
    assert path.read_bytes() == b"old"
