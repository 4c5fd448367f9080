"""What sounds when another chord begins to lead: it resolves, and nothing is silent or cut late."""

from bridge.modes.follow_plan import FollowPlan
from bridge.takes.chord_lead import LedChord
from models.music.clip import Clip, Note, Track

A_MINOR = LedChord(frozenset((9, 0, 4)), 9)
C_BASS = Note(0.0, 4.0, 36)
E, G = Note(0.0, 4.0, 52), Note(0.0, 4.0, 55)


def tracks(bass, pad) -> tuple[Track, ...]:
    return (
        Track("bass", Clip(tuple(bass), 8.0), "bass", 32, 1),
        Track("pad", Clip(tuple(pad), 8.0), "pad", 48, 2),
    )


def mended(bass, pad, led=A_MINOR):
    plan = FollowPlan(tracks([C_BASS], [E, G]))
    plan.end = 4.0
    change = plan.mend(2.25, tracks(bass, pad), 8.0, led)
    return change, sorted((channel, n.start, n.end, n.pitch) for channel, n in change.notes)


def test_a_part_that_holds_its_notes_goes_to_the_nearest_tones_at_once():
    change, struck = mended([Note(4.0, 4.0, 33)], [Note(4.0, 4.0, 57)])
    assert struck[:2] == [(1, 2.25, 4.0, 33), (1, 4.0, 8.0, 33)]
    assert struck[2:] == [(2, 2.25, 4.0, 57), (2, 4.0, 8.0, 57)]
    assert change.begun == {(1, 36): 2.25, (2, 55): 2.25, (2, 52): 4.0}


def test_a_part_that_is_struck_anyway_is_left_alone():
    _, struck = mended([Note(2.0, 2.0, 45)], [Note(2.5, 1.0, 60), Note(3.5, 0.5, 64)])
    assert struck == [
        (1, 2.25, 4.0, 45),
        (2, 2.25, 4.0, 57),
        (2, 2.5, 3.5, 60),
        (2, 3.5, 4.0, 64),
    ]


def test_where_no_other_chord_leads_what_sounds_rings_as_it_was_meant_to():
    change, struck = mended([Note(4.0, 4.0, 33)], [Note(4.0, 4.0, 57)], led=None)
    assert [start for _, start, _, _ in struck] == [4.0, 4.0]
    assert change.begun == {(1, 36): 4.0, (2, 52): 4.0, (2, 55): 4.0}
