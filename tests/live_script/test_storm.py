"""A storm of messages, sensible and not: the script answers, Live goes on, nothing is left open."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from live_rig import live_rig

WRITES = ["write/begin", "write/track", "write/notes", "write/end"]
VERBS = ["welcome", "ping", "read", "selftest", *WRITES, "hello", "fly", "error"]
IDS = st.sampled_from(("a", "b", 7))
NUMBERS = st.one_of(
    st.integers(-3, 200), st.floats(-20, 5000, width=32), st.floats(width=32), st.booleans()
)
VALUES = st.lists(st.one_of(NUMBERS, st.text(max_size=4), IDS), max_size=13)
MESSAGES = st.tuples(
    st.sampled_from(VERBS), st.one_of(st.just(()), IDS.map(lambda i: (i,))), VALUES
)
# Mostly right, so that takes get through, and then one thing wrong.
TAKES = st.tuples(
    st.sampled_from(("a", "b")),
    st.integers(0, 3),
    st.lists(
        st.tuples(
            st.integers(0, 129),
            st.floats(-20, 20, width=32),
            st.floats(-1, 8, width=32),
            st.integers(0, 129),
            st.integers(0, 1),
        ),
        max_size=6,
    ),
)
STORMS = st.lists(st.one_of(MESSAGES, TAKES, st.binary(max_size=60)), max_size=12)


def send(live, thing):
    if isinstance(thing, bytes):
        live.send_raw(thing)
    elif isinstance(thing[1], int):
        id_, tracks, notes = thing
        live.send_take(id_, {f"Voice {i}": notes for i in range(tracks)})
    else:
        verb, head, values = thing
        live.send(verb, *head, *values)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(STORMS)
def test_whatever_comes_the_script_goes_on_and_leaves_nothing_open(storm):
    with live_rig("12.1.0") as live:
        mine = live.world.add_clip(live.world.add_track("Voice 1"), 0, "mine", [(60, 0, 1)])
        live.world.select(mine)
        live.meet()
        for thing in storm:
            send(live, thing)
            live.advance(20)
        live.advance(6000)
        while live.world._surface._continuo_agent._tasks:  # self-tests take seconds each
            live.advance(1000)
        assert not [line for line in live.world.logged if "Traceback" in line]
        assert live.world._timers
        assert live.song._undo_depth == 0
        assert mine._name == "mine"
        assert live.clips(0)["Voice 1"] is mine
        live.meet(session=99)
        assert live.ask("ping", "p")[-1][0] == "pong"
        assert live.write("fine", {"Alto": [(60, 0.0, 1.0, 90, 0)]})[-1][0] == "written"
