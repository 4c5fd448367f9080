from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.artifact.generator import (
    ControlError,
    check_rows,
    clip_from_rows,
    resolve_controls,
    rows_from_clips,
)
from models.artifact.manifest import ArtifactError, ControlSpec, Manifest, SectionSpec, TrackSpec
from models.music.clip import Clip, Note

MANIFEST = Manifest(
    "toy",
    "A toy",
    "accompany",
    tracks=(TrackSpec("alto", "harmony"), TrackSpec("bass", "bass", 0, 2)),
    controls=(ControlSpec("depth", "Depth", 0, 1, 0.5), ControlSpec("swing", "Swing", -1, 1, 0)),
)
NOTES = st.builds(
    Note,
    st.integers(-64, 4096).map(lambda n: n / 16),
    st.integers(0, 256).map(lambda n: n / 16),
    st.integers(0, 127),
    st.integers(1, 127),
)


def rows(*row):
    return np.array([row], dtype=np.float32)


@given(st.lists(NOTES), st.lists(NOTES))
def test_notes_come_back_from_rows_as_they_were(melody, bass):
    made = rows_from_clips([(0, Clip(tuple(melody))), (2, Clip(tuple(bass)))])
    assert made.dtype == np.float32
    assert made.shape == (len(melody) + len(bass), 5)
    assert clip_from_rows(made, 0, 4.0) == Clip(tuple(melody), 4.0)
    assert clip_from_rows(made, 2, 4.0) == Clip(tuple(bass), 4.0)


def test_silence_is_no_rows_of_five_columns():
    assert rows_from_clips([(0, Clip())]).shape == (0, 5)
    assert len(check_rows(np.zeros((0, 5), np.float32), MANIFEST, 0, 4)) == 0


def test_a_good_answer_is_given_back():
    good = rows(2, 3.999, 8, 127, 1)
    assert check_rows(good, MANIFEST, 0, 4) is good


def test_a_start_may_miss_the_bar_line_by_the_rounding_of_float32():
    check_rows(rows(1, 1 / 3, 1, 60, 80), MANIFEST, 1 / 3, 4)
    check_rows(rows(1, 100.1, 1, 60, 80), MANIFEST, 100.1, 104)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ((1, float("nan"), 1, 60, 80), "no number"),
        ((1, 0, float("inf"), 60, 80), "no number"),
        ((1, 0, 1, 200, 80), r"pitch 0..127, got 200"),
        ((1, 0, 1, -1, 80), r"pitch 0..127, got -1"),
        ((1, 0, 1, 60.5, 80), r"pitch 0..127, got 60.5"),
        ((1.5, 0, 1, 60, 80), r"track 1..2, got 1.5"),
        ((0, 0, 1, 60, 80), r"track 1..2, got 0"),
        ((3, 0, 1, 60, 80), r"track 1..2, got 3"),
        ((1, -1, 1, 60, 80), "start from 0 up to 4 beats, got -1"),
        ((1, 4.5, 1, 60, 80), "start from 0 up to 4 beats, got 4.5"),
        ((1, 0, -1, 60, 80), "duration of at least 0 beats, got -1"),
        ((1, 0, 1, 60, 0), r"velocity 1..127, got 0"),
        ((1, 0, 1, 60, 128), r"velocity 1..127, got 128"),
    ],
)
def test_a_note_that_cannot_be_played_is_refused_with_its_value(row, said):
    with pytest.raises(ArtifactError, match=said):
        check_rows(rows(*row), MANIFEST, 0, 4)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (None, "float32, got None"),
        (np.zeros((1, 5)), "float32, got float64"),
        (np.zeros((1, 4), np.float32), "rows of 5 numbers"),
        (np.zeros(5, np.float32), "rows of 5 numbers"),
    ],
)
def test_an_answer_that_is_no_rows_is_refused(answer, said):
    with pytest.raises(ArtifactError, match=said):
        check_rows(answer, MANIFEST, 0, 4)


def test_controls_not_given_are_at_their_default_and_the_music_is_passed_along():
    assert resolve_controls(MANIFEST, {"depth": 1}, 3, 90) == {
        "depth": 1.0,
        "swing": 0.0,
        "beats_per_bar": 3.0,
        "bpm": 90.0,
        "beat": 1.0,
    }


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"depht": 1}, "no control 'depht' in toy; did you mean depth?"),
        ({"zzz": 1}, "there is depth, swing"),
        ({"depth": 1.5}, r"depth must be in 0..1, got 1.5"),
        ({"depth": float("nan")}, r"depth must be in 0..1, got nan"),
        ({"bpm": 90}, "bpm comes from the melody"),
    ],
)
def test_a_wrong_control_is_said_with_what_there_is(given, said):
    with pytest.raises(ControlError, match=said):
        resolve_controls(MANIFEST, given, 4, 120)


BAND = replace(MANIFEST, sections=(SectionSpec("a", "A"), SectionSpec("fill", "Fill")))


def test_a_section_is_handed_to_who_has_sections_and_to_nobody_else():
    assert resolve_controls(BAND, {"section": 2}, 4, 120)["section"] == 2.0
    assert "section" not in resolve_controls(MANIFEST, {"section": 2}, 4, 120)


@pytest.mark.parametrize("value", [-1, 1.5, 3])
def test_a_section_that_is_not_there_is_refused_with_those_that_are(value):
    with pytest.raises(ControlError, match=r"section must be 0 \(none\) or one of 1 a, 2 fill"):
        resolve_controls(BAND, {"section": value}, 4, 120)
