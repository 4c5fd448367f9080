from simulated_player import (
    assert_every_note_is_released,
    command,
    composer,
    control,
    edges,
    off,
    on,
    ons,
    play,
    played,
    reports,
    whole_bars,
)

from bridge.reports import NoticeReport, StateReport, TakeReport
from models.music.clip import Clip, Note, Track
from models.music.tempo import Meter

TUNE = played((0, 1, 60), (1, 2, 62), (2, 3, 64), (3, 4, 65))


def quarters(request):
    """A bass note a beat."""
    notes = tuple(Note(float(i), 1.0, 40 + i, 70) for i in range(round(request.length)))
    return (Track("bass", Clip(notes, request.length), "bass", 32, 5),)


def states(run) -> list[str]:
    return [report.state for report in reports(run, StateReport)]


def melody_of(run, take: int = 0) -> list[tuple[float, float, int]]:
    return [(n.start, n.end, n.pitch) for n in run.takes[take].melody.clip.notes]


def test_the_accompaniment_comes_in_on_the_next_bar_line_and_lasts_a_phrase():
    run = play(TUNE, 20)
    assert edges(run, 1) == [(4, "on", 36), (8, "off", 36)]
    assert states(run) == ["idle", "listening", "generating", "armed", "playing", "idle"]
    assert_every_note_is_released(run)


def test_the_melody_passes_through_at_once_as_it_was_played():
    run = play([on(0, 60, 33), off(0.9, 60), on(1.1, 62, 101), off(2, 62)], 12)
    assert edges(run, 0) == [
        (0, "on", 60), (0.9, "off", 60), (1.1, "on", 62), (2, "off", 62)
    ]  # fmt: skip
    assert [m.velocity for _, m in run.heard if m.type == "note_on" and m.channel == 0] == [33, 101]


def test_the_first_note_is_the_down_beat_however_late_it_comes():
    run = play(played((13.37, 14.37, 60), (15.37, 17.37, 62)), 40)
    assert melody_of(run) == [(0, 1, 60), (2, 4, 62)]
    (heard,) = [b for b, m in run.heard if m.type == "note_on" and m.channel == 1]
    assert heard == 4


def test_with_a_pickup_the_first_note_lies_before_the_bar_line():
    run = play(played((0, 0.5, 60), (0.5, 1, 62), (1, 5, 64)), 20, pickup=1.0)
    request = run_request(pickup=1.0)
    assert [(n.start, n.pitch) for n in request.melody.notes] == [(-1, 60), (-0.5, 62), (0, 64)]
    assert ons(run, 1) == [(4, 36)]
    # In a file there is no time before 0: the take lies one bar later.
    assert melody_of(run) == [(3, 3.5, 60), (3.5, 4, 62), (4, 8, 64)]
    assert run.takes[0].accompaniment[0].clip.notes[0].start == 4
    assert reports(run, TakeReport)[0].begin == 0


def test_with_a_pickup_every_phrase_has_one_and_it_is_not_cut_at_the_bar_line():
    first = played((0, 1, 60), (1, 4, 62))
    second = played((3.95, 4.5, 64), (4.5, 5.3, 65), (5.3, 8, 67))
    asked = composer()
    run = play([*first, *second], 24, asked, pickup=1.0)
    starts = [
        [(round(n.start, 6), round(n.end, 6), n.pitch) for n in r.melody.notes]
        for r in asked.requests
    ]
    assert [(-1, 0, 60), (0, 3, 62)] in starts
    assert starts[-1] == [(-1.05, -0.5, 64), (-0.5, 0.3, 65), (0.3, 3, 67)]
    assert all(pitch not in (64, 65) for r in starts if r[0][2] == 60 for *_, pitch in r)
    assert ons(run, 1) == [(4, 36), (8, 37)]
    assert_every_note_is_released(run)


def test_on_the_grid_every_phrase_has_its_pickup():
    tune = played((3, 4, 60), (4, 6, 62), (7, 7.5, 64), (7.5, 8.25, 65), (8.25, 10, 67))
    asked = composer()
    play(tune, 24, asked, pickup=1.0, start="grid")
    last = asked.requests[-1].melody.notes
    assert [(n.start, n.end) for n in last] == [(-1, -0.5), (-0.5, 0.25), (0.25, 2)]


def test_last_notes_that_lead_to_nothing_are_kept_and_not_answered():
    run = play(played((0, 1, 60), (1, 4, 62), (4, 5, 64)), 24, pickup=1.0)
    assert ons(run, 1) == [(4, 36)]
    assert [len(take.accompaniment) for take in run.takes] == [1, 0]
    assert melody_of(run, 1) == [(3, 4, 64)]


def test_a_lone_tap_on_the_bar_line_is_answered():
    assert ons(play(played((0, 0.02, 60)), 12), 1) == [(4, 36)]


def test_a_loop_keeps_its_last_notes_for_it_has_no_next_phrase():
    asked = composer()
    play(played((0, 1, 60), (1, 4, 62), (4, 5, 64)), 24, asked, pickup=1.0, mode="loop")
    assert [n.start for n in asked.requests[-1].melody.notes] == [-1, 0, 3]


def run_request(**given):
    asked = composer()
    play(played((0, 0.5, 60), (0.5, 1, 62), (1, 5, 64)), 20, asked, **given)
    return asked.requests[-1]


def test_on_the_grid_a_phrase_begins_on_the_bar_line_before_its_first_note():
    run = play(played((5.5, 6, 60), (6, 7, 62)), 20, start="grid")
    assert melody_of(run) == [(1.5, 2, 60), (2, 3, 62)]
    assert ons(run, 1) == [(8, 36)]


def test_on_the_grid_notes_in_the_last_beat_are_the_pickup_of_the_next_bar():
    run = play(played((3, 3.5, 60), (3.5, 4, 62), (4, 6, 64)), 20, start="grid")
    assert ons(run, 1) == [(8, 36)]
    assert melody_of(run) == [(3, 3.5, 60), (3.5, 4, 62), (4, 6, 64)]
    assert run.takes[0].provenance["lead_in"] == 4


def test_a_first_note_struck_a_little_early_is_on_the_bar_line():
    run = play(played((3.9, 5, 60), (5, 6, 62)), 20, start="grid")
    assert melody_of(run) == [(0, 1, 60), (1, 2, 62)]


def test_what_is_played_during_the_answer_is_the_next_phrase():
    more = [*TUNE, *played((4, 5, 67), (5, 8, 69))]
    run = play(more, 24)
    assert ons(run, 1) == [(4, 36), (8, 37)]
    assert melody_of(run, 1) == [(0, 1, 67), (1, 4, 69)]
    assert [take.provenance["seed"] for take in run.takes] == [0, 1]


def test_a_down_beat_struck_early_belongs_to_the_next_phrase():
    more = played((0, 1, 60), (3.92, 5, 67), (5, 6, 69))
    run = play(more, 24)
    assert melody_of(run, 0) == [(0, 1, 60)]
    assert melody_of(run, 1) == [(0, 1, 67), (1, 2, 69)]


def test_a_short_last_note_stays_in_its_phrase():
    run = play(played((0, 1, 60), (3.9, 3.98, 67)), 24)
    assert melody_of(run, 0) == [(0, 1, 60), (3.9, 3.98, 67)]
    assert len(run.takes) == 1


def test_notes_in_the_last_beat_of_an_empty_phrase_lead_into_the_next():
    more = [*TUNE, *played((7, 7.5, 67), (7.5, 8, 68), (8, 12, 69))]
    run = play(more, 30)
    assert ons(run, 1) == [(4, 36), (12, 37)]
    assert melody_of(run, 1) == [(3, 3.5, 67), (3.5, 4, 68), (4, 8, 69)]


def test_after_a_phrase_of_silence_the_next_note_starts_anew():
    run = play([*TUNE, *played((17.3, 18.3, 72))], 40)
    assert melody_of(run, 1) == [(0, 1, 72)]
    assert ons(run, 0)[-1] == (8, 72)
    assert ons(run, 1)[-1] == (12, 37)
    assert states(run)[-2:] == ["playing", "idle"]


def test_the_question_is_asked_before_the_bar_line():
    asked, late = composer(0.95), composer(1.05)
    assert ons(play(TUNE, 20, asked), 1) == [(4, 36)]
    assert ons(play(played((0, 4, 60)), 20, late), 1) == []


def test_a_slow_generator_is_asked_earlier_the_next_time():
    phrases = played(*((4.0 * i, 4.0 * i + 1, 60) for i in range(3)))
    run = play(phrases, 40, composer(1.1))
    assert ons(run, 1) == [(8, 37), (12, 38)]


def test_an_answer_too_late_to_be_heard_teaches_to_ask_earlier_all_the_same():
    phrases = played((0, 1, 60), (80, 81, 60))
    run = play(phrases, 140, composer(9.5), bars=4)
    assert ons(run, 1) == [(52, 37), (56, 37), (60, 37)]


def test_a_melody_that_changes_after_the_question_is_asked_about_again():
    asked = composer(0.01)
    run = play(played((0, 1, 60), (3.5, 4, 67)), 20, asked)
    assert [[n.pitch for n in r.melody.notes] for r in asked.requests] == [[60], [60, 67]]
    assert run.takes[0].provenance["request_id"] == asked.requests[-1].request_id
    assert {r.seed for r in asked.requests} == {0}


def test_the_same_melody_is_not_asked_about_twice():
    asked = composer(0.01)
    play([on(0, 60), off(3.98, 60)], 20, asked)
    assert len(asked.requests) == 1
    assert [(n.start, n.end) for n in asked.requests[0].melody.notes] == [(0, 4)]


def test_an_early_release_is_asked_about_again():
    asked = composer(0.01)
    play([on(0, 60), off(3.5, 60)], 20, asked)
    assert [r.melody.notes[0].end for r in asked.requests] == [4, 3.5]


def test_if_the_newest_answer_is_late_an_older_one_comes_in_on_the_bar_line():
    asked = composer(0.1, 5.0)
    run = play(played((0, 1, 60), (3.5, 4, 67)), 12, asked)
    assert ons(run, 1) == [(4, 36)]
    assert run.takes[0].provenance["request_id"] == asked.requests[0].request_id


def test_a_late_answer_enters_at_the_next_bar_line_at_its_place():
    run = play(played((0, 8, 60)), 40, composer(1.2, answering=quarters), bars=2)
    assert ons(run, 1) == [(12 + i, 44 + i) for i in range(4)]
    assert_every_note_is_released(run)


def test_an_answer_that_comes_after_its_time_is_not_heard_and_the_melody_is_kept():
    run = play(TUNE, 40, composer(3.0))
    assert ons(run, 1) == []
    assert [len(take.accompaniment) for take in run.takes] == [0]
    assert run.takes[0].provenance["model"] is None


def test_a_failure_is_said_and_the_melody_is_kept():
    def refuse(request):
        raise ValueError("the generator is ill")

    run = play(TUNE, 40, composer(answering=refuse))
    assert "the generator is ill" in [n.text for n in reports(run, NoticeReport)]
    assert len(run.takes) == 1
    assert run.takes[0].accompaniment == ()


def test_the_echo_plays_the_melody_again():
    run = play(TUNE, 20, echo=True)
    assert ons(run, 0) == [
        (b + 4 * i, p) for i in (0, 1) for b, p in zip(range(4), (60, 62, 64, 65), strict=True)
    ]
    assert_every_note_is_released(run)


def test_the_pedal_makes_the_melody_last_and_passes_through():
    events = [control(0, 64, 127), *played((0.5, 1, 60)), control(3, 64, 0)]
    asked = composer()
    run = play(events, 20, asked)
    assert [(n.start, n.end) for n in asked.requests[-1].melody.notes] == [(0, 2.5)]
    assert (0, 64, 127) in [
        (b, m.control, m.value) for b, m in run.heard if m.type == "control_change"
    ]


def test_generate_during_the_answer_brings_a_new_take_on_the_next_bar_line():
    run = play([*played((0, 8, 60)), command(9, "generate")], 40, bars=2)
    assert ons(run, 1) == [(8, 36), (12, 37)]
    assert edges(run, 1)[1:3] == [(12, "off", 36), (12, "on", 37)]


def test_generate_before_anything_was_played_says_so():
    run = play([command(1, "generate")], 4)
    assert [n.text for n in reports(run, NoticeReport)] == [
        "nothing to generate from yet: play a phrase first"
    ]


def test_drums_go_to_their_own_channel_and_voices_to_the_next_ones():
    def band(request):
        (bass,) = whole_bars(request)
        drum = Track("drums", bass.clip, "drums", 0, 9)
        return bass, drum, Track("alto", bass.clip, "alto", 0, 7)

    run = play(TUNE, 20, composer(answering=band))
    assert [t.channel for t in run.takes[0].accompaniment] == [1, 9, 2]
    assert [len(ons(run, c)) for c in (1, 9, 2)] == [1, 1, 1]


def test_in_six_eight_and_three_four_the_answer_comes_on_the_bar_line():
    for meter in (Meter(6, 8), Meter(3, 4)):
        run = play(played((0, 1, 60), (1, 3, 62)), 20, meter=meter, bars=2)
        assert ons(run, 1) == [(6, 36), (9, 36)]


def test_quantise_moves_the_take_and_not_the_thru():
    run = play(played((0, 1, 60), (1.1, 2, 62)), 20, quantise=1.0)
    assert [start for start, _, _ in melody_of(run)] == [0, 1]
    assert ons(run, 0)[1] == (1.1, 62)


def test_without_thru_the_melody_is_recorded_and_not_heard():
    run = play(TUNE, 20, thru=False)
    assert ons(run, 0) == []
    assert len(melody_of(run)) == 4


def test_a_take_tells_where_it_comes_from():
    (take,) = play(TUNE, 20, seed=7, controls={"density": 0.5}).takes
    assert take.provenance.items() >= {
        "model": "bass", "seed": 7, "controls": {"density": 0.5}, "bars": 1, "bpm": 120.0,
        "mode": "answer", "request_id": "take-0-2", "lead_in": 0.0, "id": "take-0",
    }.items()  # fmt: skip
    assert take.tempo.bpm_at(0) == 120
    assert take.melody.clip.length == 4
