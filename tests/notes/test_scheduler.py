from hypothesis import given
from hypothesis import strategies as st

from bridge.notes.scheduler import Scheduler
from models.music.clip import Clip, Note


def clip(*notes: tuple[float, float, int], length: float = 4.0) -> Clip:
    return Clip(tuple(Note(start, duration, pitch) for start, duration, pitch in notes), length)


def taken(scheduler: Scheduler, beat: float = 1000) -> list[tuple[float, str, int]]:
    return [
        (e.beat, "on" if e.strikes else "off", e.message.note) for e in scheduler.take_due(beat)
    ]


def test_a_clip_comes_back_edge_by_edge():
    scheduler = Scheduler()
    scheduler.play(clip((0, 1, 60), (1, 1, 62)), 8, 3, "a")
    assert scheduler.next_beat() == 8
    assert taken(scheduler, 8) == [(8, "on", 60)]
    assert taken(scheduler) == [(9, "off", 60), (9, "on", 62), (10, "off", 62)]
    assert scheduler.next_beat() is None


def test_a_clip_cuts_its_notes_at_its_end():
    scheduler = Scheduler()
    scheduler.play(clip((3, 5, 60)), 0, 0, "a")
    assert taken(scheduler) == [(3, "on", 60), (4, "off", 60)]


def test_when_a_clip_starts_over_releases_go_before_strikes():
    scheduler = Scheduler()
    scheduler.play(clip((0, 4, 60)), 4, 0, "a")
    scheduler.play(clip((0, 4, 60)), 0, 0, "a")
    at_four = [edge for edge in taken(scheduler) if edge[0] == 4]
    assert at_four == [(4, "off", 60), (4, "on", 60)]


def test_playing_from_the_middle_leaves_out_what_has_begun():
    scheduler = Scheduler()
    scheduler.play(clip((0, 4, 60), (2, 1, 62)), 0, 0, "a", place=2)
    assert taken(scheduler) == [(2, "on", 62), (3, "off", 62)]


def test_a_start_a_rounding_before_the_bar_line_is_on_it():
    scheduler = Scheduler()
    scheduler.play(clip((-0.0004, 1, 60), (1.9996, 1, 62)), 8, 0, "a")
    assert taken(scheduler)[0] == (8, "on", 60)
    scheduler.play(clip((1.9996, 1, 62)), 8, 0, "a", place=2)
    assert taken(scheduler)[0] == (10, "on", 62)


def test_a_note_without_length_is_heard():
    scheduler = Scheduler()
    scheduler.play(clip((1, 0, 60)), 0, 0, "a")
    (on, off) = taken(scheduler)
    assert on == (1, "on", 60)
    assert off[0] > 1


def test_a_cut_releases_what_sounds_and_drops_what_does_not_yet():
    scheduler = Scheduler()
    scheduler.play(clip((0, 3, 60), (2, 1, 62)), 0, 0, "a")
    scheduler.play(clip((0, 3, 48)), 0, 1, "b")
    taken(scheduler, 1)
    scheduler.cut(1.5, "a")
    assert taken(scheduler) == [(1.5, "off", 60), (3, "off", 48)]


def test_a_cut_without_a_name_ends_everything():
    scheduler = Scheduler()
    scheduler.play(clip((0, 3, 60)), 0, 0, "a")
    scheduler.play(clip((0, 3, 48), (1, 1, 50)), 0, 1, "b")
    taken(scheduler, 0)
    scheduler.cut(0.5)
    assert taken(scheduler) == [(0.5, "off", 60), (0.5, "off", 48)]


notes = st.lists(st.tuples(st.floats(0, 4), st.floats(0, 6), st.integers(60, 62)), max_size=12)


@given(notes, st.floats(0, 4), st.booleans())
def test_every_strike_has_one_release_after_it_whatever_is_cut(given_notes, beat, cuts):
    scheduler, struck, released = Scheduler(), set(), set()
    scheduler.play(clip(*given_notes), 0, 0, "a")
    edges = scheduler.take_due(beat)
    if cuts:
        scheduler.cut(beat, "a")
    for edge in edges + scheduler.take_due(1000):
        if edge.strikes:
            struck.add(edge.serial)
        else:
            assert edge.serial in struck
            assert edge.serial not in released
            released.add(edge.serial)
    assert struck == released
