"""Which takes get into Live's set."""

from bridge.ableton.wanted_takes import WantedTakes, clip_name
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


def test_a_clip_is_named_by_its_take_and_its_first_chords():
    melody = Track("melody", Clip((Note(0, 1, 60),), 4))
    about = {"model": "bach", "seed": 7}
    alone = Composition(melody, provenance=about)
    assert clip_name(alone, "take-3") == "bach 7 take-3"
    chords = [[float(i), name] for i, name in enumerate(("G", "D7/F#", "Em"))]
    led = Composition(melody, provenance={**about, "chords": chords})
    assert clip_name(led, "take-3") == "bach 7 take-3: G D7/F# Em"
    long = Composition(melody, provenance={**about, "chords": chords * 4})
    assert clip_name(long, "take-3") == "bach 7 take-3: G D7/F# Em G D7/F# Em G D7/F# ..."
