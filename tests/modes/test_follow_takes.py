"""What mode follow keeps: one take of all that was played and heard, from the first note on."""

import random
from itertools import pairwise

import pytest
from follow_composers import one_a_beat
from simulated_player import command, composer, off, on, ons, play, played, reports

from bridge.reports import NoticeReport, TakeReport
from bridge.takes import heard_take
from models.music.clip import Clip, Note, Track

BASS = 1


def follow(events, until, its_composer=None, **given):
    given = {"bars": 4, **given}
    return play(
        events, until, its_composer or composer(answering=one_a_beat), mode="follow", **given
    )


def tune(bars: int, pitch: int = 60) -> list:
    return played(*((b, b + 0.9, pitch + b % 4) for b in range(4 * bars)))


def the_take(run):
    (take,) = run.takes
    return take


def melody(run) -> list[Note]:
    return list(the_take(run).melody.clip.notes)


def bass(run) -> list[tuple[float, int]]:
    (track,) = the_take(run).accompaniment
    return [(round(note.start, 6), note.pitch) for note in track.clip.notes]


def test_a_performance_is_one_take_with_all_that_was_played_and_heard():
    run = follow(tune(10), 60)
    assert [(n.start, n.pitch) for n in melody(run)] == [(b, 60 + b % 4) for b in range(40)]
    assert bass(run) == ons(run, BASS)
    assert the_take(run).length == 48.0, "ten bars, a bar of grace, a last one"
    assert len(reports(run, TakeReport)) == 1


@pytest.mark.parametrize("early", [0.005, 0.01, 0.1])
def test_a_downbeat_played_a_little_early_is_a_whole_note(early):
    notes = [(b - early if b % 4 == 0 and b else b, b + 0.9, 60 + b % 4) for b in range(32)]
    kept = melody(follow(played(*notes), 60))
    assert [(n.start, n.end, n.pitch) for n in kept] == [
        (pytest.approx(start), pytest.approx(end), pitch) for start, end, pitch in notes
    ]


def test_a_first_note_a_little_early_is_on_the_first_bar_line():
    events = [*played((3.99, 4.9, 67)), *played(*((b, b + 0.9, 60) for b in range(5, 12)))]
    kept = melody(follow(events, 40, start="grid"))
    assert (kept[0].start, kept[0].pitch) == (0.0, 67)
    assert kept[0].end == pytest.approx(0.9)
    assert [n.start for n in kept[1:]] == [float(b) for b in range(1, 8)]


def test_a_pick_up_comes_before_the_first_bar_line():
    events = [*played((3.5, 3.9, 67)), *played(*((b, b + 0.9, 60) for b in range(4, 16)))]
    run = follow(events, 40, start="grid")
    assert [n.start for n in melody(run)][:3] == [3.5, 4.0, 5.0]
    assert the_take(run).provenance["lead_in"] == 4.0
    assert bass(run) == [(beat, pitch) for beat, pitch in ons(run, BASS)]


def test_a_note_held_over_many_bars_is_as_long_as_it_was():
    run = follow([on(0, 48), *tune(9, 72), off(35.5, 48)], 60)
    (low,) = [n for n in melody(run) if n.pitch == 48]
    assert (low.start, low.end) == (0.0, 35.5)


def test_what_whims_played_is_in_the_take_whatever_their_timing():
    hands, events, struck = random.Random(3), [], []
    for bar in range(40):
        for beat in range(4):
            start = max(4 * bar + beat + hands.uniform(-0.12, 0.12), 0.0)
            struck.append((round(start, 6), hands.randrange(50, 80)))
            events += played((struck[-1][0], start + hands.uniform(0.05, 2.5), struck[-1][1]))
    kept = melody(follow(events, 200))
    assert sorted((round(n.start, 3), n.pitch) for n in kept) == sorted(
        (round(start, 3), pitch) for start, pitch in struck
    )
    assert min(n.duration for n in kept) > 0.04


@pytest.mark.parametrize(
    "end", [command(13.5, "transport/stop"), command(13.5, "quit"), command(13.5, "mode", "loop")]
)
def test_however_it_ends_the_take_has_everything(end):
    run = follow([*tune(3), on(12, 72), end], 30)
    assert len(melody(run)) == 13
    assert bass(run) == ons(run, BASS)


def test_while_it_is_played_the_take_grows_phrase_by_phrase():
    run = follow([*tune(8), on(32, 72), off(39, 72)], 60)
    grown = [so_far() for so_far in run.grown]  # put together later, as in the store's thread
    assert [len(take.melody.clip.notes) for take in grown][:2] == [16, 32]
    assert list(grown[0].melody.clip.notes) == melody(run)[:16]
    accompaniment = [(n.start, n.pitch) for n in grown[0].accompaniment[0].clip.notes]
    assert accompaniment == [note for note in ons(run, BASS) if note[0] < 16]


def test_after_a_silence_the_next_performance_is_another_take():
    later = played(*((b, b + 0.9, 72) for b in range(40, 56)))
    run = follow([*tune(4), *later], 90)
    assert [len(take.melody.clip.notes) for take in run.takes] == [16, 16]


def test_another_seed_in_the_middle_is_the_same_take():
    run = follow([*tune(8), command(14, "generate")], 60)
    assert len(melody(run)) == 32
    assert bass(run) == ons(run, BASS)


def test_the_take_can_be_kept_while_it_is_played():
    run = follow([*tune(8), command(20, "take/keep", "")], 60)
    assert run.verdicts == {"take-0": "kept"}


def test_a_change_of_tempo_is_in_the_take():
    run = follow([*tune(4), command(8.0, "transport/tempo", 60.0)], 60)
    assert the_take(run).tempo.bpm_at(0) == 120.0
    assert the_take(run).tempo.bpm_at(12.5) == 60.0


def test_a_song_that_goes_back_is_kept_as_it_was_heard():
    """A loop brace: twice through bars 1 to 4 is eight bars."""
    again = [command(14, "transport/locate", 0.0)]
    run = follow([*tune(8), *again], 60)
    assert [round(n.start, 6) for n in melody(run)] == [float(b) for b in range(32)]
    heard = ons(run, BASS)
    back = next(i for i, (one, other) in enumerate(pairwise(heard), 1) if other[0] < one[0])
    second = [(beat + 16, pitch) for beat, pitch in heard[back:]]
    assert bass(run) == [*heard[:back], *second]
    assert {17.0, 20.0, 31.0} <= {beat for beat, _ in second}


def test_a_take_as_long_as_a_file_can_be_goes_on_in_another(monkeypatch):
    monkeypatch.setattr(heard_take, "MOST_BARS", 8)
    run = follow(tune(20), 120)
    assert sum(len(take.melody.clip.notes) for take in run.takes) == 80
    assert len(run.takes) == 3
    assert [n.text for n in reports(run, NoticeReport)].count(
        "the take is as long as a file should be: from here on it is another"
    ) == 2


def test_another_model_in_the_middle_loses_nothing_of_the_first():
    def by_model(request):
        track, *_ = one_a_beat(request)
        return (
            (track,) if request.begin < 12 else (type(track)("cello", track.clip, "bass", 42, 5),)
        )

    run = follow(tune(6), 60, composer(answering=by_model))
    kept = sorted(n.start for track in the_take(run).accompaniment for n in track.clip.notes)
    assert kept == sorted(beat for beat, _ in ons(run, BASS))


def test_a_note_that_an_answer_cuts_on_the_bar_line_is_in_the_take():
    """Each answer holds its last note over the bar line; the next one strikes another there."""

    def held_over(request):
        begin, end = int(request.begin), int(request.end)
        pitch = 36 + begin // 4 % 12
        notes = tuple(Note(float(b), 1.5 if b % 4 == 3 else 1.0, pitch) for b in range(begin, end))
        return (Track("bass", Clip(notes, request.end), "bass", 32, BASS),)

    run = follow(tune(8), 60, composer(answering=held_over), bars=2, commit=4.0)
    assert bass(run) == ons(run, BASS)
