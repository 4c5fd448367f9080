"""How the script in Live answers: once, under the id, whatever comes, whoever begins anew."""

import math
import random

from bad_requests import BAD
from live_rig import live_rig

TAKE = {"Alto": [(60, 0.0, 1.0, 90, 0), (62, 1.0, 1.0, 80, 0)]}


def errors(live):
    return [values for name, values in live.answers("error")]


def still_works(live):
    """The script does what it should, and its timer goes on."""
    assert live.write("fine", TAKE)[-1][0] == "written"
    assert live.song._undo_depth == 0
    return True


def test_the_script_says_hello_every_two_seconds_with_all_versions(lonely):
    lonely.advance(6100)
    hellos = lonely.answers("hello")
    assert len(hellos) == 4
    assert hellos[0][1][1] == ".".join(map(str, lonely.world.version))
    assert all(len(values) == 3 for _, values in hellos)


def test_a_ping_is_answered_within_the_timers_interval(live):
    name, (id_, held_ms) = live.ask("ping", "p", ms=10)[0]
    assert (name, id_) == ("pong", "p")
    assert held_ms >= 0


def test_a_request_that_comes_again_is_answered_as_the_first_time_and_done_once(live):
    first = live.write("a", TAKE)
    again = live.write("a", TAKE)
    assert first == again == [("written", ("a", 0, 1, 2, 0))]
    assert len(live.clips(0)) == 1
    assert not live.clips(1)


def test_a_request_that_comes_again_while_it_is_done_is_answered_once(live):
    live.world.slow_clips = True
    live.send_take("a", TAKE)
    live.advance(10)
    live.send_take("a", TAKE)
    live.advance(500)
    assert live.answers() == [("written", ("a", 0, 1, 2, 0))]


def test_a_clip_asked_for_again_under_the_same_id_is_the_same(live):
    clip = live.world.add_clip(live.world.add_track("Lead"), 0, "x", [(60, 0, 1)])
    live.world.select(clip)
    first = live.ask("read", "r", "selected")
    clip._by_pitch = {}
    assert live.ask("read", "r", "selected") == first
    assert live.ask("read", "s", "selected") != first


def test_eight_datagrams_at_most_are_read_in_one_callback(live):
    for i in range(30):
        live.send("ping", str(i))
    counts = []
    for _ in range(4):
        live.received.clear()
        live.advance(10)
        counts.append(len(live.answers()))
    assert counts == [8, 8, 8, 6]


def test_a_lost_chunk_is_asked_for_again_and_the_take_can_be_sent_anew(live):
    live.send("write/begin", "a", "take", 1, 4.0, 0, -1)
    live.send("write/track", "a", 1, "Alto", "alto")
    live.send("write/notes", "a", 1, 1, 60, 0.0, 1.0, 90, 0)
    live.send("write/end", "a", 1)
    live.advance(20)
    assert errors(live) == [("a", "write/end: a chunk of track 1 is missing: send it again")]
    assert live.write("a", TAKE) == [("written", ("a", 0, 1, 2, 0))]


def test_a_wrong_count_a_missing_track_and_a_missing_beginning_are_told(live):
    live.send("write/begin", "a", "take", 1, 4.0, 0, -1)
    live.send("write/track", "a", 1, "Alto", "alto")
    live.send("write/end", "a", 7)
    live.send("write/begin", "b", "take", 2, 4.0, 0, -1)
    live.send("write/track", "b", 1, "Alto", "alto")
    live.send("write/end", "b", 0)
    live.send("write/notes", "c", 1, 0, 60, 0.0, 1.0, 90, 0)
    live.send("write/end", "c", 1)
    live.advance(30)
    assert errors(live) == [
        ("a", "write/end: 0 notes came; 7 were sent: send it again"),
        ("b", "write/end: track 2 is missing: send it again"),
        ("c", "write/notes: the beginning is missing: send it again"),
    ]
    assert not live.tracks()


def test_a_take_of_which_the_rest_never_comes_is_given_up_and_told(live):
    live.send("write/begin", "a", "take", 1, 4.0, 0, -1)
    live.advance(4000)
    assert errors(live) == []
    live.advance(1500)
    assert errors(live) == [("a", "the rest of the take did not come: send it again")]


def test_two_takes_may_come_interleaved(live):
    for id_ in "ab":
        live.send("write/begin", id_, "take " + id_, 1, 4.0, 0, -1)
    for id_ in "ab":
        live.send("write/track", id_, 1, "Alto", "alto")
    for id_ in "ba":
        live.send("write/end", id_, 0)
    live.advance(50)
    assert [values[0] for _, values in live.answers("written")] == ["b", "a"]
    assert live.clips(0)["Alto"]._name == "take b"


def test_whatever_is_wrong_with_a_message_is_answered_once_by_an_error(live):
    for name, values in BAD:
        part = name.partition("write/")[2]
        if part and part != "begin":
            live.send("write/begin", "x", "take", 1, 4.0, 0, -1)
        live.received.clear()
        live.send(name, *values)
        live.advance(20)
        ((id_, sentence),) = errors(live)
        assert id_ == ("x" if values[:1] == ("x",) else "" if not values else values[0])
        assert len(sentence) > 10, sentence
    assert not live.tracks()
    assert still_works(live)


def test_nan_and_infinity_are_answered_by_an_error(live):
    import struct

    for number in (math.nan, math.inf, -math.inf):
        live.send("write/begin", "x", "take", 1, 4.0, 0, -1)
        packet = live.encode("write/notes", "x", 1, 0, 60, 0.0, 1.0, 90, 0)
        place = packet.rindex(struct.pack(">f", 1.0))
        live.received.clear()
        live.send_raw(packet[:place] + struct.pack(">f", number) + packet[place + 4 :])
        live.advance(20)
        ((id_, sentence),) = errors(live)
        assert id_ == "x"
        assert "must be a number" in sentence


def test_more_notes_than_a_clip_holds_are_refused(live):
    notes = [(60, i / 4, 0.25, 90, 0) for i in range(4200)]
    assert live.write("a", {"Alto": notes}, length=1050.0, ms=300) == [
        ("error", ("a", "write/end: a clip has at most 4096 notes, got 4200"))
    ]


def test_random_bytes_are_answered_by_errors_and_nothing_worse(live):
    chance = random.Random(5)
    for _ in range(200):
        size = chance.choice((0, 1, 7, 40, 400))
        packet = bytes(chance.randrange(256) for _ in range(size))
        live.send_raw(chance.choice((b"", b"/", b"#bundle\0")) + packet)
    live.advance(400)
    assert len(errors(live)) == 200
    assert not [line for line in live.world.logged if "Traceback" in line]
    assert still_works(live)


def test_a_datagram_that_is_too_large_is_refused(live):
    live.send_raw(live.encode("ping", "x" * 60000))
    live.advance(20)
    assert "at most" in errors(live)[0][1] or "are the most" in errors(live)[0][1]


def test_numbers_of_another_type_are_taken_as_they_are_meant(live):
    live.send("write/begin", 7, "take", 1.0, 4, 0.0, -1.0)
    live.send("write/track", 7, 1.0, "Alto", "alto")
    live.send("write/notes", 7, 1.0, 0.0, 60.0, 0, 1, 90.0, 0.0)
    live.send("write/end", 7, 1.0)
    live.advance(50)
    assert live.answers() == [("written", ("7", 0, 1, 1, 0))]


def test_an_error_is_never_answered_by_an_error(live):
    for address in ("/continuo/error", "/continuo/live/error", "/x/error"):
        live.send_raw(live.encode_at(address, "a", "b"))
    live.advance(30)
    assert live.answers() == []


def test_a_take_in_one_bundle_is_taken_as_well(live):
    packets = [
        live.encode("write/begin", "a", "take", 1, 4.0, 0, -1),
        live.encode("write/track", "a", 1, "Alto", "alto"),
        live.encode("write/end", "a", 0),
    ]
    bundle = b"#bundle\0" + bytes(8)
    for packet in packets:
        bundle += len(packet).to_bytes(4, "big") + packet
    live.send_raw(bundle)
    live.advance(50)
    assert live.answers() == [("written", ("a", 0, 1, 0, 0))]


def test_when_continuo_begins_anew_its_ids_do_too(live):
    live.write("1", TAKE)
    live.restart_bridge()
    live.advance(2500)
    assert live.answers("hello")
    live.meet(session=2)
    assert live.write("1", TAKE) == [("written", ("1", 1, 1, 2, 0))]
    assert live.world.messages.count("Continuo: connected to Continuo 0.1.0") == 2


def test_when_live_begins_anew_it_says_hello_from_another_port():
    with live_rig("12.1.0") as live:
        live.meet()
        before = live.script_port
        live.world.unload()
        live.advance(3000)
        live.received.clear()
        live.world.load(live.script)
        live.meet()
        assert live.script_port != before
        assert live.answers("hello")
        assert still_works(live)


def test_without_continuo_live_is_told_once_and_goes_on(live):
    live.advance(10000)
    waiting = "Continuo: waiting for Continuo (start it with: continuo play --live)"
    assert live.world.messages.count(waiting) == 1
    live.received.clear()
    live.song.tempo = 100.0
    live.advance(100)
    assert not live.answers("song")


def test_continuo_is_still_there_after_a_menu_was_open(live):
    for _ in range(3):
        live.send("ping", "p")
    live.world.stall(20000)
    live.advance(1000)
    assert len(live.answers("pong")) == 3
    assert not any("waiting" in message for message in live.world.messages)


def test_what_was_asked_while_a_menu_was_open_is_not_done_long_after(live):
    live.world.select(live.world.add_clip(live.world.add_track("Lead"), 0, "x", [(60, 0, 1)]))
    live.send_take("a", TAKE, fire=1)
    live.send("read", "r", "selected")
    live.world.stall(8000)
    live.advance(50)
    old = "a menu or a dialog was open in Live: send it again"
    assert errors(live) == [("a", "write/end: " + old), ("r", "read: " + old)]
    assert not live.song._playing
    assert live.write("a", TAKE) == [("written", ("a", 0, 1, 2, 0))]
    assert live.ask("read", "r", "selected")[0][0] == "clip/begin"


def test_a_timer_that_an_exception_stopped_is_replaced_at_the_next_tick(live):
    live.world._timers[0].stop()
    live.advance(100)
    assert live.ask("ping", "p", ms=20)[0][0] == "pong"


def test_without_lives_timer_the_tick_does_the_work():
    class NoTimer:
        def __init__(self, *_):
            raise RuntimeError("no timer here")

    with live_rig("12.1.0") as live:
        live.meet()
        live.world.unload()
        import Live

        Live.Base.Timer = NoTimer
        live.world.load(live.script)
        live.advance(400)
        live.send("ping", "p")
        live.advance(120)
        assert live.answers("pong")


def test_an_exception_of_our_own_is_logged_and_the_timer_goes_on(live):
    def fail(_):
        raise ZeroDivisionError("a mistake")

    agent = live.world._surface._continuo_agent
    keep, agent._position.look = agent._position.look, fail
    live.advance(100)
    assert live.ask("ping", "p")[0][0] == "pong"  # where one part fails, the others go on
    live.advance(2000)
    agent._position.look = keep
    tracebacks = [line for line in live.world.logged if "ZeroDivisionError" in line]
    assert 10 < len(tracebacks) < 60  # the log is not filled with them
    assert still_works(live)


def test_a_status_bar_and_a_log_that_fail_cost_no_answer(live):
    def fail(_):
        raise RuntimeError("no status bar")

    c_instance = live.world._surface._c_instance
    c_instance.show_message = c_instance.log_message = fail
    assert live.write("a", TAKE)[0][0] == "written"
    assert live.ask("read", "r", "selected")[0][0] == "error"
    live.world._surface._continuo_agent._socket.close()
    live.advance(6000)
    live.meet(session=2)
    assert live.world._timers
    assert still_works(live)


def test_leaving_live_in_the_middle_of_a_take_closes_the_undo_step(live):
    live.world.slow_clips = True
    live.send_take("a", TAKE)
    live.advance(10)
    assert live.song._undo_depth == 1
    live.world.unload()
    assert live.song._undo_depth == 0
    live.advance(300)  # what was scheduled finds nothing to do


def test_the_newer_base_of_control_surfaces_serves_where_the_older_is_gone():
    with live_rig("12.4.6", has_framework=False) as live:
        live.meet()
        assert still_works(live)


def test_only_programs_on_this_machine_can_reach_the_script(live):
    agent = live.world._surface._continuo_agent
    assert agent._socket._socket.getsockname()[0] == "127.0.0.1"
