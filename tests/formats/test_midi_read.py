"""Real and hostile MIDI files."""

import os

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.formats import midi_read
from models.formats.midi_bytes import MidiFileError
from models.formats.midi_read import read_score, require_notes
from models.formats.midi_write import to_bytes
from models.music.tempo import Meter, MeterMap, TempoMap

END = "00 ff 2f 00"


def chunk(name, data):
    return name + len(data).to_bytes(4, "big") + data


def midi(*tracks, form=1, division=96, count=None):
    """Bytes of a file whose tracks are given in hexadecimal."""
    header = b"".join(n.to_bytes(2, "big") for n in (form, count or len(tracks), division))
    return chunk(b"MThd", header) + b"".join(chunk(b"MTrk", bytes.fromhex(t)) for t in tracks)


@pytest.fixture
def read(tmp_path):
    def read_bytes(data):
        path = tmp_path / "song.mid"
        path.write_bytes(data)
        return read_score(path)

    return read_bytes


def notes(track):
    return [(n.start, n.duration, n.pitch, n.velocity) for n in track.clip.notes]


# -- any real file -----------------------------------------------------------------------------
def test_format_0_is_split_by_channel(read):
    data = "00 ff 03 04 536f6e67 00 c0 05 00 90 3c 50 00 99 24 40 60 80 3c 00 00 89 24 00"
    score = read(midi(f"{data} {END}", form=0))
    assert [(t.name, t.channel, t.role, t.program) for t in score.tracks] == [
        ("channel 1", 0, "part", 5),
        ("channel 10", 9, "drums", 0),
    ]
    assert notes(score.tracks[0]) == [(0, 1, 60, 80)]


def test_key_signatures_are_kept_in_what_is_written(read):
    keys = "00 ff 59 02 03 01 00 ff 59 02 63 00 60 ff 59 02 fd 00"  # F# minor, nonsense, E flat
    score = read(midi(f"{keys} {END}", f"00 90 3c 50 60 80 3c 00 {END}"))
    assert score.keys == ((0, "F#m"), (1, "Eb"))
    assert read(to_bytes(score.composition(0))).keys == score.keys


def test_running_status_and_velocity_0_release_the_note(read):
    score = read(midi(f"00 90 3c 50 60 3c 00 00 3e 51 60 3e 00 {END}"))
    assert notes(score.tracks[0]) == [(0, 1, 60, 80), (1, 1, 62, 81)]


def test_running_status_goes_on_after_a_lyric(read):
    score = read(midi(f"00 90 3c 50 00 ff 05 01 61 60 3c 00 {END}"))
    assert notes(score.tracks[0]) == [(0, 1, 60, 80)]


def test_overlapping_notes_of_one_pitch_end_in_the_order_they_began(read):
    score = read(midi(f"00 90 3c 50 30 90 3c 60 30 80 3c 00 30 80 3c 00 {END}"))
    assert notes(score.tracks[0]) == [(0, 1, 60, 80), (0.5, 1, 60, 96)]


def test_notes_without_length_and_notes_never_released_are_kept(read):
    score = read(midi("00 90 3c 50 00 80 3c 00 00 90 40 50 81 40 ff 2f 00"))
    assert notes(score.tracks[0]) == [(0, 0, 60, 80), (0, 2, 64, 80)]


def test_a_release_without_its_note_is_nothing(read):
    assert read(midi(f"00 80 3c 00 {END}")).tracks == ()


def test_of_several_tempos_and_meters_at_one_tick_the_last_counts(read):
    score = read(
        midi(
            "00 ff 51 03 07a120 00 ff 51 03 0f4240 00 ff 58 04 04021808 00 ff 58 04 03021808"
            f" 60 ff 51 03 07a120 {END}",
            f"60 ff 58 04 06031808 00 90 3c 40 60 80 3c 40 {END}",
        )
    )
    assert score.tempo == TempoMap(((0, 60), (1, 120)))
    # Not on a bar line of 3/4: a new bar begins there all the same.
    assert score.meter == MeterMap(((0, Meter(3, 4)), (1, Meter(6, 8))))
    assert score.length == 4


def test_a_tempo_of_0_and_a_meter_of_0_4_are_passed_over(read):
    score = read(midi(f"00 ff 51 03 000000 00 ff 58 04 00021808 00 ff 58 04 04ff1808 {END}"))
    assert (score.tempo, score.meter) == (TempoMap(), MeterMap())


def test_a_pick_up_stays_where_it_is(read):
    score = read(midi(f"81 40 90 3c 50 60 80 3c 00 00 90 40 50 60 80 40 00 {END}"))
    assert notes(score.tracks[0]) == [(2, 1, 60, 80), (3, 1, 64, 80)]
    assert score.length == 4


def test_notes_in_the_conductor_track_are_music_too(read):
    score = read(midi(f"00 ff 51 03 0f4240 00 90 3c 50 60 80 3c 00 {END}", f"00 b0 07 64 {END}"))
    assert len(score.tracks) == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [("4de96c6f", "Mélo"), ("4dc3a96c6f", "Mélo"), ("4d656c00", "Mel"), ("4d0a6c6f", "M lo")],
)
def test_names_in_latin_1_and_utf_8_are_read(read, name, text):
    data = f"00 ff 03 {len(name) // 2:02x} {name} 00 90 3c 50 60 80 3c 00 {END}"
    assert read(midi(data)).tracks[0].name == text


def test_an_instrument_name_serves_where_the_track_has_none(read):
    data = "00 ff 03 00 00 ff 04 04 4f626f65 00 90 3c 50 60 80 3c 00"
    assert read(midi(f"{data} {END}")).tracks[0].name == "Oboe"


def test_a_program_set_in_another_track_counts_and_a_later_one_does_not(read):
    other = f"00 c0 28 00 c1 29 {END}"
    own = "00 90 3c 50 60 80 3c 00 00 c0 05"
    early = "00 c1 10 00 91 3c 50 60 81 3c 00"
    score = read(midi(other, f"{own} {END}", f"{early} {END}"))
    assert [t.program for t in score.tracks] == [40, 16]


def test_time_goes_on_through_meta_events_that_nobody_knows(read):
    # mido loses this half beat.
    score = read(midi(f"00 90 3c 50 30 ff 60 01 00 30 80 3c 00 {END}"))
    assert notes(score.tracks[0]) == [(0, 1, 60, 80)]


def test_odd_key_signatures_sysex_and_system_messages_are_passed_over(read):
    odd = "00 ff 59 02 0900 00 f0 03 01 02 f7 00 f7 01 f8 00 f8 00 f2 01 02 00 ff 54 05 f000000000"
    assert notes(read(midi(f"{odd} 00 90 3c 50 60 80 3c 00 {END}")).tracks[0]) == [(0, 1, 60, 80)]


def test_data_bytes_above_127_are_cut_to_127(read):
    assert notes(read(midi(f"00 90 3c c0 60 80 3c 00 {END}")).tracks[0]) == [(0, 1, 60, 127)]


def test_chunks_of_other_kinds_and_a_riff_wrapper_are_stepped_over(read):
    plain = midi(f"00 90 3c 50 60 80 3c 00 {END}")
    odd = plain[:14] + chunk(b"XFIH", b"hello") + plain[14:]
    riff = b"RIFF" + (len(odd) + 12).to_bytes(4, "little") + b"RMIDdata"
    riff += len(odd).to_bytes(4, "little") + odd
    assert read(riff) == read(odd) == read(plain)


def test_a_finished_track_that_claims_to_be_longer_is_read(read):
    data = bytearray(midi(f"00 90 3c 50 60 80 3c 00 {END}"))
    data[18:22] = b"\xff\xff\xff\xff"
    assert len(read(bytes(data)).tracks) == 1


def test_a_last_note_on_the_bar_line_has_a_bar_to_be_in(read):
    score = read(midi(f"83 00 90 3c 50 00 80 3c 00 {END}"))
    assert notes(score.tracks[0]) == [(4, 0, 60, 80)]
    assert score.length == 8


# -- what cannot be read -----------------------------------------------------------------------
GOOD = midi(
    f"00 ff 51 03 0f4240 00 ff 58 04 03021808 {END}",
    f"00 ff 03 01 41 00 c0 05 00 90 3c 50 30 3c 60 30 3c 00 30 3c 00 83 00 f0 02 01 f7 {END}",
)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it is empty"),
        (b"M", "it is not a MIDI file"),
        (b"\x89PNG\r\n\x1a\n" * 50, "it is not a MIDI file"),
        (b"RIFF\0\0\0\0WAVEfmt ", "it is not a MIDI file"),
        (b"MThd", "it is truncated: it ends inside its header"),
        (GOOD[:14], "it is truncated: it should have 2 tracks, but has 0"),
        (GOOD[:-1], "it is truncated: it ends inside track 2"),
        (GOOD[:-4], "it is truncated: it ends inside track 2"),
        (midi(END) + b"MTr", "it is truncated: it ends inside track 2"),
        (midi("00 90 3c"), "it is damaged: track 1 ends inside an event"),
        (midi(f"00 3c 50 {END}"), "it is damaged: track 1 has no status byte before byte 23"),
        (midi(f"00 f4 {END}"), "it is damaged: track 1 has status byte 0xf4 at byte 23"),
        (midi("ff ff ff ff 7f"), "it is damaged: track 1 has a number longer than 4 bytes"),
        (midi(END, form=2), "it is of format 2"),
        (midi(END, form=7), "it is damaged: format must be 0, 1 or 2, got 7"),
        (midi(END, division=0xE728), "it counts time in SMPTE frames, not in beats"),
        (midi(END, division=0), "it is damaged: it has 0 ticks per quarter note"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_in_one_sentence_with_its_path(tmp_path, data, reason):
    path = tmp_path / "song.mid"
    path.write_bytes(data)
    with pytest.raises(MidiFileError) as caught:
        read_score(path)
    assert str(caught.value).startswith(f"cannot read {path}: {reason}")
    assert caught.value.__cause__ is None


def test_a_missing_file_a_folder_and_a_pipe_are_told_apart(tmp_path):
    with pytest.raises(MidiFileError, match=r"no\.mid: there is no such file"):
        read_score(tmp_path / "no.mid")
    with pytest.raises(MidiFileError, match="it is a folder: name a"):
        read_score(tmp_path)
    with pytest.raises(MidiFileError, match=r"null (byte|character)"):
        read_score("a\0.mid")
    (tmp_path / "plain").write_bytes(GOOD)
    with pytest.raises(MidiFileError, match="not a directory"):
        read_score(tmp_path / "plain" / "song.mid")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(MidiFileError, match="it is not a regular file"):
            read_score(tmp_path / "pipe")


def test_a_file_that_may_not_be_opened_says_so(tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "mine.mid"
    path.write_bytes(GOOD)
    monkeypatch.setattr(midi_read.Path, "open", refuse)
    with pytest.raises(MidiFileError, match=r"mine\.mid: permission denied"):
        read_score(path)
    monkeypatch.setattr(midi_read.Path, "stat", refuse)
    with pytest.raises(MidiFileError, match=r"mine\.mid: permission denied"):
        read_score(path)


@pytest.mark.parametrize(
    ("begin", "reason"), [(b"noise", "it is not a MIDI file"), (b"MThd", "it is larger than 4 MB")]
)
def test_a_hundred_megabytes_of_something_else_are_refused_without_reading_them(
    tmp_path, begin, reason
):
    path = tmp_path / "huge.mid"
    path.write_bytes(begin)
    os.truncate(path, 100_000_000)
    with pytest.raises(MidiFileError, match=reason):
        read_score(path)


def test_a_file_without_notes_is_read_and_named_where_notes_are_needed(tmp_path):
    path = tmp_path / "silent.mid"
    path.write_bytes(midi(END))
    score = read_score(path)
    assert score.tracks == ()
    assert score.length == 0
    with pytest.raises(MidiFileError, match=r"silent\.mid has no notes"):
        require_notes(score, path)
    path.write_bytes(GOOD)
    assert require_notes(read_score(path), path) == read_score(path)


def ticks(composition):
    tpb = composition.ticks_per_beat
    return [
        sorted((round(n.start * tpb), round(n.duration * tpb), n.pitch, n.velocity) for n in t)
        for t in (track.clip.notes for track in composition.tracks)
    ]


def reads_or_refuses(path, data):
    path.write_bytes(data)
    try:
        score = read_score(path)
    except MidiFileError as error:
        assert "\n" not in str(error)  # noqa: PT017
        return
    if score.tracks:
        path.write_bytes(to_bytes(score.composition(0)))
        again = read_score(path)
        assert ticks(again.composition(0)) == ticks(score.composition(0))
        assert (again.tempo, again.meter) == (score.tempo, score.meter)


hostile = st.one_of(
    st.binary(max_size=200).map(lambda b: GOOD[:14] + chunk(b"MTrk", b) * 2),
    st.binary(max_size=60).map(lambda b: b"MThd" + b),
    st.binary(max_size=60),
    st.integers(0, len(GOOD)).map(lambda n: GOOD[:n]),
    st.dictionaries(st.integers(0, len(GOOD) - 1), st.integers(0, 255), max_size=6).map(
        lambda changes: bytes((dict(enumerate(GOOD)) | changes).values())
    ),
)


@given(hostile)
@example(GOOD)
def test_whatever_the_bytes_a_file_is_read_or_refused(tmp_path_factory, data):
    reads_or_refuses(tmp_path_factory.getbasetemp() / "fuzz.mid", data)
