from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from manifests import GOOD

from models.artifact.manifest import ArtifactError
from models.music.clip import Clip, Composition, Note, Track
from models.music.tempo import Meter, MeterMap, TempoMap
from models.techniques.accompany import RangeError, accompany
from models.techniques.windows import windows


class Spy:
    """Answers with a note at the begin of each call, and keeps what it was asked."""

    def __init__(self, manifest=GOOD, answer=None):
        self.manifest = manifest
        self.calls = []
        self.answer = answer

    def generate(self, rows, begin, end, controls, seed):
        self.calls.append((rows, begin, end, controls, seed))
        answer = self.answer or [(1, begin, 1, 60, 70)]
        return np.array(answer, dtype=np.float32).reshape(-1, 5)

    @property
    def asked(self):
        return [(begin, end) for _, begin, end, _, _ in self.calls]


def line(*starts, duration=1.0):
    return Clip(tuple(Note(s, duration, 60 + i) for i, s in enumerate(starts)))


def piece(clip, *meters):
    meter = MeterMap(tuple((b, Meter.parse(m)) for b, m in meters)) if meters else MeterMap()
    return Composition(Track("tune", clip, channel=3), (), TempoMap.constant(90), meter, 96)


def starts(made):
    return [n.start for n in made.accompaniment[0].clip.notes]


def test_the_melody_tempo_meter_and_resolution_stay_as_they_were():
    given_piece = piece(line(0.013, 1.7, 5), (0.0, "3/4"))
    made = accompany(Spy(), given_piece, seed=7)
    assert made.melody == given_piece.melody
    assert (made.tempo, made.meter, made.ticks_per_beat) == (
        given_piece.tempo,
        given_piece.meter,
        96,
    )
    assert [t.name for t in made.tracks] == ["tune", "alto", "bass"]
    assert made.provenance["seed"] == 7


def test_the_accompaniment_goes_from_the_first_note_s_bar_to_the_last_release_s():
    spy = Spy()
    made = accompany(spy, piece(line(9, 10, 14.5)), seed=0)
    assert spy.asked == [(8, 16)]
    assert {t.clip.length for t in made.accompaniment} == {16.0}


def test_a_last_note_without_length_on_a_bar_line_still_has_its_bar():
    spy = Spy()
    accompany(spy, piece(line(0, 4, duration=0)), seed=0)
    assert spy.asked == [(0, 8)]


def test_a_melody_of_no_notes_is_answered_with_silence():
    made = accompany(Spy(), piece(Clip()), seed=0)
    assert [t.clip.notes for t in made.accompaniment] == [(), ()]


def test_tempo_and_bar_are_passed_as_controls_and_the_others_as_set():
    spy = Spy()
    accompany(spy, piece(line(0), (0.0, "3/4")), seed=0, controls={"depth": 0.25})
    assert spy.calls[0][3] == {"depth": 0.25, "beats_per_bar": 3.0, "bpm": 90.0, "beat": 1.0}


def test_each_meter_is_asked_for_with_its_own_bar_lines():
    spy = Spy()
    made = accompany(spy, piece(line(0, 4, 8, 11), (0.0, "4/4"), (8.0, "3/4")), seed=0)
    assert spy.asked == [(0, 8), (0, 6)]
    assert [c["beats_per_bar"] for _, _, _, c, _ in spy.calls] == [4, 3]
    assert starts(made) == [0, 8]
    later = spy.calls[1][0]
    # the melody before is context at negative beats, and so is what was answered already
    assert later[later[:, 0] == 0][:, 1].tolist() == [-8, -4, 0, 3]
    assert later[later[:, 0] == 1][:, 1].tolist() == [-8]


def test_a_pick_up_written_as_a_short_bar_ends_on_the_bar_line_of_the_next():
    spy = Spy()
    made = accompany(spy, piece(line(0, 1, 2, 3, 4), (0.0, "1/4"), (1.0, "4/4")), seed=0)
    assert spy.asked == [(3, 8)]
    assert starts(made) == [0]
    assert spy.calls[0][0][:, 1].tolist() == [3, 4, 5, 6, 7]


def test_a_meter_said_again_changes_nothing():
    spy = Spy()
    accompany(spy, piece(line(0, 7), (0.0, "4/4"), (4.0, "4/4")), seed=0)
    assert spy.asked == [(0, 8)]


def test_a_piece_longer_than_the_generator_reaches_is_asked_for_in_whole_bars():
    spy = Spy(replace(GOOD, max_beats=10))
    accompany(spy, piece(line(0, 19)), seed=0)
    assert spy.asked == [(0, 8), (8, 16), (16, 20)]


def test_notes_are_cut_at_the_end_and_none_begins_before_the_window():
    spy = Spy(answer=[(1, -0.0004, 9, 60, 70), (2, 4.0004, 1, 40, 70)])
    made = accompany(spy, piece(line(0, 3)), seed=0)
    assert made.accompaniment[0].clip.notes == (Note(0, 4, 60, 70),)
    assert made.accompaniment[1].clip.notes == ()


def test_a_hole_is_filled_and_what_played_around_it_stays_as_context():
    before = piece(line(0, 4, 8)).with_accompaniment(
        (Track("alto", line(0, 3.5, 8, duration=1)), Track("guitar", line(0)))
    )
    spy = Spy()
    made = accompany(spy, before, seed=0, begin=4, end=8)
    assert set(spy.asked) == {(4, 8)}  # of several answers the one that leads on best is taken
    context = spy.calls[0][0]
    assert context[context[:, 0] == 1][:, 1:3].tolist() == [[0, 1], [3.5, 0.5], [8, 1]]
    assert starts(made) == [0, 3.5, 4, 8]
    assert [t.name for t in made.accompaniment] == ["alto", "bass"]


def test_the_whole_piece_is_accompanied_anew_whatever_played_before():
    before = piece(line(0)).with_accompaniment((Track("alto", line(0, 9)),))
    assert starts(accompany(Spy(), before, seed=0)) == [0]


def test_no_accompaniment_shares_the_melody_s_channel():
    made = accompany(Spy(), replace(piece(line(0)), melody=Track("", line(0), channel=1)), seed=0)
    channels = [t.channel for t in made.tracks]
    assert len(set(channels)) == 3
    assert 9 not in channels
    assert made.melody.name == "melody"


@pytest.mark.parametrize(("begin", "end"), [(4, 4), (8, 4), (-1, 4), (40, None)])
def test_an_empty_stretch_is_refused(begin, end):
    with pytest.raises(RangeError):
        accompany(Spy(), piece(line(0)), seed=0, begin=begin, end=end)


def test_a_generator_of_another_technique_is_refused():
    with pytest.raises(ArtifactError, match="cannot accompany: it can edit"):
        accompany(Spy(replace(GOOD, technique="edit")), piece(line(0)), seed=0)


METERS = st.sampled_from(["4/4", "3/4", "6/8", "7/8", "2/4", "1/4", "5/4"]).map(Meter.parse)


@given(
    st.lists(st.tuples(st.integers(1, 4), METERS), min_size=1, max_size=5),
    st.floats(0, 20),
    st.floats(0.5, 60),
    st.integers(1, 64),
)
def test_windows_cover_the_stretch_once_and_their_origins_are_bar_lines(
    parts, begin, more, longest
):
    beat, changes = 0.0, []
    for bars, meter in parts:
        changes.append((beat, meter))
        beat += bars * meter.beats_per_bar
    meter_map = MeterMap(tuple(changes))
    end = begin + more
    found = list(windows(meter_map, begin, end, longest))
    edges = [begin, *(w.end for w in found)]
    assert [w.begin for w in found] == pytest.approx(edges[:-1])
    assert edges[-1] == pytest.approx(end)
    for w in found[1:]:
        bars = (w.begin - w.origin) / w.meter.beats_per_bar
        assert bars == pytest.approx(round(bars))
