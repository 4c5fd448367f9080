"""What was only an option of the command line, set while playing."""

import mido
import pytest
from engine_requests import ask, errors, perform, sent, told
from simulated_player import ons, play, played

from bridge.api.addresses import INCOMING
from bridge.engine.setting_commands import _SETTINGS as FIELDS
from bridge.settings import CLICK_CHANNEL


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("click", 1),
        ("count-in", 2),
        ("quantise", 0.5),
        ("echo", 0),
        ("pickup", 1.0),
        ("grid", "grid"),
        ("grid", "auto"),
        ("thru", 0),
        ("seed", 7),
        ("ahead", 3),
        ("commit", 1.0),
    ],
)
def test_it_is_set_and_told_and_told_again_when_asked(name, value):
    run = perform(ask(1, name, value), ask(2, name))
    assert told(run, name) == [(value,), (value,)]
    assert errors(run) == []


def test_what_cannot_be_is_refused_in_a_sentence_and_nothing_changes():
    run = perform(ask(1, "pickup", 9.0), ask(2, "pickup"))
    assert told(run, "pickup") == [(0.0,)]
    assert "pickup" in errors(run)[0].text


def test_all_settings_are_told_together():
    run = perform(ask(1, "settings"))
    assert [told(run, name) for name in FIELDS].count([]) == 0
    assert ("melody", 0) in told(run, "program")


def test_the_table_has_every_setting():
    assert set(FIELDS) <= {address.name for address in INCOMING}


def test_the_click_can_be_switched_on_and_off_while_playing():
    run = perform(ask(0, "transport/start"), ask(1.5, "click", 1), ask(3.5, "click", 0), until=6)
    assert [beat for beat, _ in ons(run, CLICK_CHANNEL)] == [2.0, 3.0]


def test_a_seed_counts_from_the_next_take_on():
    run = perform(ask(0, "seed", 40), *played((0, 1, 60)), until=6)
    assert run.requests[0].seed == 40


def test_without_thru_keys_that_are_down_are_released():
    run = perform(*played((0, 9, 60)), ask(1, "thru", 0), until=3)
    kinds = [(b, m.type) for b, m in run.heard if m.type.startswith("note") and not m.channel]
    assert kinds[:2] == [(0.0, "note_on"), (1.0, "note_off")]


def test_a_pickup_that_is_set_before_the_first_note_puts_it_before_the_bar_line():
    run = perform(ask(0, "pickup", 1.0), *played((1, 2, 60)), until=4)
    assert told(run, "phrase")[0][:2] == (1, 0.0)
    assert told(run, "played")[0][1] == -1.0


def test_another_instrument_is_heard_at_once_and_stays_on_the_next_pass():
    tune = sent(ask(0, "generate", "tune"), ask(0, "mode", "loop"), ask(1, "transport/start"))
    run = perform(*tune, ask(3, "program", "bass", 38), ask(3, "program", "melody", 73), until=14)
    changes = [(b, m.channel, m.program) for b, m in run.heard if m.type == "program_change"]
    # The scripted bass comes on channel 1, the model's own would be on 2.
    assert [c for c in changes if c[0] >= 2] == [(2.0, 2, 38), (2.0, 0, 73), (4.0, 1, 38)]
    assert told(run, "program") == [("bass", 38), ("melody", 73)]


def test_a_track_that_is_not_there_is_refused():
    assert "bass" in errors(perform(ask(1, "program", "kazoo", 3)))[0].text


def test_rhythm_assist_draws_the_next_phrase_to_the_grid():
    run = play([ask(0, "quantise", 1.0), *played((0, 1, 60), (1.1, 2, 62))], 6)
    take = run.takes[0]
    assert [note.start for note in take.melody.clip.notes] == [0.0, 1.0]
    assert isinstance(run.heard[0][1], mido.Message)
