"""One run of `continuo play`: ports, engine, worker and take store put together, ended in order."""

import faulthandler
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

import mido

from bridge.ableton.partner import AbletonPartner
from bridge.clocks.sources import ClockSources
from bridge.engine.engine import Engine, Services
from bridge.events import Command, MidiIn, PortChanged, WorkerChanged
from bridge.inference.client import WorkerClient
from bridge.midi.input_choice import InputChoice
from bridge.midi.rtmidi_ports import open_ports
from bridge.notes.midi_output import Lateness
from bridge.osc.endpoints import OscEndpoints, OscPorts
from bridge.reports import Listener, NoticeReport, Report
from bridge.runner import Runner
from bridge.settings import PlaySettings
from bridge.storage import midi_map_file
from bridge.storage.melody_inbox import MelodyInbox, watch_inbox
from bridge.storage.model_watch import ModelScan, watch_models
from bridge.storage.take_store import FileTakeStore
from models.artifact.manifest import Manifest

# An engine that does not end by then is stuck in a MIDI system that has died.
END_SECONDS = 1.0
# What the system has not let go by then it never will.
LEAVE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Connections:
    """The MIDI system, existing ports to open as well, where takes go, how much to say."""

    system: str
    takes: Path
    also_input: str = ""
    also_output: str = ""
    quiet: bool = False
    osc: OscPorts = field(default_factory=OscPorts)


class Session:
    """Opens the ports at once; `start` begins to play; `close` leaves nothing sounding."""

    def __init__(
        self,
        settings: PlaySettings,
        connections: Connections,
        manifests: Sequence[Manifest] = (),
    ) -> None:
        self._settings = settings
        self._connections = connections
        self._manifests = manifests
        self._listeners: Sequence[Listener] = ()
        self.runner = Runner()
        with ExitStack() as undo:
            self.ports = open_ports(
                connections.system,
                self._message,
                self._changed,
                also_input=connections.also_input,
                also_output=connections.also_output,
                on_pulse=self._pulse,
            )
            undo.callback(self.ports.close)
            self.osc = OscEndpoints(self.runner.put, perf_counter, connections.osc)
            undo.pop_all()

    def start(self, *listeners: Listener) -> None:
        """Start the worker, the take store and the engine, and tell the listeners what happens."""
        self._listeners = (*listeners, *self.osc.listeners)
        settings, put = self._settings, self.runner.put
        saved_map = midi_map_file.load()
        self._store = FileTakeStore(self._connections.takes, self._tell)
        # Known from the first, so that whoever plays at once is told.
        put(WorkerChanged(perf_counter(), "loading", settings.model))
        self._worker = WorkerClient(put, perf_counter, settings.model)
        bar = settings.meter.beats_per_bar
        self._clocks = ClockSources(put, perf_counter, meter_beats=bar, bpm=settings.bpm)
        self._watch = watch_models(put, ModelScan(self._manifests))
        self._inbox = watch_inbox(MelodyInbox(self._connections.takes, put, self._tell))
        self._inputs = InputChoice(self.ports, self._tell)
        others = (self._clocks, AbletonPartner, self._inputs.handlers)
        services = Services(self.ports, self._worker, self._store, *others)
        self._engine = Engine(settings, services, self._tell, self._manifests, saved_map.mapping)
        self.osc.start()
        self.runner.start(self._engine)
        # So that OSC's clients know from the first.
        for question in ("status", "meter", "split", "control/list"):
            put(Command(perf_counter(), question))
        if saved_map.notice:
            self._tell(NoticeReport("warning", saved_map.notice))

    def ask(self, name: str, values: tuple[float | str, ...] = ()) -> None:
        """Ask the engine for something by name, as over OSC. Called from any thread."""
        self.runner.put(Command(perf_counter(), name, values))

    def quit(self) -> None:
        """Ask the engine to end. Called from any thread, a signal handler included."""
        self.ask("quit")

    def close(self) -> bool:
        """End everything, takes on disk first; False if the engine did not end."""
        self.quit()
        has_ended = self.runner.wait(END_SECONDS)
        self._store.close()
        with _ended_in_any_case():
            for part in (self._clocks, self._watch, self._inbox, self._inputs, self.osc):
                part.close()
            self._worker.close()
            if has_ended:
                self.ports.close()
        return has_ended

    @property
    def lateness(self) -> Lateness:
        """What was sent, and how late."""
        return self._engine.lateness

    def _message(self, message: mido.Message, at_seconds: float) -> None:
        """Called from the MIDI system's thread."""
        self.runner.put(MidiIn(at_seconds, message))

    def _pulse(self, message: mido.Message, at_seconds: float, port: str) -> None:
        """Called from the MIDI system's thread."""
        self.runner.put(MidiIn(at_seconds, message, port))

    def _changed(self, state: str, detail: str) -> None:
        """Called from a thread of the ports."""
        self.runner.put(PortChanged(perf_counter(), state, detail))

    def _tell(self, report: Report) -> None:
        """Called from the engine's, the take store's and the inbox's threads."""
        for listener in self._listeners:
            listener(report)


@contextmanager
def _ended_in_any_case() -> Iterator[None]:
    """End the process should the system never let something go: all is on disk and silent by then.

    Python itself could not: what waits in the system may hold its lock.
    """
    with suppress(ValueError, AttributeError, OSError, RuntimeError):  # a stderr that is no file
        faulthandler.dump_traceback_later(LEAVE_SECONDS, exit=True)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
