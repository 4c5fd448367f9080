"""What goes to the script in Live by OSC and what comes from it: to it alone, whole, at ease."""

import socket
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from time import perf_counter

import pytest
from osc_client import OscClient
from patience import PATIENCE_SECONDS

from bridge.api.ableton_addresses import FROM_SCRIPT, TO_SCRIPT
from bridge.api.ableton_clips import AbletonClips
from bridge.api.messages import messages
from bridge.api.validation import MessageError
from bridge.events import Command
from bridge.osc.server import OscServer
from bridge.reports import AbletonMessage, AbletonScene, Reply
from models.music.clip import Clip, Composition, Note, Track

SOMEBODY = ("127.0.0.1", 50_000)
NOTES = tuple(Note(i / 4, 0.25, 60 + i % 12) for i in range(64))


def take(*tracks, lead_in=0.0):
    melody = Track("melody", Clip((), 16.0 + lead_in))
    return Composition(melody, tracks, provenance={"lead_in": lead_in})


def clips(tracks, sender=SOMEBODY, **given):
    wanted = {"scene": 2, "fire": True, **given}
    return AbletonScene("1-1", take(*tracks), "bach 7 verse", sender=sender, **wanted)


# -- what goes ---------------------------------------------------------------------------------
def test_a_take_goes_as_begin_tracks_notes_and_end_with_names_of_ours():
    tracks = [Track(name, Clip(NOTES, 16.0), role=name) for name in ("alto", "Bass")]
    told = list(messages(clips(tracks)))
    assert told[0] == ("live/write/begin", ("1-1", "bach 7 verse", 2, 16.0, 1, 2))
    heads = [values for name, values in told if name == "live/write/track"]
    assert heads == [("1-1", 1, "Continuo Alto", "alto"), ("1-1", 2, "Continuo Bass", "Bass")]
    assert told[-1] == ("live/write/end", ("1-1", 128))
    known = {address.name for address in TO_SCRIPT}
    assert {name for name, _ in told} <= known


def test_live_takes_no_note_of_one_pitch_over_another_so_none_is_sent():
    overlapping = (Note(0.0, 4.0, 60), Note(1.0, 1.0, 60), Note(1.0, 2.0, 60))
    told = dict(messages(clips([Track("alto", Clip(overlapping, 4.0))])))
    _, _, _, *notes = told["live/write/notes"]
    assert notes == [60, 0.0, 1.0, 80, 0, 60, 1.0, 2.0, 80, 0]


def test_a_pick_up_is_before_the_clips_first_beat():
    report = AbletonScene(
        "1-1",
        take(Track("alto", Clip((Note(3.0, 1.0, 60), Note(4.0, 1.0, 62)), 20.0)), lead_in=4.0),
        "bach",
        -1,
        False,
        SOMEBODY,
    )
    told = dict(messages(report))
    assert told["live/write/begin"][3] == 16.0
    assert told["live/write/notes"][4::5] == (-1.0, 0.0)


def test_a_long_track_is_cut_into_datagrams_that_every_system_takes():
    notes = tuple(Note(i / 16, 1 / 16, 60 + i % 12) for i in range(2000))
    told = list(messages(clips([Track("alto", Clip(notes, 128.0))])))
    chunks = [values[2] for name, values in told if name == "live/write/notes"]
    assert chunks == list(range(len(chunks)))
    assert len(chunks) > 10


# -- what comes --------------------------------------------------------------------------------
BEGIN = ("r-1", "Verse", "Lead", 2, 16.0)


def test_a_clip_is_put_together_without_what_is_muted():
    live = AbletonClips()
    live.begin(SOMEBODY, BEGIN)
    live.add(SOMEBODY, ("r-1", 0, 60, 0.0, 1.0, 80, 0, 62, 1.0, 1.0, 80, 1))
    live.add(SOMEBODY, ("r-1", 1, 64, 2.0, 1.0, 80, 0))
    *about, clip = live.end(SOMEBODY, ("r-1", 3))
    assert about == ["r-1", "Verse", "Lead", 2]
    assert [note.pitch for note in clip.notes] == [60, 64]
    assert clip.length == 16.0


def test_a_clip_of_which_a_chunk_got_lost_is_no_clip():
    live = AbletonClips()
    live.begin(SOMEBODY, BEGIN)
    live.add(SOMEBODY, ("r-1", 1, 64, 2.0, 1.0, 80, 0))
    with pytest.raises(MessageError, match="of 3 notes 1 came"):
        live.end(SOMEBODY, ("r-1", 3))
    with pytest.raises(MessageError, match="no clip was begun"):
        live.end(SOMEBODY, ("r-1", 3))


def test_a_clip_that_is_sent_again_begins_anew():
    live = AbletonClips()
    for _ in range(2):
        live.begin(SOMEBODY, BEGIN)
        live.add(SOMEBODY, ("r-1", 0, 60, 0.0, 1.0, 80, 0))
    assert len(live.end(SOMEBODY, ("r-1", 1))[-1].notes) == 1


def test_two_clips_at_once_do_not_mix_and_of_too_many_the_oldest_goes():
    live = AbletonClips()
    for number in range(9):
        live.begin(SOMEBODY, (f"r-{number}", "", "", 0, 4.0))
    live.add(SOMEBODY, ("r-8", 0, 60, 0.0, 1.0, 80, 0))
    assert live.end(SOMEBODY, ("r-7", 0))[-1].notes == ()
    assert len(live.end(SOMEBODY, ("r-8", 1))[-1].notes) == 1
    with pytest.raises(MessageError):
        live.add(SOMEBODY, ("r-0", 0, 60, 0.0, 1.0, 80, 0))


# -- through the server ------------------------------------------------------------------------
@contextmanager
def serving():
    commands: SimpleQueue[Command] = SimpleQueue()
    with OscClient(1) as script, OscClient(1) as subscriber:
        server = OscServer(commands.put, perf_counter, port=0, events_port=subscriber.port)
        script._to = subscriber._to = ("127.0.0.1", server.port)
        server.start()
        try:
            yield server, commands, script, subscriber
        finally:
            server.close()


@pytest.mark.ports
def test_what_is_for_the_script_reaches_nobody_else():
    with serving() as (server, _, script, subscriber):
        server.tell(AbletonMessage("live/ping", ("1-1",), ("127.0.0.1", script.port)))
        server.tell(clips([Track("alto", Clip(NOTES, 16.0))], ("127.0.0.1", script.port)))
        server.tell(Reply("pong", (7,)))
        assert script.receive() == ("live/ping", ("1-1",))
        assert script.wait_for("live/write/end") == ("1-1", 64)
        heard = subscriber.receive()
        while heard.address != "pong":
            assert not heard.address.startswith("live/")
            heard = subscriber.receive()
        assert "live/ping" not in server.latest


@pytest.mark.ports
def test_the_script_gets_many_short_messages_no_faster_than_it_reads():
    tracks = [Track(f"voice {i}", Clip(NOTES[:1], 4.0)) for i in range(300)]
    with serving() as (server, _, script, _):
        script.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        began_seconds = perf_counter()
        server.tell(clips(tracks, ("127.0.0.1", script.port)))
        assert script.wait_for("live/write/end") == ("1-1", 300)
        took_seconds = perf_counter() - began_seconds
    # 602 datagrams: 128 at once, and then eight in ten milliseconds.
    assert took_seconds > 0.9 * (602 - 128) / 800


@pytest.mark.ports
def test_a_clip_from_the_script_is_one_command():
    with serving() as (_, commands, script, _):
        script.send("live/clip/begin", *BEGIN)
        script.send("live/clip/notes", "r-1", 0, 60, 0.0, 1.0, 80, 0)
        script.send("live/clip/end", "r-1", 1)
        command = commands.get(timeout=PATIENCE_SECONDS)
    assert (command.name, command.values[:4]) == ("live/clip/end", ("r-1", "Verse", "Lead", 2))
    assert command.values[4] == Clip((Note(0.0, 1.0, 60),), 16.0)


@pytest.mark.ports
@pytest.mark.parametrize("address", FROM_SCRIPT, ids=lambda a: a.name)
def test_a_faulty_answer_of_the_script_is_counted_and_not_answered(address):
    with serving() as (server, commands, script, _):
        script.send(address.name, *["?"] * (len(address.parameters) + 3))
        script.send("no/such/address")
        assert script.receive().address == "error"
        assert server.errors == 2
        with pytest.raises(Empty):
            commands.get_nowait()
