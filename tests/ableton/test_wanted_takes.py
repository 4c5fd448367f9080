"""Which takes get into Live's set."""

from bridge.ableton.wanted_takes import WantedTakes
from bridge.reports import Reply, TakeReport
from models.music.clip import Clip, Composition, Note, Track


def test_what_is_kept_while_it_is_still_played_gets_into_the_set_when_it_is_over():
    takes = WantedTakes()
    takes.hear(Reply("take", ("take-0", "kept")), wants_all=False, wants_kept=True)
    assert takes.next() is None
    whole = Composition(Track("melody", Clip((Note(0, 1, 60),), 4)))
    takes.hear(TakeReport(whole, None, "take-0"), wants_all=False, wants_kept=True)
    wanted = takes.next()
    assert wanted is not None
    assert wanted.asker.take_id == "take-0"
