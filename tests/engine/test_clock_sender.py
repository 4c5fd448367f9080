"""Others play by Continuo's clock: what they are sent for whatever the song does."""

from simulated_player import BEAT, command, composer, control, played, settings

from bridge.engine.engine import Engine, Services
from bridge.offline import OfflineRun
from bridge.timing.midi_clock_in import MidiClock


def led(events, until, **given):
    return sent(events, until, clock_out=True, **given)


def sent(events, until, **given):
    """Give (seconds, message) of everything sent."""
    out = []

    class Port(OfflineRun):
        def send(self, message):
            out.append((now[0], message))

    run, now = Port(), [0.0]
    engine = Engine(settings(**given), Services(run, composer(), run), run)
    inbox = sorted(events, key=lambda event: event.at_seconds)
    engine.advance(0.0)
    while True:
        coming = inbox[0].at_seconds if inbox else float("inf")
        wakes = engine.next_wakeup_seconds()
        now[0] = min(coming, float("inf") if wakes is None else wakes)
        if now[0] >= until * BEAT:
            break
        if coming <= now[0]:
            engine.handle(inbox.pop(0), now[0])
        else:
            engine.advance(now[0])
    now[0] = until * BEAT
    engine.close(now[0])
    return out


def kinds(out, *names):
    return [(round(s / BEAT, 3), m.type) for s, m in out if m.type in names]


def test_pulses_tell_the_tempo_before_anything_plays():
    pulses = [s for s, m in led([], 4.01) if m.type == "clock"]
    assert len(pulses) == 97
    assert abs(pulses[24] - BEAT) < 1e-6


def test_the_first_note_starts_the_others_with_it():
    out = led(played((1.3, 1.8, 60)), 3)
    assert kinds(out, "start") == [(1.3, "start")]
    first = next(s for s, m in out if m.type == "clock" and s >= 1.3 * BEAT - 1e-9)
    assert abs(first - 1.3 * BEAT) < 1e-6


def test_a_stop_stops_them_and_a_start_elsewhere_tells_where():
    events = [
        command(0, "transport/start"), command(5, "transport/stop"),
        command(6, "transport/locate", 32.0), command(8, "transport/start"),
    ]  # fmt: skip
    out = led(events, 10)
    assert kinds(out, "start", "stop", "continue", "songpos")[:4] == [
        (0.0, "start"), (5.0, "stop"), (6.0, "songpos"), (8.0, "continue")
    ]  # fmt: skip
    assert next(m.pos for _, m in out if m.type == "songpos") == 128


def test_a_follower_is_where_the_song_is_through_a_tempo_change():
    events = [command(0, "transport/start"), command(7.5, "transport/tempo", 90.0)]
    clock, position = MidiClock(120.0), None
    for seconds, message in led(events, 30):
        position = clock.take(message, seconds) or position
        last = seconds
    truth = 7.5 + (last - 7.5 * BEAT) * 90 / 60
    beat = position.beat + (last - position.at_seconds) * position.bpm / 60
    assert abs(beat - truth) < 0.05
    assert not position.is_playing  # the end stops the others too


def test_switched_off_the_others_are_stopped_and_left_alone():
    events = [command(0, "transport/start"), command(4, "clock/out", 0)]
    out = led(events, 12)
    assert kinds(out, "stop") == [(4.0, "stop")]
    assert max(beat for beat, _ in kinds(out, "clock")) <= 4.0


def test_without_being_asked_no_clock_is_sent():
    out = sent([*played((0, 0.9, 60)), control(2, 7, 90)], 8)
    assert {m.type for _, m in out} <= {"note_on", "note_off", "control_change", "pitchwheel"}
