"""The engine: events in, decisions on the beat, messages out; it never waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bridge.current_settings import CurrentSettings
from bridge.engine.clock_follower import ClockFollower
from bridge.engine.clock_sender import ClockSender
from bridge.engine.command_values import Handler
from bridge.engine.commands import Commands
from bridge.engine.keyboard_helpers import KeyboardHelpers
from bridge.engine.left_hand import LeftHand
from bridge.engine.midi_input import MidiInput
from bridge.engine.midi_map import DEFAULTS, ControlChange, MidiMap
from bridge.engine.partner import MakePartner, NoPartner
from bridge.engine.performance import Performance
from bridge.engine.playing_news import PlayingNews
from bridge.engine.port_news import PortNews
from bridge.engine.sent_midi import sent_midi
from bridge.engine.status_line import status_line
from bridge.events import (
    CLOCK_MESSAGES,
    ClockChanged,
    ClockPosition,
    Command,
    Event,
    Generated,
    GenerateFailed,
    MidiIn,
    ModelsChanged,
    PortChanged,
    WorkerChanged,
)
from bridge.interfaces import ExternalClocks, InferenceClient, Output, TakeStore
from bridge.modes.parts import Parts
from bridge.notes.midi_output import DROP_SECONDS, Lateness, MidiOutput, Moment
from bridge.notes.mixer import Mixer
from bridge.notes.recorder import Recorder
from bridge.notes.scheduler import Scheduler
from bridge.notes.sound_news import SoundTeller
from bridge.reports import (
    BeatReport,
    Listener,
    PhraseReport,
    Reply,
    Report,
    StateReport,
    StatusLine,
)
from bridge.settings import PlaySettings
from bridge.takes.latency import Latency
from bridge.takes.shown_harmony import ShownHarmony
from bridge.takes.take_keeping import TakeKeeping
from bridge.takes.takes import Takes
from bridge.timing.metronome import click, pulse
from bridge.timing.playhead import Playhead
from models.artifact.manifest import Manifest
from models.music.tempo import EPSILON

CLICK = "click"
# What is due so soon after a key comes before it: struck a rounding error before a bar line, it is
# struck on it.
_SAME_SECONDS = 1e-9


class NoExternalClocks:
    """No clock but Continuo's own, and MIDI clock."""

    def choose(self, source: str) -> None:
        """Listen to nobody."""

    def lead(self, what: str, value: float | None = None) -> None:
        """Lead nobody."""


@dataclass(frozen=True, slots=True)
class Services:
    """Whom the engine works with: none of them ever makes it wait."""

    output: Output
    inference: InferenceClient
    store: TakeStore
    clocks: ExternalClocks = field(default_factory=NoExternalClocks)
    partner: MakePartner = NoPartner
    handlers: Mapping[str, Handler] = field(default_factory=dict)  # of commands run elsewhere


class Engine:
    """Plays with a musician. Called from one thread, which owns the time.

    Call `advance` once to begin; then `handle` for everything that happens and `advance` at
    `next_wakeup_seconds` at the latest, with one monotonic clock; at the end `close`.
    """

    def __init__(
        self,
        settings: PlaySettings,
        services: Services,
        listener: Listener,
        manifests: Sequence[Manifest] = (),
        midi_map: Mapping[str, ControlChange] = DEFAULTS,
    ) -> None:
        self._listener = listener
        listener = self._tell  # what is told to all, and to the partner
        self._current = CurrentSettings(settings, manifests)
        self._playhead, self._scheduler = Playhead(self._current), Scheduler(settings.programs)
        self._latency = Latency()
        keeping = TakeKeeping(self._current, services.store, listener)
        takes = Takes(self._current, services.inference, keeping, listener)
        self._playhead.on_bend = takes.lead.bend
        programs = self._scheduler.programs if settings.sends_programs else None
        times = (self._playhead.due_seconds, self._playhead.beat_at)
        sounds = SoundTeller(self._scheduler, *times, listener)
        self._output = MidiOutput(
            services.output, listener, programs, sounds, Mixer(self._scheduler.names)
        )
        own = (self._current, self._playhead, Recorder(), self._scheduler)
        shown = ShownHarmony(self._current, listener)
        parts = Parts(*own, takes, keeping, self._latency, listener, shown)
        self._performance = Performance(parts, self._output, services.clocks, listener)
        self._news = PlayingNews(self._performance, sounds)
        self._clock_follower = ClockFollower(self._performance)
        self._midi_map = MidiMap(midi_map, _control_names(manifests))
        self._partner = services.partner(self._performance, self._clock_follower)
        self._partner_wakes_at: float | None = None
        self._partner_has_news = True  # that the clock may be its own
        self._commands = Commands(
            self._performance,
            self._clock_follower,
            self._midi_map,
            services.store,
            {**self._partner.handlers, **self._news.handlers, **services.handlers},
        )
        self._clock_sender = ClockSender(self._current, self._playhead, self._output)
        self._left_hand = LeftHand(self._performance)
        self._midi_input = MidiInput(
            self._performance, self._left_hand, self._commands, self._midi_map
        )
        self._ports = PortNews(self._performance, self._left_hand, self._helpers, self._midi_map)
        self._state: str | None = None
        self._line = ""
        self.closed = False

    # -- driven by the live runner, or by the offline run ----------------------------------
    @property
    def _helpers(self) -> KeyboardHelpers:
        return self._midi_input.helpers

    @property
    def lateness(self) -> Lateness:
        """What was sent so far, and how late."""
        return self._output.lateness

    def handle(self, event: Event, now_seconds: float) -> None:
        """Do what is due up to the event, then take it in."""
        if self.closed:
            return
        self._begin(now_seconds)
        at_seconds = min(event.at_seconds, now_seconds)
        is_played = isinstance(event, MidiIn) and event.message.type not in CLOCK_MESSAGES
        self._run(at_seconds + (_SAME_SECONDS if is_played else 0.0), now_seconds)
        match event:
            case MidiIn() if is_played:
                self._midi_input.take(event, now_seconds)
            case MidiIn():
                self._clock_follower.take_pulse(event, at_seconds, now_seconds)
            case Command():
                self._run_command(event, now_seconds)
            case ClockPosition():
                self._clock_follower.follow(event, now_seconds)
            case _:
                self._take_news(event, now_seconds)
        self._look_round(now_seconds)

    def _tell(self, report: Report) -> None:
        self._listener(report)
        if isinstance(report, PhraseReport):
            self._news.phrase_taken(report)
        if isinstance(report, self._partner.hears):
            self._partner.hear(report)
            self._partner_has_news = True

    def _wake_partner(self, now_seconds: float) -> None:
        """Wake the partner if anything is due there: notes passed through do not trouble it."""
        due_seconds = self._partner_wakes_at
        if self._partner_has_news or (due_seconds is not None and due_seconds <= now_seconds):
            self._partner_has_news = False
            self._partner.wake(now_seconds)
            self._partner_wakes_at = self._partner.wakes_at_seconds

    def _look_round(self, now_seconds: float) -> None:
        self._wake_partner(now_seconds)
        self._left_hand.wake(now_seconds)
        self._helpers.look(now_seconds)
        self._clock_sender.look(now_seconds)
        self._report_state()
        self._news.look(now_seconds)

    def _take_news(self, event: Event, now_seconds: float) -> None:
        match event:
            case Generated() | GenerateFailed():
                self._answered(event)
            case WorkerChanged():
                self._worker_changed(event)
            case PortChanged():
                self._ports.changed(event, now_seconds)
            case ClockChanged():
                self._clock_follower.changed(event)
            case ModelsChanged():
                self._current.manifests = event.manifests
                self._midi_map.know(_control_names(event.manifests))
                self._commands.run(Command(event.at_seconds, "model/list"), now_seconds)

    def advance(self, now_seconds: float) -> None:
        """Do and send everything that is due by now."""
        if not self.closed:
            self._begin(now_seconds)
            self._run(now_seconds, now_seconds)
            self._clock_follower.wake(now_seconds)
            self._clock_sender.wake(now_seconds)
            self._left_hand.wake(now_seconds)
            self._helpers.wake(now_seconds)
            self._helpers.look(now_seconds)
            self._wake_partner(now_seconds)
            self._news.look(now_seconds)

    def next_wakeup_seconds(self) -> float | None:
        """Return the instant of the next thing to do; None: nothing until an event comes."""
        beat = self._next_beat()
        due_seconds = None if beat is None else self._playhead.due_seconds(beat)
        playing = (self._left_hand, self._helpers.arpeggiator)
        parts = (self._clock_follower, self._clock_sender, *playing, self._news)
        others = (self._partner_wakes_at, *(part.wakes_at_seconds for part in parts))
        instants = (due_seconds, *others)
        return min((s for s in instants if s is not None), default=None)

    def close(self, now_seconds: float) -> None:
        """Silence everything and keep the phrase in progress; afterwards nothing happens."""
        self.advance(now_seconds)
        if not self.closed:
            self._performance.stop(now_seconds)
            self.closed = True
            self._look_round(now_seconds)

    # -- time ------------------------------------------------------------------------------
    def _begin(self, now_seconds: float) -> None:
        if self._state is None:
            self._scheduler.assign(self._performance.parts.keeping.empty_tracks())
            self._output.announce_programs(Moment(0.0, now_seconds, now_seconds))
            if self._current.settings.chord_keys:
                self._performance.say_deaf()
            playhead = self._playhead
            if playhead.runs_grid and not playhead.counts_in and not playhead.follows_clock:
                playhead.start_grid(now_seconds)
            self._look_round(now_seconds)

    def _next_beat(self) -> float | None:
        if self.closed or not self._playhead.playing:
            return None
        mode, pulse_at = self._performance.mode, self._clock_sender.next_beat
        own = (self._playhead.next_point, self._scheduler.next_beat(), pulse_at)
        candidates = (*own, mode.request_at, mode.plan_at, self._helpers.arpeggiator.next_beat)
        return min((beat for beat in candidates if beat is not None), default=None)

    def _run(self, until_seconds: float, now_seconds: float) -> None:
        dropped = self.lateness.dropped
        while (beat := self._next_beat()) is not None:
            due_seconds = self._playhead.due_seconds(beat)
            if due_seconds > until_seconds:
                break
            self._step(Moment(beat, due_seconds, now_seconds))
        if self.lateness.dropped > dropped:
            count = self.lateness.dropped - dropped
            self._performance.notice("warning", f"the machine stood still: {count} notes left out")

    def _step(self, moment: Moment) -> None:
        beat, request_at = moment.position, self._performance.mode.request_at
        if request_at is not None and request_at <= beat + EPSILON:
            self._performance.mode.put_request(beat)
        point = self._playhead.next_point
        if point is not None and point <= beat + EPSILON:
            self._playhead.pass_point()
            if self._pass(point, moment):
                self._report_state()
                return  # what was due is where the song no longer is
        plan_at = self._performance.mode.plan_at
        if plan_at is not None and plan_at <= beat + EPSILON:
            self._performance.mode.change_plan(beat)
        self._output.sound(self._scheduler.take_due(beat), moment)
        self._helpers.step(moment)
        self._clock_sender.step(moment)
        self._report_state()

    def _pass(self, beat: float, moment: Moment) -> bool:
        """Pass a point of the grid; tell whether the song went elsewhere on it."""
        play, transport = self._performance, self._playhead.transport
        on_bar_line = transport.is_bar_line(beat)
        if on_bar_line:
            if play.go(beat, moment.now_seconds):
                return True  # the bar line of where the song is now comes next
            play.change_mode(beat)
            if play.change_meter(beat):
                return True
        self._commands.sections.pass_point(beat, moment.now_seconds)
        play.mode.pass_point(beat, on_bar_line)
        if self._playhead.playing:
            self._tick(beat, on_bar_line, moment)
        return False

    def _tick(self, beat: float, on_bar_line: bool, moment: Moment) -> None:
        """Sound the click and tell the beat."""
        transport, settings = self._playhead.transport, self._current.settings
        in_bar = beat - transport.bar_line(beat)
        clicks = settings.click or beat < self._playhead.origin - EPSILON
        if clicks and _is_multiple(in_bar, pulse(settings.meter)):
            counts_in = beat < self._playhead.origin - EPSILON
            sticks = counts_in and self._current.has_drums
            channel = settings.channels.drums if sticks else settings.channels.click
            self._scheduler.play(click(on_bar_line, sticks=sticks), beat, channel, CLICK)
        if _is_multiple(in_bar, 1.0) and moment.late_seconds <= DROP_SECONDS:
            bar = transport.bar_at(beat)
            self._listener(BeatReport(bar, round(in_bar) + 1, transport.bpm, beat))

    # -- commands --------------------------------------------------------------------------
    def _run_command(self, command: Command, now_seconds: float) -> None:
        if command.name == "quit":
            self.close(now_seconds)
        elif command.name == "midi":
            self._take_sent(command, now_seconds)
        else:
            self._commands.run(command, now_seconds)
            self._partner_has_news = True

    def _take_sent(self, command: Command, now_seconds: float) -> None:
        try:
            self._midi_input.take(sent_midi(command), now_seconds)
        except ValueError as error:
            self._performance.notice("error", str(error), command.address, command.sender)

    # -- the others ------------------------------------------------------------------------
    def _answered(self, event: Generated | GenerateFailed) -> None:
        if isinstance(event, Generated):
            # One that comes too late to be heard is the very one to learn from.
            self._latency.measured(event.seconds)
        self._performance.mode.answered(event)

    def _worker_changed(self, event: WorkerChanged) -> None:
        takes = self._performance.parts.takes
        if event.state == "loading" and takes.loading == event.detail:
            return  # that is known
        model = self._current.settings.model
        takes.loading = {"loading": event.detail, "restarted": model}.get(event.state, "")
        kind = {"failed": "error", "restarted": "warning"}.get(event.state, "info")
        # Loading and ready carry the model's name, the others a sentence.
        is_name = event.state in ("loading", "ready")
        text = f"{event.detail} is {event.state}" if is_name else event.detail
        self._performance.notice(kind, text)
        self._listener(Reply("worker", (event.state, event.detail)))
        if event.state == "ready":
            self._performance.model_loaded(event.detail)
        elif event.state == "restarted":
            self._performance.worker_restarted()
        if event.state in ("ready", "restarted"):
            self._performance.mode.slots.repeat_requests()

    def _report_state(self) -> None:
        state = self._performance.mode.state
        if state != self._state:
            self._state = state
            self._listener(StateReport(state))
        line = status_line(self._performance, self._ports.gone)
        is_over = self.closed and self._current.settings.is_demo  # and begins no more
        if line != self._line and not is_over:
            self._line = line
            self._listener(StatusLine(line))


def _is_multiple(beats: float, step: float) -> bool:
    return abs(beats / step - round(beats / step)) < EPSILON


def _control_names(manifests: Sequence[Manifest]) -> list[str]:
    return [control.name for manifest in manifests for control in manifest.controls]
