import random
from dataclasses import replace
from itertools import permutations

import pytest
from midi_folders import band, chords, line, song, write

from models.data.limits import Limits
from models.data.piece import DatasetError
from models.data.prepare import PrepareOptions, prepare
from models.data.quantise import grid_shares, merge, quantise
from models.music.clip import Clip, Note, Track
from models.music.tempo import Meter, MeterMap


def reasons(corpus):
    return {out.file: out.reason for out in corpus.left_out}


def names(pieces):
    return {piece.name for piece in pieces}


def test_melody_and_piano_are_found_in_a_folder_of_folders(tmp_path):
    for i in range(3):
        write(tmp_path / f"book {i}" / "song.MID", song(i))
    corpus = prepare(tmp_path)
    assert [(t.name, t.role, t.channel) for t in corpus.tracks] == [("Piano", "piano", 1)]
    assert len(corpus.train) == 2
    assert len(corpus.valid) == 1
    assert names([*corpus.train, *corpus.valid]) == {f"book {i}/song" for i in range(3)}
    assert corpus.train[0].composition.melody.name == "Melody"
    assert corpus.train[0].bars == 8


def test_choir_voices_become_the_tracks_of_the_chorale_model(tmp_path):
    for i in range(2):
        voices = [Track(n, line(f"{i} {n}", 72 - 7 * v)) for v, n in enumerate("SATB")]
        write(tmp_path / f"{i}.mid", band(*voices))
    corpus = prepare(tmp_path)
    assert [(t.name, t.role, t.program, t.channel) for t in corpus.tracks] == [
        ("Alto", "alto", 52, 1),
        ("Tenor", "tenor", 52, 2),
        ("Bass", "bass", 52, 3),
    ]
    lows = [min(n.pitch for n in t.clip.notes) for t in corpus.train[0].composition.accompaniment]
    assert [t.low for t in corpus.tracks] == lows


def test_a_file_of_one_track_is_split_by_channels(tmp_path):
    import mido

    events = []
    for channel, clip in enumerate((line(1, 72), chords(1))):
        for note in clip.notes:
            events.append((note.start, 1, "note_on", note.pitch, channel))
            events.append((note.end, 0, "note_off", note.pitch, channel))
    track, now = mido.MidiTrack(), 0.0
    for beat, _, kind, pitch, channel in sorted(events):
        ticks = round((beat - now) * 480)
        track.append(mido.Message(kind, note=pitch, velocity=64, channel=channel, time=ticks))
        now = beat
    mido.MidiFile(type=0, tracks=[track]).save(tmp_path / "loose.mid")
    corpus = prepare(tmp_path)
    assert [t.role for t in corpus.tracks] == ["piano"]
    assert corpus.train[0].composition.melody.clip.notes[0].pitch == line(1, 72).notes[0].pitch


def test_a_transposed_copy_is_left_out_wherever_the_original_is(tmp_path):
    for i in range(12):
        write(tmp_path / f"{i}.mid", song(i))
        write(tmp_path / f"copy of {i}.mid", song(i, up=random.Random(i).choice((-5, 3, 12))))
    corpus = prepare(tmp_path, PrepareOptions(valid_share=0.5))
    assert len(corpus.train) + len(corpus.valid) == 12
    assert not names(corpus.train) & {n.removeprefix("copy of ") for n in names(corpus.valid)}
    assert sorted(out.kind for out in corpus.left_out) == ["duplicate"] * 12


def test_folders_called_train_and_valid_are_the_two_sides(tmp_path):
    write(tmp_path / "train" / "a.mid", song(1))
    write(tmp_path / "valid" / "b.mid", song(2))
    write(tmp_path / "valid" / "a.mid", song(1, up=4))
    write(tmp_path / "test" / "c.mid", song(3))
    corpus = prepare(tmp_path)
    assert (names(corpus.train), names(corpus.valid)) == ({"train/a"}, {"valid/b"})
    assert "100 % alike to train/a" in reasons(corpus)["valid/a.mid"]


def test_one_tune_with_other_chords_is_another_piece(tmp_path):
    tune = Track("Melody", line(1, 67))
    for i in range(4):
        write(tmp_path / f"{i}.mid", band(tune, Track("Piano", line(f"bass {i}", 50), channel=1)))
    assert not prepare(tmp_path).left_out


def test_a_new_piece_moves_no_other_to_the_other_side(tmp_path):
    for i in range(30):
        write(tmp_path / f"{i}.mid", song(i))
    before = prepare(tmp_path)
    write(tmp_path / "new.mid", song("new"))
    after = prepare(tmp_path)
    assert names(before.train) <= names(after.train)
    assert names(before.valid) <= names(after.valid)


def test_every_file_that_is_left_out_says_why(tmp_path):
    for i in range(4):
        write(tmp_path / f"good {i}.mid", song(i))
    (tmp_path / "broken.mid").write_bytes(b"MThd")
    write(tmp_path / "drums.mid", band(Track("kit", line(1, 36), channel=9)))
    write(tmp_path / "alone.mid", band(Track("Melody", line(9, 70))))
    write(tmp_path / "short.mid", song(5, beats=4))
    write(tmp_path / "silent.mid", band(Track("Melody")))
    write(
        tmp_path / "organ.mid",
        band(Track("Melody", line(8, 70)), Track("Organ", chords(8), channel=1)),
    )
    late = Clip((*chords(7).notes, Note(5000.0, 1.0, 50)))
    write(tmp_path / "endless.mid", band(Track("Melody", line(7, 70)), Track("Piano", late)))
    odd = band(Track("Melody", line(6, 70)), Track("Piano", chords(6)), meter=(3, 32))
    write(tmp_path / "odd.mid", odd)
    corpus = prepare(tmp_path)
    assert len(corpus.train) + len(corpus.valid) == 4
    assert reasons(corpus) == {
        "alone.mid": "no accompaniment: there is one line only",
        "broken.mid": "it is truncated: it ends inside its header",
        "drums.mid": "no melody: only drums have notes",
        "endless.mid": "no note begins for 1242 bars, the file seems damaged",
        "odd.mid": "a bar of 3/32 is no whole number of steps, 4 a beat",
        "organ.mid": "its accompaniment is organ, where most pieces have piano",
        "short.mid": "it has 1 bar, at least 2 wanted",
        "silent.mid": "it has no notes",
    }


@pytest.mark.parametrize(
    ("limits", "why"),
    [(Limits(max_bars=7), "it has 8 bars, at most 7"), (Limits(max_notes=50), "it has 56 notes")],
)
def test_a_piece_beyond_the_limits_is_left_out(tmp_path, limits, why):
    write(tmp_path / "a.mid", song(1))
    with pytest.raises(DatasetError, match=why):
        prepare(tmp_path, PrepareOptions(limits))


def test_a_file_of_a_hundred_thousand_notes_on_one_beat_is_read_soon():
    crowd = Clip(tuple(Note(i / 1e6, 1e-6, i % 128) for i in range(100_000)))
    assert len(quantise(crowd, 4).notes) <= 128


def test_empty_bars_before_and_after_the_music_are_cut(tmp_path):
    piece = song(1)
    late = [replace(t, clip=t.clip.shifted(13.0)) for t in piece.tracks]
    meter = MeterMap(((0.0, Meter(4, 4)), (8.0, Meter(3, 4))))
    write(tmp_path / "a.mid", replace(band(*late), meter=meter))
    found = prepare(tmp_path).train[0].composition
    assert found.meter == MeterMap.constant(Meter(3, 4))
    assert found.melody.clip.notes[0].start == 2.0
    assert found.length == 36.0


def test_a_small_folder_keeps_a_piece_for_validation_that_can_be_used(tmp_path):
    for i in range(12):
        other = Track("Organ", chords(i), channel=1)
        mixed = i % 4 == 0
        write(
            tmp_path / f"{i}.mid", band(Track("Melody", line(i, 70)), other) if mixed else song(i)
        )
    corpus = prepare(tmp_path, PrepareOptions(valid_share=0.0))
    assert (len(corpus.train), len(corpus.valid), len(corpus.left_out)) == (8, 1, 3)


def halves(first, second, beats=32):
    """A song whose second half is another's."""
    one, other = song(first, beats), song(second, beats)
    tracks = [
        replace(a, clip=Clip((*a.clip.notes, *b.clip.shifted(float(beats)).notes)))
        for a, b in zip(one.tracks, other.tracks, strict=True)
    ]
    return band(*tracks)


@pytest.mark.parametrize("share", [0.0, 0.9999])
@pytest.mark.parametrize("names", list(permutations(("long", "longer", "other"))))
def test_the_one_piece_kept_for_validation_is_like_none_that_is_learnt(tmp_path, names, share):
    pieces = (halves(1, 2), halves(1, 3), halves(4, 5))
    for name, piece in zip(names, pieces, strict=True):
        write(tmp_path / f"{name}.mid", piece)
    corpus = prepare(tmp_path, PrepareOptions(valid_share=share, similarity=0.4))
    moved = corpus.valid if len(corpus.valid) == 1 else corpus.train
    assert [p.name for p in moved] == [names[2]]


def test_versions_of_one_song_are_not_judged_by_each_other(tmp_path):
    for i in range(3):
        write(tmp_path / f"{i}.mid", halves(1, i + 2))
    corpus = prepare(tmp_path, PrepareOptions(valid_share=0.0, similarity=0.4))
    assert (len(corpus.train), len(corpus.valid)) == (3, 0)


def test_two_pianos_are_one_track(tmp_path):
    parts = [Track(f"Piano {i}", line(i, 50 + i), channel=i) for i in (1, 2)]
    write(tmp_path / "a.mid", band(Track("Melody", line(0, 72)), *parts))
    corpus = prepare(tmp_path)
    assert [t.name for t in corpus.tracks] == ["Piano"]
    assert len(corpus.train[0].composition.accompaniment[0].clip.notes) > 32


def test_a_role_that_a_piece_lacks_is_a_track_without_notes(tmp_path):
    for i in range(4):
        tracks = [Track("Melody", line(i, 70)), Track("Piano", chords(i), channel=1)]
        bass = [Track("Bass", line(f"b{i}", 36), channel=2)] if i % 2 else []
        write(tmp_path / f"{i}.mid", band(*tracks, *bass))
    corpus = prepare(tmp_path)
    for piece in [*corpus.train, *corpus.valid]:
        assert [t.role for t in piece.composition.accompaniment] == [t.role for t in corpus.tracks]
    assert [t.role for t in corpus.tracks] == ["piano", "bass"]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda p: None, "is not a folder"),
        (lambda p: p.write_text("x"), "is a file, not a folder"),
        (lambda p: p.mkdir(), "has no MIDI files"),
        (lambda p: (p.mkdir(), (p / "a.mid").write_bytes(b"")), "no piece .* a.mid: it is empty"),
    ],
)
def test_a_folder_without_music_is_a_sentence(tmp_path, make, message):
    make(tmp_path / "music")
    with pytest.raises(DatasetError, match=message):
        prepare(tmp_path / "music")


def test_notes_are_rounded_to_the_grid_and_none_is_lost_to_another_pitch():
    clip = Clip((Note(0.02, 0.9, 60), Note(0.1, 0.8, 64), Note(1.1, 0.01, 60)), 4.0)
    assert quantise(clip, 4) == Clip(
        (Note(0.0, 1.0, 60), Note(0.0, 1.0, 64), Note(1.0, 0.25, 60)), 4.0
    )


def test_a_grace_note_gives_way_to_its_main_note_but_a_flam_stays():
    clip = Clip((Note(1.0, 0.05, 62), Note(1.05, 0.95, 60)))
    assert [n.pitch for n in quantise(clip, 4).notes] == [60]
    assert len(quantise(clip, 4, is_drum=True).notes) == 2


def test_voices_that_meet_on_one_pitch_are_struck_once_and_held_to_the_longer():
    found = merge([Clip((Note(0.0, 4.0, 60),), 4.0), Clip((Note(1.0, 1.0, 60),), 4.0)])
    assert found.notes == (Note(0.0, 1.0, 60), Note(1.0, 3.0, 60))


def test_triplets_are_recognised():
    triplets = Clip(tuple(Note(i / 3, 0.3, 60) for i in range(30)))
    off, share = grid_shares([triplets], 4)
    assert off == pytest.approx(2 / 3)
    assert share == pytest.approx(2 / 3)
    assert grid_shares([triplets], 12)[0] == 0
    assert grid_shares([line(1, 60, step=0.25)], 4) == (0, 0)
