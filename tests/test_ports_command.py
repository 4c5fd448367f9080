"""What `continuo ports` prints."""

from bridge.commands.ports import lines
from bridge.ports import PortInfo


def test_ports_stand_under_their_system_and_ours_are_marked():
    ports = [
        PortInfo("jack", "input", "Keystation:out", own=False),
        PortInfo("jack", "input", "Continuo Out:Continuo Out", own=True),
        PortInfo("jack", "output", "synth:midi", own=False),
    ]
    assert lines(ports) == [
        "jack inputs (--input NAME):",
        "  Keystation:out",
        "  Continuo Out:Continuo Out   <- Continuo",
        "jack outputs (--output NAME):",
        "  synth:midi",
    ]


def test_where_there_is_no_port_the_next_command_is_named():
    assert "continuo doctor" in lines([])[0]
