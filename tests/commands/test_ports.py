"""What `continuo ports` prints."""

from bridge.commands.ports import lines
from bridge.midi.ports import PortInfo


def test_ports_stand_under_their_system_and_ours_are_marked():
    ports = [
        PortInfo("jack", "input", "Keystation:out", own=False),
        PortInfo("jack", "input", "Continuo Out:Continuo Out", own=True),
        PortInfo("jack", "output", "synth:midi", own=False),
    ]
    assert lines(ports, {"alsa": "not there", "jack": ""}) == [
        "jack inputs (--input NAME):",
        "  Keystation:out",
        "  Continuo Out:Continuo Out   <- Continuo",
        "jack outputs (--output NAME):",
        "  synth:midi",
    ]


def test_where_no_system_answers_the_next_command_is_named():
    (line,) = lines([], {"alsa": "not there", "jack": "no server runs"})
    assert "continuo doctor" in line
    assert "alsa, jack" in line


def test_a_system_without_ports_is_named_and_what_to_do():
    said = "jack answers: no other ports; `continuo play` makes its own."
    assert lines([], {"alsa": "not there", "jack": ""}) == [said]
    own = PortInfo("jack", "input", "Continuo Out:Continuo Out", own=True)
    assert lines([own], {"jack": ""})[-1] == said
