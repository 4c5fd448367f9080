import builtins
from queue import SimpleQueue

import mido
import pytest
import rtmidi
from fake_midi_system import opened
from jack_rig import wait_until
from patience import PATIENCE_SECONDS
from system_programs import need_module

from bridge.fakes import FakePorts
from bridge.midi import jack_ports, ports, rtmidi_ports
from bridge.midi.jack_ports import UNSEEN_MESSAGES, JackPorts
from bridge.midi.rtmidi_ports import PortError, list_ports, open_ports

NOTE = mido.Message("note_on", note=60, velocity=70)


def ignore(*_):
    pass


def test_the_ports_have_the_names_that_a_daw_remembers(system):
    there = open_ports("auto", ignore)
    assert opened(system) == [("virtual", "Continuo In"), ("virtual", "Continuo Out")]
    assert there.describe() == "Continuo In, Continuo Out on ALSA"
    assert there.notice == ""


def test_what_arrives_is_stamped_and_passed_on(system):
    came = []
    open_ports("alsa", lambda message, seconds: came.append((message, seconds)))
    keyboard = next(port for port in system.opened if port.callback)
    keyboard.callback(([0x90, 60, 70], 0.0), None)
    keyboard.callback(([0x90], 0.0), None)
    keyboard.callback(([0xF8], 0.0), None)
    assert [message.type for message, _ in came] == ["note_on", "clock"]
    assert came[0][0] == NOTE
    assert came[0][1] <= came[1][1]


def test_clock_is_heard_and_active_sensing_is_not(system):
    open_ports("alsa", ignore)
    keyboard = next(port for port in system.opened if port.callback)
    assert keyboard.types == {"sysex": True, "timing": False, "active_sense": True}


def test_what_is_sent_goes_out_until_the_ports_are_closed(system):
    there = open_ports("alsa", ignore)
    there.send(NOTE)
    output = system.opened[-1]
    assert output.sent == [[0x90, 60, 70]]
    there.close()
    assert opened(system) == []
    there.send(NOTE)
    assert len(output.sent) == 1


def test_an_unplugged_interface_does_not_stop_the_music(system, monkeypatch):
    there = open_ports("alsa", ignore)

    def unplugged(*_):
        raise rtmidi.SystemError("no such device")

    monkeypatch.setattr(system.opened[-1], "send_message", unplugged)
    there.send(NOTE)


def test_a_keyboard_is_opened_by_a_part_of_its_name(system):
    system.there = ("Midi Through 14:0", "Continuo Out", "Stage Piano MIDI 1", "Stage Piano")
    there = open_ports("alsa", ignore, also_input="stage piano")
    assert ("existing", "Stage Piano") in opened(system)
    assert "Stage Piano" in there.describe()
    there.close()
    open_ports("alsa", ignore, also_input="through", also_output="MIDI 1")
    assert opened(system)[2:] == [
        ("existing", "Midi Through 14:0"),
        ("existing", "Stage Piano MIDI 1"),
    ]


def test_a_keyboard_that_is_not_there_is_said_with_those_that_are(system):
    system.there = ("Stage Piano", "Continuo Out:Continuo Out")
    with pytest.raises(PortError, match=r"'violin'; there is: Stage Piano$"):
        open_ports("alsa", ignore, also_input="violin")
    assert opened(system) == []


def test_continuo_never_listens_to_itself(system):
    system.there = ("Continuo Out:Continuo Out", "Continuo In")
    with pytest.raises(PortError, match="there is: none"):
        open_ports("alsa", ignore, also_input="Continuo")


def test_a_second_continuo_says_that_it_is_the_second(system):
    system.there = ("Continuo Out:Continuo Out",)
    assert "another Continuo runs" in open_ports("alsa", ignore).notice


def test_ports_that_the_system_refuses_are_an_error_of_ours(system):
    system.refuses = True
    with pytest.raises(PortError, match="ALSA does not answer: no more clients"):
        open_ports("alsa", ignore)


def test_every_port_is_listed_and_our_own_are_marked(system, monkeypatch):
    monkeypatch.setattr(rtmidi_ports, "_jack_problem", lambda: "not here")
    system.there = ("Stage Piano", "Continuo In")
    found = [(p.system, p.direction, p.name, p.own) for p in list_ports()]
    assert found == [
        ("alsa", "input", "Stage Piano", False),
        ("alsa", "input", "Continuo In", True),
        ("alsa", "output", "Stage Piano", False),
        ("alsa", "output", "Continuo In", True),
    ]


def test_windows_opens_the_ports_that_loopmidi_makes(system, monkeypatch):
    monkeypatch.setattr(rtmidi_ports.sys, "platform", "win32")
    system.there = ("Continuo In 1", "Continuo Out 2")
    open_ports("auto", ignore)
    assert opened(system) == [("existing", "Continuo In 1"), ("existing", "Continuo Out 2")]


def test_windows_without_loopmidi_names_the_cure(system, monkeypatch):
    monkeypatch.setattr(rtmidi_ports.sys, "platform", "win32")
    system.there = ("Microsoft GS Wavetable Synth 0",)
    with pytest.raises(PortError, match=r"no virtual ports: make .* with loopMIDI"):
        open_ports("auto", ignore)


# -- systems that are missing --------------------------------------------------------------------
@pytest.fixture
def no_alsa(monkeypatch):
    monkeypatch.setattr(rtmidi_ports.sys, "platform", "linux")
    monkeypatch.setattr(rtmidi_ports, "_alsa_answers", lambda: False)
    monkeypatch.setattr(
        rtmidi_ports.rtmidi, "get_compiled_api", lambda: list(rtmidi_ports._APIS.values())
    )


def test_without_the_sequencer_the_module_to_load_is_named(no_alsa):
    with pytest.raises(PortError, match="modprobe snd-seq"):
        open_ports("alsa", ignore)


def test_without_any_system_every_cure_is_named(no_alsa, monkeypatch):
    monkeypatch.setattr(rtmidi_ports, "_jack_problem", lambda: "no JACK server runs: start one")
    with pytest.raises(PortError, match=r"modprobe snd-seq.*start one.*--midi none"):
        open_ports("auto", ignore)
    assert list_ports() == []


# Continuo itself is in no package index: a package of its name there would be somebody else's.
@pytest.mark.parametrize(
    ("missing", "cure"),
    [
        (ImportError("jack"), "`pip install JACK-Client`"),
        (OSError("libjack.so.0"), "install jackd2"),
    ],
)
def test_without_jacks_library_what_to_install_is_named(no_alsa, monkeypatch, missing, cure):
    really_import = builtins.__import__

    def refuse(name, *rest, **more):
        if name == "bridge.midi.jack_server":
            raise missing
        return really_import(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(PortError, match=cure):
        open_ports("jack", ignore)


def test_without_a_jack_server_how_to_start_one_is_named(monkeypatch):
    need_module("jack")
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "no-such-server")
    with pytest.raises(PortError, match="start one"):
        open_ports("jack", ignore)


def test_a_system_of_another_platform_is_refused(monkeypatch):
    monkeypatch.setattr(rtmidi_ports.rtmidi, "get_compiled_api", list)
    with pytest.raises(PortError, match="no CoreMIDI on this system: choose another"):
        open_ports("coremidi", ignore)


def test_an_unknown_system_is_refused_with_those_there_are():
    with pytest.raises(PortError, match="'oss': choose among auto, jack"):
        open_ports("oss", ignore)


def test_without_midi_everything_sent_goes_nowhere():
    there = open_ports("none", ignore)
    there.send(NOTE)
    there.close()
    assert there.describe() == "no MIDI ports"


# -- JACK's end, with a server of our own making -------------------------------------------------
class Server:
    """A JACK server that a test ends, starts and stops; it counts what is sent to it."""

    def __init__(self):
        self.runs, self.frames, self.sent, self.on_end = True, 0, 0, None
        self.abandoned = self.closed = 0
        self.connected = frozenset()
        self.notice = ""

    def watch(self, on_end):
        if not self.runs:
            raise PortError("no JACK server runs")
        self.on_end = on_end
        return self

    def frame(self):
        return self.frames

    def moves(self):
        return self.runs

    def sees(self, _name):
        return self.runs

    def opened(self, on_strike):
        self.strike = on_strike
        return self

    def sources(self, _name):
        return self.connected

    def send(self, _message):
        self.sent += 1

    def look(self):
        pass

    def abandon(self):
        self.abandoned += 1

    def close(self):
        self.closed += 1

    def describe(self):
        return "ports of a test"

    def end(self):
        self.runs = False
        self.on_end()


@pytest.fixture
def server(monkeypatch):
    server = Server()
    monkeypatch.setattr(jack_ports, "watch_server", server.watch)
    monkeypatch.setattr(jack_ports, "RETRY_SECONDS", 0.01)
    return server


@pytest.fixture
def changes():
    return SimpleQueue()


@pytest.fixture
def jack(server, changes):
    there = JackPorts(server.opened, lambda state, _detail: changes.put(state))
    yield there
    there.close()


def test_at_jacks_end_sending_stops_and_the_musician_is_told(server, jack, changes):
    jack.send(NOTE)
    server.end()
    jack.send(NOTE)
    assert server.sent == 1
    assert changes.get(timeout=PATIENCE_SECONDS) == "lost"


def test_the_ports_come_back_with_the_next_server(server, jack, changes):
    server.end()
    assert changes.get(timeout=PATIENCE_SECONDS) == "lost"
    server.runs = True
    assert changes.get(timeout=PATIENCE_SECONDS) == "back"
    jack.send(NOTE)
    assert server.sent == 1
    assert server.abandoned == 1
    assert jack.describe() == "ports of a test"


def test_ports_that_vanish_from_a_running_server_are_lost_too(server, jack, changes):
    server.runs = False
    assert changes.get(timeout=PATIENCE_SECONDS) == "lost"


def test_a_program_that_played_into_the_input_and_is_gone_is_told(server):
    told = SimpleQueue()
    server.connected = frozenset({"pads:out", "keys:out"})
    there = JackPorts(server.opened, lambda *change: told.put(change))
    wait_until(lambda: there._sources == server.connected, PATIENCE_SECONDS, "the look")
    server.connected = None  # JACK could not say
    server.connected = frozenset({"pads:out"})
    assert told.get(timeout=PATIENCE_SECONDS) == ("source lost", "keys:out")
    there.close()


def test_a_player_that_strikes_and_is_gone_before_anybody_looked_is_told(server, monkeypatch):
    monkeypatch.setattr(jack_ports, "RETRY_SECONDS", PATIENCE_SECONDS)
    told = SimpleQueue()
    there = JackPorts(server.opened, lambda *change: told.put(change))
    server.strike()
    assert told.get(timeout=PATIENCE_SECONDS) == ("source lost", "what played into Continuo In")
    there.close()


def test_who_strikes_is_known_at_once_and_missed_when_gone(server, monkeypatch):
    monkeypatch.setattr(jack_ports, "RETRY_SECONDS", PATIENCE_SECONDS)
    told = SimpleQueue()
    there = JackPorts(server.opened, lambda *change: told.put(change))
    server.connected = frozenset({"pads:out", "keys:out"})
    server.strike()
    wait_until(lambda: there._sources == server.connected, PATIENCE_SECONDS, "the look")
    server.connected = frozenset({"pads:out"})
    server.strike()
    assert told.get(timeout=PATIENCE_SECONDS) == ("source lost", "keys:out")
    there.close()


def test_a_server_that_stands_still_never_fills_the_ring(server, jack):
    for _ in range(10 * UNSEEN_MESSAGES):
        jack.send(NOTE)
    assert server.sent <= 2 * UNSEEN_MESSAGES
    server.frames += 256
    before = server.sent
    jack.send(NOTE)
    assert server.sent == before + 1


# -- the fake that ships -------------------------------------------------------------------------
def test_fake_ports_remember_when_what_was_sent():
    now = [1.5]
    there: ports.Ports = FakePorts(clock=lambda: now[0])
    there.send(NOTE)
    now[0] = 2.0
    there.send(NOTE)
    assert there.sent == [(1.5, NOTE), (2.0, NOTE)]


def test_fake_ports_play_and_are_lost_and_come_back():
    came, changes = [], []
    there = FakePorts(lambda *event: came.append(event), lambda state, _: changes.append(state))
    there.play(NOTE, 3.0)
    there.lose()
    there.send(NOTE)
    there.come_back()
    there.close()
    there.send(NOTE)
    assert came == [(NOTE, 3.0)]
    assert changes == ["lost", "back"]
    assert there.sent == []
