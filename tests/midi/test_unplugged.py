"""Keyboards that are unplugged and plugged in again, and names that hold any bytes."""

import pytest
from fake_midi_system import opened

from bridge.midi import listening, rtmidi_ports
from bridge.midi.rtmidi_ports import PortError, list_ports, open_ports


def ignore(*_):
    pass


@pytest.fixture
def keyboard(system):
    """Ports that listen to a keyboard, what they tell, and a hand that unplugs it."""
    system.there = ("Midi Through 14:0", "Keystation MIDI 1 24:0")
    told = []
    request = rtmidi_ports._Request(
        "alsa", ignore, lambda *news: told.append(news), "keystation", ""
    )
    return rtmidi_ports._SystemPorts(request), told


def test_a_keyboard_that_is_unplugged_and_plugged_in_again_is_heard_and_both_are_said(
    system, keyboard
):
    there, told = keyboard
    there.look()
    assert told == []
    system.there = ("Midi Through 14:0",)
    there.look()
    there.look()
    assert told == [("input lost", "Keystation MIDI 1 24:0")]
    system.there = ("Midi Through 14:0", "Other 24:0", "Keystation MIDI 1 28:0")
    there.look()
    there.look()
    assert told[1:] == [("input back", "Keystation MIDI 1 24:0")]
    assert ("existing", "Keystation MIDI 1 28:0") in opened(system)


def test_another_keyboard_is_not_taken_for_the_one_that_was_named(system, keyboard):
    there, told = keyboard
    system.there = ("Midi Through 14:0", "Keystation Pro 24:0")
    there.look()
    there.look()
    assert [state for state, _ in told] == ["input lost"]


def test_names_of_other_programs_may_hold_any_bytes(system):
    system.there = (b"caf\xe9 \xff:out", "Keystation 24:0")
    there = open_ports("alsa", ignore, also_input="keystation")
    there.close()
    assert [p.name for p in list_ports() if p.direction == "input"][1] == "Keystation 24:0"
    with pytest.raises(PortError, match="caf"):
        open_ports("alsa", ignore, also_input="piano")


def test_another_keyboard_is_chosen_while_playing_and_the_one_before_is_left(system, keyboard):
    there, told = keyboard
    system.there = ("Keystation MIDI 1 24:0", "Oxygen 28:0", "Continuo Out 130:0")
    assert there.inputs() == (
        "Keystation MIDI 1 24:0",
        ["Keystation MIDI 1 24:0", "Oxygen 28:0"],
    )
    there.listen("oxy")
    assert there.inputs()[0] == "Oxygen 28:0"
    assert told == [("input left", "Keystation MIDI 1 24:0")]
    assert ("existing", "Keystation MIDI 1 24:0") not in opened(system)
    with pytest.raises(PortError, match="Nord"):
        there.listen("Nord")
    assert ("existing", "Oxygen 28:0") in opened(system)
    there.listen("")
    assert there.inputs()[0] == ""
    assert told[1:] == [("input left", "Oxygen 28:0")]
    there.look()
    there.close()
    assert opened(system) == []


def test_a_keyboard_that_is_gone_can_be_left_and_one_is_waited_for_after_a_new_server(system):
    told = []
    request = rtmidi_ports._Request("alsa", ignore, lambda *news: told.append(news), "", "")
    chosen = listening.Chosen("Keystation 24:0", waits=True)
    there = rtmidi_ports._SystemPorts(request, chosen)
    assert there.inputs() == ("Keystation 24:0", ["Keystation 24:0"])
    system.there = ("Keystation 28:0",)
    there.look()
    assert told == [("input back", "Keystation 24:0")]
    system.there = ()
    there.look()
    there.listen("")
    assert [state for state, _ in told] == ["input back", "input lost", "input left"]
