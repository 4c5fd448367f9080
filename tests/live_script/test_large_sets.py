"""No callback of the script holds Live for long: its work is cut into steps, each of them small.

What a step costs is told in uses of Live's API, which do not depend on the machine; the time is
measured by `python tests/rigs/live_bench.py`.
"""

from live_rig import live_rig
from live_sets import fill, melody_clip

# On a slow machine one use of the API may take 10 us; 5 ms are the most that Live may be held.
MOST_USES = 150
VOICES = ("Soprano", "Alto", "Tenor", "Bass")


def uses(live, act):
    """What the API was used for, at most, in one callback that does one step and no more."""
    counts = []
    live.callback_ms = 4.0  # every look at the clock says that the time is up
    live.world.on_callback = counts.append
    act()
    live.world.on_callback = None
    return counts


def test_finding_a_place_in_a_set_of_200_tracks_and_500_scenes_is_cut_into_small_steps():
    with live_rig("12.4.6", scenes=500) as live:
        live.meet()
        fill(live.world, tracks=200, voices=VOICES)
        voices = {name: [(60, 0.0, 1.0, 90, 0)] for name in VOICES}
        counts = uses(live, lambda: live.write("a", voices, ms=3000))
        assert live.answers() == [("written", ("a", 500, 4, 4, 0))]
        assert max(counts) <= MOST_USES
        assert sum(counts) > 2000  # of which all were needed


def test_a_long_clip_is_written_and_read_in_small_steps():
    with live_rig("12.4.6") as live:
        live.meet()
        notes = [(60 + i % 12, i / 16, 1 / 16, 90, 0) for i in range(4000)]
        counts = uses(live, lambda: live.write("a", {"Alto": notes}, length=250.0, ms=4000))
        assert live.answers() == [("written", ("a", 0, 1, 4000, 0))]
        assert max(counts) <= MOST_USES
        live.world.select(live.clips(0)["Alto"])
        counts = uses(live, lambda: live.ask("read", "r", "selected", ms=4000))
        assert live.answers()[-1] == ("clip/end", ("r", 4000))
        assert max(counts) <= MOST_USES


def test_looking_for_the_clip_that_plays_is_cut_into_small_steps():
    with live_rig("12.4.6", scenes=500) as live:
        live.meet()
        fill(live.world, tracks=200, scenes=1)
        clip = melody_clip(live.world.add_track("Lead"), live.world, scene=499)
        clip._parent.fire()
        live.advance(200)
        counts = uses(live, lambda: live.ask("read", "r", "playing", ms=1000))
        assert live.answers()[0] == ("clip/begin", ("r", "melody", "Lead", 499, 4.0))
        assert max(counts) <= MOST_USES


def test_a_callback_with_nothing_to_do_asks_live_for_the_song_alone():
    with live_rig("12.4.6") as live:
        live.meet()
        counts = uses(live, lambda: live.advance(200))
        assert max(counts) <= 6


def test_a_callback_stops_when_its_time_is_up_and_goes_on_in_the_next():
    with live_rig("12.4.6") as live:
        live.meet()
        voices = {name: [(60, 0.0, 1.0, 90, 0)] for name in VOICES}
        live.callback_ms = 1.0
        live.send_take("a", voices)
        live.advance(40)
        assert not live.answers()
        live.advance(400)
        assert live.answers() == [("written", ("a", 0, 4, 4, 0))]
