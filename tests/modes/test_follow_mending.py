"""A plan that is mended a little after the beat that it is mended for."""

from bridge.modes.follow_plan import FollowPlan
from models.music.clip import Clip, Note, Track


def piano(*notes: tuple[float, float, int]) -> tuple[Track, ...]:
    clip = Clip(tuple(Note(start, end - start, pitch) for start, end, pitch in notes))
    return (Track("piano", clip, "harmony", 0, 1),)


def mended(*late: tuple[float, float, int]) -> FollowPlan:
    plan = FollowPlan()
    plan.mend(4.0, piano((4, 8, 48), (4, 5, 60), (5, 6, 64), (5, 6, 67)), 8.0)
    plan.mend(5.25, piano(*late), 8.0, since=5.0)
    return plan


def heard(plan: FollowPlan) -> list[tuple[float, float, int]]:
    notes = [n for track in plan.tracks for n in track.clip.notes]
    return sorted((n.start, n.end, n.pitch) for n in notes)


def test_of_a_chord_that_was_wrong_only_the_wrong_tones_end():
    plan = mended((5, 6, 65), (5, 6, 67))
    assert heard(plan) == [(4, 5, 60), (4, 8, 48), (5, 5.25, 64), (5, 6, 67), (5.25, 6, 65)]


def test_the_model_is_told_the_chord_as_it_was_meant():
    (track,) = mended((5, 6, 65), (5, 6, 67)).context(4.0, 6.0, origin=4.0)
    assert sorted((n.start, n.pitch) for n in track.clip.notes) == [
        (0, 48), (0, 60), (1, 65), (1, 67)
    ]  # fmt: skip


def test_what_was_struck_before_that_beat_rings_as_it_was_meant_to():
    assert (4, 8, 48) in heard(mended())
