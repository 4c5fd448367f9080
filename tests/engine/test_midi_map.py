"""Footswitches, buttons and knobs: what each does, and how it is given something else to do."""

import mido
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.current_settings import control_for
from bridge.engine.midi_map import (
    BUTTONS,
    DEFAULTS,
    ButtonHeld,
    ButtonPressed,
    KnobTurned,
    Learned,
    MidiMap,
    position_to_value,
)

BACH = ("temperature", "movement", "voice_leading")


@pytest.fixture
def ccs():
    return MidiMap(controls=BACH)


def cc(number, value=127, channel=0):
    return mido.Message("control_change", control=number, value=value, channel=channel)


def presses(ccs, *timed):
    taken = [ccs.take(message, at) for at, message in timed]
    return [t.function for t in taken if isinstance(t, ButtonPressed)]


# -- buttons -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("number", "function"),
    [
        (102, "generate"),
        (103, "keep"),
        (104, "next"),
        (105, "loop"),
        (106, "drop"),
        (107, "record"),
        (108, "panic"),
        (109, "harmonise"),
    ],
)
def test_the_usual_buttons_do_their_work_on_every_channel(ccs, number, function):
    for channel in (0, 8, 15):
        assert ccs.take(cc(number, 127, channel), 1.0) == ButtonPressed(function)


def test_a_pedal_that_sends_every_value_on_its_way_is_one_press(ccs):
    ramp = [(i * 0.05, cc(102, value)) for i, value in enumerate([1, 20, 60, 90, 127, 127, 127])]
    assert presses(ccs, *ramp) == ["generate"]


def test_a_button_that_never_sends_0_is_pressed_again_after_a_while(ccs):
    assert presses(ccs, (1.0, cc(104)), (1.5, cc(104)), (2.0, cc(104))) == ["next"] * 3


def test_quick_presses_count_when_the_button_tells_that_it_was_let_go(ccs):
    quick = [(0.0, cc(104)), (0.05, cc(104, 0)), (0.1, cc(104)), (0.15, cc(104, 0))]
    assert presses(ccs, *quick) == ["next", "next"]


def test_a_button_held_down_when_the_cable_was_pulled_works_at_once_when_it_is_back(ccs):
    ccs.take(cc(102), 1.0)
    ccs.lose()
    assert ccs.take(cc(102), 1.1) == ButtonPressed("generate")


def test_nothing_of_a_button_is_heard_and_a_knob_is_heard_as_ever(ccs):
    for value in (127, 60, 0):
        assert ccs.take(cc(102, value), 1.0).passes is False
    assert ccs.take(cc(1, 90), 1.0).passes is True


@pytest.mark.parametrize("number", [120, 121, 123])
def test_panic_is_never_held_back_however_it_is_sent(ccs, number):
    ccs.learn("keep")
    for value in (0, 0, 127, 127):
        assert ccs.take(cc(number, value), 1.0) == ButtonPressed("panic")


def test_notes_and_other_controls_are_left_alone(ccs):
    others = [mido.Message("note_on", note=60), mido.Message("pitchwheel"), cc(7), cc(64), cc(0)]
    assert [ccs.take(message, 1.0) for message in others] == [None] * 5


# -- knobs -------------------------------------------------------------------------------------
def test_a_knob_reaches_both_ends_and_its_notch_is_the_middle(ccs):
    turns = [ccs.take(cc(1, value), 1.0) for value in (0, 64, 127)]
    assert turns == [
        KnobTurned("density", 0.0),
        KnobTurned("density", 0.5),
        KnobTurned("density", 1.0),
    ]
    assert [position_to_value(-3.0, 3.0, t.position) for t in turns] == [-3.0, 0.0, 3.0]


def test_density_is_how_much_the_voices_move_where_a_model_has_nothing_nearer():
    assert control_for("density", BACH) == "movement"
    assert control_for("density", ("density", "movement")) == "density"
    assert control_for("density", ("temperature",)) is None
    assert control_for("voice_leading", BACH) == "voice_leading"


@given(
    st.floats(-1e6, 1e6), st.floats(0, 1e6), st.lists(st.integers(0, 127), min_size=2, max_size=9)
)
def test_a_knob_turned_up_never_turns_a_control_down_or_out_of_range(low, width, values):
    knobs, high = MidiMap(), low + width
    found = [
        position_to_value(low, high, knobs.take(cc(2, v), 0.0).position) for v in sorted(values)
    ]
    assert found == sorted(found)
    assert all(low <= value <= high for value in found)


# -- giving them something else to do ----------------------------------------------------------
def test_any_control_of_the_model_can_have_a_knob(ccs):
    assert ccs.map("voice_leading", 21) == ()
    assert ccs.take(cc(21, 127), 1.0) == KnobTurned("voice_leading", 1.0)


def test_a_function_that_moves_leaves_its_old_button(ccs):
    ccs.map("generate", 20)
    assert ccs.take(cc(102), 1.0) is None
    assert ccs.take(cc(20), 1.0) == ButtonPressed("generate")


def test_the_newer_function_takes_the_control_change_from_the_older(ccs):
    assert ccs.map("keep", 102) == ("generate",)
    assert presses(ccs, (1.0, cc(102))) == ["keep"]
    assert ("generate", None, None) in list(ccs.items())
    assert ccs.item("generate") == (-1, 0)


def test_two_controllers_may_use_the_same_number_on_channels_of_their_own(ccs):
    assert ccs.map("movement", 21, 0) == ()
    assert ccs.map("temperature", 21, 1) == ()
    turned = [ccs.take(cc(21, 0, channel), 1.0) for channel in (0, 1, 2)]
    assert turned == [KnobTurned("movement", 0.0), KnobTurned("temperature", 0.0), None]
    assert ccs.item("movement") == (21, 1)
    assert ccs.map("keep", 21) == ("temperature", "movement")


def test_a_forgotten_button_does_nothing_and_is_heard_again(ccs):
    ccs.forget("generate")
    assert ccs.take(cc(102), 1.0) is None


@pytest.mark.parametrize(
    ("mapping", "sentence"),
    [
        (("densty", 20), "no control change can do 'densty'; did you mean density?"),
        (("generate", 128), r"cc must be in range 0\.\.127, got 128"),
        (("generate", -1), r"cc must be in range 0\.\.127, got -1"),
        (("generate", 20, 16), r"channel must be in range 1\.\.16, got 17"),
        (("generate", 64), "cc 64 is the sustain pedal; choose another"),
        (("generate", 32), "cc 32 is bank select"),
        (("generate", 123), "cc 123 is a channel mode message"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused_in_a_sentence_and_changes_nothing(
    ccs, mapping, sentence
):
    with pytest.raises(ValueError, match=sentence):
        ccs.map(*mapping)
    assert ccs.mapping == DEFAULTS


def test_a_control_of_a_model_that_is_not_there_keeps_its_knob():
    ccs = MidiMap({"swing": (21, None)})
    ccs.know(BACH)
    assert ccs.take(cc(21, 0), 1.0) == KnobTurned("swing", 0.0)
    assert [function for function, *_ in ccs.items()][-1] == "swing"


# -- learning ----------------------------------------------------------------------------------
def test_a_function_learns_the_knob_that_is_turned_next(ccs):
    ccs.learn("temperature")
    assert ccs.take(cc(74, 33, 4), 1.0) == Learned("temperature", 74, 4)
    assert ccs.take(cc(74, 127, 4), 1.1) == KnobTurned("temperature", 1.0)
    assert ccs.take(cc(2), 1.2) is None
    assert ccs.learning is None


def test_the_press_that_teaches_a_button_is_no_press_yet(ccs):
    ccs.learn("next")
    taught = ccs.take(cc(50, 1), 1.0)
    assert (taught, taught.passes) == (Learned("next", 50, 0), False)
    assert ccs.take(cc(50, 127), 1.1) == ButtonHeld("next")
    assert ccs.take(cc(50, 0), 1.2) == ButtonHeld("next")
    assert ccs.take(cc(50, 127), 1.3) == ButtonPressed("next")


def test_a_learnt_control_change_says_who_lost_it(ccs):
    ccs.learn("voice_leading")
    assert ccs.take(cc(1, 5), 1.0) == Learned("voice_leading", 1, 0, ("density",))


@pytest.mark.parametrize("number", [0, 32, 64, 122, 127])
def test_sustain_and_bank_select_are_not_learnt_by_mistake(ccs, number):
    ccs.learn("keep")
    assert ccs.take(cc(number), 1.0) is None
    assert ccs.learning == "keep"


def test_a_learning_can_be_replaced_forgotten_or_answered_by_hand(ccs):
    ccs.learn("keep")
    ccs.learn("drop")
    assert ccs.take(cc(50), 1.0).function == "drop"
    ccs.learn("keep")
    ccs.forget("keep")
    assert ccs.take(cc(51), 2.0) is None
    ccs.learn("keep")
    ccs.map("keep", 52)
    assert ccs.take(cc(53), 3.0) is None


def test_nobody_learns_what_does_not_exist(ccs):
    with pytest.raises(ValueError, match="did you mean voice_leading"):
        ccs.learn("voice_ledding")
    assert ccs.learning is None


def test_a_name_as_long_as_a_datagram_is_refused_in_a_short_sentence(ccs):
    with pytest.raises(ValueError, match="no control change can do") as refusal:
        ccs.map("x" * 60_000, 20)
    assert len(str(refusal.value)) < 400


# -- laws --------------------------------------------------------------------------------------
FUNCTIONS = st.sampled_from([*DEFAULTS, *BACH])
CHANNELS = st.none() | st.integers(0, 2)
LEARNED = st.lists(st.tuples(FUNCTIONS, st.integers(100, 103), CHANNELS), max_size=20)


@given(LEARNED)
def test_whatever_is_mapped_one_control_change_does_one_thing(mappings):
    ccs = MidiMap(controls=BACH)
    for function, number, channel in mappings:
        ccs.map(function, number, channel)
    places = list(ccs.mapping.values())
    for number in range(128):
        for channel in range(3):
            assert sum(c == number and ch in (None, channel) for c, ch in places) <= 1
    assert MidiMap(ccs.mapping, BACH).mapping == ccs.mapping


@given(st.lists(st.tuples(st.floats(0, 2), st.integers(100, 110), st.integers(0, 127))))
def test_whatever_arrives_every_press_is_a_buttons_and_every_turn_a_knobs(stream):
    ccs = MidiMap()
    for at_seconds, number, value in stream:
        taken = ccs.take(cc(number, value), at_seconds)
        assert taken is None or (taken.function in BUTTONS and not taken.passes)
