"""Files that are whole but not by the book: other programs play them, so all of them is read."""

import pytest

from models.formats.midi_bytes import MidiFileError
from models.formats.midi_read import read_score
from models.formats.midi_write import to_bytes
from models.music.clip import Clip, Composition, Note, Track
from models.music.score import Score, finer

END = b"\0\xff\x2f\0"


def number(value, least=1):
    out = [value & 127]
    while value := value >> 7:
        out.insert(0, value & 127 | 128)
    return bytes([128] * (least - len(out)) + out)


def chunk(body, name=b"MTrk", claims=None):
    return name + (len(body) if claims is None else claims).to_bytes(4, "big") + body


def header(count, form=1, tpb=4, more=b"", claims=None):
    fields = b"".join(n.to_bytes(2, "big") for n in (form, count, tpb))
    return chunk(fields + more, b"MThd", claims)


def named(name):
    name = name if isinstance(name, bytes) else name.encode()
    return b"\0\xff\x03" + bytes([len(name)]) + name


def line(*notes, program=None):
    """The bytes of (channel, pitch)..., a beat of four ticks each."""
    channel = notes[0][0]
    begin = b"" if program is None else bytes([0, 0xC0 | channel, program])
    return begin + b"".join(
        bytes([0, 0x90 | c, pitch, 80, 4, 0x80 | c, pitch, 0]) for c, pitch in notes
    )


def chord(*notes, program=None):
    """The bytes of (channel, pitch)... all sounding together for a bar."""
    begin = b"" if program is None else b"".join(bytes([0, 0xC0 | c, program]) for c, _ in notes)
    on = b"".join(bytes([0, 0x90 | c, pitch, 80]) for c, pitch in notes)
    off = bytes([16, 0x80 | notes[0][0], notes[0][1], 0])
    return begin + on + off + b"".join(bytes([0, 0x80 | c, p, 0]) for c, p in notes[1:])


TUNE = line((0, 67), (0, 69), (0, 71))
ONE, TWO = named("One") + TUNE + END, named("Two") + line((1, 50), (1, 52)) + END
WHOLE = header(2) + chunk(ONE) + chunk(TWO)


@pytest.fixture
def read(tmp_path):
    def read_bytes(data):
        path = tmp_path / "song.mid"
        path.write_bytes(data)
        return read_score(path)

    return read_bytes


def pitches(score):
    return [[n.pitch for n in track.clip.notes] for track in score.tracks]


MUSIC = [[67, 69, 71], [50, 52]]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (header(1) + WHOLE[14:], "its header says 1 tracks, it has 2"),
        (header(1, form=0) + WHOLE[14:], "its header says 1 tracks, it has 2"),
        (header(5) + WHOLE[14:], "its header says 5 tracks, it has 2"),
        (header(0) + WHOLE[14:], "its header says 0 tracks"),
        (header(2, claims=2**32 - 1) + WHOLE[14:], None),
        (header(2, claims=0) + WHOLE[14:], None),
        (header(2, more=b"\0\0\0\0") + WHOLE[14:], None),
        (header(2) + chunk(ONE, claims=len(ONE) + 7) + chunk(TWO), "track 1 says"),
        (header(2) + chunk(ONE, claims=len(ONE) + len(TWO) + 8) + chunk(TWO), "track 1 says"),
        (header(2) + chunk(ONE, claims=2**31) + chunk(TWO, claims=2**31), "track 2 says"),
        (header(2) + chunk(ONE, claims=len(ONE) - 5) + chunk(TWO, claims=3), "track 2 says"),
        (header(2) + chunk(ONE, claims=0) + chunk(TWO, claims=0), "track 1 says"),
        (header(2) + chunk(ONE[:-4], claims=9) + chunk(TWO), "track 1 says"),
        (header(2) + chunk(ONE) + b"\0" + chunk(TWO) + b"\0\0\0", None),
        (header(2) + chunk(b"hi", b"junk") + chunk(ONE) + chunk(b"", b"XFKM") + chunk(TWO), None),
        (header(2) + chunk(ONE + bytes(9)) + chunk(TWO), None),
        (header(2) + chunk(named("One") + line((0, 67)) + END + ONE[-20:]) + chunk(TWO), None),
    ],
)
def test_whatever_counts_and_lengths_say_all_of_the_music_is_read(read, data, says):
    score = read(data)
    assert pitches(score) == MUSIC
    assert says is None or any(says in notice for notice in score.notices)


def test_a_file_by_the_book_has_no_notice(read):
    assert read(WHOLE).notices == ()


@pytest.mark.parametrize("zeros", [2, 4, 5, 9, 40])
def test_numbers_with_zeros_before_them_are_read(read, zeros):
    body = number(4, zeros) + b"\x90\x43\x50" + number(4, zeros) + b"\x80\x43\0"
    text = b"\0\xff\x01" + number(2, zeros) + b"hi"
    (track,) = read(header(1) + chunk(text + body + END)).tracks
    assert track.clip.notes == (Note(1, 1, 67, 80),)


@pytest.mark.parametrize("before", [b"", b"LIST\x05\0\0\0hello\0", b"DISP\x04\0\0\0MThd"])
@pytest.mark.parametrize("after", [b"", b"LIST\x04\0\0\0INFO"])
@pytest.mark.parametrize("size", [len(WHOLE), 0, 2**31])
def test_a_riff_file_with_other_chunks_is_the_file_in_it(read, before, after, size):
    inside = b"RMID" + before + b"data" + size.to_bytes(4, "little") + WHOLE
    inside += b"\0" * (len(WHOLE) & 1) + after
    data = b"RIFF" + len(inside).to_bytes(4, "little") + inside
    assert read(data).tracks == read(WHOLE).tracks


# -- channels ----------------------------------------------------------------------------------
STRINGS = [(c, 60 + i) for i, c in enumerate((3, 1, 5, 2, 4, 0, 3, 2))]
ROTATING = [(1 + i % 15, 60 + i % 12) for i in range(40)]


def test_a_guitars_strings_are_one_part_in_a_line_and_in_chords(read):
    chords = chord((0, 64), (1, 59), (2, 55), (3, 50)) + chord((1, 60), (4, 45))
    for body in (line(*STRINGS), chords, line(*STRINGS, program=24) + chords):
        (track,) = read(header(1) + chunk(named("Guitar") + body + END)).tracks
        assert (track.name, len(track.clip.notes)) == ("Guitar", body.count(b"\x50"))


def test_a_unison_on_two_strings_is_two_notes(read):
    body = b"\0\x90\x40\x50\0\x91\x40\x50\x04\x81\x40\0\x04\x80\x40\0"
    (track,) = read(header(1) + chunk(body + END)).tracks
    assert [(n.start, n.duration) for n in track.clip.notes] == [(0, 1), (0, 2)]


@pytest.mark.parametrize("form", [0, 1])
def test_mpe_is_one_part_also_on_the_channel_of_drums(read, form):
    declared = b"\0\xb0\x65\0\0\xb0\x64\x06\0\xb0\x06\x0f"
    for body in (line(*ROTATING), declared + chord((1, 60), (9, 64), (3, 67))):
        (track,) = read(header(1, form) + chunk(named("Seaboard") + body + END)).tracks
        assert (track.name, track.is_drum) == ("Seaboard", False)
        assert len(track.clip.notes) == body.count(b"\x50")


def test_a_guitar_in_one_track_file_is_one_part_and_a_band_is_not(read):
    (guitar,) = read(header(1, 0) + chunk(named("G") + line(*STRINGS) + END)).tracks
    assert len(guitar.clip.notes) == len(STRINGS)
    band = chord((0, 67), (1, 60), (2, 48), (9, 36)) * 3
    assert pitches(read(header(1, 0) + chunk(band + END))) == [
        [67] * 3,
        [60] * 3,
        [48] * 3,
        [36] * 3,
    ]
    programs = b"\0\xc0\x49\0\xc1\x20"
    two = read(header(1) + chunk(named("Duo") + programs + line((0, 67), (1, 40)) + END))
    assert [t.name for t in two.tracks] == ["Duo, channel 1", "Duo, channel 2"]


def test_drums_in_a_track_of_strings_are_apart(read):
    drums = b"\0\x99\x24\x50\0\x99\x26\x50\x04\x89\x24\0\0\x89\x26\0"
    tracks = read(header(1) + chunk(named("G") + line(*STRINGS) + drums + END)).tracks
    assert [(t.name, t.is_drum, len(t.clip.notes)) for t in tracks] == [
        ("G", False, len(STRINGS)),
        ("G, channel 10", True, 2),
    ]


# -- names -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "name",
    [
        "旋律".encode("shift-jis"),
        "旋律".encode("euc-jp"),
        "Мелодия".encode("cp1251"),
        "Мелодия".encode("koi8-r"),
        "旋律".encode(),
        b"Midi Fighter 3D\xcc\x28w\x81",
        b"\xff\xfe",
    ],
)
def test_a_name_that_cannot_be_read_is_written_byte_for_byte(read, name):
    score = read(header(1) + chunk(named(name) + TUNE + END))
    assert name in to_bytes(score.composition(0))


def test_a_western_name_is_read_as_one(read):
    score = read(header(1) + chunk(named("Mélodie".encode("latin1")) + TUNE + END))
    assert score.tracks[0].name == "Mélodie"


# -- time --------------------------------------------------------------------------------------
@pytest.mark.parametrize(("late", "beats"), [(1, 4), (14, 4), (90, 4), (120, 8), (480, 8)])
def test_a_last_key_released_a_little_late_opens_no_bar(read, late, beats):
    held = b"\0\x90\x43\x50" + number(4 * 480 + late) + b"\x80\x43\0"
    score = read(header(1, tpb=480) + chunk(held + END))
    assert score.length == beats
    if beats == 4:
        again = read(to_bytes(score.composition(0)))
        assert again.tracks[0].clip.notes == score.tracks[0].clip.notes


def test_a_coarse_file_is_written_finer_with_its_own_ticks():
    assert [finer(n) for n in (1, 4, 7, 24, 96, 480)] == [480, 480, 483, 480, 96, 480]


def test_a_pick_up_at_tick_0_gets_rests_before_it():
    clip = Clip((Note(0, 1, 62), Note(1, 4, 67)), 8)
    score = Score((Track("m", clip),), keys=((0, "G"), (1, "D")))
    moved = score.with_pickup(1)
    assert [n.start for n in moved.tracks[0].clip.notes] == [3, 4]
    assert (moved.length, moved.keys) == (8, ((0, "G"), (4, "D")))
    assert moved.meter.bar_line(4) == 4
    assert score.with_pickup(0) is score
    with pytest.raises(ValueError, match=r"a pick-up must be in range 0..4 beats, got 4"):
        score.with_pickup(4)


def test_what_cannot_be_read_is_refused(read):
    for data in (WHOLE[:-3], WHOLE[:-9], WHOLE[:20], WHOLE + b"MTrk\0\0"):
        with pytest.raises(MidiFileError, match="truncated"):
            read(data)


def test_tracks_end_with_the_bar_of_a_loop(tmp_path):
    late = Track("m", Clip((Note(0, 4.03, 60),), 4))
    other = Track("a", Clip((Note(0, 1, 50),), 4))
    path = tmp_path / "a.mid"
    path.write_bytes(to_bytes(Composition(late, (other,))))
    assert read_score(path).length == 4
