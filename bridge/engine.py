"""The engine: events in, decisions on the beat, messages out; it never waits."""

import mido

from bridge.desk import Desk
from bridge.events import (
    BeatReport,
    Command,
    Composer,
    Event,
    Generated,
    GenerateFailed,
    Keeper,
    Listener,
    MidiIn,
    Output,
    PortChanged,
    StateReport,
    Value,
    WorkerChanged,
)
from bridge.listening import Band
from bridge.metronome import click, pulse
from bridge.modes import Answer, Loop, Mode
from bridge.outlet import DROP_SECONDS, Lateness, Moment, Outlet
from bridge.recorder import Recorder
from bridge.scheduler import Scheduler
from bridge.settings import PlaySettings, program_words
from bridge.timeline import Timeline
from bridge.voices import PANIC_CONTROLS
from models.tempo import EPSILON

# Control changes from a footswitch or a button, and the commands that they are.
PEDALS = {102: "generate", 107: "record"}
_PEDAL_SECONDS = 0.3  # one press of a pedal that sends many values
CLICK = "click"
_THRU = ("note_on", "note_off", "control_change", "pitchwheel", "aftertouch", "polytouch")
_MODES: dict[str, type[Mode]] = {"answer": Answer, "loop": Loop}


class Engine:
    """Plays with a musician. Called from one thread, which owns the time.

    Call `advance` once to begin; then `handle` for everything that happens and `advance` at
    `next_wakeup_seconds` at the latest, with one monotonic clock; at the end `close`.
    """

    def __init__(
        self,
        settings: PlaySettings,
        output: Output,
        composer: Composer,
        keeper: Keeper,
        listener: Listener,
    ) -> None:
        self._settings = settings
        self._listener = listener
        self._timeline = Timeline(settings)
        self._recorder = Recorder()
        self._scheduler = Scheduler()
        self._desk = Desk(settings, composer, keeper, listener)
        self._outlet = Outlet(output, listener)
        band = Band(settings, self._timeline, self._recorder, self._scheduler, self._desk)
        self._mode = _MODES[settings.mode](band)
        self._state: str | None = None
        self._pressed: dict[tuple[int, int], float] = {}  # seconds, by channel and control
        self.closed = False

    # -- driven by the live runner, or by the offline run ----------------------------------
    @property
    def lateness(self) -> Lateness:
        """What was sent so far, and how late."""
        return self._outlet.lateness

    def handle(self, event: Event, now_seconds: float) -> None:
        """Do what is due up to the event, then take it in."""
        if self.closed:
            return
        self._begin(now_seconds)
        at_seconds = min(event.at_seconds, now_seconds)
        self._run(at_seconds, now_seconds)
        match event:
            case MidiIn():
                self._play(event.message, at_seconds, now_seconds)
            case Command():
                self._obey(event, now_seconds)
            case Generated() | GenerateFailed():
                self._answered(event)
            case WorkerChanged():
                self._worker_changed(event)
            case PortChanged():
                self._port_changed(event, now_seconds)
        self._report_state()

    def advance(self, now_seconds: float) -> None:
        """Do and send everything that is due by now."""
        if not self.closed:
            self._begin(now_seconds)
            self._run(now_seconds, now_seconds)

    def next_wakeup_seconds(self) -> float | None:
        """Return the instant of the next thing to do; None: nothing until an event comes."""
        beat = self._next_beat()
        return None if beat is None else self._timeline.transport.seconds_at(beat)

    def close(self, now_seconds: float) -> None:
        """Silence everything and keep the phrase in progress; afterwards nothing happens."""
        self.advance(now_seconds)
        if not self.closed:
            self._stop(now_seconds)
            self._report_state()
            self.closed = True

    # -- time ------------------------------------------------------------------------------
    def _begin(self, now_seconds: float) -> None:
        if self._state is None:
            if self._settings.runs_grid and not self._settings.counts_in:
                self._timeline.start_grid(now_seconds)
            self._report_state()

    def _next_beat(self) -> float | None:
        if self.closed or not self._timeline.playing:
            return None
        ask_at = self._mode.listening.ask_at
        candidates = (self._timeline.next_point, self._scheduler.next_beat(), ask_at)
        return min((beat for beat in candidates if beat is not None), default=None)

    def _run(self, until_seconds: float, now_seconds: float) -> None:
        dropped = self.lateness.dropped
        while (beat := self._next_beat()) is not None:
            due_seconds = self._timeline.transport.seconds_at(beat)
            if due_seconds > until_seconds:
                break
            self._step(Moment(beat, due_seconds, now_seconds))
        if self.lateness.dropped > dropped:
            count = self.lateness.dropped - dropped
            self._desk.notice("warning", f"the machine stood still: {count} notes left out")

    def _step(self, moment: Moment) -> None:
        beat, ask_at = moment.position, self._mode.listening.ask_at
        if ask_at is not None and ask_at <= beat + EPSILON:
            self._mode.listening.put_question()
        point = self._timeline.next_point
        if point is not None and point <= beat + EPSILON:
            self._timeline.pass_point()
            self._pass(point, moment)
        for edge in self._scheduler.take_due(beat):
            self._outlet.sound(edge, moment)
        self._report_state()

    def _pass(self, beat: float, moment: Moment) -> None:
        transport, settings = self._timeline.transport, self._settings
        on_bar_line = transport.is_bar_line(beat)
        if on_bar_line:
            self._mode.bar_line(beat)
        if not self._timeline.playing:
            return
        in_bar = beat - transport.bar_line(beat)
        clicks = settings.click or beat < self._timeline.origin - EPSILON
        if clicks and _is_multiple(in_bar, pulse(settings.meter)):
            self._scheduler.play(click(on_bar_line), beat, settings.channels.click, CLICK)
        if _is_multiple(in_bar, 1.0) and moment.late_seconds <= DROP_SECONDS:
            bar = round(transport.bar_line(beat) / settings.meter.beats_per_bar)
            self._listener(BeatReport(bar + 1, round(in_bar) + 1, transport.bpm, beat))

    # -- the player ------------------------------------------------------------------------
    def _play(self, message: mido.Message, at_seconds: float, now_seconds: float) -> None:
        if message.type == "program_change":
            self._choose_program(message.program, at_seconds)
        elif message.type == "control_change" and message.control in PANIC_CONTROLS:
            self._panic(now_seconds)
        elif message.type == "control_change" and message.control in PEDALS:
            self._press(message, at_seconds, now_seconds)
        elif message.type in _THRU:
            self._pass_through(message, at_seconds, now_seconds)

    def _press(self, message: mido.Message, at_seconds: float, now_seconds: float) -> None:
        # Some pedals send 1 and some 127, some every value on the way, and some buttons never 0.
        pedal = (message.channel, message.control)
        if message.value == 0:
            self._pressed.pop(pedal, None)
            return
        is_new = at_seconds - self._pressed.get(pedal, float("-inf")) > _PEDAL_SECONDS
        self._pressed[pedal] = at_seconds
        if is_new:
            self._obey(Command(at_seconds, PEDALS[message.control]), now_seconds)

    def _pass_through(self, message: mido.Message, at_seconds: float, now_seconds: float) -> None:
        if message.type == "note_on" and message.velocity > 0:
            if self._settings.counts_in and not self._timeline.playing:
                self._timeline.start_grid(at_seconds)
            self._mode.onset(at_seconds)
        beat = self._timeline.beat_at(at_seconds)
        if self._settings.thru:
            moment = Moment(beat, at_seconds, now_seconds)
            self._outlet.pass_through(message, self._settings.channels.thru, moment)
        beat = max(beat, self._mode.listening.floor)
        self._recorder.play(message, beat)
        self._mode.listening.changed(beat)

    def _choose_program(self, program: int, at_seconds: float) -> None:
        names, words = self._settings.models, program_words(program)
        if program < len(names):
            self._choose_model(names[program], at_seconds, f", {words}")
        else:
            there = f"there are {len(names)}, from 1 to {len(names)}" if names else "there is none"
            self._desk.notice("warning", f"no model has {words}: {there}")

    def _choose_model(self, name: str, at_seconds: float, why: str = "") -> None:
        if name == self._desk.model:
            return
        self._desk.model = name
        self._desk.notice("info", f"model: {name}{why}")
        self._mode.model_changed(self._timeline.beat_at(at_seconds))

    # -- commands --------------------------------------------------------------------------
    def _obey(self, command: Command, now_seconds: float) -> None:
        match command.name:
            case "stop":
                self._stop(now_seconds)
            case "panic":
                self._panic(now_seconds)
            case "generate":
                self._mode.generate()
            case "record":
                self._mode.record(self._timeline.beat_at(now_seconds), now_seconds)
            case "quit":
                self.close(now_seconds)
            case "tempo":
                self._set_tempo(command.values[0], now_seconds)
            case "model":
                self._choose_model(str(command.values[0]), now_seconds)
            case _:
                self._desk.notice("error", f"no command is called {command.name!r}")

    def _set_tempo(self, value: Value, now_seconds: float) -> None:
        if isinstance(value, int | float) and 20 <= value <= 400:
            self._timeline.set_tempo(float(value), now_seconds)
        else:
            self._desk.notice("error", f"bpm must be in range 20..400, got {value!r}")

    def _panic(self, now_seconds: float) -> None:
        beat = self._timeline.beat_at(now_seconds)
        self._outlet.panic(Moment(beat, now_seconds, now_seconds))
        self._recorder.release_all(beat)
        self._mode.listening.changed(beat)

    def _stop(self, now_seconds: float) -> None:
        beat = self._timeline.beat_at(now_seconds)
        self._mode.stop(beat)
        self._outlet.panic(Moment(beat, now_seconds, now_seconds))

    # -- the others ------------------------------------------------------------------------
    def _answered(self, event: Generated | GenerateFailed) -> None:
        if isinstance(event, Generated):
            # One that comes too late to be heard is the very one to learn from.
            self._desk.measured(event.seconds)
        for ask in self._mode.asks:
            if isinstance(event, Generated):
                ask.take_answer(event)
            elif ask.take_failure(event):
                self._desk.notice("error", event.reason)

    def _worker_changed(self, event: WorkerChanged) -> None:
        kind = {"failed": "error", "restarted": "warning"}.get(event.state, "info")
        # Loading and ready carry the model's name, the others a sentence.
        is_name = event.state in ("loading", "ready")
        text = f"{event.detail} is {event.state}" if is_name else event.detail
        self._desk.notice(kind, text)
        if event.state in ("ready", "restarted"):
            for ask in self._mode.asks:
                self._desk.ask_again(ask)

    def _port_changed(self, event: PortChanged, now_seconds: float) -> None:
        beat = self._timeline.beat_at(now_seconds)
        detail = f": {event.detail}" if event.detail else ""
        if event.state == "lost":
            self._pressed.clear()
            self._outlet.lose()
            self._mode.lose_player(beat)
            self._desk.notice("warning", f"MIDI is gone{detail}")
        else:
            self._outlet.regain(Moment(beat, now_seconds, now_seconds))
            self._desk.notice("info", f"MIDI is back{detail}")

    def _report_state(self) -> None:
        state = self._mode.state
        if state != self._state:
            self._state = state
            self._listener(StateReport(state))


def _is_multiple(beats: float, step: float) -> bool:
    return abs(beats / step - round(beats / step)) < EPSILON
