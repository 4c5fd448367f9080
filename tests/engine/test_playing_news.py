"""What is told while somebody plays: what sounds and when, the song as a line, the phrase."""

from dataclasses import replace

from engine_requests import SENDER, TUNE, ask, errors, perform, sent, told
from simulated_player import BEAT, edges, on, play, played, reports

from bridge.events import Command
from bridge.notes.midi_output import LATE_SECONDS
from bridge.reports import LineReport, PhraseReport, SoundNews

PAGE, OTHER = ("page", 1, 0), ("page", 2, 0)
ON, OFF = 0x90, 0x80


def listen(beat=0.0, is_on=1, sender=PAGE):
    return replace(ask(beat, "sounds", is_on), sender=sender)


def key(beat, status, pitch, ago_ms=0.0, sender=PAGE):
    values = (ago_ms, status, pitch, 90 if status == ON else 0)
    return Command(beat * BEAT, "midi", values, sender, "/continuo/midi")


def sounds(run, watcher=PAGE):
    """What this one was told: (told at beat, name, due beat or None, values without their time)."""
    found = []
    for report in reports(run, SoundNews):
        if watcher in report.watchers:
            told_at, due = report.at_seconds / BEAT, None
            values = report.values
            if report.name == "sound":
                due = round(told_at + values[0] / 1000 / BEAT, 4)
                values = values[1:]
            found.append((round(told_at, 4), report.name, due, values))
    return found


def heard(run, watcher=PAGE):
    """The notes as this one hears them: (beat, on or off, channel, pitch), what was void left out.

    A note told again counts as it was told last.
    """
    notes = {}
    for number, (told_at, name, due, values) in enumerate(sounds(run, watcher)):
        if name == "silence":
            notes = {k: v for k, v in notes.items() if v[0] <= told_at}
        elif name == "sound/void":
            for kind in (ON, OFF):
                if (entry := notes.get((values[0], kind))) and entry[0] > told_at:
                    del notes[values[0], kind]
        elif values[0] & 0xF0 in (ON, OFF):
            kind = values[0] & 0xF0
            serial = values[3] if values[3] > 0 else -number - 1000
            notes[serial, kind] = (due, kind, values[0] & 15, values[1])
    order = sorted(notes.values(), key=lambda n: (n[0], n[1], n[2:]))
    return [(due, "on" if kind == ON else "off", ch, pitch) for due, kind, ch, pitch in order]


def as_played(run):
    found = [
        (round(beat, 4), m.type.removeprefix("note_"), m.channel, m.note)
        for beat, m in run.heard
        if m.type.startswith("note_")
    ]
    return sorted(found, key=lambda n: (n[0], n[1] == "on", n[2:]))


def test_what_a_loop_plays_is_told_a_tenth_of_a_second_ahead_and_nothing_else():
    tune = sent(ask(0, "generate", "tune"), ask(0, "mode", "loop"), ask(0, "transport/start"))
    run = perform(listen(), *tune, until=12.0)
    told_ahead = [(due - at) * BEAT for at, name, due, v in sounds(run) if due and v[3] > 0]
    assert max(told_ahead) <= 0.1001
    # All but what a bar line lays out is known ahead.
    inside = [(due - at) * BEAT for at, name, due, v in sounds(run) if due and due % 4 and v[3] > 0]
    assert inside
    assert min(inside) > 0.085
    before_the_end = [e for e in heard(run) if e[0] < 12]
    assert before_the_end == [e for e in as_played(run) if e[0] < 12]


def test_who_does_not_ask_is_told_nothing_and_who_asks_no_more_neither():
    tune = sent(ask(0, "generate", "tune"), ask(0, "transport/start"))
    assert sounds(perform(*tune)) == []
    run = perform(listen(), listen(2.5, 0), *tune, until=12.0)
    assert max(at for at, *_ in sounds(run)) <= 2.5


def test_a_stop_takes_back_what_was_told():
    tune = sent(ask(0, "generate", "tune"), ask(0, "transport/start"))
    run = perform(listen(), *tune, ask(5.95, "transport/stop"), until=12.0)
    assert [name for _, name, _, _ in sounds(run)].count("silence") == 2  # and at the end
    sounding = set()
    for beat, kind, channel, pitch in heard(run):
        (sounding.add if kind == "on" else sounding.discard)((channel, pitch))
        assert beat <= 5.9501


def test_a_jump_voids_what_was_to_come_and_ends_what_sounds():
    tune = sent(ask(0, "generate", "tune"), ask(0, "mode", "loop"), ask(0, "transport/start"))
    run = perform(listen(), *tune, ask(6.5, "transport/locate", 32.0), until=16.0)
    # Time runs on while the song jumps from 8 to 32: the fourth pass begins at 12.
    moved = [(b if b <= 8 else b - 24, *more) for b, *more in as_played(run)]
    until = [e for e in moved if e[0] < 16]
    assert [e for e in heard(run) if e[0] < 16] == sorted(until, key=lambda e: (e[0], e[1] == "on"))


def test_a_slower_tempo_tells_the_notes_to_come_anew():
    tune = sent(ask(0, "generate", "tune"), ask(0, "mode", "loop"), ask(0, "transport/start"))
    run = perform(listen(), *tune, ask(4.92, "transport/tempo", 60.0), until=7.9)
    # Beat 5 of the song was due in .08 beats; at half the tempo that takes .16 of them.
    due = [due for _, name, due, values in sounds(run) if due and values[:2] == (ON, 62)]
    assert due == [5.0, 5.08]


def test_the_click_is_told_too():
    run = perform(listen(), ask(0.5, "transport/start"), start="note", click=True, until=5.0)
    clicks = [(e[0], e[3]) for e in heard(run) if e[1] == "on" and e[2] == 15]
    assert clicks == [(0.5, 76), (1.5, 77), (2.5, 77), (3.5, 77), (4.5, 76)]


# -- keys from afar ----------------------------------------------------------------------------
def test_a_key_that_is_sent_is_recorded_when_it_was_pressed_and_is_not_late():
    run = play(
        [key(0, ON, 60), key(0.98, OFF, 60), key(1.1, ON, 62, ago_ms=50), key(2, OFF, 62)], 6
    )
    (report, *_) = reports(run, PhraseReport)
    assert [(n.start, n.pitch) for n in report.melody.notes] == [(0.0, 60), (1.0, 62)]
    late = [r for r in run.reports if type(r).__name__ == "SoundReport" and r.late_ms > 0]
    assert all(r.late_ms <= LATE_SECONDS * 1000 for r in late)


def test_who_plays_hears_the_own_keys_by_itself_and_others_are_told():
    run = play([listen(), listen(sender=OTHER), key(0.5, ON, 60), key(0.7, OFF, 60)], 2)
    player = [r.player for r in reports(run, SoundNews) if r.values and r.values[-1] == -1]
    assert player == [PAGE, PAGE]


def test_a_keyboards_keys_are_told_with_their_channel():
    run = play([listen(), *played((0.5, 0.7, 60))], 2)
    assert [(e[1], e[3]) for e in heard(run)] == [("on", 60), ("off", 60)]
    assert {v[3] for _, name, due, v in sounds(run) if due and v[0] in (ON, OFF)} == {-1}


def test_bytes_that_are_no_message_are_an_error():
    bad = Command(0.1, "midi", (0.0, 300, 60, 90), SENDER, "/continuo/midi")
    run = perform(bad)
    assert [e.address for e in errors(run)] == ["/continuo/midi"]


# -- the song ----------------------------------------------------------------------------------
def test_the_song_is_a_line_told_when_it_changes():
    run = perform(
        ask(1, "transport/start"),
        ask(3, "transport/tempo", 60.0),
        ask(4, "transport/stop"),
        until=8,
    )
    lines = [(r.playing, round(r.beat, 3), r.bpm) for r in reports(run, LineReport)]
    assert lines == [(False, 0.0, 120), (True, 0.0, 120), (True, 2.0, 60), (False, 2.5, 60)]


# -- the phrase --------------------------------------------------------------------------------
def test_the_phrase_is_told_as_it_is_played_and_when_it_is_taken_over():
    run = play(played((0, 1, 60), (1, 2, 64)), 5.5)
    assert told(run, "played") == [
        (1, 0.0, 60, 80),
        (0, 1.0, 60, 80),
        (1, 1.0, 64, 80),
        (0, 2.0, 64, 80),
    ]
    assert told(run, "phrase")[0] == (1, 0.0, 4.0)
    (report,) = reports(run, PhraseReport)
    assert (report.begin, len(report.melody.notes)) == (0.0, 2)
    assert told(run, "clip/sounds") == [("take-0", 4.0)]


def test_what_is_played_while_the_outside_clock_stands_is_no_part_of_it():
    run = play(played((0, 1, 60)), 3, clock="midi")
    assert [values for values in told(run, "played") if values[0]] == []


def test_a_followed_phrase_is_open_ended():
    run = play(played((0, 1, 60)), 3, mode="follow")
    assert told(run, "phrase")[0] == (1, 0.0, 0.0)


def test_each_take_says_from_where_it_sounds():
    tune = sent(ask(0, "generate", "tune"), ask(0, "mode", "loop"), ask(0, "transport/start"))
    run = perform(*tune, ask(5, "take/next", "tune"), until=12.0)
    assert told(run, "clip/sounds") == [("tune", 4.0), ("tune", 8.0)]


def test_a_melody_that_is_asked_for_is_told_again():
    run = perform(*[on(0, 60)], ask(0.5, "phrase"), ask(9, "phrase"), until=10)
    assert (1, 0.0, 4.0) in told(run, "phrase")
    assert TUNE.notes  # the rig's own phrase is not played here
    assert len(reports(run, PhraseReport)) >= 1
    assert edges(run)
