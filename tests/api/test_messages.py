import math
from dataclasses import replace
from itertools import pairwise

import mido
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.api.addresses import STATES
from bridge.api.clip_messages import playable
from bridge.api.messages import ADDRESSES, conform, is_told, messages
from bridge.osc.wire import encode
from bridge.reports import (
    BeatReport,
    EditReport,
    NoticeReport,
    PlanReport,
    SavedReport,
    SoundReport,
    StateReport,
    StatusReport,
    TakeReport,
)
from models.music.changes import Changes
from models.music.clip import Clip, Composition, Note, Track
from models.music.tempo import TempoMap

BEATS = st.integers(0, 256).map(lambda n: n / 4)
NOTES = st.builds(Note, BEATS, st.floats(0, 16), st.integers(0, 127), st.integers(1, 127))
TRACKS = st.builds(
    Track,
    st.sampled_from(["bass", "alto"]),
    st.lists(NOTES, max_size=300).map(lambda notes: Clip(tuple(notes), 256.0)),
    program=st.integers(0, 127),
    channel=st.integers(0, 15),
)


def take(*tracks, **provenance):
    given = {"id": "tune", "model": "bach", "seed": 7, **provenance}
    melody = Track("melody", Clip((), 16.0))
    return Composition(melody, tracks, TempoMap.constant(96), provenance=given)


def told(report, errors=0):
    return list(messages(report, errors))


def assert_fits(named):
    """Every value is of the type and in the range that the table says."""
    name, values = named
    address = ADDRESSES[name]
    group = address.group * (len(values) // 4 if address.group else 0)
    for parameter, value in zip((*address.parameters, *group), values, strict=False):
        assert type(value) is {"i": int, "f": float, "s": str}[parameter.kind]
        assert not parameter.choices or value in parameter.choices
        assert parameter.low is None or value >= parameter.low
        assert parameter.high is None or value <= parameter.high


REPORTS = st.one_of(
    st.builds(StateReport, st.sampled_from(STATES)),
    st.builds(BeatReport, st.integers(1, 999), st.integers(1, 12), st.floats(20, 400), BEATS),
    st.builds(SavedReport, st.text(), st.text()),
    st.builds(NoticeReport, st.sampled_from(["info", "warning", "error"]), st.text(), st.text()),
    st.builds(PlanReport, st.integers(1, 99), BEATS, st.tuples(TRACKS, TRACKS), st.booleans()),
    st.builds(lambda *tracks: TakeReport(take(*tracks), None, "tune"), TRACKS, TRACKS),
    st.builds(
        lambda removed, added: EditReport("tune", Changes(tuple(removed), tuple(added))),
        st.lists(NOTES, max_size=300),
        st.lists(NOTES, max_size=300),
    ),
    st.just(SoundReport(0.0, mido.Message("note_on"), 4.0)),
)


@given(REPORTS)
def test_whatever_happens_is_told_by_the_table_in_datagrams_that_any_client_takes(report):
    for name, values in told(report):
        assert_fits((name, values))
        if name.startswith(("clip/", "plan", "edit")):
            assert len(encode(f"/continuo/{name}", values)) <= 3_700


@given(TRACKS)
def test_a_clip_has_one_note_of_a_pitch_at_a_time_in_order(track):
    notes = playable(track)

    assert list(notes) == sorted(notes, key=lambda n: (n.start, n.pitch))
    assert {(n.start, n.pitch) for n in notes} == {(n.start, n.pitch) for n in track.clip.notes}
    for pitch in {n.pitch for n in notes}:
        of_pitch = [n for n in notes if n.pitch == pitch]
        for a, b in pairwise(of_pitch):
            assert a.end <= b.start + 1e-9


def test_a_take_is_told_whole():
    bass = Track("bass", Clip((Note(0, 1, 36), Note(1, 1, 43)), 16.0), "bass", 32, 1)
    empty = Track("alto", Clip((), 16.0), "alto", 52, 2)

    assert told(TakeReport(take(bass, empty), None, "tune")) == [
        ("clip/begin", ("tune", 2, 16.0, 96.0, "bach", 7)),
        ("clip/track", ("tune", 1, "bass", "bass", 32, 2)),
        ("clip/notes", ("tune", 1, 0, 36, 0.0, 1.0, 80, 0, 43, 1.0, 1.0, 80, 0)),
        ("clip/track", ("tune", 2, "alto", "alto", 52, 3)),
        ("clip/end", ("tune", 2)),
    ]


def test_a_take_that_begins_before_its_bar_line_is_counted_from_the_bar_line():
    bass = Track("bass", Clip((Note(4, 1, 36),), 20.0))
    whole = take(bass, lead_in=4.0)

    begin, _, notes, _ = told(TakeReport(whole, None, "tune"))

    assert begin[1][2] == 16.0
    assert notes[1][4] == 0.0


def test_a_long_track_comes_in_numbered_chunks():
    notes = tuple(Note(i / 4, 0.25, 36) for i in range(1000))
    sent = told(TakeReport(take(Track("bass", Clip(notes, 250.0))), None, "tune"))

    chunks = [values for name, values in sent if name == "clip/notes"]
    assert [values[2] for values in chunks] == list(range(len(chunks)))
    assert sum((len(values) - 3) // 5 for values in chunks) == 1000 == sent[-1][1][1]


def test_an_edit_is_told_in_order_of_start_in_as_many_messages_as_it_takes():
    removed = tuple(Note(float(i), 1.0, 60) for i in range(400))
    added = tuple(Note(i + 0.5, 0.5, 62) for i in range(400))
    sent = told(EditReport("tune", Changes(removed, added)))
    assert len(sent) > 1
    assert {(name, values[0]) for name, values in sent} == {("edit", "tune")}
    rows = [values[i : i + 4] for _, values in sent for i in range(1, len(values), 4)]
    assert rows[:2] == [("removed", 60, 0.0, 1.0), ("added", 62, 0.5, 0.5)]
    assert len(rows) == 800


def test_an_edit_that_changed_nothing_is_told_as_well():
    assert told(EditReport("tune", Changes((), ()))) == [("edit", ("tune",))]


def test_a_melody_that_a_model_changed_is_told_as_the_first_track():
    bass = Track("bass", Clip((Note(0, 1, 36),), 16.0))
    edited = Track("edited", Clip((Note(0, 1, 64),), 16.0))
    changed = replace(take(bass, played=[]), melody=edited)
    sent = told(TakeReport(changed, None, "tune"))
    assert sent[0][1][1] == 2
    names = [values[2] for name, values in sent if name == "clip/track"]
    assert names == ["edited", "bass"]


def test_a_plan_is_told_track_by_track():
    tracks = (Track("bass", Clip((Note(0, 4, 36),), 4.0)), Track("alto", Clip((), 4.0)))

    assert told(PlanReport(5, 16.0, tracks, True)) == [
        ("plan", (5, 16.0, 1, 1, 36, 0.0, 4.0, 80, 0)),
        ("plan", (5, 16.0, 2, 1)),
    ]


def test_the_status_counts_faulty_messages():
    status = StatusReport("idle", "bach", 96, 0, 4, "internal", "answer", 0, False, 2)

    ((name, values),) = told(status, errors=3)

    assert_fits((name, values))
    assert values == ("idle", "bach", 96.0, 0.0, 4, "internal", "answer", 0.0, 0, 3, 2)


def test_an_error_and_a_word_have_addresses_of_their_own():
    assert told(NoticeReport("error", "no", "/continuo/x")) == [("error", ("/continuo/x", "no"))]
    assert told(NoticeReport("warning", "oh")) == [("notice", ("warning", "oh"))]


def test_only_late_notes_are_told():
    on, off = mido.Message("note_on"), mido.Message("note_off")

    assert is_told(SoundReport(0, on, 3.5))
    assert not is_told(SoundReport(0, on, 2.9))
    assert not is_told(SoundReport(0, off, 9.0))


@pytest.mark.parametrize(
    ("name", "values"),
    [("nothing", ()), ("pong", ()), ("pong", ("x",)), ("pong", (math.nan,)), ("plan", (1,))],
)
def test_what_the_table_does_not_have_is_not_sent(name, values):
    with pytest.raises(ValueError, match=name):
        conform(name, values)
